import numpy as np
import pandas as pd
import pytest
from chitti_shared.contracts.strategies import Execution
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.backtesting.curves import drawdown_curve, monthly_returns, rolling_sharpe, worst_drawdowns
from mojo_compute.backtesting.metrics import measure
from support.markets import walk
from support.runs import CAPITAL, bars_of, run_of

WALKS = st.builds(
    lambda seed, length, step: CAPITAL * walk(seed, length, step) / 1000.0,
    st.integers(0, 10_000),
    st.integers(1, 300),
    st.sampled_from([0.001, 0.02, 0.3]),
)


def test_the_drawdown_curve_begins_at_what_was_paid_in():
    curve = drawdown_curve(np.array([90.0, 120.0, 60.0, 120.0, 126.0, 113.4]), 100.0)
    np.testing.assert_allclose(curve, [-0.1, 0.0, -0.5, 0.0, 0.0, -0.1])


def test_the_worst_drawdowns_come_deepest_first_with_their_bars():
    equity = np.array([90.0, 101.0, 120.0, 60.0, 100.0, 120.0, 126.0, 113.4, 125.0])
    deepest, first, last = worst_drawdowns(equity, 100.0)
    assert (deepest.peak, deepest.trough, deepest.end, deepest.bars) == (2, 3, 5, 3)
    assert deepest.depth == pytest.approx(-0.5)
    assert (first.peak, first.trough, first.end, first.bars) == (-1, 0, 1, 2)
    assert (last.peak, last.trough, last.end, last.bars) == (6, 7, None, 2)
    assert worst_drawdowns(equity, 100.0, count=1) == [deepest]
    assert worst_drawdowns(np.array([100.0, 101.0]), 100.0) == []


@given(WALKS)
@settings(max_examples=60)
def test_curve_list_and_figures_tell_of_the_same_drawdowns(equity):
    curve, listed = drawdown_curve(equity, CAPITAL), worst_drawdowns(equity, CAPITAL, count=1000)
    found = measure(run_of(equity), bars_of(equity), Execution(), 252.0)
    assert curve.max() <= 0.0
    assert curve.min() == found["max_drawdown"]
    depths = [one.depth for one in listed]
    assert depths == sorted(depths)
    if listed:
        assert depths[0] == found["max_drawdown"]
        assert max(one.bars for one in listed) == found["max_drawdown_bars"]
        assert np.mean(depths) == pytest.approx(found["avg_drawdown"])
        assert all(curve[one.trough] == one.depth for one in listed)


def test_monthly_returns_are_those_of_pandas():
    equity = CAPITAL * walk(3, 700) / 1000.0
    bars = bars_of(equity, "2020-03-17")
    ends = pd.Series(equity, pd.DatetimeIndex(bars.times)).resample("ME").last()
    expected = ends / ends.shift(fill_value=CAPITAL) - 1.0
    told = monthly_returns(equity, CAPITAL, bars.times)
    assert list(told) == [f"{day:%Y-%m}" for day in expected.index]
    np.testing.assert_allclose(list(told.values()), expected, rtol=1e-12, atol=1e-15)


@given(WALKS)
@settings(max_examples=40)
def test_months_together_are_the_whole_return(equity):
    told = monthly_returns(equity, CAPITAL, bars_of(equity).times)
    assert np.prod([1.0 + month for month in told.values()]) == pytest.approx(equity[-1] / CAPITAL)


def test_a_month_that_began_with_nothing_is_not_told():
    times = np.array(["2024-01-31", "2024-02-29", "2024-03-28"], dtype="datetime64[s]")
    assert monthly_returns(np.array([50.0, 0.0, 0.0]), 100.0, times) == {"2024-01": -0.5, "2024-02": -1.0}


def test_the_rolling_sharpe_ratio_of_all_bars_is_the_figure():
    equity = CAPITAL * walk(9, 300) / 1000.0
    found = measure(run_of(equity), bars_of(equity), Execution(risk_free_rate=0.06), 252.0)
    curve = rolling_sharpe(equity, CAPITAL, 252.0, window=300, risk_free_rate=0.06)
    assert np.isnan(curve[:-1]).all()
    assert curve[-1] == pytest.approx(found["sharpe_ratio"], rel=1e-9)
