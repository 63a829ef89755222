"""The page on signals says of the rules what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

from signal_service.rules import SHIPPED, parse_document
from signal_service.rules.documents import DEFAULT_SESSIONS, LONGEST_TITLE, LONGEST_WHY, SESSIONS
from signal_service.storage.rules import MAX_RULES
from signal_service.work.books import MAX_COLUMNS

PAGE = (Path(__file__).parents[3] / "docs" / "SIGNALS.md").read_text(encoding="utf-8")


def test_the_example_is_a_rule():
    text = next(block for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if '"name"' in block)
    rule = parse_document(json.loads(text))
    assert rule.kind == "technical"
    assert f"`when {rule.sides[0].description}`" in PAGE


def test_bounds_and_defaults_of_a_document_are_those_of_the_code():
    rows = {name: line for line in PAGE.splitlines() for name in [*SESSIONS, "title", "says"] if f"| `{name}`" in line}
    for key, (least, most) in SESSIONS.items():
        assert f"{least} to {most}, by default {DEFAULT_SESSIONS}" in rows[key]
    assert f"at most {LONGEST_TITLE} letters" in rows["title"]
    assert f"({LONGEST_WHY:,})" in rows["title"]
    assert f"({2 * LONGEST_TITLE} letters)" in rows["says"]
    put = next(line for line in PAGE.splitlines() if line.startswith("| `put_rule`"))
    assert f"at most {MAX_RULES}, and {MAX_COLUMNS} different indicators" in put


def test_every_shipped_rule_stands_in_the_table_as_it_is():
    for rule in SHIPPED:
        says = "; ".join(f"**{side.direction}** {side.says}" for side in rule.sides)
        row = f"| `{rule.name}` | {rule.kind} | {says} | {rule.why} | {rule.cooldown}, {rule.horizon}, {rule.expires} |"
        assert row in PAGE
