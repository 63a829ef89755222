import warnings

import numpy as np
import pandas as pd
import pytest
from chitti_shared.contracts.strategies import Execution
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.backtesting.metrics import measure, periods_per_year
from support.markets import walk
from support.runs import CAPITAL, bars_of, run_of, trades_of

with warnings.catch_warnings():  # the oracle's own imports
    warnings.simplefilter("ignore")
    from backtesting._stats import compute_stats

TRADES = ((3, 9, 40.0), (12, 13, -15.0), (20, 31, 25.0), (31, 40, 0.0), (41, 60, -35.0), (70, 71, -5.0), (80, 95, 90.0))


def figures(closed, *, bars=100, **more):
    equity = np.full(bars, CAPITAL)
    return measure(run_of(equity, closed, **more), bars_of(equity), Execution(), 252.0)


def their_stats(closed, equity):
    """What backtesting.py tells about the same trades and equity."""
    bars = bars_of(equity)
    index = pd.DatetimeIndex(bars.times)
    table = pd.DataFrame(
        {
            "EntryBar": closed["entry_bar"],
            "ExitBar": closed["exit_bar"],
            "PnL": closed["pnl"],
            "ReturnPct": closed["gain"],
            "Duration": index[closed["exit_bar"]] - index[closed["entry_bar"]],
        }
    )
    prices = pd.DataFrame({"Close": bars.close[0]}, index=index)

    class Plain:
        _indicators = ()

    with warnings.catch_warnings():  # pandas within the oracle
        warnings.simplefilter("ignore")
        return compute_stats(table, equity, prices, Plain(), 0.0)


@pytest.mark.parametrize("seed", range(4))
def test_figures_are_those_of_backtesting_py(seed):
    rng = np.random.default_rng(seed)
    equity = CAPITAL * np.concatenate([[1.0], walk(seed, 400) / 1000.0])
    edges = np.sort(rng.choice(399, 60, replace=False)).reshape(-1, 2)
    closed = trades_of(*((int(a), int(b), float(rng.normal(2.0, 30.0))) for a, b in edges))
    exposure = np.zeros(401)
    for trade in closed:
        exposure[trade["entry_bar"] : trade["exit_bar"]] = 100.0
    found = measure(run_of(equity, closed, exposure=exposure), bars_of(equity), Execution(), 252.0)
    theirs = their_stats(closed, equity)
    assert found["total_trades"] == theirs["# Trades"]
    assert found["max_drawdown_days"] == theirs["Max. Drawdown Duration"] / pd.Timedelta(days=1)
    for name, their_name, scale in (
        ("win_rate", "Win Rate [%]", 100.0),
        ("best_trade", "Best Trade [%]", 100.0),
        ("worst_trade", "Worst Trade [%]", 100.0),
        ("expectancy", "Expectancy [%]", 100.0),
        ("sqn", "SQN", 1.0),
        ("kelly", "Kelly Criterion", 1.0),
        ("exposure", "Exposure Time [%]", 100.0),
        ("max_drawdown", "Max. Drawdown [%]", 100.0),
        ("avg_drawdown", "Avg. Drawdown [%]", 100.0),
        ("total_return", "Return [%]", 100.0),
        ("cagr", "CAGR [%]", 100.0),
        ("final_equity", "Equity Final [$]", 1.0),
        ("peak_equity", "Equity Peak [$]", 1.0),
    ):
        assert found[name] * scale == pytest.approx(theirs[their_name], rel=1e-9), name


def test_known_trades_give_the_figures_worked_out_by_hand():
    found = figures(trades_of(*TRADES))
    assert found["total_trades"] == 7
    assert found["profitable_trades"] == 3
    assert found["losing_trades"] == 3
    assert found["win_rate"] == pytest.approx(3 / 7)
    assert found["avg_win"] == pytest.approx((0.40 + 0.25 + 0.90) / 3)
    assert found["avg_loss"] == pytest.approx(-(0.15 + 0.35 + 0.05) / 3)
    assert found["profit_factor"] == pytest.approx(155.0 / 55.0)
    assert found["payoff_ratio"] == pytest.approx(155.0 / 55.0)
    assert found["expectancy"] == pytest.approx(1.0 / 7)
    assert found["avg_pnl"] == pytest.approx(100.0 / 7)
    assert found["kelly"] == pytest.approx(3 / 7 - (4 / 7) / (155.0 / 55.0))
    assert found["avg_bars"] == pytest.approx((6 + 1 + 11 + 9 + 19 + 1 + 15) / 7)
    assert found["avg_win_bars"] == pytest.approx((6 + 11 + 15) / 3)
    assert found["avg_loss_bars"] == pytest.approx((1 + 19 + 1) / 3)
    assert found["max_bars"] == 19
    assert found["max_consecutive_wins"] == 1  # the trade that made nothing stands between
    assert found["max_consecutive_losses"] == 2
    assert found["avg_mae"] == pytest.approx((-1 - 15 - 1 - 1 - 35 - 5 - 1) / 700)
    assert found["avg_mfe"] == pytest.approx((40 + 1 + 25 + 1 + 1 + 1 + 90) / 700)
    assert found["total_costs"] == pytest.approx(3.5)


