"""Whole shares for a capital."""

import numpy as np
import pandas as pd
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.portfolio.allocation import allocate
from pypfopt import DiscreteAllocation
from support.portfolios import sample_panel

PANEL = sample_panel(10)
ONES = np.ones(10, dtype=np.int64)


@given(st.integers(0, 10_000), st.floats(5_000, 1e7), st.floats(0, 0.01), st.integers(1, 10))
def test_no_more_is_spent_than_there_is_and_shares_come_in_lots(seed, capital, cost, lot):
    weights = np.random.default_rng(seed).dirichlet(np.ones(10))
    lots = np.full(10, lot)
    try:
        found = allocate(PANEL.symbols, weights, PANEL.latest, lots, capital, cost)
    except InvalidInput:
        assert (PANEL.latest * lots > weights * capital / (1 + cost)).all()
        return
    spent = float(found.shares @ PANEL.latest)
    assert spent * (1 + cost) <= capital * (1 + 1e-12)
    assert found.left == pytest.approx(capital - spent, abs=1e-6)
    assert (found.shares % lot == 0).all()
    assert (found.shares >= 0).all()
    # nothing is more than a lot away from its share
    assert (np.abs(found.values - weights * capital / (1 + cost)) <= PANEL.latest * lot).all()


@pytest.mark.parametrize("capital", [20_000.0, 100_000.0, 2_500_000.0])
def test_the_weights_are_as_near_as_pyportfolioopts(capital):
    weights = np.random.default_rng(3).dirichlet(np.ones(10))
    series = dict(zip(PANEL.symbols, weights.tolist(), strict=True))
    prices = pd.Series(PANEL.latest, index=PANEL.symbols)
    shares, _left = DiscreteAllocation(series, prices, total_portfolio_value=capital).greedy_portfolio()
    theirs = np.array([shares.get(symbol, 0) for symbol in PANEL.symbols]) * PANEL.latest / capital
    found = allocate(PANEL.symbols, weights, PANEL.latest, ONES, capital, 0.0).values / capital
    assert np.abs(found - weights).sum() <= np.abs(theirs - weights).sum() + 0.01


def test_short_positions_are_sold_in_whole_lots():
    found = allocate(("A", "B"), np.array([1.3, -0.3]), np.array([10.0, 7.0]), ONES[:2], 1_000.0, 0.0)
    np.testing.assert_array_equal(found.shares, [130, -42])
    assert found.left == pytest.approx(1_000 - 1_300 + 294)


def test_a_capital_below_one_lot_is_refused():
    with pytest.raises(InvalidInput, match="one of B costs 70"):
        allocate(("A", "B"), np.array([0.5, 0.5]), np.array([100.0, 7.0]), np.array([1, 10]), 60.0, 0.0)
