"""Whole series judged at once: the compiled look and numpy's agree."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.engines import available
from mojo_compute.indicators import compute_panel, starts_of
from mojo_compute.kernels import checks
from support.markets import bars_about, walk

NEGATIVE_NAN = struct.unpack("<d", b"\x01\x00\x00\x00\x00\x00\xf8\xff")[0]
ODD = [0.0, -0.0, -1.0, -5e-324, math.nan, NEGATIVE_NAN, math.inf, -math.inf]
ORDINARY = [5e-324, 1e-300, 1.0, 1234.56, 1.7976931348623157e308]


@given(st.lists(st.floats() | st.sampled_from(ODD), max_size=40), st.integers(0, 41))
def test_any_series_is_judged_as_numpy_judges_it(values, first):
    series = np.array(values, dtype=np.float64)
    assert checks.all_above_zero(series) == bool((np.isfinite(series) & (series > 0)).all())
    assert checks.all_finite(series, first) == bool(np.isfinite(series[first:]).all())


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("index", [0, 7, 8, 63, 99])
def test_one_odd_value_is_seen_wherever_it_stands(odd, index):
    series = np.resize(np.array(ORDINARY), 100)
    assert checks.all_above_zero(series)
    assert checks.all_finite(series, 0)
    series[index] = odd
    assert not checks.all_above_zero(series)
    assert checks.all_finite(series, 0) == math.isfinite(odd)
    assert checks.all_finite(series, index + 1)


@pytest.mark.parametrize("column", ["open", "high", "low", "close"])
def test_a_bar_outside_its_range_is_seen_wherever_it_stands(column):
    table = bars_about(walk(3, 100), seed=3)
    names = ("open", "high", "low", "close")
    assert checks.all_within_ranges(*(table[name] for name in names))
    for at in (0, 7, 8, 63, 99):
        moved = table[column].copy()
        moved[at] *= 0.5 if column == "high" else 2.0
        assert not checks.all_within_ranges(*(moved if name == column else table[name] for name in names))
        moved[at] = math.nan
        assert checks.all_within_ranges(*(moved if name == column else table[name] for name in names))


@pytest.mark.parametrize("prices", [False, True])
@pytest.mark.parametrize("bad", [np.inf, -np.inf, "crossed", "zero"])
def test_what_is_wrong_with_a_bar_is_found_wherever_it_is(bad, prices):
    declared, names = BY_NAME["cdldoji"], ("open", "high", "low", "close")
    for at in (0, 1, 7, 8, 63, 64, 98, 99):
        for column in ("high",) if bad == "crossed" else names:
            bars = bars_about(walk(3, 100), seed=3)
            bars[column][at] = bars["low"][at] * 0.99 if bad == "crossed" else 0.0 if bad == "zero" else bad
            inputs = {name: bars[name] for name in names}
            found = compute_panel(declared, inputs, starts_of([100]), {}, available(), prices=prices)
            assert list(found.errors) == ([] if bad == "zero" and column != "high" and not prices else [0])
            assert not found.errors or not found.outputs[0].any()


def test_bars_below_zero_are_as_good_as_others_where_no_prices_are_meant():
    bars = bars_about(walk(3, 100), seed=3)
    inputs = {name: bars[name] - 2.0 * bars["high"].max() for name in ("open", "high", "low", "close")}
    lenient, strict = (compute_panel(BY_NAME["cdldoji"], one, starts_of([100]), {}, available(), prices=prices)
                    for one, prices in ((inputs, False), (inputs, True)))  # fmt: skip
    assert not lenient.errors
    assert list(strict.errors) == [0]
