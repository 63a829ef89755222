"""The indicators themselves, in process, beside TA-Lib's C: the cost of validation included on both sides."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import talib
from mojo_compute import indicators

from benchmarks.compute_http import POINTS, random_walk
from benchmarks.results import Row, interleaved

PAIRS: dict[str, tuple[Callable[..., Any], dict[str, Any], Callable[..., Any], dict[str, Any]]] = {
    "sma": (indicators.sma, {"period": 20}, talib.SMA, {"timeperiod": 20}),
    "rsi": (indicators.rsi, {"period": 14}, talib.RSI, {"timeperiod": 14}),
    "macd": (indicators.macd, {}, talib.MACD, {}),
    "bollinger": (indicators.bollinger, {"period": 20}, talib.BBANDS, {"timeperiod": 20}),
}


def measure() -> list[Row]:
    """One row an indicator."""
    prices = np.asarray(random_walk(POINTS))
    rows = []
    for name, (ours, our_parameters, theirs, their_parameters) in PAIRS.items():
        calls = {"ours": partial(ours, prices, **our_parameters), "talib": partial(theirs, prices, **their_parameters)}
        seconds = interleaved(calls, rounds=10, calls_per_round=50)
        medians = {contender: statistics.median(taken) * 1e6 for contender, taken in seconds.items()}
        what = f"indicators.{name}, {POINTS:,} prices, in process"
        rows.append(Row(what, medians["ours"], "us", medians["talib"], "TA-Lib"))
    return rows
