"""Strategies by what is written about a symbol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.data import Data
from mojo_compute.backtesting.periods import closing_times
from mojo_compute.backtesting.signals import Flags, Signals
from mojo_compute.backtesting.strategies.series import own_bars
from mojo_compute.backtesting.strategies.strategy import Strategy
from mojo_compute.kernels.arrays import Floats

_ROUNDING = 1e-12  # a mean of 0.3, 0.3 and 0.3 is 0.3


class NewsSentiment(Strategy):
    """Long on good news, short on bad, by when an article was first seen here: never by the date it bears.

    An article counts for the first bar of its symbol that closes after it was seen; what was seen before its first
    bar began counts for none.

    Parameters
    ----------
    name : str
    parameters : mapping
        `threshold`, `min_articles`, `window`, `hold_bars`.
    """

    def __init__(self, name: str, parameters: Mapping[str, Any]) -> None:
        self.name = name
        self.parameters = parameters

    def signals(self, data: Data) -> Signals:
        bars, news = data.bars, data.news
        if news is None:
            raise InvalidInput(f"{self.name} needs articles beside the bars", field="news", constraint="articles")
        if bars.times is None:
            raise InvalidInput(f"{self.name} needs bars with dates", field="dates", constraint="dates")
        good, bad, out, back = (np.zeros(bars.close.shape, np.bool_) for _ in range(4))
        strength = np.zeros(bars.close.shape)
        ends = closing_times(bars)
        for row in range(len(bars.close)):
            _columns, present = own_bars(bars, row)
            own = ends[present]
            if not len(own):
                continue
            about = (news.rows == row) & (news.first_seen >= bars.times[present][0])
            means = self._means(np.searchsorted(own, news.first_seen[about]), news.scores[about], len(own))
            bullish = means >= self.parameters["threshold"] - _ROUNDING
            bearish = means <= _ROUNDING - self.parameters["threshold"]
            good[row, present], bad[row, present] = bullish, bearish
            out[row, present] = bearish | self._stale(bullish)
            back[row, present] = bullish | self._stale(bearish)
            strength[row, present] = np.where(np.isnan(means), 0.0, np.abs(means))
        return Signals(good, out, bad, back, priority=strength)

    def _means(self, numbers: npt.NDArray[np.intp], scores: Floats, length: int) -> Floats:
        """Mean score of the articles of the last `window` bars; NaN where there are too few."""
        counts = np.bincount(numbers, minlength=length + 1)[:length].astype(np.float64)
        sums = np.bincount(numbers, weights=scores, minlength=length + 1)[:length]
        count, total = counts.copy(), sums.copy()
        for back in range(1, min(int(self.parameters["window"]), length)):
            count[back:] += counts[:-back]
            total[back:] += sums[:-back]
        enough = count >= self.parameters["min_articles"]
        means: Floats = np.divide(total, count, out=np.full(length, np.nan), where=enough)
        return means

    def _stale(self, flags: Flags) -> Flags:
        """Where the newest signal is `hold_bars` old."""
        numbers = np.arange(len(flags))
        newest = np.maximum.accumulate(np.where(flags, numbers, -len(flags) - self.parameters["hold_bars"]))
        stale: Flags = numbers - newest == self.parameters["hold_bars"]
        return stale
