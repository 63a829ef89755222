"""What the contracts of portfolios offer is what the methods take."""

from typing import Any, get_args, get_type_hints

import pytest
from chitti_shared.contracts.portfolio import OptimizePortfolioRequest
from chitti_shared.contracts.risk import ComputeRiskRequest
from mojo_compute.portfolio import covariance, expected, hierarchy, optimise
from mojo_compute.portfolio.risk import measures


def choices(kind: type, field: str) -> set[str]:
    """The words that a field takes."""
    found: set[str] = set()
    left: list[Any] = [get_type_hints(kind)[field]]
    while left:
        one = left.pop()
        if isinstance(one, str):
            found.add(one)
        left += get_args(one)
    return found


@pytest.mark.parametrize(
    ("kind", "field", "taken"),
    [
        (OptimizePortfolioRequest, "method", optimise.Method),
        (OptimizePortfolioRequest, "objective", optimise.Objective),
        (OptimizePortfolioRequest, "covariance", covariance.Kind),
        (OptimizePortfolioRequest, "expected_returns", expected.Kind),
        (OptimizePortfolioRequest, "linkage", hierarchy.Linkage),
        (ComputeRiskRequest, "covariance", covariance.Kind),
        (ComputeRiskRequest, "linkage", hierarchy.Linkage),
        (ComputeRiskRequest, "methods", measures.Method),
    ],
)
def test_a_request_offers_what_is_there(kind, field, taken):
    assert choices(kind, field) == set(get_args(taken))
