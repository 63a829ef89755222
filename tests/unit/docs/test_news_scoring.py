"""The worked examples of the page on news are what the program says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from news_nlp import nlp
from news_nlp.nlp.lexicon import parse_lexicon

PAGE = (Path(__file__).parents[3] / "docs" / "NEWS.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## How a headline is scored\n")[2].partition("\n## ")[0]


def rows(header: str) -> list[list[str]]:
    """The cells of the table under a header line."""
    body = SECTION.partition(f"| {header} |\n")[2].partition("\n\n")[0]
    return [line.strip("| ").split(" | ") for line in body.splitlines()[1:]]


@pytest.mark.parametrize(("text", "phrases", "score"), rows("headline | phrases that count | score"))
def test_a_headline_of_the_page_gets_the_score_it_shows(text: str, phrases: str, score: str):
    said = nlp.score(text)
    assert f"{said.score:+.2f} {said.sentiment}" == score
    assert (", ".join(f"{phrase.text} {phrase.weight:+.2f}" for phrase in said.phrases) or "none") == phrases


@pytest.mark.parametrize(("text", "verdicts"), rows("headline | verdicts"))
def test_the_companies_of_a_headline_get_the_verdicts_it_shows(text: str, verdicts: str):
    found = nlp.score(text).symbols
    assert ", ".join(f"{symbol} {said.score:+.2f} {said.sentiment}" for symbol, said in found.items()) == verdicts


@pytest.mark.parametrize(("text", "verdicts"), rows("headline | verdicts on other names"))
def test_the_other_names_of_a_headline_get_the_verdicts_it_shows(text: str, verdicts: str):
    found = nlp.score(text).others
    assert ", ".join(f"{name} {said.score:+.2f} {said.sentiment}" for name, said in found.items()) == verdicts


def test_the_lexicon_lines_of_the_page_are_good_ones():
    (block,) = re.findall(r"```\n(.*?)```", SECTION, re.DOTALL)
    phrases = [term.phrase for term in parse_lexicon(block)]
    assert "wins new contract" in phrases
    assert "clinched" in phrases


def test_the_page_has_examples():
    assert len(rows("headline | phrases that count | score")) >= 15
    assert len(rows("headline | verdicts")) >= 8
    assert len(rows("headline | verdicts on other names")) >= 5
