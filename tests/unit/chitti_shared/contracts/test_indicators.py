"""What the declarations promise about the numbers that go in."""

from __future__ import annotations

import pytest
from chitti_shared.contracts.indicators import INDICATORS

# Groups whose inputs are any numbers, and what is like them in groups of prices
NO_PRICES = {"math", "statistic", "breadth"}
LIKE_THEM = {
    "decay": "of signals, which are 0 on most bars",
    "avgdev": "a statistic, in TA-Lib's group of prices",
}


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda one: one.name)
def test_inputs_are_prices_but_in_mathematics_and_statistics(indicator):
    assert indicator.positive != (indicator.group in NO_PRICES or indicator.name in LIKE_THEM)


def test_a_domain_is_that_of_a_function_of_each_bar_by_itself():
    for one in INDICATORS:
        if one.domain:
            assert (one.parameters, one.lookback({}), one.recursive, one.positive) == ((), 0, False, False)
