"""The linear scorer beside a slow reading of the same rules, and on every kind of text."""

from __future__ import annotations

import math
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp import nlp
from news_nlp.kernels.reading._linear import BITS, LOUDNESS, SIGNS, Linear, grams, signs
from news_nlp.nlp.events import TYPES
from news_nlp.nlp.meaning import Phrase, Understanding, Verdict

RNG = np.random.default_rng(11)
WEIGHTS = (
    RNG.normal(0, 0.3, (2**BITS, 3)).astype(np.float32),
    RNG.normal(0, 0.1, (SIGNS, 3)),
    RNG.normal(0, 0.1, 3),
)
MODEL = Linear(*WEIGHTS, (Phrase, Verdict, Understanding))
SPOKEN = """TCS Infosys M&M's Nifty gains falls 12% 1,200.50 Rs 40 crore Q2 FY26 profit? booking RBI don't 3i ,"""
WORDS = [*SPOKEN.split(), "\n", "\u20b95"]
TEXTS = st.one_of(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), st.text(max_size=60))
MASK = (1 << 64) - 1


def mixed(key: int) -> int:
    key ^= key >> 33
    key = key * 0xFF51AFD7ED558CCD & MASK
    key ^= key >> 33
    key = key * 0xC4CEB9FE1A85EC53 & MASK
    return key ^ key >> 33


def name_of(word: str) -> int:
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)*", word):
        return 2
    if word in "%?":
        return 64 + ord(word)
    digest = 14695981039346656037
    for letter in word.lower():
        digest = (digest ^ ord(letter)) * 1099511628211 & MASK
    return digest


def slow_pieces(text: str, read: Understanding) -> list[int]:
    """The names of the pieces of an ASCII text."""
    kinds = ("company", "index", "amount", "percent", "period")
    spans = {entity.start: entity for entity in read.entities if entity.kind in kinds}
    found, at = [1], 0
    while at < len(text):
        if at in spans:
            found.append(16 + kinds.index(spans[at].kind))
            at = spans[at].end
            continue
        stop = min((start for start in spans if start > at), default=len(text))
        word = re.match(
            r"(?:[0-9]+(?:[.,](?=[0-9])[0-9]*)*|[A-Za-z0-9])(?:[A-Za-z0-9]|&(?=[A-Za-z0-9]))*|[%?]", text[at:stop]
        )
        if word is None:
            at += 1
            continue
        found.append(name_of(word.group()))
        at += word.end()
        if word.group() not in "%?" and re.match(r"'[sS]", text[at:stop]):
            at += 2
    return [*found, 1]


def slow_grams(text: str, read: Understanding) -> list[int]:
    pieces = slow_pieces(text, read)
    single = [mixed(name) for name in pieces[1:-1]]
    pairs = [mixed(mixed(left ^ 0x9E3779B97F4A7C15) + right & MASK) for left, right in pairwise(pieces)]
    return [key >> 64 - BITS for key in single + pairs]


@given(st.lists(st.sampled_from([word for word in WORDS if word.isascii()]), max_size=25).map(" ".join))
def test_the_ngrams_are_those_of_the_slow_reading(text: str):
    read = nlp.understand(text)
    assert grams(text, read) == slow_grams(text, read)


@given(TEXTS)
def test_decisions_are_the_weighted_sums(text: str):
    read = nlp.understand(text)
    found = grams(text, read)
    buckets, sign_weights, intercepts = WEIGHTS
    expected = (
        intercepts
        + LOUDNESS / math.sqrt(len(found)) * buckets[found].astype(np.float64).sum(axis=0)
        + np.array(signs(text, read)) @ sign_weights
    )
    np.testing.assert_allclose(MODEL.decisions(text, read), expected, rtol=0, atol=1e-9)


@given(TEXTS)
def test_a_trained_verdict_is_the_softmax_of_the_decisions(text: str):
    read = nlp.understand(text)
    down, flat, up = np.exp(MODEL.decisions(text, read))
    found = MODEL.judge(text, read, 1.0, "trained-x")
    total = down + flat + up
    assert found.score == pytest.approx((up - down) / total, abs=6e-5)
    assert found.confidence == pytest.approx(max(down, flat, up) / total, abs=6e-5)
    likeliest = ("bearish", "neutral", "bullish")[int(np.argmax([down, flat, up]))]
    assert (found.sentiment, found.model) == (likeliest, "trained-x")
    assert (found.entities, found.event) == (read.entities, read.event)


@given(TEXTS)
def test_a_blend_is_the_mean_of_both_with_the_phrases_of_both(text: str):
    read = nlp.understand(text)
    alone, found = MODEL.judge(text, read, 1.0, "t"), MODEL.judge(text, read, 0.5, "b")
    assert found.score == pytest.approx(0.5 * (alone.score + read.score), abs=1.1e-4)
    assert found.confidence == pytest.approx(0.5 * (alone.confidence + read.confidence), abs=1.1e-4)
    assert sorted(found.phrases, key=repr) == sorted(alone.phrases + read.phrases, key=repr)
    assert [phrase.start for phrase in found.phrases] == sorted(phrase.start for phrase in found.phrases)


@given(TEXTS)
def test_phrases_stand_where_they_say_and_never_overlap(text: str):
    phrases = MODEL.judge(text, nlp.understand(text), 1.0, "t").phrases
    assert len(phrases) <= 8
    end = 0
    for phrase in phrases:
        assert text[phrase.start : phrase.end] == phrase.text
        assert phrase.start >= end
        assert abs(phrase.weight) >= 0.2
        end = phrase.end


@given(TEXTS)
def test_a_company_keeps_the_lexicons_verdict_only_where_it_differs_from_the_texts(text: str):
    read = nlp.understand(text)
    found = MODEL.judge(text, read, 1.0, "t")
    assert found.symbols.keys() == read.symbols.keys()
    assert found.others == read.others
    for symbol, said in found.symbols.items():
        before = read.symbols[symbol]
        expected = (
            Verdict(found.sentiment, found.score, found.confidence, before.relevance)
            if before.sentiment == read.sentiment
            else before
        )
        assert said == expected


def test_the_signs_tell_what_the_reading_says():
    text = "TCS Q2 net profit rises 12%, Infosys slips?"
    read = nlp.understand(text)
    found = signs(text, read)
    weights = [phrase.weight for phrase in read.phrases]
    assert found[0] == read.score
    assert found[1] == pytest.approx(sum(weight for weight in weights if weight > 0))
    assert found[2] == pytest.approx(sum(weight for weight in weights if weight < 0))
    assert found[12:16] == [0.0, 1.0, 1.0, 1.0]
    assert read.event == "results"
    assert found[16:25] == [1.0] + [0.0] * len(TYPES)
    assert found[25] == read.score


def test_a_long_text_is_judged_within_bounds():
    text = "TCS gains on strong demand; " * 1_700
    found = MODEL.judge(text, nlp.understand(text), 1.0, "t")
    assert -1 <= found.score <= 1
    assert len(found.phrases) <= 8


def test_threads_share_one_model():
    texts = [f"TCS {word} {at}% on profit booking" for at, word in enumerate(WORDS)]
    expected = [MODEL.judge(text, nlp.understand(text), 1.0, "t") for text in texts]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(
            lambda _: [MODEL.judge(text, nlp.understand(text), 1.0, "t") for text in texts], range(40)
        ):
            assert found == expected
