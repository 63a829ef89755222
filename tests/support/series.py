"""Bars as backtests take them."""

from __future__ import annotations

import numpy as np
from mojo_compute.backtesting.data import Bars, Data

from support.markets import bars_about, walk

COLUMNS = ("open", "high", "low", "close", "volume")


def series(length: int = 300, seed: int = 1, symbol: str = "TCS") -> Data:
    """Daily bars of a random walk."""
    return panel([bars_about(walk(seed, length), seed)], (symbol,))


def panel(markets: list[dict[str, np.ndarray]], symbols: tuple[str, ...]) -> Data:
    """Symbols on one calendar."""
    length = len(markets[0]["close"])
    columns = [np.ascontiguousarray([one[name] for one in markets]) for name in COLUMNS]
    times = (np.datetime64("2019-01-01", "D") + np.arange(length)).astype("datetime64[s]")
    return Data(Bars(*columns, times=times, symbols=symbols))
