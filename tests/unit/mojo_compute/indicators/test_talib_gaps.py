"""A series with missing bars, of every function of TA-Lib: as TA-Lib has it of the bars that are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import talib
from chitti_shared.contracts.indicators import INDICATORS, Indicator
from mojo_compute.engines import select
from mojo_compute.indicators import compute, resolve
from support.indicators import ENGINES, check_equal, inputs_of
from support.markets import bars_about, walk

CALLED = {"bollinger": "BBANDS"}
OF_TALIB = [one for one in INDICATORS if hasattr(talib, CALLED.get(one.name, one.name.upper()))]
LENGTH = 700


def gaps() -> np.ndarray:
    """Which bars are missing: the first, a few here and there, and many in a row."""
    missing = np.random.default_rng(21).random(LENGTH) < 0.004
    missing[0] = missing[300:310] = missing[330] = True
    return missing


def oracle_of(indicator: Indicator) -> Callable[..., tuple[np.ndarray, ...]]:
    called = getattr(talib, CALLED.get(indicator.name, indicator.name.upper()))
    numbers = tuple(resolve(indicator, {}).values())

    def oracle(*inputs: np.ndarray) -> tuple[np.ndarray, ...]:
        found = called(*map(np.ascontiguousarray, inputs), *numbers)
        return found if isinstance(found, tuple) else (found,)

    return oracle


def nothing_of(outputs: tuple[np.ndarray, ...]) -> list[np.ndarray]:
    """As long as the series, without a value: NaN, of integers 0."""
    return [np.full(LENGTH, np.nan) if one.dtype == np.float64 else np.zeros(LENGTH, one.dtype) for one in outputs]


def dropped(
    oracle: Callable[..., Any], inputs: list[np.ndarray], missing: np.ndarray, lookback: int, *, positions: bool
) -> list[np.ndarray]:
    """Recursive functions: computed from the bars that are there, put back to where these are."""
    found = oracle(*(one[~missing] for one in inputs))
    present = np.flatnonzero(~missing)
    whole = nothing_of(found)
    for full, values in zip(whole, found, strict=True):
        full[present] = values
        if positions:  # of the bars that are there: which are they of all?
            full[present[lookback:]] = present[values[lookback:]]
    return whole


def between(
    oracle: Callable[..., Any], inputs: list[np.ndarray], missing: np.ndarray, lookback: int
) -> list[np.ndarray]:
    """Windowed functions: each value from bars without a gap, as a pandas window of so many periods at least."""
    whole = nothing_of(oracle(*inputs))
    edges = np.flatnonzero(np.diff(np.concatenate(([True], missing, [True])).astype(int))).reshape(-1, 2)
    for first, last in edges:
        if last - first > lookback:
            for full, values in zip(whole, oracle(*(one[first:last] for one in inputs)), strict=True):
                full[first:last] = values
    return whole


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("indicator", OF_TALIB, ids=lambda one: one.name)
def test_what_is_missing_is_left_out(indicator, engine):
    bars = bars_about(walk(22, LENGTH), seed=22)
    inputs, missing, parameters = list(inputs_of(indicator, bars).values()), gaps(), resolve(indicator, {})
    oracle, lookback = oracle_of(indicator), indicator.lookback(parameters)
    expected = (
        dropped(oracle, inputs, missing, lookback, positions=indicator.positions)
        if indicator.recursive
        else between(oracle, inputs, missing, lookback)
    )  # fmt: skip
    given = {
        name: np.where(missing, np.nan, one) for name, one in zip(indicator.inputs, inputs, strict=True)
    }  # fmt: skip
    found = compute(indicator, given, parameters, select(engine)).outputs
    scale = max(float(np.abs(one).max()) for one in inputs)
    check_equal(found, tuple(expected), scale)


def test_all_of_talib_is_tried():
    assert len(OF_TALIB) == 201
