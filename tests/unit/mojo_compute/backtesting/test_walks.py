from itertools import pairwise

import numpy as np
import pytest
from chitti_shared.errors import Cancelled, InvalidInput
from mojo_compute.backtesting.backtests import backtest
from mojo_compute.backtesting.executors import Threads
from mojo_compute.backtesting.strategies import make, split
from mojo_compute.backtesting.strategies.parameters import declaration_of
from mojo_compute.backtesting.sweeps.searches import Search
from mojo_compute.backtesting.sweeps.studies import Aim, sweep
from mojo_compute.backtesting.walks import walk_forward
from mojo_compute.backtesting.windows import WalkPlan, Window, between
from support.markets import bars_about, walk
from support.series import panel, series

GRID = {"fast_period": [3, 5, 8], "slow_period": [10, 15, 20]}
DATA = series(400, 3)
PLAN = WalkPlan(120, 60)


def windows(length, **plan):
    return WalkPlan(**plan).windows(series(length).bars)


def test_rolling_windows_follow_one_another_without_a_gap():
    assert windows(250, train=100, test=50) == [
        Window((0, 100), (100, 150)),
        Window((50, 150), (150, 200)),
        Window((100, 200), (200, 250)),
    ]


def test_anchored_windows_grow_and_an_embargo_keeps_both_apart():
    assert windows(240, train=100, test=50, embargo=5, anchored=True) == [
        Window((0, 100), (105, 155)),
        Window((0, 150), (155, 205)),
    ]


def test_a_step_below_the_test_window_makes_them_overlap():
    assert [one.test for one in windows(200, train=100, test=50, step=25)] == [(100, 150), (125, 175), (150, 200)]


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"train": 100, "test": 101}, "train"),
        ({"train": 100, "test": 10, "step": 11}, "step"),
        ({"train": 0, "test": 10}, "train"),
        ({"train": 10, "test": 10, "embargo": -1}, "train"),
    ],
)
def test_windows_that_make_no_sense_are_refused(plan, field):
    with pytest.raises(InvalidInput) as caught:
        windows(200, **plan)
    assert caught.value.details["field"] == field


def test_too_many_windows_are_refused_with_their_number():
    with pytest.raises(InvalidInput, match="1499 windows") as caught:
        windows(1600, train=100, test=2, step=1)
    assert caught.value.details["size"] == 1499


def test_each_window_is_chosen_by_a_sweep_of_its_training_bars_alone():
    walked = walk_forward(DATA, "sma_crossover", GRID, plan=PLAN)
    assert len(walked.steps) == 4
    for step in walked.steps:
        alone = sweep(between(DATA, *step.window.train), "sma_crossover", GRID)
        assert step.parameters == alone.job.grid.point(int(alone.best.numbers[0]))
        row = alone.job.metrics.index("sharpe_ratio")
        assert step.in_sample["sharpe_ratio"] == alone.best.values[row, 0]


def test_bars_of_a_test_window_change_nothing_that_was_chosen_for_it():
    changed = series(400, 3)
    for name in ("open", "high", "low", "close"):
        getattr(changed.bars, name)[0, 180:] *= 1.7
    plain, other = (walk_forward(one, "sma_crossover", GRID, plan=PLAN) for one in (DATA, changed))
    assert plain.steps[0] == other.steps[0]
    assert plain.steps[1].parameters == other.steps[1].parameters
    assert plain.steps[1].in_sample == other.steps[1].in_sample
    assert plain.run.equity[:60].tobytes() == other.run.equity[:60].tobytes()


@pytest.mark.parametrize("sizing", [{"position_size": 0.9}, {"size_type": "volatility", "position_size": 0.2}], ids=str)
@pytest.mark.parametrize("costs", ["none", "nse_delivery"])
def test_a_window_trades_as_a_backtest_that_hears_signals_from_its_eve_on(sizing, costs):
    walked = walk_forward(DATA, "sma_crossover", GRID, sizing, costs, plan=PLAN)
    window, chosen = walked.steps[0].window, walked.steps[0].parameters
    own, execution = split(declaration_of("sma_crossover"), {**chosen, **sizing})
    history = between(DATA, window.train[0], window.test[1])
    signals = make("sma_crossover", own).signals(history)
    for flags in (signals.entries, signals.exits):
        flags[:, : window.test[0] - 1] = False
    alone = backtest(history, signals, execution, costs).run
    found, expected = walked.run.equity[:60], alone.equity[window.test[0] :]
    assert found[:-1].tolist() == expected[:-1].tolist()
    assert found[-1] <= expected[-1]  # what is open is closed, with costs


def test_windows_begin_flat_with_what_the_one_before_left():
    walked = walk_forward(DATA, "sma_crossover", GRID, {"position_size": 0.9}, plan=PLAN)
    run = walked.run
    assert len(run.equity) == 240
    assert run.round_trips["entry_bar"].min() >= 0
    for border in (60, 120, 180, 240):
        assert run.exposure[border - 1] == 0.0
        inside = (run.round_trips["entry_bar"] < border) & (run.round_trips["exit_bar"] >= border)
        assert not inside.any()
    made = run.round_trips["pnl"].sum()
    assert run.equity[-1] == pytest.approx(run.initial_capital + made, rel=1e-12)
    assert run.fills["cost"].sum() == pytest.approx(run.round_trips["costs"].sum(), rel=1e-12)
    assert (np.diff(run.fills["bar"]) >= 0).all()
    assert walked.metrics["total_trades"] == len(run.round_trips)
    assert walked.metrics["total_return"] == run.equity[-1] / run.initial_capital - 1


