"""Target weights: positions brought to a share of equity."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mojo_compute.backtesting.readable.decisions import Decisions
from mojo_compute.backtesting.readable.orders import LONG, SHORT, Distances, Moment, Price, Target
from mojo_compute.backtesting.readable.prices import whole_lots
from mojo_compute.backtesting.readable.trading import Trading


@dataclass(frozen=True, slots=True)
class _Change:
    """What a row's new target asks for."""

    row: int
    side: int  # that of the target
    closes: float  # shares of what is held
    opens: float  # shares
    price: float
    met: float
    priority: float
    distances: Distances


class Rebalancing:
    """Fills waiting target weights: all reductions first, then what opens or adds."""

    def __init__(self, trading: Trading, decisions: Decisions) -> None:
        self._trading, self._decisions = trading, decisions

    def fill(self, bar: int, moment: Moment) -> None:
        """Rebalance the rows that wait for it, at the bar's opens or closes."""
        if not any(self._decisions.targets):
            return
        equity = max(self._trading.book.worth(self._trading.marks), 0.0)
        changes = []
        for row in self._trading.open_rows:
            waiting = self._decisions.targets[row]
            if waiting is not None:
                self._decisions.targets[row] = None
                change = self._change(bar, row, waiting, equity, moment)
                if change is not None:
                    changes.append(change)
        for change in changes:
            self._reduce(bar, change)
        for change in sorted(changes, key=lambda change: -change.priority):
            self._increase(bar, change, moment)

    def _held(self, row: int) -> float:
        held = self._trading.book.positions[row]
        return 0.0 if held is None else held.quantity

    def _change(self, bar: int, row: int, waiting: Target, equity: float, moment: Moment) -> _Change | None:
        """The change that a weight asks for; the side that it needs is judged at the price without slippage."""
        met, held = self._trading.marks[row], self._held(row)
        wanted = self._target(waiting.weight, equity, met) - held
        if wanted == 0:
            return None
        side = LONG if wanted > 0 else SHORT
        price = self._trading.price(bar, row, Price(met, moment, slips=True), side == LONG, abs(wanted))
        target = self._target(waiting.weight, equity, price)
        change = target - held
        if change * side <= 0 or self._trading.negligible(abs(change) * price, equity):
            return None
        kept = abs(target) if held * target > 0 else 0.0
        return _Change(
            row,
            LONG if target > 0 else SHORT,
            max(abs(held) - kept, 0.0),
            abs(target) - min(kept, abs(held)),
            price,
            met,
            waiting.priority,
            waiting.distances,
        )

    def _target(self, weight: float, equity: float, price: float) -> float:
        lots = whole_lots(abs(weight) * equity / price, self._trading.execution.lot_size)
        return math.copysign(lots, weight)

    def _reduce(self, bar: int, change: _Change) -> None:
        if change.closes > 0:
            self._trading.reduce(bar, change.row, change.closes, change.price, "rebalance")

    def _increase(self, bar: int, change: _Change, moment: Moment) -> None:
        if change.opens <= 0:
            return
        trading, side = self._trading, change.side
        quantity = trading.affordable(bar, change.row, side, change.opens, change.price)
        if quantity > 0:
            cost = trading.charges.cost(trading.market.day(bar), side == LONG, quantity, change.price)
            trading.book.increase(
                bar,
                change.row,
                side * quantity,
                change.price,
                cost,
                moment,
                change.met,
                change.distances,
                "rebalance",
            )
