"""Kept results: found by content, bounded in bytes."""

from __future__ import annotations

import numpy as np
import pytest
from mojo_compute.indicators import Computed
from mojo_compute.indicators.cache import ResultCache, key_of

PRICES = np.arange(1.0, 50.0)


def result(values: int) -> Computed:
    return Computed((np.zeros(values),), 1, 1, "cython", 0.5)


def test_the_key_follows_the_bytes_not_the_array():
    assert key_of("sma", {"period": 3}, [PRICES]) == key_of("sma", {"period": 3}, [PRICES.copy()])


@pytest.mark.parametrize(
    "other",
    [
        key_of("rsi", {"period": 3}, [PRICES]),
        key_of("sma", {"period": 4}, [PRICES]),
        key_of("sma", {"period": 3}, [PRICES[1:].copy()]),
    ],
)
def test_another_indicator_parameter_or_series_has_another_key(other):
    assert key_of("sma", {"period": 3}, [PRICES]) != other


def test_the_least_recently_used_result_goes_first():
    cache = ResultCache(limit=16 * 1312)  # room for sixteen of these
    keys = [("sma", (number,), (b"",)) for number in range(17)]
    for key in keys[:16]:
        cache.keep(key, result(100))
    assert cache.find(keys[0]) is not None
    cache.keep(keys[16], result(100))
    assert cache.find(keys[1]) is None
    assert cache.find(keys[0]) is not None
    assert cache.used <= cache.limit
    assert len(cache) == 16


def test_a_kept_result_cannot_be_written_to_and_took_no_time():
    cache = ResultCache()
    cache.keep(("sma", (), ()), result(3))
    found = cache.find(("sma", (), ()))
    assert found.elapsed_s == 0.0
    with pytest.raises(ValueError, match="read-only"):
        found.outputs[0][0] = 1.0


def test_what_is_too_large_is_not_kept():
    cache = ResultCache(limit=8000)
    cache.keep(("sma", (), ()), result(1000))
    assert (len(cache), cache.used) == (0, 0)
