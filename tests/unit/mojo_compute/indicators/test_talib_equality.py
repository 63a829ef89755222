"""Every indicator equals TA-Lib, whichever engine computes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import talib
from mojo_compute.engines import available, select
from mojo_compute.indicators import ENTRIES, compute, resolve

BARS = Path(__file__).parents[3] / "data" / "mojo_compute"

ORACLES = {
    "sma": lambda x, p: (talib.SMA(x, p["period"]),),
    "rsi": lambda x, p: (talib.RSI(x, p["period"]),),
    "macd": lambda x, p: talib.MACD(x, p["fast_period"], p["slow_period"], p["signal_period"]),
    "bollinger": lambda x, p: talib.BBANDS(x, p["period"], p["std_dev_up"], p["std_dev_down"]),
}
PARAMETERS = {
    "sma": [{}, {"period": 2}, {"period": 3}, {"period": 20}, {"period": 200}],
    "rsi": [{}, {"period": 2}, {"period": 9}, {"period": 50}, {"period": 200}],
    "macd": [
        {},
        {"fast_period": 2, "slow_period": 3, "signal_period": 1},
        {"fast_period": 5, "slow_period": 35, "signal_period": 5},
        {"fast_period": 2, "slow_period": 150, "signal_period": 40},
    ],
    "bollinger": [
        {},
        {"period": 2},
        {"period": 5, "std_dev": 1.0},
        {"period": 50, "std_dev_up": 3.0, "std_dev_down": 0.5},
    ],
}


def real_bars(name: str) -> np.ndarray:
    return np.loadtxt(BARS / f"{name}.csv", delimiter=",", skiprows=1, usecols=4)


def walk(seed: int, length: int = 2000, step: float = 0.02) -> np.ndarray:
    return 1000.0 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0.0, step, length)))


SERIES = {
    "INFY": real_bars("INFY"),
    "TATAMOTORS": real_bars("TATAMOTORS"),
    "walk": walk(1),
    "wild walk": walk(2, step=0.3),
    "constant": np.full(300, 1234.55),
    "flat but for ticks": 25_000.55 + np.random.default_rng(3).integers(0, 2, 500) * 0.05,
    "rising": np.linspace(1.0, 500.0, 300),
    "falling": np.linspace(500.0, 1.0, 300),
    "a fall by a thousand, then flat": np.concatenate([np.full(250, 50_000.1), np.full(300, 50.1)]),
    "one move, then flat": np.concatenate([[100.0], np.full(600, 101.0)]),
    "zigzag": np.tile([100.0, 101.0], 200),
    "pennies": walk(4) * 1e-6,
    "billions": walk(5) * 1e9,
}
CASES = [
    pytest.param(name, given, series, id=f"{name}-{'-'.join(map(str, given.values()))}-{series}")
    for name, sets in PARAMETERS.items()
    for given in sets
    for series, prices in SERIES.items()
    if len(prices) > ENTRIES[name].lookback(resolve(ENTRIES[name].declared, given))
]


def check_equal(ours, oracle, prices):
    assert len(ours) == len(oracle)
    for mine, theirs in zip(ours, oracle, strict=True):
        np.testing.assert_array_equal(np.isnan(mine), np.isnan(theirs))
        bound = 1e-9 * max(np.nanmax(np.abs(theirs)), prices.max())
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=bound)


@pytest.mark.parametrize("engine", ["cython", "numpy"])
@pytest.mark.parametrize(("name", "given", "series"), CASES)
def test_indicator_equals_talib(name, given, series, engine):
    prices, entry = SERIES[series], ENTRIES[name]
    parameters = resolve(entry.declared, given)
    done = compute(entry, {"close": prices}, parameters, select(engine))
    assert done.engine == engine
    check_equal(done.outputs, ORACLES[name](prices, parameters), prices)


@pytest.mark.parametrize("name", ORACLES)
def test_the_shortest_series_with_a_value_has_exactly_one(name):
    entry = ENTRIES[name]
    parameters = resolve(entry.declared, {})
    prices = walk(6, entry.lookback(parameters) + 1)
    done = compute(entry, {"close": prices}, parameters, available())
    check_equal(done.outputs, ORACLES[name](prices, parameters), prices)
    assert [np.count_nonzero(~np.isnan(values)) for values in done.outputs] == [1] * len(done.outputs)


def test_every_declared_indicator_has_an_oracle_here():
    assert {entry.declared.name for entry in ENTRIES.values()} == set(ORACLES)
