"""Backtests made at random: bars with gaps and holes, signals of every kind, executions of every setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from chitti_shared.contracts.strategies import PRESETS, CostLine, Execution
from hypothesis import strategies as st
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.signals import Signals

FLAT = (CostLine(name="flat", rate=0.001),)
BROKER = (
    CostLine(name="brokerage", rate=0.0003, minimum=5.0, maximum=20.0),
    CostLine(name="tax", rate=0.002, side="sell"),
    CostLine(name="tax", rate=0.001, side="sell", effective="2025-04-20"),
    CostLine(name="gst", rate=0.18, basis=["brokerage", "tax"]),
)
PER_SHARE = (CostLine(name="share", rate=0.05, basis="quantity"), CostLine(name="order", rate=3.0, basis="order"))
LATER = (CostLine(name="levy", rate=0.01, effective="2025-04-18"),)

# Of each setting: what it usually is first, so that a failing case shrinks towards few unusual ones
SETTINGS: dict[str, list[Any]] = {
    "initial_capital": [1000.0, 100_000.0, 120.0],
    "fill": ["next_open", "close", "next_close"],
    "direction": ["long", "both", "short"],
    "max_entries": [1, 3],
    "lot_size": [1.0, 0.0, 5.0, 0.25],
    "slippage_bps": [0.0, 10.0, 250.0],
    "stop_loss": [None, 0.02, 0.1],
    "take_profit": [None, 0.02, 0.1],
    "trailing_stop": [None, 0.02, 0.1],
    "max_bars": [None, 1, 3],
    "order_bars": [1, 0, 3],
    "leverage": [1.0, 2.0, 5.0],
    "maintenance_margin": [0.25, 0.0, 0.6],
    "periods_per_year": [None, 52.0],
}
SIZES: list[dict[str, Any]] = [
    {"size_type": "equity", "position_size": 0.5},
    {"size_type": "equity", "position_size": 1.0},
    {"size_type": "quantity", "position_size": 3.0},
    {"size_type": "cash", "position_size": 400.0},
    {"size_type": "volatility", "position_size": 0.3, "volatility_window": 3},
    {"size_type": "kelly", "position_size": 0.7, "kelly_trades": 2},
]
TICKS: list[dict[str, Any]] = [
    {"tick_size": tick, "slippage_ticks": ticks}
    for tick, ticks in ((0.0, 0.0), (0.05, 0.0), ("nse", 0.0), (1.0, 0.0), (0.05, 3.0), ("nse", 2.0), (1.0, 2.0))
]
VOLUME: list[dict[str, Any]] = [
    {},
    {"volume_limit": 0.02},
    {"slippage_volume": 0.5},
    {"volume_limit": 0.1, "slippage_volume": 2.0},
]
COSTS: list[tuple[CostLine, ...]] = [
    (),
    FLAT,
    PRESETS["nse_delivery"],
    PRESETS["nse_intraday"],
    BROKER,
    PER_SHARE,
    LATER,
]


@dataclass(frozen=True)
class Case:
    """What a run is made of."""

    bars: Bars
    signals: Signals
    execution: Execution
    lines: tuple[CostLine, ...]
    actions: Actions | None


def bars_of_rows(rows: list[tuple[float, float, float, float]], volume: list[float] | None = None) -> Bars:
    """One symbol's bars: (open, high, low, close) each."""
    table = np.array(rows, np.float64).T.copy()
    volumes = None if volume is None else np.array([volume], np.float64)
    columns = [np.ascontiguousarray(column.reshape(1, -1)) for column in table]
    return Bars(columns[0], columns[1], columns[2], columns[3], volumes)


