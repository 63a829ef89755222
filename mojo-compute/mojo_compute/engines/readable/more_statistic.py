"""Statistics of windows that TA-Lib does not have, readable."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mojo_compute.engines.readable.windows import fill_windowed
from mojo_compute.kernels.arrays import Floats


def centred(windows: Floats) -> Floats:
    """Deviations of each row from its mean, 0 exactly where the row's values are all equal."""
    shifted = windows - windows[:, -1:]
    deviations: Floats = shifted - shifted.mean(axis=1, keepdims=True)
    return deviations


def moments_ratio(windows: Floats, power: int) -> Floats:
    """Sum of deviations to that power over the same power of their Euclidean norm; NaN for a flat window."""
    deviations = centred(windows)
    size = np.sqrt((deviations**2).sum(axis=1))
    size[size == 0.0] = np.nan
    ratio: Floats = ((deviations / size[:, None]) ** power).sum(axis=1)
    return ratio


def skew(prices: Floats, period: int, out: Floats) -> None:
    def statistic(windows: Floats, axis: int) -> Floats:
        return period * math.sqrt(period - 1) / (period - 2) * moments_ratio(windows, 3)

    fill_windowed(statistic, prices, period, out)


def kurtosis(prices: Floats, period: int, out: Floats) -> None:
    n = period

    def statistic(windows: Floats, axis: int) -> Floats:
        ratio = n * (n + 1) * (n - 1) * moments_ratio(windows, 4) - 3.0 * (n - 1) ** 2
        return ratio / ((n - 2) * (n - 3))

    fill_windowed(statistic, prices, period, out)


def mad(prices: Floats, period: int, out: Floats) -> None:
    fill_windowed(lambda windows, axis: np.abs(centred(windows)).mean(axis=axis), prices, period, out)


def median(prices: Floats, period: int, out: Floats) -> None:
    fill_windowed(np.median, prices, period, out)


def quantile(prices: Floats, period: int, share: float, out: Floats) -> None:
    fill_windowed(lambda windows, axis: np.quantile(windows, share, axis=axis), prices, period, out)


def zscore(prices: Floats, period: int, out: Floats) -> None:
    def statistic(windows: Floats, axis: int) -> Floats:
        deviations = centred(windows)
        spread = np.sqrt((deviations**2).sum(axis=axis) / (period - 1))
        spread[spread == 0.0] = np.nan
        scores: Floats = deviations[:, -1] / spread
        return scores

    fill_windowed(statistic, prices, period, out)


def paired(statistic: Callable[[Floats, Floats], Any], first: Floats, second: Floats, period: int, out: Floats) -> None:
    """`statistic` of the windows of two series, window by window; NaN in the warm-up."""
    out[: period - 1] = np.nan
    windows = (np.lib.stride_tricks.sliding_window_view(one, period) for one in (first, second))
    for at, (one, other) in enumerate(zip(*windows, strict=True), period - 1):
        out[at] = statistic(one - one[-1], other - other[-1])


def covariance(prices: Floats, others: Floats, period: int, out: Floats) -> None:
    def statistic(one: Floats, other: Floats) -> float:
        return float(((one - one.mean()) * (other - other.mean())).sum()) / (period - 1)

    paired(statistic, prices, others, period, out)


def autocorr(prices: Floats, period: int, lag: int, out: Floats) -> None:
    def statistic(one: Floats, other: Floats) -> float:
        here, before = one - one.mean(), other - other.mean()
        size = float(np.linalg.norm(here) * np.linalg.norm(before))
        return float(here @ before) / size if size > 0.0 else math.nan

    out[:lag] = np.nan
    paired(statistic, prices[lag:], prices[:-lag], period, out[lag:])


def entropy(prices: Floats, period: int, base: float, out: Floats) -> None:
    def statistic(windows: Floats, axis: int) -> Floats:
        found = np.full(len(windows), np.nan)
        whole = (windows > 0.0).all(axis=axis)
        shares = windows[whole] / windows[whole].sum(axis=axis, keepdims=True)
        found[whole] = -(shares * np.log(shares)).sum(axis=axis) / math.log(base)
        return found

    fill_windowed(statistic, prices, period, out)


def rescaled_range(returns: Floats) -> float:
    """Hurst's R/S of one piece; NaN where its returns differ by rounding alone."""
    shifted = returns - returns[0]
    deviations = shifted - shifted.mean()
    if not (deviations**2).sum() > 1e-18 * (returns**2).sum():
        return math.nan
    walk = np.concatenate([[0.0], np.cumsum(deviations)])
    return float((walk.max() - walk.min()) / np.sqrt(np.mean(deviations**2)))


def hurst_of(window: Floats) -> float:
    points = []
    size = len(window)
    while size >= 8:
        pieces = [window[last - size : last] for last in range(len(window), size - 1, -size)]
        found = [one for one in map(rescaled_range, pieces) if not math.isnan(one)]
        if found:
            points.append((math.log(size), math.log(sum(found) / len(found))))
        size //= 2
    if len(points) < 2:
        return math.nan
    x, y = np.array(points).T
    x -= x.mean()
    return float(x @ (y - y.mean()) / (x @ x))


def hurst(prices: Floats, period: int, out: Floats) -> None:
    out[:] = np.nan
    for last in range(period, len(prices)):
        window = prices[last - period : last + 1]
        if (window > 0.0).all():
            out[last] = hurst_of(np.log(window[1:] / window[:-1]))


SERIES = {
    "skew": skew,
    "kurtosis": kurtosis,
    "mad": mad,
    "median": median,
    "quantile": quantile,
    "zscore": zscore,
    "covariance": covariance,
    "autocorr": autocorr,
    "entropy": entropy,
    "hurst": hurst,
}
