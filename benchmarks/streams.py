"""The stream form from Python: one new bar beside other libraries, and late bars beside early ones.

python -m benchmarks.streams
"""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain, islice, repeat, starmap
from typing import Any

import numpy as np
import talib
from chitti_shared.contracts.indicators import INDICATORS, Indicator
from mojo_compute import indicators as ta

from benchmarks.indicators import inputs_of, series_table
from benchmarks.peers import libraries
from benchmarks.results import Row, against, interleaved

EARLY, LATE = 1_000, 1_000_000
TIMED = 500  # bars of one measurement
LATE_MOST = 1.5


def measure() -> list[Row]:
    """Rows beside other libraries, and of the function whose late bars cost the most more than its early ones."""
    return [*peer_rows(), late_row()]


def peer_rows() -> list[Row]:
    """One new bar, from Python: ours, vector-ta's stream, and TA-Lib's stream over the last 250 bars."""
    closes = series_table()["close"][0].tolist()
    recent = np.array(closes[-250:])
    rows = []
    v = libraries.load("vector_ta")
    for name, function, parameters, vector in (
        ("sma", talib.stream.SMA, (30,), "SmaStream"),
        ("ema", talib.stream.EMA, (30,), "EmaStream"),
        ("rsi", talib.stream.RSI, (14,), "RsiStream"),
        ("macd", talib.stream.MACD, (12, 26, 9), "MacdStream"),
    ):
        calls: dict[str, Callable[[float], object]] = {
            "ours": _warm(ta.Stream(name, *parameters).feed, closes),
            "TA-Lib": partial(_over_recent, function, recent, parameters),
        }
        if v is not None:
            more = ("ema",) if name == "macd" else ()
            calls["vector-ta"] = _warm(getattr(v, vector)(*parameters, *more).update, closes)
        medians = {one: statistics.median(seconds) for one, seconds in _loops(calls, closes[:1000]).items()}
        what = f"{name} stream, one bar"
        rows.append(against(what, medians["ours"], medians["TA-Lib"], "TA-Lib stream", unit="ns", least_ratio=10))
        if "vector-ta" in medians:
            rows.append(against(what, medians["ours"], medians["vector-ta"], "vector-ta", unit="ns", least_ratio=0.5))
    return rows


def _over_recent(
    function: Callable[..., Any], recent: np.ndarray, parameters: tuple[float, ...], _close: float
) -> object:
    return function(recent, *parameters)


def _warm(feed: Callable[[float], object], closes: list[float]) -> Callable[[float], object]:
    for close in closes:
        feed(close)
    return feed


def _loops(calls: dict[str, Callable[[float], object]], closes: list[float]) -> dict[str, list[float]]:
    """Nanoseconds a bar of each contender, of whole runs over some bars, in turns."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(15):
        for name, feed in calls.items():
            start = time.perf_counter_ns()
            for close in closes:
                feed(close)
            taken[name].append((time.perf_counter_ns() - start) / len(closes))
    return taken


def late_row() -> Row:
    """Bar 1,000,000 beside bar 1,000, of the stream that does worst."""
    table = series_table()
    late = {one.name: late_ratio(one, table) for one in INDICATORS if one.streams}
    worst = max(late, key=lambda name: late[name])
    what = f"one bar at bar {LATE:,} beside bar {EARLY:,}, worst of {len(late)} streams ({worst})"
    return Row(what, late[worst], "x", target=f"<= {LATE_MOST:g}x", met=late[worst] <= LATE_MOST)


def late_ratio(indicator: Indicator, table: dict[str, np.ndarray]) -> float:
    """What a bar costs a stream that was fed a million, beside one that was fed a thousand."""
    bars = list(zip(*(one[0].tolist() for one in inputs_of(indicator, table)), strict=True))
    timed = bars[EARLY : EARLY + TIMED]
    calls: dict[str, Callable[[], object]] = {}
    for name, count in (("early", EARLY), ("late", LATE)):
        feed = ta.Stream(indicator.name).feed
        _exhaust(starmap(feed, islice(chain.from_iterable(repeat(bars)), count)))
        calls[name] = partial(_feed, feed, timed)
    taken = interleaved(calls, rounds=9, calls_per_round=1, warm_up=1)
    # the quickest of each: what else the machine does only adds
    return min(taken["late"]) / min(taken["early"])


def _feed(feed: Callable[..., Any], bars: list[tuple[float, ...]]) -> None:
    _exhaust(starmap(feed, bars))


def _exhaust(values: Iterable[Any]) -> None:
    deque(values, maxlen=0)


if __name__ == "__main__":
    from benchmarks.results import plain

    print(plain(measure()))
