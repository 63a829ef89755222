"""What backtests are tried on: sample stocks as bars, signals of averages and of chance, runs in one call."""

from __future__ import annotations

from typing import Any

import numpy as np
from chitti_shared.contracts.strategies import CostLine, Execution
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.runs import REASONS, SKIPS, Run
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.simulation import simulate

from support.markets import COLUMNS, bars_about, real_bars, walk

OPEN, HIGH, LOW, CLOSE, VOLUME = COLUMNS


def panel(*markets: dict[str, np.ndarray], volume: bool = True) -> Bars:
    """Bars of several symbols, all of one length."""
    rows = {column: np.array([market[column] for market in markets]) for column in COLUMNS}
    symbols = tuple(f"S{number}" for number in range(len(markets)))
    return Bars(
        rows[OPEN], rows[HIGH], rows[LOW], rows[CLOSE], volume=rows[VOLUME] if volume else None, symbols=symbols
    )


def stock(symbol: str, newest: int = 700) -> Bars:
    """One sample stock's daily bars."""
    return panel(real_bars(symbol, newest))


def made(seed: int, length: int = 60, rows: int = 1, step: float = 0.02) -> Bars:
    """Bars of random walks."""
    return panel(*(bars_about(walk(seed + 97 * row, length, step), seed + row) for row in range(rows)))


def table(*bars: tuple[float, float, float, float], volume: list[float] | None = None) -> Bars:
    """Bars told one by one: open, high, low, close."""
    columns = np.array(bars, dtype=np.float64).T
    return Bars(*(column[None].copy() for column in columns), volume=None if volume is None else np.array([volume]))


def at(count: int, *bars: int, rows: int = 1) -> np.ndarray:
    """Flags that are up on some bars of the first row."""
    flags = np.zeros((rows, count), bool)
    flags[0, list(bars)] = True
    return flags


def prices_at(count: int, **by_bar: float) -> np.ndarray:
    """Prices for some bars, `b3=101.0` for bar 3; missing on the others."""
    values = np.full((1, count), np.nan)
    for bar, price in by_bar.items():
        values[0, int(bar[1:])] = price
    return values


def crossovers(closes: np.ndarray, fast: int, slow: int) -> tuple[np.ndarray, np.ndarray]:
    """Where a fast average of each row crosses the slow one: upward, downward."""
    entries, exits = np.zeros(closes.shape, bool), np.zeros(closes.shape, bool)
    for row, close in enumerate(closes):
        averages = [np.convolve(close, np.ones(period) / period)[slow - 1 : len(close)] for period in (fast, slow)]
        above = averages[0] > averages[1]
        entries[row, slow:] = above[1:] & ~above[:-1]
        exits[row, slow:] = ~above[1:] & above[:-1]
    return entries, exits


def chances(shape: tuple[int, int], share: float, seed: int) -> np.ndarray:
    """Flags that are up at random."""
    return np.random.default_rng(seed).random(shape) < share


def run(
    bars: Bars,
    costs: str | list[CostLine] = "none",
    actions: Actions | None = None,
    *,
    signals: Signals | None = None,
    days: np.ndarray | None = None,
    cost: float = 0.001,
    settings: dict[str, Any] | None = None,
    **fields: np.ndarray,
) -> Run:
    """A run of signals told by their fields, with positions kept."""
    told = signals or Signals(**fields)
    execution = Execution(**{"size_type": "quantity", "position_size": 10.0, "direction": "both", **(settings or {})})
    return simulate(bars, told, execution, Schedule.of(costs, cost, days), actions, positions=True)


def fills_of(told: Run) -> list[tuple[int, float, float, str]]:
    """Bar, quantity, price and reason of each fill."""
    return [
        (int(one["bar"]), float(one["quantity"]), round(float(one["price"]), 9), REASONS[one["reason"]])
        for one in told.fills
    ]


def skips_of(told: Run) -> list[tuple[int, str]]:
    """Bar and reason of each order that was not filled."""
    return [(int(one["bar"]), SKIPS[one["reason"]]) for one in told.skipped]
