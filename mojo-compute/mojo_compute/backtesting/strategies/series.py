"""Strategies that decide about each symbol by its own bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.signals import Flags, Signals
from mojo_compute.backtesting.strategies.lines import Columns, Field, Lines, crossings_of, lookback_of
from mojo_compute.backtesting.strategies.strategy import Strategy
from mojo_compute.kernels.checks import all_finite

_FIELDS: tuple[Field, ...] = get_args(Field)
_COLUMNS = ("open", "high", "low", "close")


class CrossingStrategy(Strategy):
    """Long and short where two lines of a symbol cross.

    A symbol that has no bar on a day of the others has a shorter history of its own: the lines are made of
    that, and nothing is signalled on that day.

    Parameters
    ----------
    name : str
        One of `lines.CROSSING_STRATEGIES`.
    parameters : mapping
        All its own.
    """

    def __init__(self, name: str, parameters: Mapping[str, Any]) -> None:
        self.name = name
        self.parameters = parameters
        self._crossings = crossings_of(name, parameters)
        self.lookback = lookback_of(self._crossings)

    def signals(self, data: Data) -> Signals:
        bars = data.bars
        if len(bars.close) == 1 and all_finite(bars.close[0], 0):
            return self._of_one(bars)
        tables: dict[Field, Flags] = {name: np.zeros(bars.close.shape, np.bool_) for name in _FIELDS}
        for row in range(len(bars.close)):
            columns, present = own_bars(bars, row)
            lines = Lines(columns)
            for one in self._crossings:
                flags = lines.flags(one)
                if flags is not None:
                    for name in one.fields:
                        tables[name][row, present] = flags
        return Signals(tables["entries"], tables["exits"], tables["short_entries"], tables["short_exits"])

    def _of_one(self, bars: Bars) -> Signals:
        lines = Lines({name: getattr(bars, name)[0] for name in _COLUMNS})
        found: dict[Field, Flags] = {}
        for one in self._crossings:
            flags = lines.flags(one)
            if flags is not None:
                for name in one.fields:
                    found[name] = flags[np.newaxis]
        return Signals(found.get("entries"), found.get("exits"), found.get("short_entries"), found.get("short_exits"))


def own_bars(bars: Bars, row: int) -> tuple[Columns, npt.NDArray[np.intp] | slice]:
    """One symbol's bars without those that it lacks, and where they stand on the common calendar."""
    close = bars.close[row]
    if all_finite(close, 0):
        return {name: getattr(bars, name)[row] for name in _COLUMNS}, slice(None)
    present = np.flatnonzero(np.isfinite(close))
    return {name: getattr(bars, name)[row][present] for name in _COLUMNS}, present


def symbols_of(bars: Bars) -> Sequence[str]:
    """What errors call the rows."""
    return [name or f"row {row}" for row, name in enumerate(bars.symbols)]