def test_overlapping_test_windows_count_once_in_the_whole():
    walked = walk_forward(DATA, "sma_crossover", GRID, plan=WalkPlan(120, 60, step=30))
    assert len(walked.steps) == 8
    assert len(walked.run.equity) == 7 * 30 + 60
    assert len(walked.bars) == 270
    assert walked.bars.times[0] == DATA.bars.times[120]


def test_the_whole_runs_over_the_bars_of_the_test_windows():
    walked = walk_forward(DATA, "sma_crossover", GRID, plan=WalkPlan(120, 60, embargo=10))
    assert walked.bars.times[0] == DATA.bars.times[130]
    assert walked.bars.close.tobytes() == DATA.bars.close[:, 130:370].tobytes()


def test_degradation_is_the_difference_of_the_means():
    walked = walk_forward(DATA, "sma_crossover", GRID, plan=PLAN)
    before = [step.in_sample["sharpe_ratio"] for step in walked.steps]
    after = [step.out_of_sample["sharpe_ratio"] for step in walked.steps]
    both = [(a, b) for a, b in zip(before, after, strict=True) if a is not None and b is not None]
    found = walked.degradation()["sharpe_ratio"]
    assert found.windows == len(both)
    assert found.in_sample == pytest.approx(np.mean([a for a, _ in both]))
    assert found.difference == pytest.approx(np.mean([b for _, b in both]) - np.mean([a for a, _ in both]))


def test_stability_tells_what_was_chosen_and_how_often_it_changed():
    walked = walk_forward(DATA, "sma_crossover", GRID, plan=PLAN)
    chosen = [step.parameters["slow_period"] for step in walked.steps]
    found = walked.stability()["slow_period"]
    assert found.values == tuple(chosen)
    assert found.distinct == len(set(chosen))
    assert found.changes == sum(a != b for a, b in pairwise(chosen))
    assert found.mean == pytest.approx(np.mean(chosen))
    assert found.deviation == pytest.approx(np.std(chosen, ddof=1))


@pytest.mark.parametrize("search", [Search("random", 4, 1), Search("tpe", 5, 1)], ids=lambda one: one.kind)
def test_threads_and_searches_give_one_result(search):
    first, second = (
        walk_forward(DATA, "sma_crossover", GRID, plan=PLAN, search=search, executor=Threads(count)) for count in (1, 3)
    )
    assert first.steps == second.steps
    assert first.run.equity.tobytes() == second.run.equity.tobytes()


def test_a_window_without_a_best_trades_nothing():
    flat = series(400, 3)
    for name in ("open", "high", "low", "close"):
        getattr(flat.bars, name)[0, :130] = 100.0  # no ratio is defined where nothing moves
    walked = walk_forward(flat, "sma_crossover", GRID, plan=PLAN)
    assert walked.steps[0].parameters is None
    assert (walked.run.equity[:60] == 100_000.0).all()
    assert walked.steps[1].parameters is not None
    assert len(walked.stability()["fast_period"].values) == 3


def test_fills_at_the_close_and_settings_that_vary_work_too():
    grid = {"stop_loss": [0.02, 0.1], "fast_period": [3, 5], "slow_period": [15]}
    walked = walk_forward(DATA, "sma_crossover", grid, {"fill": "close", "direction": "both"}, plan=PLAN,
                          aim=Aim("total_return"))  # fmt: skip
    made = walked.run.round_trips["pnl"].sum()
    assert walked.run.equity[-1] == pytest.approx(walked.run.initial_capital + made, rel=1e-12)


def test_a_portfolio_walks_over_one_cash_pool():
    data = panel([bars_about(walk(seed, 400), seed) for seed in range(3)], ("A", "B", "C"))
    walked = walk_forward(data, "momentum_rank", {"lookback": [20, 40], "top": [1, 2]}, {"skip": 0}, plan=PLAN)
    assert len(walked.steps) == 4
    made = walked.run.round_trips["pnl"].sum()
    assert walked.run.equity[-1] == pytest.approx(walked.run.initial_capital + made, rel=1e-9)
    assert set(walked.run.fills["row"].tolist()) <= {0, 1, 2}


@pytest.mark.parametrize("fill", ["next_open", "close", "next_close"])
@pytest.mark.parametrize("rebalance", ["never", "yearly", "monthly"])
def test_a_portfolio_begins_each_window_with_the_weights_that_hold_then(fill, rebalance):
    data = panel([bars_about(walk(seed, 400), seed) for seed in range(3)], ("A", "B", "C"))
    given = {"rebalance": rebalance, "fill": fill}
    walked = walk_forward(data, "equal_weight", {"gross": [0.6, 0.9]}, given, plan=PLAN)
    for number, step in enumerate(walked.steps):
        opened = walked.run.fills[walked.run.fills["bar"] == number * 60]
        assert opened["row"].tolist() == [0, 1, 2]
        share = walked.run.exposure[number * 60] / walked.run.equity[number * 60]
        assert share == pytest.approx(step.parameters["gross"], abs=0.03)


def test_a_walk_that_is_given_up_stops():
    def give_up():
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        walk_forward(DATA, "sma_crossover", GRID, plan=PLAN, stop=give_up)
