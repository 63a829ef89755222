"""What is written about a symbol, by when it was first seen here: never by the date that an article bears."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mojo_compute.backtesting.data import News, Times
from mojo_compute.kernels.arrays import Floats

Told = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]  # by bar: how many articles, and the sum of their scores

_UNIT = 1e9  # scores count to nine decimals, so that sums are exact and the mean of 0.3 and 0.3 is 0.3


def told_by_bar(news: News, row: int, begins: Times, closes: Times) -> Told:
    """The articles about one symbol, each at the first of its bars that closes when or after it was seen.

    Parameters
    ----------
    news : News
    row : int
        The symbol's.
    begins : ndarray of datetime64
        When its first bar began: what was seen before counts for none. Empty: there is no bar.
    closes : ndarray, shape (n,)
        When its bars closed.
    """
    wanted = (news.rows == row) & (news.first_seen >= begins if len(begins) else False)
    numbers = np.searchsorted(closes, news.first_seen[wanted])
    scores = np.rint(news.scores[wanted] * _UNIT)
    length = len(closes)
    counts = np.bincount(numbers, minlength=length)[:length]
    sums = np.bincount(numbers, weights=scores, minlength=length)[:length]  # whole numbers below 2**53: exact
    return counts.astype(np.int64), sums.astype(np.int64)


def number_of_articles(told: Told, bars: int) -> Floats:
    """How many there were in the last `bars` bars, the newest included."""
    return _over(told[0], bars).astype(np.float64)


def mean_sentiment(told: Told, bars: int) -> Floats:
    """Mean score of the articles of the last `bars` bars; NaN where there is none."""
    counts, sums = (_over(one, bars) for one in told)
    means: Floats = np.divide(sums, counts * _UNIT, out=np.full(len(counts), np.nan), where=counts > 0)
    return means


def _over(values: npt.NDArray[np.int64], bars: int) -> npt.NDArray[np.int64]:
    total = np.cumsum(values)
    window: npt.NDArray[np.int64] = total.copy()
    window[bars:] -= total[: max(len(total) - bars, 0)]
    return window
