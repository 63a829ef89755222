"""The scanner against a slow reading by regular expressions, and on its corner cases."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.kernels.reading._scan import (
    ABBREVIATION,
    BREAK,
    CAPITAL,
    GROUP_SHIFT,
    MONEY,
    NUMBER,
    PERCENT,
    UPPER,
    WORD,
    Scanner,
)

PLAIN = Scanner([[]])


def words_of(text: str) -> list[str]:
    return [text[start:end] for start, end, *_ in PLAIN.scan(text)[0]]


def found(phrases: list[str], text: str) -> list[str]:
    tokens, (matches,) = Scanner([phrases]).scan(text)
    return [text[tokens[first][0] : tokens[last - 1][1]] for _, first, last in matches]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("TCS gains", ["TCS", "gains"]),
        ("52-week high", ["52", "week", "high"]),
        ("M&M, L&T", ["M&M", ",", "L&T"]),
        ("Mahindra & Mahindra", ["Mahindra", "&", "Mahindra"]),
        ("H.E.G. up", ["H.E.G", "up"]),
        ("Rs. 1,092.50 crore", ["Rs", "1,092.50", "crore"]),
        ("up 12 per cent", ["up", "12 per cent"]),
        ("up 12pc", ["up", "12pc"]),
        ("40cr", ["40", "cr"]),
        ("up 12 pct. Next", ["up", "12 pct", ".", "Next"]),
        ("12 per centre", ["12", "per", "centre"]),
        ("12pc and 5 percent", ["12pc", "and", "5 percent"]),
        ("Rs40 crore", ["Rs", "40", "crore"]),
        ("INR1,200", ["INR", "1,200"]),
        ("RS485 F-16", ["RS", "485", "F", "16"]),
        ("brs40", ["brs40"]),
        ("Dr. Reddy rose. Up", ["Dr", "Reddy", "rose", ".", "Up"]),
        ("5paisa", ["5paisa"]),
        ("$67 ₹40 -3%", ["$67", "₹40", "-3%"]),
        ("don't", ["don't"]),
        ("a - b", ["a", "-", "b"]),
        ("one. Two", ["one", ".", "Two"]),
        ("\u200bhidden\u200b", ["hidden"]),
        ("भारत बढ़ा", ["भारत", "बढ़ा"]),
        ("", []),
    ],
)
def test_a_text_is_split_into_words_numbers_and_breaks(text: str, words: list[str]):
    assert words_of(text) == words


def test_a_possessive_belongs_to_the_word_but_not_to_its_name():
    (token,), _ = PLAIN.scan("Reddy's")
    assert token[:3] == (0, 5, 7)
    (token,), _ = PLAIN.scan("Reddy\u2019s")
    assert token[:3] == (0, 5, 7)


def test_tokens_know_their_kind_case_and_value():
    tokens, _ = PLAIN.scan("TCS Gains up $1,092.5 -3% ;")
    assert [token[3] for token in tokens] == [WORD, WORD, WORD, NUMBER, PERCENT, BREAK]
    assert [token[4] for token in tokens] == [CAPITAL | UPPER, CAPITAL, 0, MONEY, 0, 0]
    assert [token[5] for token in tokens[3:5]] == [1092.5, -3.0]


def test_the_longest_phrase_wins_and_matches_do_not_overlap():
    assert found(["profit", "profit booking", "booking fee"], "profit booking fee") == ["profit booking"]


def test_a_phrase_matches_whole_words_in_any_case_and_spacing():
    assert found(["week high"], "52-Week  HIGH, weekhigh, week higher") == ["Week  HIGH"]


def test_no_phrase_reaches_over_a_break():
    assert found(["net profit"], "net, profit") == []


def test_a_shorter_phrase_is_found_where_the_longer_one_breaks_off():
    assert found(["net profit rises sharply", "net profit"], "net profit rises") == ["net profit"]


def test_number_signs_stand_for_any_number_and_percentage():
    assert found(["up <pct>", "<num> week high"], "up 3.5% to 52 week high, up 3") == ["up 3.5%", "52 week high"]


def test_a_phrase_bound_to_the_start_matches_only_there():
    phrases = ["<s> buy"]
    assert found(phrases, "Buy TCS") == ["Buy"]
    assert found(phrases, "Analysts: buy TCS") == ["buy"]
    assert found(phrases, "they buy TCS") == []


def test_tables_are_matched_apart():
    tokens, (names, phrases) = Scanner([["Tata Steel"], ["steel falls"]]).scan("Tata Steel falls")
    assert (names, phrases) == ([(0, 0, 2)], [(0, 1, 3)])
    assert len(tokens) == 3


def test_a_token_tells_the_groups_of_its_word():
    scanner = Scanner([["net profit"]], [["rs", "net"], ["Net", "q2"]])
    tokens, _ = scanner.scan("Net Rs. 40 Q2 profit, net-of")
    assert [token[4] >> GROUP_SHIFT for token in tokens] == [3, 1, 0, 2, 0, 0, 3, 0]
    assert tokens[1][4] & ABBREVIATION


def test_a_group_holds_single_words_only():
    with pytest.raises(ValueError, match="group 1: expected one word, found 'two words'"):
        Scanner([[]], [["one"], ["two words"]])


@pytest.mark.parametrize(("tables", "groups"), [([[]] * 4, []), ([[]], [["a"]] * 33)])
def test_more_tables_or_groups_than_there_is_room_for_are_refused(tables: list[list[str]], groups: list[list[str]]):
    with pytest.raises(ValueError, match="expected at most 3 tables and 32 groups of words"):
        Scanner(tables, groups)


def test_tables_are_written_once():
    scanner = Scanner([["up"]])
    with pytest.raises(ValueError, match="written once"):
        scanner.__init__([["down"]])  # type: ignore[misc]
    assert len(scanner.scan("up")[1][0]) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.75", 1.75), ("0.1", 0.1), ("1,00,000", 1e5), ("-12.5%", -12.5), ("5.", 5.0), ("0.30000000000000004", 0.3)],
)
def test_a_number_has_the_value_that_it_reads(text: str, value: float):
    (token, *_), _ = PLAIN.scan(text)
    assert token[5] == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("phrases", [["up", "UP"], [""], [" "], ["..."]])
def test_an_empty_or_repeated_phrase_is_refused(phrases: list[str]):
    with pytest.raises(ValueError, match="empty or given twice"):
        Scanner([phrases])


@given(st.text())
def test_tokens_lie_in_order_inside_any_text(text: str):
    tokens, _ = PLAIN.scan(text)
    place = 0
    for start, end, full_end, *_ in tokens:
        assert place <= start < end <= full_end <= len(text)
        place = end


VOCABULARY = ["net", "profit", "rises", "falls", "high"]


@given(st.lists(st.sampled_from(VOCABULARY), max_size=12), st.sets(st.sampled_from(
    [" ".join(pair) for pair in pairwise(VOCABULARY)] + VOCABULARY), min_size=1))  # fmt: skip
def test_matches_agree_with_a_regular_expression(words: list[str], phrases: set[str]):
    text = " ".join(words)
    longest_first = sorted(phrases, key=len, reverse=True)
    expected = re.findall(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b", text)
    assert found(sorted(phrases), text) == expected
