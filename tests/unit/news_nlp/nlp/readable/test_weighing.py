"""What each rule of weighing does to a phrase, and what no rule may do."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.nlp import compiled, readable
from news_nlp.nlp.lexicon import Role, terms

PLAIN = {Role.POSITIVE, Role.NEGATIVE, Role.RISE, Role.FALL}
POLAR_WORDS = sorted(term.phrase for term in terms() if term.role in PLAIN and term.phrase.isalpha())
# sentences without a link (`but`, `despite`) whose reach would pass the full stop
SENTENCES = st.sampled_from(
    [
        "Wipro shares rally",
        "Profit booking drags metals",
        "Input costs rise sharply",
        "Demand weakens for trucks",
        "Net loss narrows to Rs 40 crore",
        "Results beat estimates",
        "Nifty ends flat",
        "Is Cipla in trouble?",
        "The board meets on Monday",
        "PAT at Rs 40 crore vs Rs 30 crore",
    ]
)


def weights(text: str) -> dict[str, float]:
    return {phrase.text.lower(): phrase.weight for phrase in readable.understand(text).phrases}


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        ("Wipro falls sharply", "Wipro falls"),
        ("Wipro falls", "Wipro falls slightly"),
        ("Wipro falls 3%", "Wipro falls"),
        ("Profit surges", "Profit rises"),
        ("Record profit at Wipro", "Profit at Wipro"),
    ],
)
def test_degrees_and_figures_strengthen_a_movement(stronger: str, weaker: str):
    assert abs(readable.understand(stronger).score) > abs(readable.understand(weaker).score)


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("Net profit at Rs 40 cr vs loss of Rs 30 cr (YoY)", "bullish"),
        ("Net profit at Rs 30 cr vs net loss of Rs 40 cr (YoY)", "bullish"),
        ("PAT at Rs 40 crore from loss of Rs 30 crore", "bullish"),
        ("Wipro swings to profit of Rs 40 crore vs loss of Rs 30 crore", "bullish"),
        ("Wipro posts Rs 40 crore profit vs Rs 30 crore loss", "bullish"),
        ("Net profit at Rs 30 cr vs Rs 40 cr on forex loss", "bearish"),
        ("Net profit at Rs 30 cr vs Rs 40 cr as forex losses weigh", "bearish"),
        ("Net loss at Rs 30 cr vs profit of Rs 40 cr (YoY)", "bearish"),
        ("Wipro posts Rs 30 crore loss against Rs 40 crore profit", "bearish"),
        ("Net loss at Rs 30 crore vs Rs 40 crore", "bullish"),
        ("Net loss at Rs 40 crore vs loss of Rs 30 crore", "bearish"),
        ("Inflation eases to 1.5% from 2.1%", "bullish"),
    ],
)
def test_a_profit_beats_a_loss_whatever_the_figures(text: str, sentiment: str):
    assert readable.understand(text).sentiment == sentiment


@pytest.mark.parametrize(
    ("text", "phrase", "factor"),
    [
        ("Wipro falls on weak outlook", "weak outlook", 0.5),
        ("Wipro gains despite weak outlook", "weak outlook", 0.3),
        ("Weak outlook but Wipro gains", "weak outlook", 0.4),
        ("Wipro to consider buyback", "buyback", 0.3),
        ("Nifty flat, outlook weak", "outlook weak", 0.4),
        ("Is the outlook weak?", "outlook weak", 0.25),
        ("Outlook not weak", "weak", -0.6),
    ],
)
def test_a_phrase_counts_by_the_part_it_plays(text: str, phrase: str, factor: float):
    alone = weights(phrase)[phrase]
    assert math.isclose(weights(text)[phrase], factor * alone)


def test_a_reason_with_nothing_stated_before_it_is_the_statement():
    assert weights("On weak outlook, Wipro waits")["weak outlook"] == weights("Weak outlook")["weak outlook"]


def test_stillness_and_questions_reach_no_further_than_their_sentence():
    assert weights("Nifty ends flat. Cipla tumbles")["tumbles"] == weights("Cipla tumbles")["tumbles"]
    assert weights("What now? Cipla tumbles")["tumbles"] == weights("Cipla tumbles")["tumbles"]


def test_a_question_leaves_the_statement_before_its_part_alone():
    assert weights("Cipla tumbles; time to sell?")["tumbles"] == weights("Cipla tumbles")["tumbles"]
    assert weights("Cipla tumbles 4%: is the worst over?")["worst"] == 0.25 * weights("Is the worst over")["worst"]


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("Loss widens to 3-year high", "bearish"),
        ("Onion prices push up inflation to 8-month high", "bearish"),
        ("Unemployment at 4-year high", "bearish"),
        ("Bad loans decline to 10-year low", "bullish"),
        ("Net profit rises to 3-year high", "bullish"),
        ("Costs fall, shares at 3-year high", "bullish"),
    ],
)
def test_a_level_turns_with_the_movement_that_leads_to_it(text: str, sentiment: str):
    assert readable.understand(text).sentiment == sentiment
    assert compiled.understand(text).sentiment == sentiment


def test_a_number_is_no_sentence_end():
    assert weights("Nifty flat at 10 as banks slump")["slump"] == weights("Nifty flat at 11 as banks slump")["slump"]


def test_a_phrase_around_a_name_counts_and_one_inside_does_not():
    assert list(weights("Lupin gets USFDA nod")) == ["gets usfda nod"]
    assert weights("Great Eastern Shipping holds its annual meeting") == {}


def test_the_rise_of_a_volatility_index_is_bad_though_its_name_is_a_name():
    assert readable.understand("India VIX jumps 20%").sentiment == "bearish"
    assert readable.understand("India VIX cools 12%").sentiment == "bullish"


def test_figures_told_in_words_are_counted_once():
    told = readable.understand("Profit rises to Rs 40 crore from Rs 30 crore").phrases
    assert [phrase.text for phrase in told] == ["rises"]


@given(st.sampled_from(POLAR_WORDS))
def test_a_negator_turns_or_weakens_every_polar_word(word: str):
    said, denied = readable.understand(f"Shares {word}"), readable.understand(f"Shares never {word}")
    assert said.score * denied.score <= 0 or abs(denied.score) < abs(said.score)


@given(st.lists(st.sampled_from([*POLAR_WORDS, "not", "but", "as", "12%", ",", "shares"]), max_size=12).map(" ".join))
def test_case_does_not_matter_to_what_is_said(text: str):
    found = [phrase.weight for phrase in readable.understand(text).phrases]
    assert [phrase.weight for phrase in readable.understand(text.upper()).phrases] == found


@given(SENTENCES, st.sampled_from([". ", "\n"]))
def test_a_sentence_that_says_nothing_changes_nothing(text: str, end: str):
    alone, longer = readable.understand(text), readable.understand(f"{text}{end}The board meets on Monday")
    assert longer.score == alone.score
    assert {symbol: said.score for symbol, said in longer.symbols.items()} == {
        symbol: said.score for symbol, said in alone.symbols.items()
    }


@given(st.lists(SENTENCES, unique=True, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_sentences_does_not_matter(sentences: list[str], random):
    shuffled = list(sentences)
    random.shuffle(shuffled)
    before, after = (readable.understand(". ".join(order)).score for order in (sentences, shuffled))
    assert math.isclose(before, after, abs_tol=1.1e-4)  # scores are rounded to four places
