"""Percentiles within industries against their definition, on one day and over time."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from signal_service.evaluation.facts import Dated
from signal_service.screening.ranks import LEAST_PEERS, dated_percentiles, percentiles

values = st.one_of(st.just(math.nan), st.integers(-3, 3).map(float))
companies = st.lists(st.tuples(values, st.integers(-1, 2)), max_size=40)


def by_definition(own, others):
    """Percent of the others that are lower; NaN where it says nothing."""
    known = [one for one in others if not math.isnan(one)]
    if math.isnan(own) or len(known) < LEAST_PEERS:
        return math.nan
    return 100.0 * sum(one < own for one in known) / len(known)


@given(companies)
def test_a_percentile_is_the_share_of_lower_ones_among_the_industrys_others(told):
    figures = np.array([value for value, _ in told])
    groups = np.array([group for _, group in told], dtype=np.int64)
    expected = [
        by_definition(value, [v for j, (v, g) in enumerate(told) if g == group and j != i]) if group >= 0 else math.nan
        for i, (value, group) in enumerate(told)
    ]
    np.testing.assert_array_equal(percentiles(figures, groups), np.array(expected))


def test_the_lowest_stands_at_0_and_the_highest_at_100():
    ranks = percentiles(np.array([5.0, 1.0, 2.0, 3.0, 4.0, 9.0]), np.zeros(6, dtype=np.int64))
    assert ranks.tolist() == [80.0, 0.0, 20.0, 40.0, 60.0, 100.0]


def newest(figure, day):
    known = [value for at, value in zip(figure.days, figure.values, strict=True) if at <= day]
    return known[-1] if known else math.nan


histories = st.dictionaries(
    st.sampled_from([f"S{number}" for number in range(12)]),
    st.dictionaries(st.integers(0, 9), st.integers(0, 4).map(float), min_size=1, max_size=4),
)


@given(histories, st.integers(0, 12))
def test_over_time_each_days_percentile_is_that_of_the_figures_known_then(told, day):
    figures = {
        symbol: Dated(np.array(sorted(of), dtype=np.int64), np.array([of[at] for at in sorted(of)]))
        for symbol, of in told.items()
    }
    industries = {symbol: ("Chemicals" if int(symbol[1:]) % 4 else None) for symbol in told}
    ranks = dated_percentiles(figures, industries)
    for symbol, figure in figures.items():
        others = [
            newest(other, day)
            for name, other in figures.items()
            if name != symbol and industries[name] == industries[symbol]
        ]
        expected = by_definition(newest(figure, day), others) if industries[symbol] else math.nan
        found = newest(ranks[symbol], day) if symbol in ranks else math.nan
        assert found == expected or (math.isnan(found) and math.isnan(expected))
        if symbol in ranks:
            assert (np.diff(ranks[symbol].days) > 0).all()
