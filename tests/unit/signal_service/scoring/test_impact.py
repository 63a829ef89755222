"""Impact: the expected move's place among those of all companies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from signal_service.kernels import _outcomes
from signal_service.scoring.confidence import Levels
from signal_service.scoring.impact import (
    CLASS,
    Impact,
    Standing,
    factors_of,
    impact_of,
    rule_factor_of,
    standing_of,
)
from signal_service.scoring.scales import Scale
from signal_service.scoring.sums import CLASSES, Sums, news_class_of

NOTHING = Levels(Sums(), Sums(), Sums(), 0.5)
SCALE = Scale({5: np.linspace(0.0, 0.1, 101)})
USUAL = 0.05


def bars(ratio: float = 1.0, count: float = 100.0) -> NDArray[np.float64]:
    """As many bars of each class, that moved so many times the usual."""
    return np.array([[count] * CLASSES, [count * ratio] * CLASSES])


EVEN = factors_of(bars())


def standing(volume_class: int | None = 2, recent: float = 1.0) -> Standing:
    return Standing(USUAL, recent, volume_class)


def score(levels: Levels = NOTHING, moves: NDArray[np.float64] | None = None, news: float | None = None) -> Impact:
    return impact_of(levels, EVEN if moves is None else factors_of(moves), standing(), SCALE, 5, news)


def moving(times_usual: float, cases: int = 600) -> Sums:
    by_class = tuple(cases if place == 2 else 0 for place in range(CLASSES))
    return replace(Sums(), cases=cases, relative=times_usual * cases, by_class=by_class)


def test_without_a_record_the_usual_move_is_expected() -> None:
    told = score()
    assert told.expected_move == pytest.approx(USUAL)
    assert told.rank == pytest.approx(0.5)
    assert told.value == pytest.approx(50.0)


def test_a_rule_whose_cases_moved_more_has_more_impact() -> None:
    values = []
    for times in (0.5, 1.0, 1.5):
        one = moving(times)
        values.append(score(Levels(one, one, one, 0.5)).value)
    assert values == sorted(values)
    assert values[0] < 50.0 < values[2]


def test_the_factor_is_shrunk_from_company_to_industry_to_everyone() -> None:
    levels = Levels(moving(2.0, 300), moving(1.0, 300), moving(1.5, 300), 0.5)
    everyone = (450 + 300) / 600
    industry = (300 + 300 * everyone) / 600
    assert rule_factor_of(levels, EVEN) == pytest.approx((600 + 300 * industry) / 600)


def test_what_volumes_and_news_explain_is_not_counted_for_the_rule() -> None:
    moves = bars(count=1e9)
    moves[1, 2::5] *= 1.3  # after volumes of the middle fifth
    factors = factors_of(moves)
    one = moving(1.3)
    assert rule_factor_of(Levels(one, one, one, 0.5), factors) == pytest.approx(1.0, rel=1e-6)


def test_volume_raises_the_expectation_as_far_as_it_did_before() -> None:
    moves = np.zeros((2, CLASSES))
    moves[:, :5] = [[9000.0] * 5, [9000.0, 9000.0, 9000.0, 9000.0, 11_000.0]]
    factors = factors_of(moves)
    np.testing.assert_allclose(factors.volume, [1.0, 1.0, 1.0, 1.0, 1.2])
    np.testing.assert_allclose(factors.news, 1.0)
    quiet, loud = (impact_of(NOTHING, factors, standing(place), SCALE, 5) for place in (0, 4))
    assert loud.expected_move == pytest.approx(1.2 * (quiet.expected_move or 0.0))
    assert loud.value > quiet.value


def with_news(count: float, ratio: float) -> NDArray[np.float64]:
    """A hundred thousand bars without news; some with strong news that moved so many times as far."""
    moves = np.zeros((2, CLASSES))
    moves[:, :5] = 20_000.0
    moves[:, 15:] = [[count / 5] * 5, [count / 5 * ratio] * 5]
    return moves


@pytest.mark.parametrize("count", [10.0, 1000.0, 50_000.0])
def test_news_raises_the_expectation_as_far_as_it_did_before(count: float) -> None:
    moves = with_news(count, 1.5)
    told = score(moves=moves, news=0.9)
    volume = (moves[1].sum() / 5 + CLASS) / (moves[0].sum() / 5 + CLASS)
    # bars without news moved as usual, 1 / volume of what the volumes of all bars let one expect
    assert told.news_factor == pytest.approx((1.5 * count + CLASS) / (count + CLASS))
    assert told.news_bars == count
    assert told.expected_move == pytest.approx(USUAL * volume * told.news_factor)
    assert score(moves=moves).news_factor == 1.0
    assert (score(moves=moves, news=0.9).value > score(moves=moves).value) is True


def test_more_bars_with_news_are_believed_more() -> None:
    factors = [score(moves=with_news(count, 1.5), news=0.9).news_factor for count in (0.0, 10.0, 1000.0, 50_000.0)]
    assert factors[0] == 1.0
    assert factors == sorted(factors)


def test_news_of_a_sort_that_never_was_changes_nothing_and_says_so() -> None:
    told = score(moves=with_news(5000.0, 1.5), news=0.1)
    assert (told.news_factor, told.news_bars) == (1.0, 0)
    assert score(moves=with_news(0.0, 1.0), news=1.0).value == score(moves=with_news(0.0, 1.0)).value


@pytest.mark.parametrize(
    ("strength", "wanted"), [(None, 0), (0.0, 1), (0.33, 1), (0.34, 2), (0.66, 2), (0.67, 3), (1.0, 3)]
)
def test_news_is_told_apart_by_thirds_of_its_strength(strength: float | None, wanted: int) -> None:
    assert news_class_of(strength) == wanted


def test_a_young_company_is_expected_to_move_as_half_of_all_do() -> None:
    close, volume = np.linspace(100.0, 110.0, 15), np.ones(15)
    young = standing_of(close, volume, 5)
    assert young == Standing(None, 1.0, None)
    told = impact_of(NOTHING, EVEN, young, SCALE, 5)
    assert (told.own, told.usual_move, told.value) == (False, pytest.approx(0.05), pytest.approx(50.0))
    nothing = impact_of(NOTHING, EVEN, young, Scale(), 5, news=0.4)
    assert (nothing.rank, nothing.expected_move, nothing.usual_move, nothing.value) == (None, None, None, 0.0)


def test_a_price_that_moved_much_of_late_is_expected_to_go_on() -> None:
    steps = np.where(np.arange(300) % 2, 0.01, -0.01)
    calm, lively = steps.copy(), steps.copy()
    lively[-20:] *= 3.0
    told = [
        standing_of(100.0 * np.cumprod(np.concatenate([[1.0], 1.0 + one])), np.ones(301), 5) for one in (calm, lively)
    ]
    assert told[0].recent_factor == pytest.approx(1.0)
    year = (232 + 20 * 3.0) / 252
    assert told[1].recent_factor == pytest.approx((1.0 + (40 + 60) / 60 / year + 3.0 / year) / 3.0)
    usual, more = (impact_of(NOTHING, EVEN, standing(recent=recent), SCALE, 5).value for recent in (1.0, 1.4))
    assert (usual, more) == pytest.approx((50.0, 70.0))


def test_a_price_that_never_moved_has_no_recent_factor() -> None:
    assert standing_of(np.full(300, 7.0), np.ones(300), 5).recent_factor == 1.0


@given(st.integers(0, 2**32 - 1), st.integers(1, 600), st.sampled_from([1, 5, 20]))
def test_standings_agree_with_the_kernels(seed: int, length: int, horizon: int) -> None:
    random = np.random.default_rng(seed)
    close = np.exp(np.cumsum(random.normal(0, 0.02, length)))
    volume = random.integers(0, 50, length).astype(float)
    moves, usual, classes = np.empty(length), np.empty(length), np.empty(length, np.int8)
    _outcomes.moves_into(close, horizon, moves)
    _outcomes.usual_into(moves, horizon, usual)
    _outcomes.classes_into(volume, classes)
    for bar in {0, length // 2, length - 1}:
        told = standing_of(close, volume, horizon, bar)
        assert (-1 if told.volume_class is None else told.volume_class) == classes[bar]
        wanted = np.nan if told.usual_move is None else told.usual_move
        assert wanted == pytest.approx(usual[bar], nan_ok=True)
        assert told == standing_of(close[: bar + 1], volume[: bar + 1], horizon)
