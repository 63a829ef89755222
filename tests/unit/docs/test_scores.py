"""docs/SIGNALS.md, "Scores": the strengths it names are those in force, its example is worked rightly."""

from __future__ import annotations

from pathlib import Path

import pytest
from signal_service.scoring.confidence import LEAST_CASES, STRENGTHS, Levels, lift_of
from signal_service.scoring.impact import CLASS, NEWS_SHARE
from signal_service.scoring.markets import LEAST_COMPANIES, PRIOR_DAYS
from signal_service.scoring.sums import Sums

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "SIGNALS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        f"(days + {PRIOR_DAYS:g})",
        f"(cases everyone + {STRENGTHS.everyone:,.0f})",
        f"(cases industry +  {STRENGTHS.industry:,.0f})",
        f"(cases company  +  {STRENGTHS.company:,.0f})",
        f"fewer than {LEAST_CASES} cases",
        f"fewer than {LEAST_COMPANIES} companies",
        f"(bars + {CLASS:,.0f})",
        f"{NEWS_SHARE:g} * news",
    ],
)
def test_the_page_names_the_strengths_in_force(words: str) -> None:
    assert words in PAGE


def test_the_example_is_worked_rightly() -> None:
    levels = Levels(
        Sums(cases=14, hits=8, expected=6.35),
        Sums(cases=97, hits=56, expected=50.40),
        Sums(cases=988, hits=529, expected=543.74),
        base=0.541,
    )
    told = lift_of(levels)
    assert (told.everyone, told.industry, told.company) == pytest.approx((-0.0013, 0.0005, 0.0011), abs=6e-5)
    assert "= -0.0013" in PAGE
    assert "= +0.0011" in PAGE
