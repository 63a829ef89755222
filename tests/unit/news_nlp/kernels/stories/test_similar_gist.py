"""Headlines as gists, against their layout as it is documented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.kernels.stories._similar_gist import GistReader
from support.gists import Gist, opened

READER = GistReader(
    {"the", "of"}, ["win bag", "up rise"], ["monday tuesday", "first second"], ["raise hike / cut"],
    months=["january jan", "february feb", "march", "april", "may", "june"], unnaming=["ceo"], daily=["today"],
)  # fmt: skip


def read(title: str, *names: tuple[int, int, str]) -> Gist:
    return opened(READER.read(title, list(names)))


@pytest.mark.parametrize(
    ("title", "kind", "value"),
    [
        ("Rs 400 crore", "rupees", 4e9),
        ("Rs400 cr", "rupees", 4e9),
        ("\u20b91,092.5 crore", "rupees", 1092.5e7),
        ("Rs 3.7 lakh crore", "rupees", 3.7e12),
        ("Rs 3.7L cr", "rupees", 3.7e12),
        ("Rs 40-crore", "rupees", 4e8),
        ("5 lakh", "rupees", 5e5),
        ("INR 12", "rupees", 12.0),
        ("$500 million", "dollars", 5e8),
        ("USD 2bn", "dollars", 2e9),
        ("12%", "percents", 12.0),
        ("12 % up", "percents", 12.0),
        ("12.5 per cent", "percents", 12.5),
        ("3 pc", "percents", 3.0),
        ("52 aircraft", "numbers", 52.0),
        ("25,000", "numbers", 25000.0),
        ("8th", "numbers", 8.0),
        ("40 million", "numbers", 4e7),
        ("Q2", "periods", 2.0),
        ("Q3FY26", "periods", 3.0),
        ("2QFY26", "periods", 2.0),
        ("H1", "periods", 5.0),
        ("Tuesday", "periods", 101.0),
        ("second", "periods", 201.0),
        ("February", "periods", 3001.0),
        ("Feb", "periods", 3001.0),
        ("2027", "periods", 2027.0),
        ("second quarter", "periods", 2.0),
        ("Second-Quarter", "periods", 2.0),
        ("first half", "periods", 5.0),
        ("June quarter", "periods", 1.0),
        ("April-June", "periods", 1.0),
        ("January-March", "periods", 4.0),
        ("today", "periods", 3100.0),
        ("six", "numbers", 6.0),
        ("Rs 2027", "rupees", 2027.0),
        ("2,027", "numbers", 2027.0),
    ],
)
def test_a_figure_is_read_with_its_unit(title: str, kind: str, value: float):
    gist = read(title)
    assert getattr(gist, kind) == pytest.approx((value,))
    assert sum(map(len, gist.figures)) == 1


@pytest.mark.parametrize("title", ["FY26", "may", "H7", "Q5", "per", "$", "\u20b9", "rs", "12 per"])
def test_what_only_looks_like_a_figure_or_a_period_is_none(title: str):
    gist = read(title)
    assert gist.rupees == gist.dollars == gist.percents == gist.periods == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rises", "rise"),
        ("rising", ["rose", "rise"][1]),
        ("dropped", "drops"),
        ("wins", "bagged"),
        ("Order's", "orders"),
        ("ORDER", "order"),
    ],
)
def test_forms_of_a_word_and_words_of_a_group_count_as_one(one: str, other: str):
    assert read(one).words == read(other).words


@pytest.mark.parametrize(("one", "other"), [("digital", "digitally"), ("consolidate", "consolidation")])
def test_long_words_are_told_apart_by_their_beginning(one: str, other: str):
    assert read(one).words == read(other).words


def test_the_weeks_of_a_year_are_no_figure():
    assert read("52-week high").numbers == read("52 week low").numbers == ()
    assert read("52 ships a week").numbers == (52.0,)


def test_the_mark_of_a_day_can_be_given():
    raw = READER.read("profit rises", [], True)
    assert opened(raw).periods == (3100.0,)
    assert read("profit rises").periods == ()


def test_some_words_are_no_names_although_they_have_a_capital():
    assert read("new CEO of group").proper == ()
    assert read("new CEO of group").words == read("new ceo of group").words


def test_other_words_differ_and_words_that_tell_nothing_are_left_out():
    assert read("profit").words != read("loss").words
    assert read("the profit of the").words == read("profit").words
    assert read("the of").words == ()


def test_a_name_counts_as_one_word_under_whatever_form_it_stands():
    long = read("State Bank of India wins", (0, 19, "SBIN"))
    short = read("SBI wins", (0, 3, "SBIN"))
    assert long == short
    assert len(long.names) == 1
    assert set(long.names) < set(long.words)


def test_a_name_from_elsewhere_counts_without_a_place():
    assert read("profit", (-1, -1, "TCS")).names == read("TCS", (0, 3, "TCS")).names


def test_words_with_a_capital_are_proper_where_most_words_have_none():
    assert len(read("shares of Acme rise after talks").proper) == 1
    assert read("Shares Of Acme Rise After Talks").proper == ()
    assert read("SHARES OF ACME RISE").proper == ()


@given(
    st.text(max_size=200),
    st.lists(st.tuples(st.integers(-1, 210), st.integers(0, 40), st.text(max_size=5)), max_size=5),
)
def test_any_text_gives_a_gist_of_the_documented_form(title: str, drawn: list[tuple[int, int, str]]):
    names = sorted((start, start + length, key) for start, length, key in drawn)
    raw = READER.read(title, names)
    gist = opened(raw)
    assert raw == READER.read(title, names)
    for column in gist:
        assert list(column) == sorted(set(column))
    assert set(gist.names) <= set(gist.words)
    assert set(gist.proper) <= set(gist.words)


def test_a_gist_is_bounded_whatever_the_text():
    title = " ".join(f"w{number:03}{letter}" for letter in "abc" for number in range(400)) + " 1" * 3
    gist = opened(READER.read(title + "".join(f" {number}" for number in range(700)), []))
    assert len(gist.words) == 255
    assert len(gist.numbers) == 255


def test_contraries_count_as_periods_and_as_words():
    gist = read("raises rates, cuts fees")
    assert gist.periods == (300.0, 301.0)
    assert read("hiked").periods == read("raise").periods == (300.0,)
    assert len(gist.words) == 4
