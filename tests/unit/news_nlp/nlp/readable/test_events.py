from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.nlp import compiled, readable
from news_nlp.nlp.events import KINDS, TYPES, event_table, parse_events

from tests.support.event_headlines import HEADLINES

ROWS = [(text, event) for event, texts in HEADLINES.items() for text in texts]
PIECES = st.sampled_from([*event_table().phrases[::7], "TCS", "RBI", "Nifty", "Rs 40 crore", "12%", "Q2 FY26", ","])


@pytest.mark.parametrize(("text", "event"), ROWS)
def test_a_headline_tells_the_event_a_reader_names(text: str, event: str | None):
    assert readable.understand(text).event == event
    assert compiled.understand(text).event == event


def test_every_type_has_a_dozen_headlines_and_none_twice_as_many():
    assert {event for event in HEADLINES if event} == set(TYPES)
    assert all(len(texts) >= (12 if event else 24) for event, texts in HEADLINES.items())
    assert len({text for text, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        # a regulator's fine is no order won, an approved buyback no approval, a bank's view no central bank's
        ("RBI fines HDFC Bank", "regulatory"),
        ("SEBI order against broker", "regulatory"),
        ("Infosys board approves buyback", "dividend"),
        ("RBI holds rates, inflation forecast cut", "macro"),
        # the stronger evidence wins
        ("Wipro Q2 net profit rises 4%, declares dividend", "results"),
    ],
)
def test_neighbouring_types_are_told_apart(text: str, event: str):
    assert readable.understand(text).event == event


def test_the_body_counts_half_of_the_title():
    assert readable.understand("Wipro in focus\nThe firm won an order").event is None
    assert readable.understand("Wipro wins order\nThe firm is in focus").event == "order_win"
    assert readable.understand("Wipro in focus\nInterim dividend, record date told by the board").event == "dividend"


def test_a_phrase_inside_a_name_is_no_evidence():
    assert readable.understand("ICICI Securities moves its office").event is None


def test_a_table_has_the_weights_of_each_type():
    table = parse_events("[results]\n1.0 net profit|q1  # c\n0.2 @amount\n[deal]\n0.5 q1\n-1 @percent\n")
    assert table.phrases == ("net profit", "q1")
    results, deal = TYPES.index("results"), TYPES.index("deal")
    assert (table.weights[1][results], table.weights[1][deal]) == (1.0, 0.5)
    assert table.kinds[KINDS.index("amount")][results] == 0.2
    assert table.kinds[KINDS.index("percent")][deal] == -1.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1.0 profit", "line 1: expected a weight and phrases"),
        ("[results]\n1.0", "line 2: expected a weight and phrases"),
        ("[result]", "line 1: expected one of results, .*found 'result'"),
        ("[results]\nx profit", "line 2: expected a weight, found 'x'"),
        ("[results]\n1.0 profit\n0.5 Profit", "line 3: 'profit' is already on line 2"),
        ("[results]\n1.0 @nobody", "line 2: expected @ and one of company"),
    ],
)
def test_a_bad_line_is_named(text: str, message: str):
    with pytest.raises(ValueError, match=message):
        parse_events(text)


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_a_text_moved_to_the_body_tells_the_same_event_or_none(text: str):
    event = readable.understand(text).event
    assert readable.understand(f"the\n{text}").event in (event, None)
    assert readable.understand(f"{text}\nthe").event == event
