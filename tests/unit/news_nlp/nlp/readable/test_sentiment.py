"""The rules of the lexicon, one table per rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp import nlp

TEXT = """TCS Infosys Nifty RBI falls rises not despite but profit booking losses narrow 12% up down record high low
Q2 , ; Rs 40 crore buy sell as demand weak"""
WORDS = st.sampled_from(TEXT.split())


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        # words and phrases
        ("Wipro shares rally", "bullish"),
        ("Wipro shares tumble", "bearish"),
        ("Wipro opens a campus in Pune", "neutral"),
        ("Wipro slips on profit booking", "bearish"),
        ("Profit booking in Wipro", "bearish"),
        ("Wipro hits 52-week high", "bullish"),
        ("Wipro hits a 52-week low", "bearish"),
        ("Broker upgrades Wipro to buy", "bullish"),
        ("Broker downgrades Wipro to sell", "bearish"),
        ("Wipro misses estimates", "bearish"),
        ("Wipro beats Street estimates", "bullish"),
        ("Promoter pledges shares of Wipro", "bearish"),
        ("Wipro announces rights issue", "neutral"),
        # numbers with direction
        ("Wipro net profit rises 12%", "bullish"),
        ("Wipro net profit falls 12%", "bearish"),
        ("Wipro Q2 net up 12 per cent at Rs 40 crore", "bullish"),
        ("Wipro Q2 net down 12 pc", "bearish"),
        # burdens turn a movement round
        ("Wipro net loss narrows to Rs 40 crore", "bullish"),
        ("Wipro net loss widens to Rs 40 crore", "bearish"),
        ("Bank's gross NPAs rise in Q2", "bearish"),
        ("Bank's gross NPAs decline in Q2", "bullish"),
        ("Input costs rise for cement makers", "bearish"),
        ("Wipro cuts debt by Rs 400 crore", "bullish"),
        ("Wipro extends losses", "bearish"),
        # assets
        ("Demand weakens for trucks", "bearish"),
        ("Loan growth slows", "bearish"),
        ("Weak demand for trucks", "bearish"),
        # negation
        ("Not a good time for Wipro", "bearish"),
        ("Wipro fails to impress", "bearish"),
        # contrast
        ("Wipro falls despite strong results", "bearish"),
        ("Despite weak results, Wipro surges", "bullish"),
        ("Results were weak but Wipro surges 4%", "bullish"),
        # what is only considered
        ("Wipro to consider share buyback record date", "neutral"),
        # phrases that only look polar
        ("Startup sets up a plant", "neutral"),
        ("Wipro to raise up to Rs 400 crore", "neutral"),
    ],
)
def test_a_headline_has_the_direction_a_reader_gives_it(text: str, sentiment: str):
    assert nlp.score(text).sentiment == sentiment


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("TCS gains while Infosys falls", {"TCS": "bullish", "INFY": "bearish"}),
        ("TCS up 2%, Infosys down 1%", {"TCS": "bullish", "INFY": "bearish"}),
        ("Tech Mahindra, Wipro extend losses", {"TECHM": "bearish", "WIPRO": "bearish"}),
        ("Buy TCS, sell Infosys", {"TCS": "bullish", "INFY": "bearish"}),
        ("Top gainers: TCS, Infosys", {"TCS": "bullish", "INFY": "bullish"}),
        ("Sensex falls; TCS gains", {"TCS": "bullish"}),
        ("TCS opens a campus", {"TCS": "neutral"}),
    ],
)
def test_each_company_is_judged_by_the_clauses_that_speak_of_it(text: str, symbols: dict[str, str]):
    assert {symbol: said.sentiment for symbol, said in nlp.score(text).symbols.items()} == symbols


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Sensex falls; TCS gains", {"SENSEX": ("index", "bearish")}),
        (
            "IT stocks rally while Nifty falls",
            {"Information Technology": ("sector", "bullish"), "NIFTY": ("index", "bearish")},
        ),
        (
            "Sebi fines Reliance Securities",
            {"SEBI": ("regulator", "neutral"), "Reliance Securities": ("company", "bearish")},
        ),
        ("RBI governor: inflation easing; RBI holds", {"RBI": ("person", "bullish")}),
        ("TCS gains 2% in Q2 FY26", {}),
        ("Monsoon arrives early", {}),
    ],
)
def test_each_other_name_is_judged_by_its_code_or_text(text: str, others: dict[str, tuple[str, str]]):
    assert {name: (said.kind, said.sentiment) for name, said in nlp.score(text).others.items()} == others


def test_a_person_who_speaks_for_a_company_that_is_named_has_no_verdict_apart():
    alone, beside = nlp.score("Mukesh Ambani upbeat on demand"), nlp.score("Mukesh Ambani upbeat on Reliance")
    assert (list(alone.symbols), list(alone.others)) == ([], ["RELIANCE"])
    assert (list(beside.symbols), list(beside.others)) == (["RELIANCE"], [])


def test_the_phrases_that_decided_are_told_with_their_place():
    text = "Airtel drops 1.3% on profit booking"
    phrases = nlp.score(text).phrases
    assert [text[phrase.start : phrase.end] for phrase in phrases] == ["drops", "profit booking"]
    assert all(phrase.weight < 0 for phrase in phrases)


def test_a_reason_weighs_less_than_the_statement():
    statement, reason = nlp.score("Wipro falls on weak outlook").phrases
    assert abs(reason.weight) < abs(statement.weight)


def test_more_of_the_same_makes_the_score_stronger_and_the_verdict_surer():
    little, much = nlp.score("Wipro gains"), nlp.score("Wipro gains; shares soar to record high")
    assert 0 < little.score < much.score < 1
    assert little.confidence < much.confidence


def test_good_and_bad_in_balance_are_neutral_and_unsure():
    mixed = nlp.score("Shares rise, profits fall")
    assert mixed.sentiment == "neutral"
    assert mixed.confidence < 0.5


def test_a_text_that_says_nothing_is_likely_but_not_certainly_neutral():
    assert nlp.score("Board meets on Monday").confidence == 0.85


def test_a_phrase_inside_a_companys_name_says_nothing():
    assert nlp.score("Great Eastern Shipping holds its annual meeting").phrases == []


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_scores_and_confidences_stay_in_their_bounds(text: str):
    meaning = nlp.score(text)
    for said in (meaning, *meaning.symbols.values(), *meaning.others.values()):
        assert -1 <= said.score <= 1
        assert 0 <= said.confidence <= 1
        least = 0.2 if said is meaning or said.sentiment == "neutral" else 0.16
        assert (said.sentiment == "neutral") == (abs(said.score) < least)
    for phrase in meaning.phrases:
        assert text[phrase.start : phrase.end] == phrase.text


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str):
    meaning = nlp.understand(text)
    for entity in meaning.entities:
        assert text[entity.start : entity.end] == entity.text
