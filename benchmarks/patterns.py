"""Patterns of one symbol, 1,250 bars, data in memory.

    python -m benchmarks.patterns

Chart patterns on every stock of the sample market that has as many bars: with their points as `find_patterns` gives
them, and as the qualities that rules read. Candlesticks: all 61 functions of TA-Lib, ours and TA-Lib's own, with the
same arrays. All of the catalogue: from bare bars over indicators and candlesticks to the qualities of every pattern;
the C library keeps freed memory, as in the daemons, for all.
"""

from __future__ import annotations

import csv
import io
import statistics
import zipfile
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import numpy as np
import talib
from chitti_shared.allocator import keep_freed_memory
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS
from mojo_compute import indicators as ta
from signal_service.patterns import catalogue
from signal_service.patterns.bars import Bars, bars_of
from signal_service.patterns.shapes import SHAPES

from benchmarks.results import Row, against, below, interleaved, plain

BARS = 1_250
LISTED = 1_200  # bars of a stock that was listed all the time
SHAPES_MOST_MS, ALL_MOST_MS, CANDLES_LEAST = 0.3, 2.0, 2.0
ROUNDS = 9
COLUMNS = ("open", "high", "low", "close", "volume")
SAMPLE = Path(__file__).resolve().parents[1] / "cli" / "chitti_cli" / "sample" / "nifty50_eod.csv.zip"
CANDLES = [one.name for one in INDICATORS if one.name.startswith("cdl")]


def sample_market(more_than: int = LISTED) -> list[Bars]:
    """The stocks of the sample market with more bars than that: by default those that were listed all the time."""
    rows: dict[str, list[list[float]]] = {}
    with zipfile.ZipFile(SAMPLE) as archive, archive.open(archive.namelist()[0]) as file:
        for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")):
            rows.setdefault(row["symbol"], []).append([float(row[name]) for name in COLUMNS])
    return [bars_of(*np.array(bars).T) for bars in rows.values() if len(bars) > more_than]


def resized(bars: Bars) -> Bars:
    """The first 1,250 bars; a stock that has fewer begins anew."""
    return bars_of(*(np.resize(one, BARS) for one in (bars.open, bars.high, bars.low, bars.close, bars.volume)))


def columns_of(bars: Bars) -> dict[str, np.ndarray]:
    """What all patterns read beside the bars, candlesticks included."""
    found, computed = {}, {}
    series = {name: getattr(bars, name) for name in COLUMNS}
    for column in catalogue.columns_of():
        key = (column.indicator, *column.parameters.values())
        if key not in computed:
            inputs = (series.get(name, bars.close) for name in BY_NAME[column.indicator].inputs)
            computed[key] = getattr(ta, column.indicator)(*inputs, **column.parameters)
        values = computed[key] if column.output is None else getattr(computed[key], column.output)
        found[column.label] = np.asarray(values, dtype=np.float64)
    return found


def all_qualities(bars: Bars) -> object:
    """From bare bars to the qualities of every pattern."""
    return catalogue.qualities(bars, columns_of(bars))


def measure() -> list[Row]:
    """Rows of the chart patterns alone, the candlesticks beside TA-Lib's, and both together."""
    keep_freed_memory()
    market = [resized(bars) for bars in sample_market()]
    bars = market[0]
    prices = (bars.open, bars.high, bars.low, bars.close)
    ours, theirs = [getattr(ta, name) for name in CANDLES], [getattr(talib, name.upper()) for name in CANDLES]
    for name, mine, other in zip(CANDLES, ours, theirs, strict=True):
        if not np.array_equal(mine(*prices), other(*prices)):
            raise RuntimeError(f"{name} and TA-Lib's differ")
    turns = cycle(market)  # another stock at each call: nothing of it has been seen just before
    calls: dict[str, Callable[[], object]] = {
        "find": lambda: SHAPES.find(next(turns), SHAPES.names),
        "qualities": lambda: SHAPES.qualities(next(turns), SHAPES.names),
        "all": lambda: all_qualities(next(turns)),
        "candles": lambda: [function(*prices) for function in ours],
        "talib": lambda: [function(*prices) for function in theirs],
    }
    taken = interleaved(calls, rounds=ROUNDS, calls_per_round=len(market))
    ms = {name: statistics.median(seconds) * 1e3 for name, seconds in taken.items()}
    shapes = f"{len(SHAPES.names)} chart patterns"
    return [
        below(f"{shapes}, {BARS:,} bars, with points", ms["find"], SHAPES_MOST_MS, unit="ms"),
        below(f"{shapes}, {BARS:,} bars, qualities", ms["qualities"], SHAPES_MOST_MS, unit="ms"),
        against(
            f"{len(CANDLES)} candlesticks, {BARS:,} bars", ms["candles"], ms["talib"], "TA-Lib", unit="ms",
            least_ratio=CANDLES_LEAST,
        ),
        below(
            f"{len(CANDLES)} candlesticks and {shapes}, {BARS:,} bars",
            ms["candles"] + ms["find"], ALL_MOST_MS, unit="ms",
        ),
        below(
            f"all {len(catalogue.NAMES)} patterns, indicators and candlesticks included, {BARS:,} bars, qualities",
            ms["all"], ALL_MOST_MS, unit="ms",
        ),
    ]  # fmt: skip


if __name__ == "__main__":
    print(plain(measure()))
