"""Returns and what they were worth, readable."""

from __future__ import annotations

import math

import numpy as np

from mojo_compute.engines.readable.more_volatility import sample_variance
from mojo_compute.engines.readable.windows import fill_last, fill_windowed
from mojo_compute.kernels.arrays import Floats


def log_return(close: Floats, period: int, out: Floats) -> None:
    fill_last(out, np.log(close[period:] / close[:-period]))


def pct_return(close: Floats, period: int, out: Floats) -> None:
    fill_last(out, close[period:] / close[:-period] - 1.0)


def drawdown(close: Floats, out: Floats) -> None:
    out[:] = close / np.maximum.accumulate(close) - 1.0


def above_rate(close: Floats, yearly: float, bars_per_year: float) -> Floats:
    """The returns of bars beyond what the yearly rate gives for one."""
    excess: Floats = close[1:] / close[:-1] - (1.0 + yearly) ** (1.0 / bars_per_year)
    return excess


def rolling_sharpe(close: Floats, period: int, risk_free: float, bars_per_year: float, out: Floats) -> None:
    excess = above_rate(close, risk_free, bars_per_year)
    mean, spread = np.empty_like(excess), np.empty_like(excess)
    fill_windowed(np.mean, excess, period, mean)
    fill_windowed(sample_variance, close[1:] / close[:-1], period, spread)
    spread[spread == 0.0] = np.nan
    fill_last(out, mean / np.sqrt(spread) * math.sqrt(bars_per_year))


def rolling_sortino(close: Floats, period: int, required: float, bars_per_year: float, out: Floats) -> None:
    excess = above_rate(close, required, bars_per_year)
    mean, below = np.empty_like(excess), np.empty_like(excess)
    fill_windowed(np.mean, excess, period, mean)
    fill_windowed(np.mean, np.minimum(excess, 0.0) ** 2, period, below)
    below[below == 0.0] = np.nan
    fill_last(out, mean / np.sqrt(below) * math.sqrt(bars_per_year))


SERIES = {
    "log_return": log_return,
    "pct_return": pct_return,
    "drawdown": drawdown,
    "rolling_sharpe": rolling_sharpe,
    "rolling_sortino": rolling_sortino,
}
