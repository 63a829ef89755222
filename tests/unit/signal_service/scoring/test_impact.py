"""Impact: the expected move's place among the company's own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_service.kernels import _outcomes
from signal_service.scoring.confidence import Levels
from signal_service.scoring.impact import Standing, impact_of, rule_factor_of, standing_of, volume_factors
from signal_service.scoring.sums import Sums

NOTHING = Levels(Sums(), Sums(), Sums(), 0.5)
EVEN = np.array([[100.0] * 5, [100.0] * 5])
SIZES = np.linspace(0.001, 0.1, 100)


def standing(volume_class: int | None = 2) -> Standing:
    return Standing(SIZES, float(SIZES.mean()), volume_class)


def moving(times_usual: float, cases: int = 600) -> Sums:
    return replace(Sums(), cases=cases, relative=times_usual * cases, by_class=(0, 0, cases, 0, 0))


def test_without_a_record_the_usual_move_is_expected() -> None:
    told = impact_of(NOTHING, EVEN, standing())
    assert told.expected_move == pytest.approx(told.usual_move)
    assert told.rank == 0.5
    assert told.value == 50.0


def test_a_rule_whose_cases_moved_more_has_more_impact() -> None:
    values = []
    for times in (0.5, 1.0, 1.5):
        one = moving(times)
        values.append(impact_of(Levels(one, one, one, 0.5), EVEN, standing()).value)
    assert values == sorted(values)
    assert values[0] < 50.0 < values[2]


def test_the_factor_is_shrunk_from_company_to_industry_to_everyone() -> None:
    levels = Levels(moving(2.0, 300), moving(1.0, 300), moving(1.5, 300), 0.5)
    everyone = (450 + 300) / 600
    industry = (300 + 300 * everyone) / 600
    assert rule_factor_of(levels, np.ones(5)) == pytest.approx((600 + 300 * industry) / 600)


def test_what_the_volumes_explain_is_not_counted_for_the_rule() -> None:
    factors = np.array([1.0, 1.0, 1.3, 1.0, 1.0])
    one = moving(1.3)
    assert rule_factor_of(Levels(one, one, one, 0.5), factors) == pytest.approx(1.0)


def test_volume_raises_the_expectation_as_far_as_it_did_before() -> None:
    volumes = np.array([[9000.0] * 5, [9000.0, 9000.0, 9000.0, 9000.0, 11_000.0]])
    np.testing.assert_allclose(volume_factors(volumes), [1.0, 1.0, 1.0, 1.0, 1.2])
    quiet, loud = (impact_of(NOTHING, volumes, standing(place)) for place in (0, 4))
    assert loud.expected_move == pytest.approx(1.2 * (quiet.expected_move or 0.0))
    assert loud.value > quiet.value


def test_news_lifts_by_half_of_what_is_missing_at_most() -> None:
    assert impact_of(NOTHING, EVEN, standing(), news=0.0).value == 50.0
    assert impact_of(NOTHING, EVEN, standing(), news=0.6).value == pytest.approx(65.0)
    assert impact_of(NOTHING, EVEN, standing(), news=1.0).value == 75.0


def test_a_young_company_has_no_rank_and_only_the_news() -> None:
    close, volume = np.linspace(100.0, 110.0, 15), np.ones(15)
    told = impact_of(NOTHING, EVEN, standing_of(close, volume, 5), news=0.4)
    assert (told.rank, told.expected_move, told.usual_move, told.volume_class) == (None, None, None, None)
    assert told.value == pytest.approx(20.0)


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
