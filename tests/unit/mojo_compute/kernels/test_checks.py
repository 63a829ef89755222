"""Whole series judged at once: the compiled look and numpy's agree."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.kernels import checks

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
