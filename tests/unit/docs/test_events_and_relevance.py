"""docs/NEWS.md's examples of events and relevance are what the program says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from news_nlp import nlp
from news_nlp.nlp.events import KINDS, TYPES, event_table

PAGE = (Path(__file__).parents[3] / "docs" / "NEWS.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## Event types and relevance")[1].split("\n## ")[0]
RELEVANCE = re.findall(r"^\| (.+?) \| ((?:[A-Z&]+ [\d.]+(?:, )?)+) \|$", SECTION, re.MULTILINE)
SUM = re.compile(r"^  (\w+)\s+(.+?)\s+= (-?[\d.]+)(  <- \w+)?$", re.MULTILINE)


def test_every_type_of_event_is_told():
    assert re.findall(r"^\| `(\w+)` \|", SECTION, re.MULTILINE) == list(TYPES)


@pytest.mark.parametrize(("text", "told"), RELEVANCE)
def test_a_relevance_is_the_programs(text: str, told: str):
    found = nlp.understand(text.replace(" \u23ce ", "\n")).symbols
    assert told == ", ".join(f"{symbol} {round(said.relevance, 4)}" for symbol, said in found.items())


@pytest.mark.parametrize("block", SECTION.split("```")[1].strip().split("\n\n"))
def test_the_sums_of_an_event_are_the_files_and_the_largest_wins(block: str):
    text = block.splitlines()[0]
    table = event_table()
    sums = {}
    for event, evidence, total, _ in SUM.findall(block):
        at = TYPES.index(event)
        parts = re.findall(r"(@?\w[\w <>]*?) (-?\d\.\d)", evidence)
        for form, weight in parts:
            rows = table.kinds[KINDS.index(form[1:])] if form[0] == "@" else table.weights[table.phrases.index(form)]  # type: ignore[arg-type]
            assert rows[at] == float(weight), form
        sums[event] = sum(float(weight) for _, weight in parts)
        assert sums[event] == pytest.approx(float(total))
    assert nlp.understand(text).event == max(sums, key=sums.__getitem__) == block.split("<- ")[1].split()[0]


def test_there_are_examples():
    assert len(RELEVANCE) == 3
    assert len(SUM.findall(SECTION)) == 4
