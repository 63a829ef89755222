"""Holding shares through splits makes what the prices that are adjusted for them make."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from chitti_shared.contracts.strategies import CostLine
from hypothesis import assume, given, settings
from mojo_compute.backtesting import readable, simulation
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.data import Bars

from tests.support.random_backtests import Case, cases

PRICES = ("limit", "stop", "stop_distance", "target_distance", "trail_distance")
# Whole lots and ticks are whole in one of the two price scales only, quantities and rupees a share differ
SCALE_FREE = {"lot_size": 0.0, "tick_size": 0.0, "slippage_ticks": 0.0}
LINES = (CostLine(name="brokerage", rate=0.001, minimum=2.0), CostLine(name="tax", rate=0.002, side="sell"))


def shares_for_one(actions: Actions, shape: tuple[int, int]) -> np.ndarray:
    """Of each row and bar: how many of the last bar's shares one of its shares became."""
    factors = np.ones(shape)
    for bar, row, ratio in zip(actions.bar, actions.row, actions.ratio, strict=True):
        factors[row, :bar] *= ratio
    return factors


def as_traded(case: Case, factors: np.ndarray) -> Case:
    """The same run on the prices of the time, with the splits."""
    bars = case.bars
    raw = Bars(
        bars.open * factors,
        bars.high * factors,
        bars.low * factors,
        bars.close * factors,
        None if bars.volume is None else bars.volume / factors,
        bars.times,
        bars.symbols,
    )
    given_prices = {name: getattr(case.signals, name) for name in PRICES}
    scaled = {name: values * factors for name, values in given_prices.items() if values is not None}
    return replace(case, bars=raw, signals=replace(case.signals, **scaled))


@pytest.mark.parametrize("engine", [simulation, readable])
@given(case=cases())
@settings(max_examples=150)
def test_raw_prices_with_splits_make_what_adjusted_prices_make(engine, case):
    assume(case.execution.size_type != "quantity")
    assume(case.actions is not None and len(case.actions))
    fields = {name: getattr(case.execution, name) for name in case.execution.__struct_fields__}
    case = replace(case, execution=type(case.execution)(**fields | SCALE_FREE), lines=LINES)
    exact = 2.0 ** np.round(np.log2(case.actions.ratio))  # of which no price is rounded
    splits = replace(case.actions, ratio=exact, dividend=np.zeros(len(exact)))
    raw = as_traded(case, shares_for_one(splits, case.bars.close.shape))
    schedule = Schedule.of(LINES)
    adjusted = engine.simulate(case.bars, case.signals, case.execution, schedule)
    traded = engine.simulate(raw.bars, raw.signals, raw.execution, schedule, splits)
    np.testing.assert_array_equal(traded.fills["bar"], adjusted.fills["bar"])
    np.testing.assert_array_equal(traded.fills["reason"], adjusted.fills["reason"])
    near = {"rtol": 1e-7, "atol": 1e-7 * case.execution.initial_capital}
    np.testing.assert_allclose(traded.equity, adjusted.equity, **near)
    np.testing.assert_allclose(traded.round_trips["gain"], adjusted.round_trips["gain"], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(traded.round_trips["mae"], adjusted.round_trips["mae"], rtol=1e-6, atol=1e-9)
