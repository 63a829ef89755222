"""Kept results: found by content, bounded in bytes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

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


def test_the_same_asked_twice_at_once_is_computed_once():
    cache, started, asked = ResultCache(), Event(), Event()
    computed = []

    def ask(first: bool) -> np.ndarray:
        with cache.flight(("sma", (3,), (b"",))) as found:
            if found is not None:
                return found.outputs[0]
            started.set()
            computed.append(first)
            if first:
                asked.wait(10)
            made = result(5)
            cache.keep(("sma", (3,), (b"",)), made)
            return made.outputs[0]

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(ask, True)
        assert started.wait(10)
        two = pool.submit(ask, False)
        assert not two.done()
        asked.set()
        assert one.result(10) is two.result(10)
    assert computed == [True]


def test_who_waited_for_one_that_failed_computes_itself():
    cache = ResultCache()
    key = ("sma", (3,), (b"",))
    with pytest.raises(ZeroDivisionError), cache.flight(key):
        raise ZeroDivisionError
    with cache.flight(key) as found:
        assert found is None
