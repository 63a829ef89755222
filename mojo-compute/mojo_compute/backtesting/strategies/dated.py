"""Entries on days that were chosen elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.data import Data
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies.strategy import Strategy

Days = npt.NDArray[np.datetime64]


class DatedEntries(Strategy):
    """A position is opened after the close of given days, long and short as far as `direction` allows.

    Whether the days were chosen without looking ahead is up to who chose them.

    Parameters
    ----------
    entries : mapping of str to ndarray of datetime64[D]
        The days, by symbol.
    """

    name = "entries"

    def __init__(self, entries: Mapping[str, Days]) -> None:
        self._entries = entries
        self.parameters = {symbol: np.datetime_as_string(days).tolist() for symbol, days in entries.items()}

    @classmethod
    def parsed(cls, entries: Mapping[str, Sequence[str]]) -> Self:
        """Of days as text. Errors: InvalidInput (a day that is none)."""
        return cls({symbol: _days_of(symbol, days) for symbol, days in entries.items()})

    def signals(self, data: Data) -> Signals:
        """True on the days of each symbol."""
        bars = data.bars
        if bars.times is None:
            raise InvalidInput("entries are days: the bars need dates", field="entries", constraint="bars with dates")
        days = bars.times.astype("datetime64[D]")
        flags = np.zeros(bars.close.shape, dtype=np.bool_)
        for row, symbol in enumerate(bars.symbols):
            flags[row] = np.isin(days, self._entries.get(symbol, []))
        return Signals(entries=flags, short_entries=flags)


def _days_of(symbol: str, days: Sequence[str]) -> Days:
    try:
        return np.array(days, dtype="datetime64[D]")
    except ValueError as error:
        raise InvalidInput(
            f"entries.{symbol} holds no day: {error}", field=f"entries.{symbol}", constraint="YYYY-MM-DD"
        ) from error
