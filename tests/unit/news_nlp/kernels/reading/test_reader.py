"""The compiled rules against the readable ones, field by field."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from news_nlp import nlp
from news_nlp.kernels.reading._reader import Reader
from news_nlp.nlp import compiled, readable
from news_nlp.nlp.meaning import Tone, Understanding, Verdict
from news_nlp.nlp.readable.reading import vocabulary
from support.news_texts import headlines, texts

ROOT = Path(__file__).parents[5]
FEEDS = [ROOT / "cli/chitti_cli/sample/nifty_sample.xml", *sorted((ROOT / "tests/data/feeds").glob("google_news*.xml"))]


def assert_same_verdict(ours: Verdict | Tone | Understanding, theirs: Verdict | Tone | Understanding) -> None:
    assert ours.sentiment == theirs.sentiment
    assert ours.score == pytest.approx(theirs.score, abs=1e-12)
    assert ours.confidence == pytest.approx(theirs.confidence, abs=1e-12)


def assert_read_alike(text: str) -> None:
    ours, theirs = compiled.understand(text), readable.understand(text)
    assert ours.entities == theirs.entities
    assert compiled.entities(text) == theirs.entities
    assert [phrase._replace(weight=0.0) for phrase in ours.phrases] == [
        phrase._replace(weight=0.0) for phrase in theirs.phrases
    ]
    assert [phrase.weight for phrase in ours.phrases] == pytest.approx(
        [phrase.weight for phrase in theirs.phrases], abs=1e-12
    )
    assert_same_verdict(ours, theirs)
    assert list(ours.symbols) == list(theirs.symbols)
    for symbol, said in ours.symbols.items():
        assert_same_verdict(said, theirs.symbols[symbol])
        assert said.relevance == pytest.approx(theirs.symbols[symbol].relevance, abs=1e-12)
    assert [(name, said.kind) for name, said in ours.others.items()] == [
        (name, said.kind) for name, said in theirs.others.items()
    ]
    for name, tone in ours.others.items():
        assert_same_verdict(tone, theirs.others[name])
    assert (ours.event, ours.model) == (theirs.event, theirs.model)
    for name, told in (ours.symbols | ours.others).items():
        assert_phrases_make_the_verdict(text, name, told)


def assert_phrases_make_the_verdict(text: str, name: str, told: Verdict | Tone) -> None:
    ours, theirs = compiled.phrases_about(text, name), readable.phrases_about(text, name)
    assert [phrase._replace(weight=0.0) for phrase in ours] == [phrase._replace(weight=0.0) for phrase in theirs]
    weights = [phrase.weight for phrase in ours]
    assert weights == pytest.approx([phrase.weight for phrase in theirs], abs=1e-12)
    assert told.score == pytest.approx(sum(weights) / (abs(sum(weights)) + 1.0), abs=6e-5)


@pytest.mark.parametrize("text", headlines())
def test_an_invented_headline_is_read_alike(text: str):
    assert_read_alike(text)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_the_titles_and_texts_of_a_feed_are_read_alike(feed: Path):
    found = re.findall(r"<(title|description)>(.*?)</\1>", feed.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(found) > 40
    for _, text in found:
        assert_read_alike(unescape(text))


@given(texts())
@settings(max_examples=400)
def test_a_text_of_names_phrases_and_signs_is_read_alike(text: str):
    assert_read_alike(text)


@pytest.mark.exhaustive
@given(texts(pieces=400))
@settings(max_examples=20_000)
def test_long_texts_are_read_alike(text: str):
    assert_read_alike(text)


@given(texts())
def test_what_is_found_stands_where_it_is_said_to(text: str):
    meaning = compiled.understand(text)
    for found in (*meaning.entities, *meaning.phrases):
        assert text[found.start : found.end] == found.text


def test_records_are_those_of_the_readable_rules():
    text = "TCS falls 3% on profit booking, Sensex slips"
    ours, theirs = (engine.understand(text) for engine in (compiled, readable))
    assert ours == theirs
    assert repr(ours) == repr(theirs)
    for one, other in zip(ours.entities + ours.phrases, theirs.entities + theirs.phrases, strict=True):
        assert [type(field) for field in one] == [type(field) for field in other]


def test_the_engine_can_be_chosen(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nlp, "_understand", compiled.understand)
    monkeypatch.setattr(nlp, "_entities", compiled.entities)
    monkeypatch.setattr(nlp, "_phrases_about", compiled.phrases_about)
    monkeypatch.setattr(readable, "find", lambda _: ["the readable rules read it"])
    assert [entity.symbol for entity in nlp.entities("TCS")] == ["TCS"]
    nlp.use("readable")
    assert nlp.entities("TCS") == ["the readable rules read it"]
    assert nlp._phrases_about is readable.phrases_about
    nlp.use("compiled")
    assert [entity.symbol for entity in nlp.entities("TCS")] == ["TCS"]


@given(texts())
def test_each_name_has_one_verdict(text: str):
    meaning = compiled.understand(text)
    named = [entity for entity in meaning.entities if entity.kind not in ("amount", "percent", "period")]
    listed = dict.fromkeys(entity.symbol for entity in named if entity.kind == "company" and entity.symbol)
    assert list(meaning.symbols) == list(listed)
    keys = dict.fromkeys(entity.symbol or entity.text for entity in named)
    assert list(meaning.others) == [key for key in keys if key not in listed]


@pytest.mark.parametrize("text", [None, b"TCS gains", 5])
def test_anything_but_a_text_is_refused(text: object):
    with pytest.raises(TypeError, match="text"):
        compiled.understand(text)  # type: ignore[arg-type]


def test_an_exact_name_in_other_letters_is_refused():
    words = vocabulary()
    with pytest.raises(ValueError, match="expected a symbol in ASCII, found 'ÉTÉ'"):
        Reader(words.scanner, [("ÉTÉ", 0, "ETE", True, True, False)], [], [], [], ((), (), ""), (int,) * 5)
