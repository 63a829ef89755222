"""Many symbols on one calendar."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.calendars import aligned
from mojo_compute.backtesting.checks import bars_of, times_of


def bars(symbol, dates, price=100.0, volume=None):
    prices = price + np.arange(len(dates), dtype=float)
    columns = dict.fromkeys(("open", "high", "low", "close"), prices)
    volumes = None if volume is None else np.full(len(dates), volume)
    return bars_of(columns | {"volume": volumes}, times_of(dates), symbol)


def test_the_calendar_is_the_union_and_nothing_is_made_up():
    both = aligned([bars("A", ["2023-01-02", "2023-01-04"]), bars("B", ["2023-01-03", "2023-01-04"], 50.0, volume=7.0)])
    assert both.symbols == ("A", "B")
    assert both.times.astype("datetime64[D]").astype(str).tolist() == ["2023-01-02", "2023-01-03", "2023-01-04"]
    np.testing.assert_array_equal(both.close, [[100.0, np.nan, 101.0], [np.nan, 50.0, 51.0]])
    np.testing.assert_array_equal(both.volume, [[0.0, np.nan, 0.0], [np.nan, 7.0, 7.0]])


@given(st.lists(st.sets(st.integers(0, 40), min_size=2), min_size=1, max_size=5))
def test_each_symbol_keeps_its_own_bars(calendars):
    starts = np.datetime64("2023-01-01")
    parts = [
        bars(f"S{row}", [str(starts + day) for day in sorted(days)], 100.0 * (row + 1))
        for row, days in enumerate(calendars)
    ]
    together = aligned(parts)
    for row, part in enumerate(parts):
        known = ~np.isnan(together.close[row])
        np.testing.assert_array_equal(together.close[row, known], part.close[0])
        np.testing.assert_array_equal(together.times[known], part.times)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([], "no symbols"),
        ([("A", ["2023-01-02", "2023-01-03"]), ("A", ["2023-01-02", "2023-01-03"])], "A is there twice"),
        ([("A", ["2023-01-02", "2023-01-03"]), ("B", ["2023-01-02T09:15", "2023-01-02T09:20"])], "bars of days"),
    ],
)
def test_calendars_that_do_not_go_together_are_refused(parts, says):
    with pytest.raises(InvalidInput, match=says):
        aligned([bars(*part) for part in parts])


def test_bars_without_dates_cannot_be_put_together():
    nameless = bars_of({"close": [1.0, 2.0], "open": [1.0, 2.0], "high": [1.0, 2.0], "low": [1.0, 2.0]}, None, "A")
    with pytest.raises(InvalidInput, match="A has no dates"):
        aligned([nameless, bars("B", ["2023-01-02", "2023-01-03"])])
