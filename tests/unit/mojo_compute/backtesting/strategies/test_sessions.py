"""Strategies within the day."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.strategies import make
from support.histories import closes, stocks, within_days


def slowly(data: Data, range_minutes: int, exit_minutes: int, minutes: int) -> tuple[list[int], list[int], list[int]]:
    """Bars of long entries, short entries and exits, bar by bar."""
    bars, long, short, out = data.bars, [], [], []
    today, start, high, low, taken = None, None, -np.inf, np.inf, set()
    for bar, time in enumerate(bars.times.tolist()):
        if time.date() != today:
            today, start, high, low, taken = time.date(), time, -np.inf, np.inf, set()
            out.append(bar)
        passed = (time - start).total_seconds() / 60
        if passed + minutes >= exit_minutes:
            out.append(bar)
        if passed < range_minutes:
            high, low = max(high, bars.high[0, bar]), min(low, bars.low[0, bar])
        elif passed + minutes < exit_minutes:
            if bars.close[0, bar] > high and "long" not in taken:
                taken.add("long")
                long.append(bar)
            if bars.close[0, bar] < low and "short" not in taken:
                taken.add("short")
                short.append(bar)
    return long, short, sorted(set(out))


@given(
    st.integers(0, 1_000), st.sampled_from([5, 15, 25]), st.sampled_from([1, 15, 40]), st.sampled_from([90, 360, 900])
)
def test_breakouts_are_where_a_loop_finds_them(seed: int, minutes: int, range_minutes: int, exit_minutes: int):
    data = within_days(4, minutes, seed)
    found = make("opening_range_breakout", {"range_minutes": range_minutes, "exit_minutes": exit_minutes}).signals(data)
    long, short, out = slowly(data, range_minutes, exit_minutes, minutes)
    assert np.flatnonzero(found.entries[0]).tolist() == long
    assert np.flatnonzero(found.short_entries[0]).tolist() == short
    assert np.flatnonzero(found.exits[0]).tolist() == out
    np.testing.assert_array_equal(found.exits, found.short_exits)


def test_the_stop_stands_at_the_range_s_other_end():
    times = np.array([f"2024-01-01T09:{15 + n * 5}" for n in range(5)], dtype="datetime64[s]")
    data = closes([100.0, 104.0, 98.0, 105.0, 97.0], times=times)
    found = make("opening_range_breakout").signals(data)
    assert np.flatnonzero(found.entries[0]).tolist() == [3]
    assert np.flatnonzero(found.short_entries[0]).tolist() == [4]
    assert found.stop_distance[0, 3] == 105.0 - 98.0
    assert found.stop_distance[0, 4] == 104.0 - 97.0
    assert np.isnan(found.stop_distance[0, :3]).all()
    assert make("opening_range_breakout", {"range_stop": "no"}).signals(data).stop_distance is None


@pytest.mark.parametrize("data", [stocks(1, 100), Data(Bars(*[np.ones((1, 5))] * 4))], ids=["daily", "undated"])
def test_days_have_no_opening_range(data: Data):
    with pytest.raises(InvalidInput, match="needs bars within the day"):
        make("opening_range_breakout").signals(data)
