"""Turns of phrase whose words, taken one by one, say the contrary or nothing."""

from __future__ import annotations

import pytest
from news_nlp.nlp import compiled, readable

UP_TO = """
bearish  Paper stocks tank up to 10%
bearish  Cipla, Lupin fall up to 4% on tariff talk
bearish  Wipro shares up to 10% lower
neutral  Government to sell up to 3% stake in LIC
bullish  Sugar stocks rally up to 8%
"""

PROFIT_AND_LOSS = """
bullish  Net profit at Rs 40 crore vs loss of Rs 10 crore
bullish  Net profit at Rs 10 crore against net loss of Rs 40 crore a year ago
bullish  Wipro swings to profit of Rs 40 crore from loss of Rs 10 crore
bearish  Wipro reports loss of Rs 10 crore vs profit of Rs 40 crore
bearish  Net loss at Rs 40 crore against net profit of Rs 10 crore
"""


def examples(*tables: str) -> list[tuple[str, str]]:
    """Direction and headline of each line."""
    lines = (line.split(maxsplit=1) for table in tables for line in table.strip().splitlines())
    return [(direction, text) for direction, text in lines]


@pytest.mark.parametrize(("direction", "text"), examples(UP_TO, PROFIT_AND_LOSS))
def test_an_idiom_means_what_a_reader_takes_it_for(direction: str, text: str):
    assert readable.understand(text).sentiment == direction
    assert compiled.understand(text).sentiment == direction
