"""Bands, channels and stops equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from mojo_compute.engines import available
from mojo_compute.indicators import Stream, compute_panel, resolve
from mojo_compute.indicators.panels import starts_of
from support.indicators import ENGINES, by_talib, cases, check_equal, check_on_markets, inputs_of, run
from support.markets import bars_about, flat_bars, walk

_LOPSIDED = {
    "acceleration_init_long": 0.01,
    "acceleration_long": 0.03,
    "acceleration_max_long": 0.3,
    "acceleration_init_short": 0.05,
    "acceleration_short": 0.01,
    "acceleration_max_short": 0.04,
}
PARAMETERS = {
    "accbands": [{}, {"period": 2}, {"period": 33}, {"period": 200}, {"period": 650}],
    "donchian": [{}, {"period": 2}, {"period": 33}, {"period": 200}],
    "kc": [
        {},
        {"period": 2, "atr_period": 1, "std_dev": 1.0},
        {"period": 5, "atr_period": 40, "std_dev": -0.5},
        {"period": 150, "atr_period": 14},
    ],
    "sar": [
        {},
        {"acceleration": 0.2, "maximum": 0.1},
        {"acceleration": 0.0, "maximum": 0.0},
        {"acceleration": 0.005, "maximum": 0.5},
    ],
    "sarext": [
        {},
        _LOPSIDED,
        {"start_value": 900.0, "offset_on_reverse": 0.01},
        {"start_value": -1100.0, **_LOPSIDED},
    ],
    "supertrend": [
        {},
        {"period": 2, "multiplier": 1.0},
        {"period": 7, "multiplier": 0.0},
        {"period": 200, "multiplier": 1.5},
    ],
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name), engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name), "cython", thorough=True)


LONG = {
    "a walk": bars_about(walk(31, 6003, step=0.01), seed=31),
    "a calm walk": bars_about(walk(32, 5000, step=0.001), seed=32, spread=0.002),
    "a rise": flat_bars(np.linspace(100.0, 900.0, 5001)),
    "still": flat_bars(np.full(4999, 100.0)),
}


@pytest.mark.parametrize("market", LONG)
@pytest.mark.parametrize(
    ("name", "given"),
    cases(
        {
            "sar": [{}, {"acceleration": 0.0005, "maximum": 0.002}],
            "sarext": [_LOPSIDED, {"acceleration_init_long": 0.0, "acceleration_long": 0.0001}],
            "supertrend": [{}, {"period": 50, "multiplier": 30.0}],
        }
    ),
)
def test_a_long_series_computed_in_parts_equals_the_stream_and_talib(name, given, market):
    inputs = inputs_of(BY_NAME[name], LONG[market])
    found = run(name, LONG[market], given)
    stream = Stream(name, **given)
    fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs.values(), strict=True)]).T
    np.testing.assert_array_equal(fed, found)
    scale = max(float(values.max()) for values in inputs.values())
    check_equal(found, by_talib(name)(*inputs.values(), *resolve(BY_NAME[name], given).values()), scale)


@pytest.mark.parametrize(
    ("name", "given"),
    cases(
        {
            "atr": [{}, {"period": 1}],
            "cvi": [{}, {"period": 30, "roc_period": 3}],
            "ha": [{}],
            "kc": [{}, {"period": 5, "atr_period": 40}],
            "massi": [{}],
            "natr": [{}, {"period": 1}],
            "sar": [{}],
            "sarext": [_LOPSIDED],
            "supertrend": [{}, {"period": 2, "multiplier": 1.0}],
        }
    ),
)
def test_series_of_one_length_go_in_step_with_the_same_values(name, given):
    indicator, parameters = BY_NAME[name], resolve(BY_NAME[name], given)
    rows = [bars_about(walk(seed, 203), seed=seed) for seed in range(19)]
    flat = {one: np.concatenate([row[one] for row in rows]) for one in indicator.inputs}
    whole = compute_panel(indicator, flat, starts_of([203] * 19), parameters, available())
    for number, row in enumerate(rows):
        for values, alone in zip(whole.outputs, run(name, row, given), strict=True):
            np.testing.assert_array_equal(values[203 * number : 203 * (number + 1)], alone)
