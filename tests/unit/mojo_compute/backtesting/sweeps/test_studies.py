from statistics import NormalDist

import numpy as np
import pytest
from chitti_shared.errors import Cancelled, InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.backtesting.executors import Threads
from mojo_compute.backtesting.sweeps.ledgers import Ledger
from mojo_compute.backtesting.sweeps.searches import Search
from mojo_compute.backtesting.sweeps.studies import Aim, HeatmapWish, sweep
from support.series import series

GRID = {"fast_period": [3, 5, 8, 13], "slow_period": [8, 13, 21, 34]}
DATA = series(300)
MORE = series(250, 2, "INFY")


def test_every_combination_in_order_is_tried_and_the_best_is_told():
    found = sweep(DATA, "sma_crossover", GRID)
    assert (found.count, found.invalid, found.failed) == (13, 3, 0)
    sharpes = [found.outcome(0, int(n)).metrics["sharpe_ratio"] for n in found.trials.numbers]
    row = found.job.metrics.index("sharpe_ratio")
    assert found.trials.values[row].tolist() == sharpes
    assert int(found.best.numbers[0]) == int(found.trials.numbers[int(np.argmax(sharpes))])
    assert found.top(3).values[row].tolist() == sorted(sharpes, reverse=True)[:3]
    assert found.sharpe_deviation == pytest.approx(np.std(sharpes, ddof=1), rel=1e-12)


def test_less_of_a_metric_is_better_where_it_is():
    risky = sweep(DATA, "sma_crossover", GRID, aim=Aim("annual_volatility"))
    row = risky.job.metrics.index("annual_volatility")
    assert risky.best.values[row, 0] == risky.trials.values[row].min()
    turned = sweep(DATA, "sma_crossover", GRID, aim=Aim("annual_volatility", "maximise"))
    assert turned.best.values[row, 0] == risky.trials.values[row].max()
    deep = sweep(DATA, "sma_crossover", GRID, aim=Aim("max_drawdown"))
    assert (
        deep.best.values[deep.job.metrics.index("max_drawdown"), 0]
        == risky.trials.values[risky.job.metrics.index("max_drawdown")].max()
    )


def same(some, others):
    return (
        (some.count, some.invalid, some.failed) == (others.count, others.invalid, others.failed)
        and some.trials.numbers.tobytes() == others.trials.numbers.tobytes()
        and some.trials.values.tobytes() == others.trials.values.tobytes()
        and some.sharpe_deviation == others.sharpe_deviation
        and [one.values.tobytes() for one in some.heatmaps] == [one.values.tobytes() for one in others.heatmaps]
    )


@pytest.mark.parametrize("search", [Search(), Search("random", 9, 4), Search("tpe", 12, 1)], ids=lambda one: one.kind)
def test_threads_change_no_bit(search):
    aim = Aim(heatmaps=[HeatmapWish("slow_period", "fast_period")])
    grid = {"fast_period": range(2, 40), "slow_period": range(20, 60), "position_size": [0.1, 0.5]}
    alone = sweep([DATA, MORE], "sma_crossover", grid, search=search, aim=aim)
    assert same(alone, sweep([DATA, MORE], "sma_crossover", grid, search=search, aim=aim, executor=Threads(3)))


def test_series_are_swept_each_for_itself_and_the_best_of_all_is_the_best_of_each():
    both = sweep([DATA, MORE], "sma_crossover", GRID)
    alone = [sweep(one, "sma_crossover", GRID) for one in (DATA, MORE)]
    assert both.count == 26
    for number, one in enumerate(alone):
        assert both.best_of[number].numbers.tolist() == one.best.numbers.tolist()
        mine = both.trials.series == number
        assert both.trials.values[:, mine].tobytes() == one.trials.values.tobytes()
    row = both.job.metrics.index("sharpe_ratio")
    assert both.best.values[row, 0] == max(one.best.values[row, 0] for one in alone)


def test_a_random_search_tries_some_of_what_a_grid_tries():
    whole = sweep(DATA, "sma_crossover", GRID)
    some = sweep(DATA, "sma_crossover", GRID, search=Search("random", 6, seed=3))
    assert some.count == 6
    for at, number in enumerate(some.trials.numbers.tolist()):
        column = whole.trials.numbers.tolist().index(number)
        assert some.trials.values[:, at].tobytes() == whole.trials.values[:, column].tobytes()


def test_tpe_finds_one_of_the_best_of_a_grid_with_a_fraction_of_its_trials():
    grid = {"fast_period": range(2, 42), "slow_period": range(10, 90)}
    whole, some = sweep(DATA, "sma_crossover", grid), sweep(DATA, "sma_crossover", grid, search=Search("tpe", 150))
    row = whole.job.metrics.index("sharpe_ratio")
    ratios = whole.trials.values[row]
    assert some.count == 150
    assert (ratios[~np.isnan(ratios)] <= some.best.values[row, 0]).mean() > 0.95


def test_only_the_best_trials_are_kept():
    whole, few = sweep(DATA, "sma_crossover", GRID), sweep(DATA, "sma_crossover", GRID, aim=Aim(keep=4))
    assert few.count == 13
    assert len(few.trials) == 4
    assert sorted(whole.top(4).numbers.tolist()) == few.trials.numbers.tolist()


