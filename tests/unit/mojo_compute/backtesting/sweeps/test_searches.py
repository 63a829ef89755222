import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.executors import Threads
from mojo_compute.backtesting.sweeps.grids import Axis, Grid
from mojo_compute.backtesting.sweeps.searches import Search, TpeSearch, random_numbers
from support.sweeps import Bowl

GRID = Grid((Axis.of("x", range(40)), Axis.of("y", range(50))))
ORDERED = Grid((Axis.of("x", range(40)), Axis.of("y", range(50))), ordered=(("x", "y"),))
VAST = Grid(tuple(Axis.of(name, range(1000)) for name in "abcde"), ordered=(("a", "b"),))


@given(st.integers(1, 3000), st.integers(0, 2**32))
def test_random_combinations_are_different_and_in_order(count, seed):
    numbers, invalid = random_numbers(ORDERED, count, seed)
    possible = int(ORDERED.valid(np.arange(ORDERED.size)).sum())
    assert len(numbers) == min(count, possible) == len(set(numbers.tolist()))
    assert ORDERED.valid(numbers).all()
    assert invalid >= 0


def test_random_combinations_of_a_vast_grid_are_drawn_without_making_it():
    numbers, invalid = random_numbers(VAST, 5000, seed=7)
    assert len(set(numbers.tolist())) == 5000
    assert VAST.valid(numbers).all()
    assert 4000 < invalid < 6500  # about half of what is drawn is out of order
    assert np.abs(np.mean(numbers / VAST.size) - 0.35) < 0.05  # a < b: the mean of the smaller one is a third


def test_the_same_seed_draws_the_same_and_another_one_others():
    assert random_numbers(VAST, 50, 1)[0].tolist() == random_numbers(VAST, 50, 1)[0].tolist()
    assert random_numbers(VAST, 50, 1)[0].tolist() != random_numbers(VAST, 50, 2)[0].tolist()


def test_a_grid_out_of_order_everywhere_ends_the_drawing():
    hopeless = Grid((Axis.of("a", range(1000, 3000)), Axis.of("b", range(1000))), ordered=(("a", "b"),))
    numbers, invalid = random_numbers(hopeless, 10, 0)
    assert len(numbers) == 0
    assert invalid >= 1000


def propose(grid, seed, threads=1, **options):
    job = Bowl(grid, **options)
    search = TpeSearch(grid, 120, seed, "maximise", 0)
    with Threads(threads).open(job) as run_pieces:
        parts = list(search.run(0, run_pieces, 3))
    numbers = np.concatenate([part.numbers for part in parts])
    return numbers, np.concatenate([part.values[0] for part in parts]), search


def test_tpe_finds_the_top_of_a_bowl_sooner_than_chance():
    found = [propose(GRID, seed)[1].max() for seed in range(3)]
    drawn = [max(Bowl(GRID).figure(0, **GRID.point(n)) for n in random_numbers(GRID, 120, s)[0]) for s in range(3)]
    assert np.mean(found) > np.mean(drawn)


def test_tpe_tries_each_combination_once_and_none_out_of_order():
    numbers, _values, search = propose(ORDERED, 1)
    assert len(numbers) == 120 == len(set(numbers.tolist()))
    assert ORDERED.valid(numbers).all()
    assert search.invalid > 0


def test_threads_do_not_change_what_tpe_tries():
    assert propose(GRID, 5)[0].tolist() == propose(GRID, 5, threads=3)[0].tolist()


def test_tpe_goes_on_where_a_trial_has_no_figure():
    numbers, values, _search = propose(GRID, 0, undefined=155)  # the bowl's top: it is proposed
    assert len(numbers) == 120
    assert np.isnan(values[numbers == 155]).all()


def test_tpe_tries_all_that_there_is_and_ends():
    numbers, _values, _search = propose(Grid((Axis.of("x", range(4)), Axis.of("y", range(4)))), 0)
    assert sorted(numbers.tolist()) == list(range(16))


def test_tpe_takes_words_and_truths_as_choices():
    grid = Grid((Axis.of("x", ["close", "next_open"]), Axis.of("y", [True, False, None])))

    class Job(Bowl):
        def figure(self, series, x, y):
            return float(len(x)) + (y is None)

    job = Job(grid)
    search = TpeSearch(grid, 60, 0, "minimise", 0)
    with Threads().open(job) as run_pieces:
        parts = list(search.run(0, run_pieces, 4))
    assert sorted(int(n) for part in parts for n in part.numbers) == list(range(6))


def test_trials_are_no_matter_of_a_whole_grid():
    with pytest.raises(InvalidInput, match="tries every combination") as caught:
        Search("grid", trials=5).check(GRID, 1)
    assert caught.value.details["field"] == "trials"


def test_too_many_proposals_are_refused_with_their_number():
    with pytest.raises(InvalidInput, match="20000 trials of 1 series") as caught:
        Search("tpe", trials=20_000).check(VAST, 1)
    assert caught.value.details["size"] == 20_000
    Search("random", trials=20_000).check(VAST, 50)
    with pytest.raises(InvalidInput, match="at most 1000000 fit"):
        Search("random", trials=20_000).check(VAST, 51)


def test_a_search_has_no_more_trials_than_the_grid_points():
    assert Search("random", trials=10_000).count(GRID) == 2000
    assert Search("tpe").count(GRID) == 200
    assert Search("grid").count(GRID) == 2000
