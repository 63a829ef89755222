"""What the signals have ordered and what of it is still to be filled."""

from __future__ import annotations

import math

import numpy as np
from chitti_shared.contracts.strategies import Execution

from mojo_compute.backtesting.readable.orders import LONG, SHORT, Distances, Entry, Target
from mojo_compute.backtesting.readable.trading import Trading
from mojo_compute.backtesting.signals import Signals
from mojo_compute.kernels.arrays import Floats


class Decisions:
    """Orders of each row that wait: an entry, a target weight with its signal's bar. Exits wait in their position."""

    def __init__(self, signals: Signals, execution: Execution, trading: Trading) -> None:
        rows = trading.market.rows
        self._signals, self._execution, self._trading = signals, execution, trading
        self.entries: list[Entry | None] = [None] * rows
        self.targets: list[Target | None] = [None] * rows

    def split(self, bar: int) -> None:
        """Prices of waiting orders follow the splits of the bar."""
        for row, ratio, _dividend in self._trading.market.actions(bar):
            waiting = self.entries[row]
            if waiting is not None:
                waiting.split(ratio)
            target = self.targets[row]
            if target is not None:
                target.distances = target.distances.split(ratio)

    def take(self, bar: int, *, entries: bool = True) -> None:
        """Turn the signals of a bar into orders; without `entries` exits alone."""
        for row in range(self._trading.market.rows):
            sides = self._take_exits(row, bar)
            if entries and len(sides) == 1:
                self.entries[row] = self._entry(row, bar, sides[0])
            weight = _number(self._signals.weights, row, bar)
            if entries and not math.isnan(weight):
                target = Target(self._within_direction(weight), self._priority(row, bar), self._distances(row, bar))
                self.targets[row] = target

    def _take_exits(self, row: int, bar: int) -> list[int]:
        """Take the exit signals of a row; the sides that it wants to enter remain."""
        told, wanted = self._signals, []
        held = self._trading.book.positions[row]
        for side, ins, outs in ((LONG, told.entries, told.exits), (SHORT, told.short_entries, told.short_exits)):
            if self._execution.direction == ("short" if side == LONG else "long"):
                continue
            if outs is not None and outs[row, bar]:
                waiting = self.entries[row]
                if waiting is not None and waiting.side == side:
                    self.entries[row] = None
                if held is not None and held.side == side and held.leaving is None:
                    held.leaving = "exit"
            elif ins is not None and ins[row, bar]:
                wanted.append(side)
        return wanted

    def _entry(self, row: int, bar: int, side: int) -> Entry:
        told, order_bars = self._signals, self._execution.order_bars
        return Entry(
            side,
            bar,
            _number(told.limit, row, bar),
            _number(told.stop, row, bar),
            self._priority(row, bar),
            self._distances(row, bar),
            order_bars or None,
        )

    def _distances(self, row: int, bar: int) -> Distances:
        """Of the position that an order of a bar opens."""
        told = self._signals
        columns = told.stop_distance, told.target_distance, told.trail_distance
        return Distances(*(_number(column, row, bar) for column in columns))

    def _priority(self, row: int, bar: int) -> float:
        found = _number(self._signals.priority, row, bar)
        return 0.0 if math.isnan(found) else found

    def _within_direction(self, weight: float) -> float:
        match self._execution.direction:
            case "long":
                return max(weight, 0.0)
            case "short":
                return min(weight, 0.0)
            case _:
                return weight

    def end(self, bar: int) -> None:
        """Write down what the end of the data left unfilled."""
        for row, held in enumerate(self._trading.book.positions):
            leaving = None if held is None else held.leaving
            for order in (leaving, self.entries[row], self.targets[row]):
                if order is not None:
                    self._trading.book.skip(bar, row, "end_of_data")


def _number(column: Floats | None, row: int, bar: int) -> float:
    return math.nan if column is None else float(np.float64(column[row, bar]))