def test_a_heat_map_tells_the_objective_over_two_parameters():
    wishes = [HeatmapWish("fast_period", "slow_period"), HeatmapWish("slow_period", "fast_period", "exposure", "max")]
    found = sweep(DATA, "sma_crossover", GRID, aim=Aim(heatmaps=wishes))
    first, second = found.heatmaps
    assert (first.metric, second.metric, first.values.shape) == ("sharpe_ratio", "exposure", (4, 4))
    row = found.job.metrics.index("sharpe_ratio")
    for number, value in zip(found.trials.numbers.tolist(), found.trials.values[row], strict=True):
        point = found.job.grid.point(number)
        cell = GRID["slow_period"].index(point["slow_period"]), GRID["fast_period"].index(point["fast_period"])
        assert first.values[cell] == value
    assert np.isnan(first.values).sum() == 3


def test_what_is_told_on_the_way_goes_up_to_the_end():
    told = []
    grid = {"fast_period": range(2, 60), "slow_period": range(20, 90)}
    found = sweep(DATA, "sma_crossover", grid, tell=told.append)
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert (told[-1].done, told[-1].of) == (58 * 70, 58 * 70)
    assert told[-1].best.numbers.tolist() == found.best.numbers.tolist()
    assert found.count + found.invalid == 58 * 70


def test_a_sweep_that_is_given_up_stops():
    seen = []

    def give_up():
        seen.append(1)
        if len(seen) == 2:
            raise Cancelled("cancelled")

    grid = {"fast_period": range(2, 60), "slow_period": range(20, 90), "position_size": [0.1, 0.2, 0.3]}
    with pytest.raises(Cancelled):
        sweep(DATA, "sma_crossover", grid, between=give_up, executor=Threads(2))


def test_the_sharpe_ratio_of_the_best_is_deflated_by_the_number_of_trials():
    found = sweep(DATA, "sma_crossover", GRID)
    best = found.outcome(0, int(found.best.numbers[0]))
    deflated = found.deflated_sharpe(best)
    figures = best.metrics
    sharpe, trials = figures["sharpe_ratio"] / 252**0.5, found.count
    normal = NormalDist()
    euler = 0.5772156649015329
    luck = (1 - euler) * normal.inv_cdf(1 - 1 / trials) + euler * normal.inv_cdf(1 - np.exp(-1) / trials)
    by_luck = found.sharpe_deviation / 252**0.5 * luck
    spread = 1 - figures["skew"] * sharpe + (figures["kurtosis"] + 2) / 4 * sharpe**2
    assert deflated == pytest.approx(normal.cdf((sharpe - by_luck) * (299 / spread) ** 0.5), abs=1e-9)
    alone = sweep(DATA, "sma_crossover", {"fast_period": [5]})
    assert alone.deflated_sharpe(alone.outcome(0, 0)) == pytest.approx(alone.outcome(0, 0).metrics["psr"])


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"aim": Aim("sharp_ratio")}, "objective", "did you mean"),
        ({"aim": Aim(metrics=["nothing"])}, "metrics", "no metric is called"),
        ({"aim": Aim(heatmaps=[HeatmapWish("fast_period", "slow_period", "x")])}, "heatmap.metric", "no metric"),
        ({"aim": Aim(heatmaps=[HeatmapWish("fast_period", "fill")])}, "heatmap.y", "none of the grid's"),
        ({"search": Search("grid", 5)}, "trials", "tries every combination"),
    ],
)
def test_wrong_wishes_are_refused_by_name(wrong, field, message):
    with pytest.raises(InvalidInput) as caught:
        sweep(DATA, "sma_crossover", GRID, **wrong)
    assert caught.value.details["field"] == field
    assert message in caught.value.message.lower()


def test_a_grid_of_a_milliard_trials_is_refused_at_once():
    grid = {"fast_period": range(2, 1002), "slow_period": range(2000, 3000), "position_size": np.linspace(0.1, 1, 1000)}
    with pytest.raises(InvalidInput, match="1000000000 trials") as caught:
        sweep(DATA, "sma_crossover", grid)
    assert caught.value.details["size"] == 10**9


def test_a_grid_without_any_order_is_refused():
    with pytest.raises(InvalidInput, match="all 4 combinations have parameters out of order"):
        sweep(DATA, "sma_crossover", {"fast_period": [20, 30], "slow_period": [10, 20]})


def test_a_grid_that_no_data_is_long_enough_for_says_why():
    with pytest.raises(InvalidInput, match="none of 2 combinations can be run: sma with period 40") as caught:
        sweep(series(30), "sma_crossover", {"fast_period": [3, 5], "slow_period": [40]})
    assert caught.value.details["failed"] == 2


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_bars_after_the_last_change_no_trial_of_those_before(seed):
    data = series(120, seed)
    longer = sweep(data.until(99), "sma_crossover", GRID)
    changed = series(120, seed)
    changed.bars.close[0, 100:] *= 1.5
    changed.bars.high[0, 100:] *= 1.5
    assert same(longer, sweep(changed.until(99), "sma_crossover", GRID))


def test_a_ledger_is_what_stays_of_a_sweep_however_large():
    found = sweep(
        DATA, "sma_crossover", {"fast_period": range(2, 202), "slow_period": range(202, 260)}, aim=Aim(keep=7)
    )
    assert isinstance(found._ledger, Ledger)
    assert found.count == 200 * 58
    assert len(found.trials) == 7
