"""Records made without their constructors are as good as those made with them."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass, replace
from typing import NamedTuple

import pytest
from hypothesis import given
from news_nlp.kernels.reading._reader import Reader
from news_nlp.nlp import compiled
from news_nlp.nlp.meaning import Entity, Phrase, Tone, Understanding, Verdict
from news_nlp.nlp.readable.reading import vocabulary
from support.news_texts import texts

TEXT = "TCS net profit rises 12% to Rs 400 crore in Q2; Infosys falls 3% as Sensex slips, RBI warns\nMore"


def rebuilt(meaning: Understanding) -> Understanding:
    """The same, by the constructors."""

    def verdict(said: Verdict) -> Verdict:
        return Verdict(said.sentiment, said.score, said.confidence, said.relevance)

    return Understanding(
        meaning.sentiment,
        meaning.score,
        meaning.confidence,
        [Phrase(*phrase) for phrase in meaning.phrases],
        [Entity(*entity) for entity in meaning.entities],
        {symbol: verdict(said) for symbol, said in meaning.symbols.items()},
        {name: Tone(*tone) for name, tone in meaning.others.items()},
        meaning.event,
        meaning.model,
    )


def records_of(meaning: Understanding) -> Iterator[object]:
    yield meaning
    yield from meaning.phrases
    yield from meaning.entities
    yield from meaning.symbols.values()
    yield from meaning.others.values()


@given(texts())
def test_a_record_is_the_one_that_its_constructor_makes(text: str):
    meaning = compiled.understand(text)
    made = rebuilt(meaning)
    assert meaning == made
    assert repr(meaning) == repr(made)
    for ours, theirs in zip(records_of(meaning), records_of(made), strict=True):
        assert type(ours) is type(theirs)


def test_every_kind_of_record_is_made():
    kinds = {type(record) for record in records_of(compiled.understand(TEXT))}
    assert kinds == {Understanding, Phrase, Entity, Verdict, Tone}


def test_records_survive_pickling_and_copying():
    meaning = compiled.understand(TEXT)
    assert pickle.loads(pickle.dumps(meaning)) == meaning
    assert copy.deepcopy(meaning) == meaning
    assert replace(meaning, model="other").symbols == meaning.symbols


def test_equal_records_have_one_hash():
    meaning = compiled.understand(TEXT)
    for ours, theirs in zip(records_of(meaning), records_of(rebuilt(meaning)), strict=True):
        if not isinstance(ours, Understanding):
            assert hash(ours) == hash(theirs)


def test_a_record_cannot_be_changed():
    meaning = compiled.understand(TEXT)
    with pytest.raises(FrozenInstanceError):
        meaning.score = 1.0  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        meaning.symbols["TCS"].score = 1.0  # type: ignore[misc]
    with pytest.raises(AttributeError):
        meaning.entities[0].text = ""  # type: ignore[misc]


def test_a_record_in_a_cycle_is_collected():
    gc.collect()
    meaning = compiled.understand(TEXT)
    meaning.phrases.append(meaning)  # type: ignore[arg-type]
    del meaning
    gc.collect()
    assert not any(type(found) is Understanding for found in gc.get_objects())


class Short(NamedTuple):
    text: str


@dataclass
class Loose:
    """Keeps its fields in a dict."""

    sentiment: str


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ((Short, Phrase, Verdict, Tone, Understanding), "expected a named tuple of 8 fields, found .*Short"),
        ((Entity, Phrase, Verdict, int, Understanding), "expected a named tuple of 4 fields, found .*int"),
        ((Entity, Phrase, Loose, Tone, Understanding), "expected a class with a slot 'sentiment', found .*Loose"),
        ((Entity, Phrase, Verdict, Tone, Verdict), "expected a class with a slot 'phrases', found .*Verdict"),
    ],
)
def test_a_record_of_another_make_is_refused(records: tuple[type, type, type, type, type], message: str):
    with pytest.raises(TypeError, match=message):
        Reader(vocabulary().scanner, [], [], [], [], ((), (), ""), records)
