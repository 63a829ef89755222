"""The page on signals says of the rules what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

from signal_service.rules import SHIPPED, parse_document

PAGE = (Path(__file__).parents[3] / "docs" / "SIGNALS.md").read_text(encoding="utf-8")


def test_the_example_is_a_rule():
    text = next(block for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if '"name"' in block)
    rule = parse_document(json.loads(text))
    assert rule.kind == "combined"
    assert rule.sides[0].description == ("close > SMA(200) and RSI(2) < 10 and rank of pe in its industry <= 50")


def test_every_shipped_rule_stands_in_the_table_as_it_is():
    for rule in SHIPPED:
        says = "; ".join(f"**{side.direction}** {side.says}" for side in rule.sides)
        row = f"| `{rule.name}` | {rule.kind} | {says} | {rule.why} | {rule.cooldown}, {rule.horizon}, {rule.expires} |"
        assert row in PAGE
