from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.sweeps.ledgers import Ledger, Spread
from mojo_compute.backtesting.sweeps.parts import Part

FIGURES = st.lists(st.one_of(st.just(float("nan")), st.integers(-4, 4).map(float)), max_size=30)


def part_of(figures, first, series=0):
    values = np.array([figures, [2 * one for one in figures]]).reshape(2, len(figures))
    return Part(series, np.arange(first, first + len(figures)), values)


def ledger_of(parts, goal="maximise", keep=1000):
    ledger = Ledger(("sharpe_ratio", "double"), "sharpe_ratio", goal, keep)
    for part in parts:
        ledger.add(part)
    return ledger


def in_parts(figures, cuts):
    edges = sorted({0, len(figures), *(cut for cut in cuts if cut < len(figures))})
    return [part_of(figures[a:b], a) for a, b in pairwise(edges)]


@given(FIGURES, st.lists(st.integers(0, 30), max_size=4), st.sampled_from(["maximise", "minimise"]), st.integers(1, 12))
def test_what_is_kept_are_the_best_trials_in_their_order(figures, cuts, goal, keep):
    ledger = ledger_of(in_parts(figures, cuts), goal, keep)
    sign = -1 if goal == "maximise" else 1
    ranked = sorted(range(len(figures)), key=lambda at: (np.isnan(figures[at]), sign * figures[at], at))
    if np.isnan(figures).any():
        ranked = sorted(range(len(figures)), key=lambda at: sign * figures[at] if figures[at] == figures[at] else 99)
    defined = [at for at in ranked if figures[at] == figures[at]]
    assert ledger.count == len(figures)
    assert ledger.kept().numbers.tolist() == sorted(ranked[:keep])
    assert ledger.top(3).numbers.tolist() == defined[: min(3, keep)]
    assert ledger.best.numbers.tolist() == defined[:1]


@given(FIGURES, st.lists(st.integers(0, 30), max_size=4))
def test_how_trials_come_in_parts_changes_nothing_but_the_last_bits_of_the_spread(figures, cuts):
    parts, whole = ledger_of(in_parts(figures, cuts), keep=5), ledger_of([part_of(figures, 0)], keep=5)
    assert parts.kept().numbers.tolist() == whole.kept().numbers.tolist()
    assert parts.sharpes.count == whole.sharpes.count
    assert parts.sharpes.mean == pytest.approx(whole.sharpes.mean, abs=1e-12)


def test_many_more_trials_than_are_kept_are_dropped_on_the_way():
    figures = np.random.default_rng(1).normal(size=30_000)
    ledger = ledger_of([part_of(figures[a : a + 1000].tolist(), a) for a in range(0, 30_000, 1000)], keep=10)
    assert ledger.kept().numbers.tolist() == sorted(np.argsort(-figures)[:10].tolist())


def test_the_best_of_each_series_is_known():
    ledger = ledger_of([part_of([1.0, 3.0], 0), part_of([5.0, 2.0], 0, series=1), part_of([4.0], 2)])
    assert {series: best.numbers.tolist() for series, best in ledger.best_of.items()} == {0: [2], 1: [0]}
    assert ledger.best.series.tolist() == [1]


def test_what_was_left_out_and_what_failed_are_counted():
    none = np.zeros(0, dtype=np.int64)
    ledger = ledger_of(
        [
            Part(0, none, np.zeros((2, 0)), invalid=3),
            Part(0, none, np.zeros((2, 0)), failed=2, reason="too short"),
            Part(0, none, np.zeros((2, 0)), failed=1, reason="another"),
        ]
    )
    assert (ledger.count, ledger.invalid, ledger.failed, ledger.reason) == (0, 3, 3, "too short")
    assert len(ledger.best) == len(ledger.top(5)) == len(ledger.kept()) == 0


@given(st.lists(st.lists(st.floats(-100, 100), max_size=10), max_size=5))
def test_a_spread_in_parts_is_that_of_the_whole(parts):
    spread = Spread()
    for part in parts:
        spread.add(np.array(part, dtype=np.float64))
    whole = [one for part in parts for one in part]
    assert spread.count == len(whole)
    if len(whole) > 1:
        assert spread.variance == pytest.approx(np.var(whole, ddof=1), rel=1e-9, abs=1e-9)
    else:
        assert np.isnan(spread.variance)
