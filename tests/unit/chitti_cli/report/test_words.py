import pytest
from chitti_cli.report import words
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.comparison import compare
from mojo_compute.backtesting.metrics import FIGURES


def test_every_figure_has_words_and_every_word_a_figure():
    assert set(words.WORDS) == set(FIGURES)
    assert {name for group in words.GROUPS.values() for name in group} <= set(FIGURES)
    assert "excess_return" in words.BENCHMARK
    assert compare.__doc__ is not None
    for name in words.BENCHMARK:
        assert name in FIGURES or f"`{name}`" in compare.__doc__, name


@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [
        (0, 0, "₹0"),
        (999.4, 0, "₹999"),
        (1000, 0, "₹1,000"),
        (100_000, 0, "₹1,00,000"),
        (12_345_678.9, 2, "₹1,23,45,678.90"),
        (-0.004, 2, "₹0.00"),
        (-1234.5, 2, "-₹1,234.50"),
        (0.999, 2, "₹1.00"),
    ],
)
def test_rupees_stand_in_indias_groups(amount, decimals, text):
    assert words.rupees(amount, decimals) == text


@given(st.integers(-(10**18), 10**18))
def test_grouping_only_adds_commas(number):
    assert words.grouped(number).replace(",", "") == str(number)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "ratio", words.NONE),
        (0.1234, "percent", "12.3%"),
        (0.1234, "signed", "+12.34%"),
        (-0.05, "signed", "-5.00%"),
        (1234.5678, "ratio", "1,234.57"),
        (12.0, "bars", "12"),
        (12.34, "bars", "12.3"),
        (45, "count", "45"),
        ("n", "ratio", "n"),
    ],
)
def test_values_are_shown_in_their_unit(value, kind, text):
    assert words.shown(value, kind) == text


def test_good_and_bad_news_have_colours_and_neutral_figures_none():
    assert words.tone("total_return", 0.1) == "up"
    assert words.tone("max_drawdown", -0.1) == "down"
    assert words.tone("win_rate", 0.9) == ""
    assert words.tone("total_return", None) == ""
