"""Bars to look for events in, and the indicators that mojo-compute would answer for them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.errors import ChittiError
from mojo_compute import indicators as ta
from signal_service.patterns import catalogue
from signal_service.patterns.bars import Bars, bars_of

SAMPLE = Path(__file__).parents[2] / "cli" / "chitti_cli" / "sample" / "nifty50_eod.csv.zip"


def walk(seed: int, count: int, *, volatility: float = 0.02, gaps: float = 0.1) -> Bars:
    """A price that wanders, gaps now and then, and trades loudly now and then; in paise."""
    rng = np.random.default_rng(seed)
    jump = (rng.random(count) < gaps) * rng.normal(0.0, 2.5 * volatility, count)
    move = rng.normal(0.0, volatility, count)
    close = np.round(500.0 * np.exp(np.cumsum(jump + move)), 2)
    before = np.concatenate([[500.0], close[:-1]])
    opened = np.round(before * np.exp(jump + 0.3 * move), 2)
    high = np.round(np.maximum(opened, close) * (1.0 + 0.4 * volatility * rng.random(count)), 2)
    low = np.round(np.minimum(opened, close) * (1.0 - 0.4 * volatility * rng.random(count)), 2)
    return bars_of(opened, high, low, close, np.floor(1e5 * rng.lognormal(0.0, 0.7, count)))


def first_bars(bars: Bars, count: int) -> Bars:
    return Bars(bars.open[:count], bars.high[:count], bars.low[:count], bars.close[:count], bars.volume[:count])


def columns_for(bars: Bars, names: Iterable[str] | None = None) -> dict[str, np.ndarray]:
    """Every column that the patterns of `names` read; missing where the bars are too few for a value."""
    series = {"open": bars.open, "high": bars.high, "low": bars.low, "close": bars.close, "volume": bars.volume}
    found = {}
    for column in catalogue.columns_of(names):
        declared = BY_NAME[column.indicator]
        given = [series.get(name, bars.close) for name in declared.inputs]
        try:
            values = getattr(ta, column.indicator)(*given, **column.parameters)
        except ChittiError:
            found[column.label] = np.full(len(bars), np.nan)
            continue
        one = values if column.output is None else getattr(values, column.output)
        found[column.label] = np.asarray(one, dtype=np.float64)
    return found


@lru_cache
def sample() -> dict[str, Bars]:
    """The shipped market."""
    with zipfile.ZipFile(SAMPLE) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read(archive.namelist()[0]).decode())))
    return _by_symbol(rows)


def _by_symbol(rows: list[dict[str, str]]) -> dict[str, Bars]:
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        grouped.setdefault(row["symbol"], []).append(row)
    return {
        symbol: bars_of(*([float(row[name]) for row in own] for name in ("open", "high", "low", "close", "volume")))
        for symbol, own in grouped.items()
    }
