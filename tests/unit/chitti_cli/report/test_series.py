import numpy as np
import pytest
from chitti_cli.report import series
from chitti_cli.report.result import Trade
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting import curves
from support.markets import walk


def trade(entry, leaving):
    return Trade(
        side="long", entry_bar=entry, exit_bar=leaving, bars=1, quantity=1.0, entry_price=1.0, exit_price=1.0,
        costs=0.0, pnl=0.0, gain=0.0, mae=0.0, mfe=0.0,
    )  # fmt: skip


@given(st.integers(0, 1000), st.sampled_from([10, 2799, 2801, 10_000]))
def test_a_thinned_curve_keeps_its_ends_and_extremes(seed, count):
    values = walk(seed, count)
    at = series.thinned(values)
    assert at[0] == 0
    assert at[-1] == count - 1
    assert len(at) <= max(2800, 2 * series.COLUMNS + 2)
    assert (np.diff(at) > 0).all()
    assert values[at].min() == values.min()
    assert values[at].max() == values.max()


@given(st.integers(0, 1000), st.integers(1, 300))
def test_spells_under_water_are_those_of_the_backtest(seed, count):
    equity = walk(seed, count)
    below = curves.drawdown_curve(equity, 1000.0)
    ours, theirs = series.worst_spells(below, 100), curves.worst_drawdowns(equity, 1000.0, 100)
    assert [(one.peak, one.trough, one.end, one.depth, one.bars) for one in ours] == [
        (one.peak, one.trough, one.end, one.depth, one.bars) for one in theirs
    ]


def test_the_rolling_ratio_is_that_of_the_backtest():
    equity = walk(5, 400)
    returns = equity / np.concatenate([[1000.0], equity[:-1]]) - 1.0
    ours, theirs = series.rolling_sharpe(returns, 60, 252.0), curves.rolling_sharpe(equity, 1000.0, 252.0, window=60)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_a_curve_that_stands_still_has_no_ratio():
    assert np.isnan(series.rolling_sharpe(np.zeros(100), 30, 252.0)).all()
    assert series.window_of(59) == 0
    assert series.window_of(90) == 30
    assert series.window_of(10_000) == 126


def test_stretches_in_the_market_join_where_they_meet():
    spans = series.held_spans([trade(5, 9), trade(1, 3), trade(4, 4), trade(20, None), trade(22, -1)], last=30)
    assert spans == [(1, 9), (20, 30)]


def test_months_stand_in_their_years():
    first, second = series.years_of({"2023-12": 0.1, "2024-02": -0.5})
    assert (first.name, first.months[11]) == ("2023", 0.1)
    assert np.isnan(first.months[:11]).all()
    assert second.total == pytest.approx(-0.5)
