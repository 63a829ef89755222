"""Requests for backtests: prices that wander, and work that takes a while."""

from __future__ import annotations

from typing import Any

import numpy as np
from chitti_shared.contracts.backtests import BacktestRequest, Prices

# Slow on purpose: a rank statistic of long windows, recomputed on 100 shortened histories of each symbol
SLOW_STRATEGY = {
    "entry": {">": [{"hurst": {"period": 900}}, 0.5]},
    "exit": {"<": [{"hurst": {"period": 900}}, 0.5]},
}


def wandering(bars: int, seed: int = 0, *, minutes: bool = False) -> Prices:
    """Bars of a price that wanders, each of them possible."""
    random = np.random.default_rng(seed)
    close = np.round(100 * np.exp(np.cumsum(random.normal(0.0002, 0.01, bars))), 2) + 1
    opened = np.round(close * (1 + random.normal(0, 0.003, bars)), 2)
    high = np.maximum(opened, close) + 0.5
    low = np.minimum(opened, close) - 0.5
    first, step = np.datetime64("2015-01-01T00:00:00"), np.timedelta64(60 if minutes else 86_400, "s")
    times = first + np.arange(bars) * step
    dates = np.datetime_as_string(times, unit="s" if minutes else "D").tolist()
    volume = np.full(bars, 100_000.0)
    return Prices(dates=dates, open=opened, high=high, low=low, close=close, volume=volume)


def crossing(bars: int = 252, seed: int = 0, **fields: Any) -> BacktestRequest:
    """Two averages that cross, over a year."""
    given = {"symbol": "TCS", "prices": wandering(bars, seed), "parameters": {"fast_period": 5, "slow_period": 15}}
    return BacktestRequest(strategy_id="sma_crossover", **{**given, **fields})


def slow(symbols: int = 6, bars: int = 8_000, **fields: Any) -> BacktestRequest:
    """A run of seconds that tells its progress by symbol."""
    panel = {f"S{number}": wandering(bars, number, minutes=True) for number in range(symbols)}
    return BacktestRequest(
        strategy=SLOW_STRATEGY, panel=panel, mode="apart", verify_causality=100, curve_limit=0, **fields
    )
