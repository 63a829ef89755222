"""docs/SIGNALS.md, "Scores": the strengths it names are those in force, its example is worked rightly."""

from __future__ import annotations

from pathlib import Path

import pytest
from signal_service.evaluation.sessions import FRESH_SESSIONS
from signal_service.scoring.confidence import LEAST_CASES
from signal_service.scoring.forecasts import BLOCK_DAYS, FIRST_JUDGED
from signal_service.scoring.impact import CLASS, COMPANY, EVERYONE, INDUSTRY, LEAST_MOVES, RECENT
from signal_service.scoring.markets import LEAST_COMPANIES
from signal_service.scoring.trusts import PRIOR, STRENGTHS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "SIGNALS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        f"{STRENGTHS[0]:g}, {STRENGTHS[1]:g}, {STRENGTHS[2]:g}, … {STRENGTHS[-1]:,.0f} cases",
        f"blocks of {BLOCK_DAYS} days",
        f"first {FIRST_JUDGED} days",
        f"fewer than {LEAST_CASES} cases",
        f"fewer than {LEAST_COMPANIES} companies",
        f"(bars + {CLASS:,.0f})",
        f"last {RECENT[0]} moves",
        f"its last {RECENT[1]} over the same",
        f"fewer than {LEAST_MOVES} earlier moves",
        f"{FRESH_SESSIONS} after it",
    ],
)
def test_the_page_names_the_strengths_in_force(words: str) -> None:
    assert words in PAGE


def test_the_page_names_the_priors_in_force() -> None:
    assert set(PRIOR.market) == {0.1}
    assert "for the base rate all ten alike" in PAGE
    for level in (PRIOR.everyone, PRIOR.industry, PRIOR.company):
        assert level[-1] == 0.5
        assert len(set(level[:-1])) == 1
    assert 'half on "the rule adds nothing" and the rest alike' in PAGE


def test_the_example_is_worked_rightly() -> None:
    base = 0.5 + (0.5493 - 0.5) * 0.5715
    everyone = -14.74 / 988 * 0.1127
    industry = everyone + (5.60 / 97 - everyone) * 0.0510
    company = industry + (1.65 / 14 - industry) * 0.0063
    assert (base, everyone, industry, company) == pytest.approx((0.5282, -0.0017, 0.0013, 0.0021), abs=6e-5)
    for said in ("= 0.5282", "= -0.0017", "= +0.0013", "= +0.0021", "=  0.530"):
        assert said in PAGE
    assert base + company == pytest.approx(0.530, abs=5e-4)


def test_the_example_of_the_impact_is_worked_rightly() -> None:
    assert {EVERYONE, INDUSTRY, COMPANY} == {300.0}
    assert "+ 300 * factor above" in PAGE
    assert pytest.approx(3.15, abs=5e-3) == 3.1585 * 0.8797 * 1.0959 * 1.0349
    assert "expected are 3.15 %" in PAGE
