"""Which filters are the same."""

import pytest
from chitti_shared.contracts.signals import AlertFilter
from core_api.streams.hub import key_of, normal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (AlertFilter(symbols=["TCS", "INFY"]), AlertFilter(symbols=["INFY", "TCS", "TCS"])),
        (AlertFilter(kinds=["news", "technical"]), AlertFilter(kinds=["technical", "news"])),
        (AlertFilter(), AlertFilter(min_impact=0.0)),
        (
            AlertFilter(sectors=["IT", "Pharma"], rules=["b", "a"]),
            AlertFilter(sectors=["Pharma", "IT"], rules=["a", "b"]),
        ),
    ],
)
def test_equal_conditions_have_one_key(one, other):
    assert key_of(normal(one)) == key_of(normal(other))


def test_different_conditions_have_different_keys():
    made = [
        AlertFilter(),
        AlertFilter(symbols=["TCS"]),
        AlertFilter(symbols=["INFY"]),
        AlertFilter(min_impact=1.0),
        AlertFilter(directions=["bullish"]),
        AlertFilter(sectors=["IT"]),
        AlertFilter(rules=["sma_crossover"]),
        AlertFilter(watchlist=True),
        AlertFilter(min_confidence=0.0),  # leaves out alerts whose confidence is not known
        AlertFilter(min_confidence=0.5),
    ]
    assert len({key_of(normal(one)) for one in made}) == len(made)
