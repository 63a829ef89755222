from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.nlp.lexicon import Role
from news_nlp.nlp.readable.comparisons import change
from news_nlp.nlp.readable.reading import vocabulary


def change_in(text: str) -> float:
    """What the first `vs` or `from` of a text says."""
    reading = vocabulary().read(text)
    terms = vocabulary().phrases
    first, last = next((first, last) for at, first, last in reading.phrases if terms[at].role is Role.VERSUS)
    return change(reading, first, last)


@pytest.mark.parametrize(
    ("text", "difference"),
    [
        ("PAT at Rs 40 crore vs Rs 30 crore", 10e7),
        ("PAT of Rs 30 cr versus Rs 40 cr", -10e7),
        ("PAT Rs 40 crore against Rs 3,000 lakh", 10e7),
        ("Sales at $2 billion vs $1.5 billion", 0.5e9),
        ("Sales at 900 million compared with 1 bn", -100e6),
        ("Revenue goes from Rs 30 crore to Rs 40 crore", 10e7),
        ("Stake goes from 40% to 30 per cent", -10.0),
        ("Margin 18% from 16%", 2.0),
        ("Margin 18 % from 16 %", 2.0),
        ("GDP at \u22127% vs 4%", -11.0),
        ("Fare goes from Rs 30 to Rs 40 lakh", 10e5),  # a unit written once holds for both
        ("PAT of Rs 40 crore vs poll of Rs 45 crore", -5e7),
        ("Share at Rs 40 vs Rs 40", 0.0),
        ("Order book at Rs 1.2 lakh crore vs Rs 90,000 crore", 0.3e12),
        ("Value goes from Rs 90,000 crore to Rs 1.2 lakh crore", 0.3e12),
        ("Order book at Rs 1.2L cr vs Rs 90,000 cr", 0.3e12),
        ("PAT at Rs 5k crore vs Rs 4,000 crore", 1e10),
        ("Sales in 2025 vs 2024", 0.0),
        ("Profit in Sep 2025 vs Sep 2024", 0.0),
        ("Tax slabs for 2025-26 vs 2024-25", 0.0),
        ("Tax slabs for FY 26 vs FY 25", 0.0),
        ("Rates on 5 May vs 4 May", 0.0),
        ("Rates on Dec 31 vs Dec 30", 0.0),
        ("PAT at Rs 50 crore in 2025 vs Rs 40 crore", 10e7),
        ("PAT at Rs 2025 vs Rs 2024", 1.0),
        ("Dispatches at 2,025 vs 1,995", 30.0),
        ("TCS vs Infosys", 0.0),
        ("Margin at 18% vs Rs 30 crore", 0.0),
        ("Revenue at $40 million vs Rs 300 crore", 0.0),
        ("Revenue at \u20b9 300 crore vs USD 40 million", 0.0),
        ("Revenue at 300 crore rupees vs 40 million dollars", 0.0),
        ("Revenue at \u20ac40 million vs 50 million yen", 0.0),
        ("Revenue at \u20b9300 crore vs Rs 200 crore", 1e9),
        ("Revenue at \u20b9 300 crore vs INR 200 crore", 1e9),
        ("Revenue at $40 million vs 30 million", 1e7),
        ("Revenue at 40 million dollars vs US$30 million", 1e7),
        ("40 stocks to trade from May 29", 0.0),
        ("PAT at Rs 40 crore; rivals vs Rs 30 crore", 0.0),
        ("from here", 0.0),
        ("40 vs", 0.0),
    ],
)
def test_two_figures_of_a_kind_compare_in_the_order_the_words_give(text: str, difference: float):
    assert math.isclose(change_in(text), difference)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(["crore", "lakh", "mn", ""]))
def test_swapping_the_figures_turns_the_change(now: int, then: int, unit: str):
    there = change_in(f"PAT at Rs {now} {unit} vs Rs {then} {unit}")
    assert there == -change_in(f"PAT at Rs {then} {unit} vs Rs {now} {unit}")
    assert (there > 0) == (now > then)
