"""When periods begin, bars close, portfolios drift."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.data import Bars, closing_time
from mojo_compute.backtesting.periods import carried, closing_times, drifted, rebalance_bars
from support.histories import closes, within_days

KEYS = {
    "daily": lambda day: day,
    "weekly": lambda day: day.isocalendar()[:2],
    "monthly": lambda day: (day.year, day.month),
    "quarterly": lambda day: (day.year, (day.month - 1) // 3),
    "yearly": lambda day: day.year,
}
DAYS = st.lists(st.dates(date(1965, 1, 1), date(2035, 12, 31)), min_size=1, max_size=80, unique=True).map(sorted)


def bars_on(days: list[date]) -> Bars:
    return closes(np.ones(len(days)), times=np.array(days, dtype="datetime64[s]")).bars


@given(DAYS, st.sampled_from(sorted(KEYS)), st.integers(0, 5))
def test_a_portfolio_is_decided_on_the_first_bar_of_each_period(days: list[date], every: str, first: int):
    key = KEYS[every]
    expected = [
        bar for bar in range(first, len(days)) if bar == first or key(days[bar]) != key(days[bar - 1])
    ]  # what is known at that bar
    assert rebalance_bars(bars_on(days), every, first).tolist() == expected


def test_never_is_once():
    assert rebalance_bars(bars_on([date(2024, 1, 1), date(2025, 1, 1)]), "never").tolist() == [0]
    assert rebalance_bars(Bars(*[np.ones((1, 3))] * 4), "never", 1).tolist() == [1]
    assert rebalance_bars(Bars(*[np.ones((1, 3))] * 4), "never", 3).tolist() == []


def test_a_calendar_needs_dates():
    with pytest.raises(InvalidInput, match="needs bars with dates") as caught:
        rebalance_bars(Bars(*[np.ones((1, 3))] * 4), "monthly")
    assert caught.value.details["field"] == "rebalance"
    with pytest.raises(InvalidInput, match="one of never, daily"):
        rebalance_bars(bars_on([date(2024, 1, 1)]), "hourly")


@pytest.mark.parametrize(
    "bars", [within_days(3, 75).bars, bars_on([date(2024, 1, 1), date(2024, 1, 2)])], ids=["", "d"]
)
def test_all_closing_times_are_those_of_each_bar(bars: Bars):
    assert closing_times(bars).tolist() == [closing_time(bars, bar).item() for bar in range(len(bars))]


def test_a_bar_closes_when_the_next_one_begins_or_with_the_session():
    ends = closing_times(within_days(2, 75).bars)
    assert str(ends[0]) == "2023-01-02T10:30:00"
    assert str(ends[4]) == "2023-01-02T15:30:00"
    assert str(closing_times(bars_on([date(2024, 1, 1)]))[0]) == "2024-01-01T15:30:00"


def drift_of(close: np.ndarray, weights: np.ndarray, bar: int, threshold: float) -> int:
    """Bar by bar, share by share."""
    shares = [w / close[row, bar] if w else 0.0 for row, w in enumerate(weights)]
    cash = 1.0 - weights.sum()
    for now in range(bar + 1, close.shape[1]):
        worth = [share * close[row, now] for row, share in enumerate(shares)]
        total = cash + sum(worth)
        if any(abs(one / total - w) > threshold for one, w in zip(worth, weights, strict=True)):
            return now
    return close.shape[1]


@given(st.integers(0, 10_000), st.sampled_from([0.01, 0.05, 0.2]))
def test_drift_is_found_where_a_loop_finds_it(seed: int, threshold: float):
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.03, (3, 700)), axis=1))
    weights = np.array([0.5, 0.2, 0.0])
    assert drifted(close, weights, 4, 700, threshold) == drift_of(close, weights, 4, threshold)


def test_nothing_drifts_that_nobody_holds():
    close = np.array([[1.0, 50.0, 900.0]])
    assert drifted(close, np.array([np.nan]), 0, 3, 0.01) == 3
    assert drifted(close, np.array([0.0]), 0, 3, 0.01) == 3


def test_a_missing_close_is_valued_by_the_last_one():
    nan = np.nan
    table = carried(np.array([[nan, 2.0, nan, nan], [1.0, nan, nan, 4.0]]), np.array([9.0, 8.0]))
    assert table.tolist() == [[9.0, 2.0, 2.0, 2.0], [1.0, 1.0, 1.0, 4.0]]
    close = np.array([[1.0, nan, 3.0], [1.0, 1.0, 1.0]])
    assert drifted(close, np.array([0.5, 0.5]), 0, 3, 0.1) == 2
