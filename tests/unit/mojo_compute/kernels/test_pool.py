"""Memory of large results: kept for the next ones, never lent twice, and never too much of it."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from mojo_compute import indicators as ta
from mojo_compute.kernels._pool import Block, kept_bytes

MOST_KEPT = 64 * 2**20


def array(values: int) -> np.ndarray:
    return np.frombuffer(Block(8 * values))


def test_a_block_is_memory_to_write_to_of_the_length_asked_for():
    made = array(100_001)
    made[:] = np.arange(100_001.0)
    assert made.flags.writeable
    assert made.sum() == 100_000 * 100_001 / 2


def test_what_is_given_back_is_lent_again():
    first = array(3_000_000)
    place = first.ctypes.data
    del first
    again = array(2_900_000)
    assert again.ctypes.data == place


def test_a_view_keeps_its_block():
    whole = array(200_000)
    whole.fill(7.0)
    part = whole.reshape(2, -1)[1, 5:9]
    del whole
    others = [array(200_000) for _ in range(40)]
    for other in others:
        other.fill(-1.0)
    assert part.tolist() == [7.0] * 4


def test_arrays_that_are_alive_share_no_memory():
    rng = np.random.default_rng(3)
    alive: dict[int, np.ndarray] = {}
    for step in range(600):
        alive.pop(int(rng.integers(12)), None)
        made = array(int(rng.integers(20_000, 90_000)))
        made.fill(step)
        alive[int(rng.integers(12))] = made
        assert all((values == values[0]).all() for values in alive.values())
    assert len({values[0] for values in alive.values()}) == len(alive)


def test_no_more_than_so_much_is_kept():
    gc.collect()  # nothing small shall come back from others after the large ones
    many = [array(1_000_000) for _ in range(20)]
    del many
    assert 0 < kept_bytes() <= MOST_KEPT
    before = kept_bytes()
    del before
    huge = Block(MOST_KEPT + 1)
    kept = kept_bytes()
    del huge
    assert kept_bytes() == kept


def test_twice_as_much_is_kept_of_small_blocks_until_a_large_one_comes():
    gc.collect()  # nothing large shall come back from others meanwhile
    many = [array(250_000) for _ in range(90)]
    del many
    assert MOST_KEPT < kept_bytes() <= 2 * MOST_KEPT
    large = array(1_000_000)
    del large
    assert kept_bytes() <= MOST_KEPT


def test_threads_lend_and_give_back_at_once():
    def work(number: int) -> bool:
        good = True
        for step in range(300):
            made = array(20_000 + 1_000 * (step % 7))
            made.fill(number)
            good &= bool((made == number).all())
        return good

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(8)))
    assert kept_bytes() <= 2 * MOST_KEPT


@pytest.mark.parametrize("values", [250_000, 1_000_000, 2_500_000])
def test_an_array_that_fills_large_pages_begins_with_one(values):
    alive = [array(values) for _ in range(70)]  # more than are kept: the last ones are fresh
    assert {one.ctypes.data % 2**21 for one in alive[-4:]} == {0}


@pytest.mark.parametrize("length", [0, -1])
def test_there_is_no_block_of_nothing(length):
    with pytest.raises(MemoryError):
        Block(length)


def test_a_panel_that_is_kept_is_not_overwritten_by_the_next():
    rows = 100.0 + np.random.default_rng(1).random((40, 900))
    first = ta.panel("sma", rows, period=5)
    copy = first.copy()
    for period in range(2, 12):
        ta.panel("sma", rows, period=period, threads=2)
    np.testing.assert_array_equal(first, copy)


@pytest.mark.parametrize("name", ["bollinger", "minmax", "macd", "ema"])
@pytest.mark.parametrize("threads", [1, 3])
def test_a_panel_past_the_caches_is_its_series(name, threads, monkeypatch):
    monkeypatch.setattr("mojo_compute.indicators.panels._STREAMED", 0)
    rng = np.random.default_rng(2)
    lengths = [int(one) for one in rng.integers(40, 60, 30)] + [51] * 20 + [9_000]
    rows = [np.round(100.0 + rng.normal(size=length).cumsum() * 0.1, 2) for length in lengths]
    found = ta.panel(name, np.concatenate(rows), lengths=lengths, threads=threads)
    series = [ta.FUNCTIONS[name](row) for row in rows if len(row) > 33 or name != "macd"]
    for output, parts in zip(
        found if isinstance(found, tuple) else (found,),
        zip(*(one if isinstance(one, tuple) else (one,) for one in series), strict=True),
        strict=True,
    ):
        np.testing.assert_array_equal(output, np.concatenate(parts))
