from __future__ import annotations

import pytest
from chitti_shared.errors import NotFound
from signal_service.rules import SHIPPED, parse_document
from signal_service.rules.book import Entry, book_of

OWN = Entry(parse_document({"name": "my_dip", "bullish": {"<": [{"rsi": 2}, 10]}}))


def test_shipped_rules_come_first_and_own_ones_by_name():
    other = Entry(parse_document({"name": "a_rule", "bearish": {">": [{"rsi": 2}, 90]}}))
    book = book_of(3, [OWN, other], [], {})
    names = [entry.document.name for entry in book.entries]
    assert names == [*(rule.name for rule in SHIPPED), "a_rule", "my_dip"]
    assert [entry.is_shipped for entry in book.entries][-3:] == [True, False, False]


def test_what_is_switched_off_stays_in_the_book_and_is_not_judged():
    off = Entry(OWN.document, enabled=False)
    book = book_of(3, [off], ["sma_crossover"], {})
    assert book.entry("sma_crossover").enabled is False
    assert ("sma_crossover", "bullish") not in book.by_key
    assert ("my_dip", "bullish") not in book.by_key
    assert ("rsi_reversal", "bullish") in book.by_key


def test_an_unknown_rule_is_told_with_the_nearest_name():
    with pytest.raises(NotFound, match="did you mean 'sma_crossover'") as caught:
        book_of(1, [], [], {}).entry("sma_crosover")
    assert caught.value.details["kind"] == "rule"


def test_a_condition_is_new_to_who_was_judged_before_it_was_changed():
    book = book_of(8, [OWN], [], {("my_dip", "bullish"): 5})
    assert book.is_new(("my_dip", "bullish"), 4)
    assert not book.is_new(("my_dip", "bullish"), 5)
    assert book.is_new(("rsi_reversal", "bullish"), 7)  # nobody noted it: as if it were of this version