def test_turnover_is_what_was_bought_and_sold_in_a_year_over_the_equity():
    closed, opened = trades_of((0, 10, 20.0)), trades_of((50, -1, 7.0))
    opened["exit_bar"] = -1
    found = figures(closed, bars=126, opened=opened)
    traded = 100.0 + 120.5 + 100.0
    assert found["turnover"] == pytest.approx(traded / CAPITAL * 252 / 126)
    assert found["open_trades"] == 1
    assert found["open_pnl"] == 7.0
    assert found["total_costs"] == pytest.approx(1.0)


def test_a_bar_counts_as_held_when_there_was_a_position_at_any_time_of_it():
    exposure = np.zeros(100)
    exposure[10:15] = 50.0  # bought on bar 10, sold on bar 15
    closed = trades_of((10, 15, 1.0), (40, 40, -1.0))  # the other: in and out within its bar
    assert figures(closed, exposure=exposure)["exposure"] == pytest.approx(7 / 100)


def test_without_losses_nothing_is_divided_by_them():
    found = figures(trades_of((1, 2, 10.0), (3, 4, 20.0)))
    for name in ("profit_factor", "payoff_ratio", "kelly", "avg_loss", "avg_loss_bars"):
        assert found[name] is None, name
    assert found["win_rate"] == 1.0
    assert figures(trades_of((1, 2, -10.0)))["profit_factor"] == 0.0


def test_one_trade_or_equal_ones_have_no_quality_number():
    assert figures(trades_of((1, 2, 10.0)))["sqn"] is None
    assert figures(trades_of((1, 2, 0.1), (3, 4, 0.1), (5, 6, 0.1)))["sqn"] is None


GAINS = st.lists(st.floats(-90.0, 90.0).map(lambda gain: round(gain, 2)), min_size=1, max_size=40)


@given(GAINS)
@settings(max_examples=60)
def test_trades_are_won_lost_or_neither(gains):
    found = figures(trades_of(*((at, at + 1, gain) for at, gain in enumerate(gains))))
    zeros = sum(gain == 0.0 for gain in gains)
    assert found["profitable_trades"] + found["losing_trades"] + zeros == found["total_trades"] == len(gains)
    assert found["max_consecutive_wins"] <= found["profitable_trades"]
    assert found["worst_trade"] <= found["expectancy"] + 1e-12
    assert found["expectancy"] <= found["best_trade"] + 1e-12
    assert found["avg_pnl"] * len(gains) == pytest.approx(sum(gains), abs=1e-9)


@given(GAINS, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_trades_changes_streaks_only(gains, random):
    shuffled = gains.copy()
    random.shuffle(shuffled)
    one, other = (
        figures(trades_of(*((at, at + 1, gain) for at, gain in enumerate(order)))) for order in (gains, shuffled)
    )
    for name in set(one) - {"max_consecutive_wins", "max_consecutive_losses"}:
        assert one[name] == other[name] or one[name] == pytest.approx(other[name], rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize(
    ("costs", "expected"), [(None, 252.0), ("flat", 252.0), ("nse_delivery", 247.0), ("nse_intraday", 247.0)]
)
def test_a_year_has_the_days_of_the_market_whose_costs_are_paid(costs, expected):
    assert periods_per_year(Execution(), bars_of(np.ones(10)).times, costs) == expected
    assert periods_per_year(Execution(), None, costs) == expected
    assert periods_per_year(Execution(periods_per_year=52), None, costs) == 52


def test_a_year_of_bars_within_the_day_has_the_bars_of_its_sessions():
    days = np.array(["2025-01-01", "2025-01-02", "2025-01-03"], dtype="datetime64[s]")
    hours = np.timedelta64(555, "m") + np.arange(25) * np.timedelta64(15, "m")
    times = (days[:, None] + hours).ravel()[7:]  # the first day began late
    assert periods_per_year(Execution(), times, "nse_intraday") == 247.0 * 25