@st.composite
def cases(draw: st.DrawFn, most_bars: int = 30) -> Case:
    """Any run."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, count = draw(st.sampled_from([1, 2, 4])), draw(st.integers(2, most_bars))
    settings = {name: draw(st.sampled_from(values)) for name, values in SETTINGS.items()}
    settings |= draw(st.sampled_from(SIZES)) | draw(st.sampled_from(TICKS))
    volume = draw(st.sampled_from(VOLUME))
    bars = _bars(draw, rng, rows, count, known_volume=bool(volume))
    signals = _weights(draw, rng, bars) if draw(st.booleans()) and draw(st.booleans()) else _signals(draw, rng, bars)
    actions = _actions(rng, rows, count) if draw(st.booleans()) else None
    return Case(bars, signals, Execution(**settings | volume), draw(st.sampled_from(COSTS)), actions)


def _bars(draw: st.DrawFn, rng: np.random.Generator, rows: int, count: int, *, known_volume: bool) -> Bars:
    shape = rows, count
    coarse = draw(st.booleans())  # prices on a grid meet each other, and levels, exactly
    if coarse:
        close = np.maximum(50.0 + np.cumsum(rng.integers(-4, 5, shape), axis=1), 5.0)
        opened = np.maximum(close + rng.integers(-3, 4, shape), 2.0)
        high = np.maximum(opened, close) + rng.integers(0, 3, shape)
        low = np.maximum(np.minimum(opened, close) - rng.integers(0, 3, shape), 1.0)
    else:
        close = 50.0 * np.exp(np.cumsum(rng.normal(0, 0.05, shape), axis=1))
        opened = close * np.exp(rng.normal(0, 0.03, shape))
        high = np.maximum(opened, close) * (1 + 0.03 * rng.random(shape))
        low = np.minimum(opened, close) * (1 - 0.03 * rng.random(shape))
    level = draw(st.sampled_from([1.0, 4.5, 20.0, 300.0]))  # the exchange's ticks go by the price
    opened, high, low, close = (level * column for column in (opened, high, low, close))
    volume = None
    if known_volume or draw(st.booleans()):
        volume = np.floor(rng.lognormal(5, 1.5, shape)) + 1
        volume[rng.random(shape) < draw(st.sampled_from([0.0, 0.2]))] = 0.0
        volume[:, 0] = np.maximum(volume[:, 0], 1.0)  # every row's volume is known
        if not known_volume and draw(st.booleans()):
            volume[0] = 0.0  # or one's is not
    if draw(st.booleans()):
        missing = rng.random(shape) < 0.2
        missing[:, 0] &= rows > 1
        for column in (opened, high, low, close):
            column[missing] = np.nan
        if volume is not None:
            volume[missing] = np.nan
            volume[known_volume & (np.nansum(volume, axis=1) == 0), -1] = 7.0
    times = None
    if draw(st.booleans()):
        first, hours = draw(st.sampled_from([("2025-04-10", 24), ("2025-04-14T12", 1)]))
        times = np.datetime64(first, "s") + np.arange(count) * np.timedelta64(hours, "h")
    return Bars(opened, high, low, close, volume, times, tuple("ABCD"[:rows]))


def _signals(draw: st.DrawFn, rng: np.random.Generator, bars: Bars) -> Signals:
    shape = bars.close.shape
    often = draw(st.sampled_from([0.1, 0.3, 0.7, 0.02]))

    def flags(share: float) -> np.ndarray | None:
        return rng.random(shape) < share if draw(st.booleans()) or share == often else None

    def near(share: float) -> np.ndarray | None:
        if not draw(st.booleans()):
            return None
        prices = np.round(np.nan_to_num(bars.close, nan=50.0) * rng.choice([0.9, 0.96, 0.98, 1.0, 1.02, 1.04], shape))
        return np.where(rng.random(shape) < share, np.maximum(prices, 1.0), np.nan)

    return Signals(
        entries=flags(often),
        exits=flags(0.15),
        short_entries=flags(0.2),
        short_exits=flags(0.15),
        limit=near(0.5),
        stop=near(0.5),
        **_about_positions(draw, rng, shape),
    )


def _about_positions(draw: st.DrawFn, rng: np.random.Generator, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Distances and priorities; on a coarse grid and often equal."""
    given = {}
    for name in ("stop_distance", "target_distance", "trail_distance"):
        if draw(st.integers(0, 2)) == 2:
            given[name] = np.where(rng.random(shape) < 0.6, rng.integers(1, 6, shape).astype(float), np.nan)
    if draw(st.booleans()):
        given["priority"] = np.where(rng.random(shape) < 0.9, rng.integers(-1, 3, shape).astype(float), np.nan)
    return given


def _weights(draw: st.DrawFn, rng: np.random.Generator, bars: Bars) -> Signals:
    shape = bars.close.shape
    weights = np.round(rng.uniform(-0.5 if draw(st.booleans()) else 0.0, 0.8, shape), 1)
    weights[:, rng.random(shape[1]) < 0.6] = np.nan
    weights[rng.random(shape) < 0.2] = np.nan
    return Signals(weights=weights, **_about_positions(draw, rng, shape))


def _actions(rng: np.random.Generator, rows: int, count: int) -> Actions:
    bar, row = np.nonzero(rng.random((count, rows)) < 0.1)
    ratio = rng.choice([1.0, 2.0, 0.5, 1.5, 5.0], len(bar))
    dividend = rng.choice([0.0, 1.0, 2.5], len(bar))
    return Actions(bar.astype(np.int32), row.astype(np.int32), ratio, dividend)
