from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp import nlp
from news_nlp.nlp.stories import Stories, Telling, gist, identity, is_price_move, names_of

TEN = datetime(2025, 9, 30, 10, tzinfo=UTC)


def told(title: str, *, hours: float = 0.0) -> Telling:
    meaning = nlp.understand(title)
    names = names_of(title, meaning)
    at = TEN.timestamp() + hours * 3600.0
    return Telling(
        gist(title, names, meaning),
        is_price_move(title, meaning),
        meaning.sentiment,
        meaning.event,
        at,
        at,
    )


def retells(first: str, second: str, *, hours: float = 1.0) -> bool:
    stories = Stories()
    stories.add(1, 1, told(first))
    return stories.cluster_of(told(second, hours=hours)) == 1


def test_an_article_met_again_has_the_same_identity():
    one = identity("TCS gains 2%", "wire.example", TEN)
    assert one == identity("  tcs   GAINS 2% !", "wire.example", TEN + timedelta(hours=5))
    assert len(one) == 16


@pytest.mark.parametrize(
    ("title", "host", "moment"),
    [
        ("TCS gains 3%", "wire.example", TEN),
        ("TCS gains 2%", "ledger.example", TEN),
        ("TCS gains 2%", "wire.example", TEN + timedelta(days=1)),
        ("TCS gains 2%", "wire.example", None),
    ],
)
def test_another_title_host_or_day_is_another_article(title: str, host: str, moment: datetime | None):
    assert identity(title, host, moment) != identity("TCS gains 2%", "wire.example", TEN)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Wipro wins Rs 400 crore order from Railways", "Wipro wins order worth Rs 400 crore from the Railways"),
        ("SBI hits 52-week high as loan growth stays strong", "State Bank of India scales 52-week high"),
        ("Trent tumbles to one-year low", "Westside owner Trent falls further as brokerage downgrades to sell"),
    ],
)
def test_the_same_news_in_other_words_is_a_retelling(first: str, second: str):
    assert retells(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Wipro wins Rs 400 crore order", "Infosys wins Rs 400 crore order"),
        ("Wipro shares rise 2%", "Wipro shares fall 2%"),
        ("Wipro wins Rs 400 crore order from Railways", "Wipro wins Rs 75 crore order from Railways"),
        ("Wipro shares rise 2%", "Wipro net profit rises 12%"),
        ("Wipro appoints new chairman", "Wipro opens campus in Pune"),
    ],
)
def test_other_news_of_the_same_kind_is_not(first: str, second: str):
    assert not retells(first, second)


def test_a_price_movement_of_another_day_is_news_again():
    assert not retells("Wipro shares rise 2%", "Wipro gains on order win", hours=24)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_titles_can_be_compared(first: str, second: str):
    assert retells(first, second) in (True, False)
