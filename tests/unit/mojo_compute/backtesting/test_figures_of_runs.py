"""Figures of runs that the engine made: what they count is what was filled and held."""

import numpy as np
import pytest
from chitti_shared.contracts.strategies import Execution
from hypothesis import given, settings
from mojo_compute.backtesting._metrics import measure as measure_into
from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.metrics import FIGURES, measure
from mojo_compute.backtesting.runs import ROUND_TRIP
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.simulation import simulate
from support.markets import walk
from support.random_backtests import Case, cases
from support.simulations import crossovers, stock

YEARLY = 252.0


def run_of(case: Case):
    days = None if case.bars.times is None else (case.bars.times.view(np.int64) // 86_400).astype(np.int32)
    schedule = Schedule.of(case.lines, days=days) if case.lines else Schedule.of("none", days=days)
    return simulate(case.bars, case.signals, case.execution, schedule, case.actions)


@given(cases())
@settings(max_examples=150, deadline=None)
def test_costs_and_turnover_are_those_of_the_fills(case):
    run = run_of(case)
    found = measure(run, case.bars, case.execution, YEARLY)
    assert found["total_costs"] == pytest.approx(run.fills["cost"].sum(), rel=1e-9, abs=1e-6)
    if found["turnover"] is not None:
        traded = np.abs(run.fills["quantity"] * run.fills["price"]).sum()
        expected = traded / run.equity.mean() * YEARLY / len(run.equity)
        assert found["turnover"] == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert found["total_trades"] == len(run.round_trips)
    assert found["final_equity"] == run.equity[-1]
    assert all(value is None or np.isfinite(value) for value in found.values())


@given(cases())
@settings(max_examples=150, deadline=None)
def test_exposure_is_the_share_of_bars_with_a_position_at_any_time(case):
    run = run_of(case)
    held = run.exposure != 0.0
    held[run.round_trips["exit_bar"]] = True
    found = measure(run, case.bars, case.execution, YEARLY)
    assert found["exposure"] == pytest.approx(held.mean())


@pytest.mark.parametrize("fill", ["next_open", "close", "next_close"])
@pytest.mark.parametrize("guards", [{}, {"stop_loss": 0.02, "take_profit": 0.03}])
def test_of_one_symbol_the_trades_alone_tell_the_exposure(fill, guards):
    bars = stock("INFY")
    up, down = crossovers(bars.close, 5, 20)
    execution = Execution(fill=fill, direction="both", position_size=0.9, **guards)
    signals = Signals(entries=up, exits=down, short_entries=down, short_exits=up)
    run = simulate(bars, signals, execution, Schedule.of("flat"))
    rest = (run.round_trips, run.open_trades, None, YEARLY, 0.0, 0.0, False, True)
    with_curve = measure_into(run.equity, run.initial_capital, run.exposure, *rest)
    assert measure_into(run.equity, run.initial_capital, None, *rest) == with_curve
    assert with_curve["exposure"] > 0.2


def test_a_longer_history_of_cash_changes_only_what_it_should():
    closes = walk(1, 300)
    equity = 1e5 * closes / closes[0]
    waiting = np.concatenate([np.full(200, 1e5), equity])
    none = np.zeros(0, ROUND_TRIP)
    rest = (none, none, None, YEARLY, 0.0, 0.0, False, True)
    short, long = measure_into(equity, 1e5, None, *rest), measure_into(waiting, 1e5, None, *rest)
    same = {"total_return", "max_drawdown", "avg_drawdown", "final_equity", "peak_equity", "best_bar", "worst_bar"}
    for name in same & set(FIGURES):
        assert short[name] == long[name], name
    assert abs(long["sharpe_ratio"]) < abs(short["sharpe_ratio"])
