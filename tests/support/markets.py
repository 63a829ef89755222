"""Bars of many kinds, real and made: what indicators are tried on."""

from __future__ import annotations

import csv
import io
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

COLUMNS = ("open", "high", "low", "close", "volume")
Bars = dict[str, np.ndarray]

_SAMPLE = Path(__file__).parents[2] / "cli" / "chitti_cli" / "sample" / "nifty50_eod.csv.zip"


def real_bars(symbol: str, newest: int = 700) -> Bars:
    """Daily bars of a stock of the sample market."""
    with zipfile.ZipFile(_SAMPLE) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    rows = [line.split(",")[2:7] for line in text.splitlines() if line.startswith(f"{symbol},")]
    table = np.array(rows, dtype=np.float64)[-newest:]
    return {column: np.ascontiguousarray(table[:, at]) for at, column in enumerate(COLUMNS)}


def bars_about(close: np.ndarray, seed: int = 0, spread: float = 0.02) -> Bars:
    """Bars whose closes are given: opens and ranges around them, and volumes, made at random."""
    rng = np.random.default_rng(seed)
    opened = close * (1.0 + spread * rng.uniform(-1.0, 1.0, len(close)) / 2)
    high = np.maximum(opened, close) * (1.0 + spread * rng.random(len(close)) / 2)
    low = np.minimum(opened, close) * (1.0 - spread * rng.random(len(close)) / 2)
    volume = np.floor(rng.lognormal(10.0, 1.0, len(close)))
    return {"open": opened, "high": high, "low": low, "close": close.copy(), "volume": volume}


def walk(seed: int, length: int = 600, step: float = 0.02) -> np.ndarray:
    """Closes of a geometric random walk."""
    return 1000.0 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0.0, step, length)))


def flat_bars(close: np.ndarray) -> Bars:
    """Bars that open where the last one closed, without a range beyond open and close; equal volumes."""
    opened = np.concatenate([close[:1], close[:-1]])
    return {
        "open": opened,
        "high": np.maximum(opened, close),
        "low": np.minimum(opened, close),
        "close": close.copy(),
        "volume": np.full(len(close), 1000.0),
    }


MARKETS: dict[str, Bars] = {
    "INFY": real_bars("INFY"),
    "TATAMOTORS": real_bars("TATAMOTORS"),
    "walk": bars_about(walk(1)),
    "wild walk": bars_about(walk(2, step=0.3), spread=0.5),
    "in paise": {name: np.round(values, 2) for name, values in bars_about(walk(7, 400), seed=7).items()},
    "constant": flat_bars(np.full(300, 1234.55)),
    "flat but for ticks": flat_bars(25_000.55 + np.random.default_rng(3).integers(0, 2, 400) * 0.05),
    "rising": flat_bars(np.linspace(1.0, 500.0, 300)),
    "falling": flat_bars(np.linspace(500.0, 1.0, 300)),
    "a fall by a thousand, then flat": flat_bars(np.concatenate([np.full(250, 50_000.1), np.full(300, 50.1)])),
    "one move, then flat": flat_bars(np.concatenate([[100.0], np.full(500, 101.0)])),
    "zigzag": flat_bars(np.tile([100.0, 101.0], 200)),
    "pennies": bars_about(walk(4) * 1e-6),
    "billions": bars_about(walk(5) * 1e9),
    "no volume": bars_about(walk(6, 300)) | {"volume": np.zeros(300)},
    "sixty bars": bars_about(walk(8, 60), seed=8),
    "short": bars_about(walk(9, 25), seed=9),
}


@cache
def sample_market() -> dict[str, Bars]:
    """All bars of the sample market's fifty stocks."""
    rows: dict[str, list[list[float]]] = {}
    with zipfile.ZipFile(_SAMPLE) as archive, archive.open(archive.namelist()[0]) as file:
        for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")):
            rows.setdefault(row["symbol"], []).append([float(row[column]) for column in COLUMNS])
    return {
        symbol: {column: np.ascontiguousarray(table) for column, table in zip(COLUMNS, np.array(bars).T, strict=True)}
        for symbol, bars in rows.items()
    }
