"""Averages and bands equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import numpy as np
import pytest
import talib
from chitti_shared.contracts.indicators import BY_NAME
from mojo_compute.engines import select
from mojo_compute.indicators import Stream, compute, resolve
from support.indicators import ENGINES, by_talib, cases, check_equal, check_on_markets, inputs_of
from support.markets import bars_about, walk

_PERIODS = [{}, {"period": 2}, {"period": 3}, {"period": 20}, {"period": 200}]
_TYPES = range(14)

PARAMETERS = {
    "sma": _PERIODS,
    "ema": _PERIODS,
    "wma": _PERIODS,
    "dema": _PERIODS,
    "tema": _PERIODS,
    "trima": [*_PERIODS, {"period": 7}],
    "kama": _PERIODS,
    "t3": [*_PERIODS[:4], {"period": 10, "volume_factor": 0.0}, {"period": 4, "volume_factor": 1.0}],
    "rma": _PERIODS,
    "hma": [*_PERIODS, {"period": 9}],
    "zlema": _PERIODS,
    "vwma": _PERIODS,
    "ma": [{"period": 9, "ma_type": kind} for kind in _TYPES] + [{"period": 1, "ma_type": kind} for kind in (0, 6, 7)],
    "mama": [{}, {"fast_limit": 0.9, "slow_limit": 0.01}, {"fast_limit": 0.2, "slow_limit": 0.3}],
    "midpoint": _PERIODS,
    "midprice": _PERIODS,
    "mavp": [{}, {"min_period": 1, "max_period": 5}, {"ma_type": 1}, {"max_period": 12, "ma_type": 9}],
    "bollinger": [
        {},
        {"period": 2},
        {"period": 5, "std_dev": 1.0},
        {"period": 50, "std_dev_up": 3.0, "std_dev_down": 0.5},
        *[{"period": 10, "ma_type": kind} for kind in _TYPES if kind],
        {"period": 40, "ma_type": 7},
    ],
}
CALLED = {"bollinger": "bbands"}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name, CALLED.get(name, "")), engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name, CALLED.get(name, "")), "cython", thorough=True)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", _TYPES)
def test_mavp_takes_each_bars_own_period(kind, engine):
    close = walk(21, 300)
    periods = np.random.default_rng(22).uniform(-3.0, 20.0, 300)
    parameters = resolve(BY_NAME["mavp"], {"min_period": 1, "max_period": 14, "ma_type": kind})
    ours = compute(BY_NAME["mavp"], {"close": close, "other": periods}, parameters, select(engine)).outputs
    check_equal(ours, talib.MAVP(close, periods, 1, 14, kind), close.max())


def long_markets() -> dict[str, np.ndarray]:
    """Closes long enough for blocks side by side, among them such that sums lose their digits in."""
    close = walk(23, 5003)
    fallen = close.copy()
    fallen[2400:] *= 1e-4
    flat = close.copy()
    flat[1500:2300] = 77.7
    return {"walk": close, "ticks": np.round(close, 2), "a fall by ten thousand": fallen, "flat for a while": flat}


@pytest.mark.parametrize("market", long_markets())
@pytest.mark.parametrize("period", [2, 30, 300])
@pytest.mark.parametrize("name", ["sma", "ema", "wma", "tema", "trima", "kama", "hma", "rma", "vwma", "bollinger"])
def test_long_series_equal_talib_and_their_streams(name, period, market):
    bars = bars_about(long_markets()[market], seed=24)
    indicator = BY_NAME[name]
    inputs, parameters = inputs_of(indicator, bars), resolve(indicator, {"period": period})
    ours = compute(indicator, inputs, parameters, select("cython")).outputs
    theirs = by_talib(name, CALLED.get(name, ""))(*inputs.values(), *parameters.values())
    if (name, market) != ("kama", "flat for a while"):  # TA-Lib divides rounding noise there
        check_equal(ours, theirs, max(float(values.max()) for values in inputs.values()))
    stream = Stream(name, **parameters)
    fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs.values(), strict=True)]).T
    np.testing.assert_array_equal(fed, ours)


def test_vwma_keeps_its_digits_when_volumes_dry_up():
    close = walk(25, 3000)
    volume = np.where(np.arange(3000) % 700 < 40, 1e12 / 3.0, 1.0 / 3.0)
    volume[2000:2050] = 0.0
    indicator = BY_NAME["vwma"]
    inputs, parameters = {"close": close, "volume": volume}, resolve(indicator, {"period": 10})
    ours, exact = (compute(indicator, inputs, parameters, select(engine)).outputs[0] for engine in ENGINES)
    np.testing.assert_allclose(ours, exact, rtol=1e-9)
    assert np.isnan(ours[2009:2050]).all()
    assert not np.isnan(ours[2050:]).any()
    stream = Stream("vwma", 10)
    np.testing.assert_array_equal([stream.feed(*bar) for bar in zip(close, volume, strict=True)], ours)
