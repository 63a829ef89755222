"""Confidence: shrunk, bounded, silent where cases are few."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_service.scoring.confidence import LEAST, LEAST_CASES, MOST, Levels, confidence_of
from signal_service.scoring.sums import Sums
from signal_service.scoring.trusts import PRIOR, STRENGTHS, Trust


def of(strength: float) -> tuple[float, ...]:
    """Weights of one who believes in one strength alone."""
    return tuple(float(one == strength) for one in (*STRENGTHS, None))


TRUST = Trust(of(125.0), everyone=of(500.0), industry=of(250.0), company=of(125.0))
FEW = Sums()


def sums(cases: int, hits: int, expected: float = 0.0, alone: int = 0) -> Sums:
    return replace(FEW, cases=cases, hits=hits, expected=expected, alone=alone)


def test_each_level_is_shrunk_towards_the_one_above() -> None:
    levels = Levels(sums(10, 8, 5.0), sums(40, 30, 20.0), sums(400, 260, 200.0), base=0.52, trust=TRUST)
    told = confidence_of(levels, 1, 5)
    everyone = 60 / 900
    industry = (10 + 250 * everyone) / 290
    company = (3 + 125 * industry) / 135
    assert (told.lift_everyone, told.lift_industry, told.lift) == pytest.approx((everyone, industry, company))
    assert (told.weights.everyone, told.weights.industry, told.weights.company) == pytest.approx(
        (400 / 900, 40 / 290, 10 / 135)
    )
    assert told.value == pytest.approx(0.52 + company)


def test_a_record_that_is_not_believed_adds_nothing() -> None:
    one = sums(400, 260, 200.0)
    nothing = (*(0.0,) * 9, 1.0)
    doubting = replace(PRIOR, everyone=nothing, industry=nothing, company=nothing)
    assert confidence_of(Levels(one, one, one, 0.52, doubting), 1, 5).value == 0.52


def test_cases_without_a_market_are_held_against_the_base_rate() -> None:
    held = Levels(FEW, sums(40, 30, 0.0, alone=40), FEW, base=0.6, trust=TRUST)
    assert confidence_of(held, 1, 5).lift_industry == pytest.approx((30 - 24) / 290)


def test_with_fewer_than_thirty_cases_it_is_null_and_says_so() -> None:
    levels = Levels(sums(3, 3), sums(LEAST_CASES - 1, 29), sums(5000, 4000, 2500.0), base=0.5)
    told = confidence_of(levels, 1, 5)
    assert told.value is None
    assert told.basis == "29 earlier cases on the company and its industry; at least 30 are needed"


@pytest.mark.parametrize(("direction", "horizon", "words"), [(1, 5, "higher 5 sessions"), (-1, 1, "lower 1 session ")])
def test_the_basis_says_what_was_counted(direction: int, horizon: int, words: str) -> None:
    told = confidence_of(Levels(FEW, sums(40, 22, 20.0), FEW, 0.5), direction, horizon)
    assert f"close {words}" in told.basis
    assert "22 of 40 earlier cases" in told.basis


@given(st.integers(30, 10_000), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_it_is_a_probability_whatever_happened(cases: int, hit: float, expected: float, base: float) -> None:
    one = sums(cases, int(cases * hit), cases * expected)
    told = confidence_of(Levels(one, one, one, base, TRUST), 1, 5)
    assert told.value is not None
    assert LEAST <= told.value <= MOST


@given(st.integers(30, 1000), st.integers(0, 30))
def test_more_hits_never_make_it_less(cases: int, hits: int) -> None:
    def value(more: int) -> float:
        one = sums(cases, hits + more, cases / 2)
        return confidence_of(Levels(one, one, one, 0.5), 1, 5).value or 0.0

    assert value(1) >= value(0) if hits < cases else True


def test_a_rule_that_did_as_the_market_adds_nothing() -> None:
    one = sums(1000, 700, 700.0)
    assert confidence_of(Levels(one, one, one, 0.55), 1, 5).value == pytest.approx(0.55)
