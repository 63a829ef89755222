"""docs/SIGNALS.md names every event and candlestick, with a picture where the sample market has one."""

from __future__ import annotations

from pathlib import Path

import pytest
from chitti_shared.contracts.signals.patterns import PATTERNS
from signal_service.rules import SHIPPED

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "SIGNALS.md").read_text(encoding="utf-8")
MOST_BYTES = 25_000


@pytest.mark.parametrize("kind", [one for one in PATTERNS if one.family != "shape"], ids=lambda one: one.name)
def test_the_page_has_a_row_for_each_pattern(kind):
    said = f"| `{kind.name}` | {kind.title} ({kind.direction}): {kind.summary} |"
    rows = [line for line in PAGE.splitlines() if line.startswith(said)]
    assert len(rows) == 1
    pictured = (DOCS / "img" / "patterns" / f"{kind.name}.png").exists()
    assert (f"img/patterns/{kind.name}.png" in rows[0]) == pictured


def test_pictures_are_small_and_of_patterns_that_exist():
    names = {one.name for one in PATTERNS}
    pictures = list((DOCS / "img" / "patterns").glob("*.png"))
    assert len(pictures) > 120
    assert {one.stem for one in pictures} <= names
    assert max(one.stat().st_size for one in pictures) <= MOST_BYTES


def test_pictures_of_rules_are_small_and_shown():
    pictures = list((DOCS / "img" / "rules").glob("*.png"))
    assert len(pictures) > 20
    names = {one.name for one in SHIPPED}
    for one in pictures:
        assert one.stem.rpartition("_")[0] in names
        assert f'<img src="img/rules/{one.name}"' in PAGE
        assert one.stat().st_size <= MOST_BYTES
