"""Dividends and splits of the symbols of a backtest, by bar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.data import Bars
from mojo_compute.kernels.arrays import Floats

Places = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Happening:
    """What a company does with its shares on one day, before that day's trading.

    Parameters
    ----------
    symbol : str
    day : date
        The ex-date: who holds the share at the close before has the right.
    ratio : float
        Shares after for each share before: 2 for a 1:1 bonus, 5 for a split of ten rupees into two, 0.1 for
        ten made one; 1: none.
    dividend : float
        Rupees for each share held, counted after `ratio`; 0: none.
    """

    symbol: str
    day: date
    ratio: float = 1.0
    dividend: float = 0.0


@dataclass(frozen=True, slots=True)
class Actions:
    """Corporate actions as columns, ordered by bar, then row; at most one entry for each bar and row.

    They are for prices as they were traded. Where prices are adjusted for splits already, the splits are in
    them, and a share count of that day would be too; such runs are given no actions.

    Parameters
    ----------
    bar, row : ndarray of int32, shape (k,)
    ratio : ndarray, shape (k,)
        Shares after for each share before, > 0; 1: none.
    dividend : ndarray, shape (k,)
        Rupees for each share held, counted after `ratio`; 0: none. Short positions pay it.
    """

    bar: Places
    row: Places
    ratio: Floats
    dividend: Floats

    def __len__(self) -> int:
        return len(self.bar)

    @staticmethod
    def of(bars: Bars, happenings: Iterable[Happening]) -> Actions:
        """Place what happened on a calendar: on the first bar of its ex-date or, without one, after it.

        What lies on or before the first bar or after the last concerns no position and is left out, and so are
        symbols that aren't among the bars. Several of one symbol and bar become one, in the order of their
        days, splits of a day before its dividends.

        Raises
        ------
        InvalidInput
            Bars without times, a ratio that isn't above 0, a negative dividend.
        """
        if bars.times is None:
            raise InvalidInput(
                "corporate actions need the dates of bars", field="dates", constraint="dates beside the prices"
            )
        rows = {symbol: row for row, symbol in enumerate(bars.symbols)}
        merged: dict[tuple[int, int], tuple[float, float]] = {}
        for one in sorted(happenings, key=lambda one: (one.day, one.dividend > 0)):
            _check(one)
            bar = int(np.searchsorted(bars.times, np.datetime64(one.day, "s")))
            if one.symbol not in rows or not 0 < bar < len(bars):
                continue  # nothing is held before bar 0
            ratio, dividend = merged.get((bar, rows[one.symbol]), (1.0, 0.0))
            # a dividend told before this split was for the shares before it
            merged[bar, rows[one.symbol]] = ratio * one.ratio, dividend / one.ratio + one.dividend
        return _columns(merged)


def _columns(merged: dict[tuple[int, int], tuple[float, float]]) -> Actions:
    places = sorted(merged)
    return Actions(
        np.array([bar for bar, _row in places], np.int32),
        np.array([row for _bar, row in places], np.int32),
        np.array([merged[place][0] for place in places], np.float64),
        np.array([merged[place][1] for place in places], np.float64),
    )


def _check(one: Happening) -> None:
    if not 0.0 < one.ratio < np.inf:
        raise InvalidInput(
            f"the split ratio of {one.symbol} on {one.day} is {one.ratio}: expected shares after for each before",
            field="ratio",
            constraint="ratio > 0",
        )
    if not 0.0 <= one.dividend < np.inf:
        raise InvalidInput(
            f"the dividend of {one.symbol} on {one.day} is {one.dividend}: expected rupees for each share",
            field="dividend",
            constraint="dividend >= 0",
        )
