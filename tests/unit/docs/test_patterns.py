"""docs/SIGNALS.md shows every event, every candlestick and both sides of every rule."""

from __future__ import annotations

import re
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
    assert f'<img src="img/patterns/{kind.name}.png"' in rows[0]
    assert (DOCS / "img" / "patterns" / f"{kind.name}.png").exists()


def test_pictures_are_small_and_of_patterns_that_exist():
    names = {one.name for one in PATTERNS}
    pictures = list((DOCS / "img" / "patterns").glob("*.png"))
    assert {one.stem for one in pictures} == names
    assert max(one.stat().st_size for one in pictures) <= MOST_BYTES


def test_every_side_of_every_rule_has_a_small_picture():
    folder = DOCS / "img" / "rules"
    sides = {f"{side.name}_{side.direction}.png" for rule in SHIPPED for side in rule.sides}
    assert {one.name for one in folder.glob("*.png")} == sides
    assert set(re.findall(r'<img src="img/rules/([^"]+)"', PAGE)) == sides
    assert max((folder / one).stat().st_size for one in sides) <= MOST_BYTES


def test_pictures_of_bars_that_were_never_seen_are_said_to_be_made_up():
    rows = [line for line in PAGE.splitlines() if line.startswith("| `cdl") and "| 0 |" in line]
    assert len(rows) == 9
    assert all(line.endswith("not once in 61,135 bars of 50 stocks: made-up bars |") for line in rows)
