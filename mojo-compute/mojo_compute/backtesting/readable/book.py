"""Cash, positions, and the record of what happened to them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from mojo_compute.backtesting.readable.orders import LONG, Distances, Moment
from mojo_compute.backtesting.runs import FILL, REASONS, ROUND_TRIP, SKIPPED, SKIPS, Table


@dataclass(slots=True)
class Position:
    """Shares held (or owed, when `quantity` < 0) of one symbol."""

    quantity: float
    price: float  # average of its entries
    first_bar: int
    first_moment: Moment
    distances: Distances
    best: float  # peak of a long position, trough of a short one
    lowest: float  # of prices since entry
    highest: float
    costs: float  # of its entries, as far as they aren't in a closed trade
    entries: int = 1
    last_bar: int = -1  # of its newest entry fill, when in the bar that was, and the price that order met
    last_moment: Moment = Moment.OPEN
    last_met: float = math.nan
    leaving: str | None = None  # why, when an exit order waits

    @property
    def side(self) -> int:
        return LONG if self.quantity > 0 else -LONG

    def split(self, ratio: float) -> None:
        self.quantity *= ratio
        self.price /= ratio
        self.best /= ratio
        self.lowest /= ratio
        self.highest /= ratio
        self.last_met /= ratio
        self.distances = self.distances.split(ratio)


@dataclass(slots=True)
class Book:
    """Cash and the positions by row; None: nothing is held."""

    cash: float
    positions: list[Position | None]
    fills: list[tuple[float, ...]] = field(default_factory=list)
    round_trips: list[tuple[float, ...]] = field(default_factory=list)
    skipped: list[tuple[int, ...]] = field(default_factory=list)
    made: list[float] = field(default_factory=list)  # pnl of each closed trade
    ambiguous: int = 0

    def worth(self, marks: list[float]) -> float:
        """Cash and positions at a price for each row."""
        return self.cash + sum(one.quantity * marks[row] for row, one in self.held())

    def gross(self, marks: list[float]) -> float:
        """What the positions are worth together, short ones counted as positive."""
        return sum(abs(one.quantity) * marks[row] for row, one in self.held())

    def held(self) -> list[tuple[int, Position]]:
        return [(row, one) for row, one in enumerate(self.positions) if one is not None]

    def skip(self, bar: int, row: int, why: str) -> None:
        self.skipped.append((bar, row, SKIPS.index(why), 1))

    def increase(
        self,
        bar: int,
        row: int,
        quantity: float,
        price: float,
        cost: float,
        moment: Moment,
        met: float,
        distances: Distances,
        reason: str,
    ) -> None:
        """Buy, or sell short; `quantity` is signed and of the position's side, if there is one."""
        self.cash -= quantity * price + cost
        held = self.positions[row]
        if held is None:
            held = Position(quantity, price, bar, moment, distances, price, price, price, cost)
            self.positions[row] = held
        else:
            before, added = abs(held.quantity), abs(quantity)
            held.price = (held.price * before + price * added) / (before + added)
            held.quantity += quantity
            held.entries += 1
            held.costs += cost
            held.lowest, held.highest = min(held.lowest, price), max(held.highest, price)
        held.last_bar, held.last_moment, held.last_met = bar, moment, met
        self.fills.append((bar, row, quantity, price, cost, math.nan, REASONS.index(reason), 0))

    def reduce(self, bar: int, row: int, quantity: float, price: float, cost: float, reason: str) -> None:
        """Close so many shares (> 0) of a position, at most all."""
        held = self.positions[row]
        assert held is not None
        whole = quantity == abs(held.quantity)
        share = held.costs * (quantity / abs(held.quantity))
        self.cash += held.side * quantity * price - cost
        pnl = _made(held, quantity, price, share + cost)
        self.made.append(pnl)
        self.round_trips.append(_trip(row, held, bar, quantity, price, share + cost, reason))
        self.fills.append((bar, row, -held.side * quantity, price, cost, pnl, REASONS.index(reason), int(whole)))
        held.costs -= share
        held.quantity -= held.side * quantity
        if whole:
            self.positions[row] = None

    def tables(self, closes: list[float]) -> tuple[Table, Table, Table, Table]:
        """Fills, closed trades, open trades and skipped orders, given the last close of each row."""
        still = [_trip(row, one, -1, abs(one.quantity), closes[row], one.costs, REASONS[0]) for row, one in self.held()]
        return (
            np.array(self.fills, FILL),
            np.array(self.round_trips, ROUND_TRIP),
            np.array(still, ROUND_TRIP),
            np.array(self.skipped, SKIPPED),
        )


def _made(held: Position, quantity: float, price: float, costs: float) -> float:
    return held.side * (price - held.price) * quantity - costs


def _trip(
    row: int, held: Position, bar: int, quantity: float, price: float, costs: float, reason: str
) -> tuple[float, ...]:
    """A row of ROUND_TRIP."""
    pnl = _made(held, quantity, price, costs)
    down = min(held.lowest, price) / held.price - 1
    up = max(held.highest, price) / held.price - 1
    worst, best = (down, up) if held.side == LONG else (-up, -down)
    return (
        row,
        held.side,
        held.first_bar,
        bar,
        quantity,
        held.price,
        price,
        costs,
        pnl,
        pnl / (quantity * held.price),
        min(worst, 0.0),
        max(best, 0.0),
        REASONS.index(reason),
        held.entries,
    )
