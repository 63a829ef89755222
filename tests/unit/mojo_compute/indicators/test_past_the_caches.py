"""Panels whose kernels write past the caches themselves: the same values, and the same rows found wanting."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from mojo_compute.engines import available
from mojo_compute.indicators import compute_panel, resolve
from mojo_compute.indicators.panels import PanelComputed, starts_of
from support.indicators import run
from support.markets import bars_about, walk

NAMES = ("ema", "rma", "rsi", "cmo", "macd", "macdfix", "sma", "bollinger")
PARAMETERS = [(name, {}) for name in NAMES] + [
    ("ema", {"period": 2}),
    ("ema", {"period": 64}),
    ("rsi", {"period": 2}),
    ("macd", {"fast_period": 2, "slow_period": 3, "signal_period": 1}),
]


@pytest.fixture
def always_past(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mojo_compute.indicators.panels._WRITTEN_PAST", 0)


def panel(name: str, rows: list[np.ndarray], given: dict[str, int], threads: int = 1) -> PanelComputed:
    indicator = BY_NAME[name]
    starts = starts_of([len(row) for row in rows])
    return compute_panel(
        indicator, {"close": np.concatenate(rows)}, starts, resolve(indicator, given), available(), threads
    )


def kernel_of(name: str) -> object:
    return available().kernel(name)[1]


@pytest.mark.parametrize("name", NAMES)
def test_these_kernels_write_past_the_caches(name):
    assert kernel_of(name).writes_past


@pytest.mark.usefixtures("always_past")
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize(("name", "given"), PARAMETERS)
def test_rows_past_the_caches_equal_each_alone(name, given, threads):
    least = BY_NAME[name].lookback(resolve(BY_NAME[name], given)) + 1
    lengths = [least + more for more in (0, 1, 3, 7, 8, 9, 15, 16, 137, 500) for _ in range(9)]
    rows = [walk(seed, length) for seed, length in enumerate(lengths)]
    whole = panel(name, rows, given, threads)
    starts = starts_of(lengths)
    assert not whole.errors
    for number, row in enumerate(rows):
        for values, alone in zip(whole.outputs, run(name, bars_about(row), given), strict=True):
            np.testing.assert_array_equal(values[starts[number] : starts[number + 1]], alone)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1.7e308])
@pytest.mark.parametrize("name", NAMES)
def test_a_flawed_row_is_found_wherever_its_flaw_is(name, bad, monkeypatch):
    rows = [walk(seed, 150) for seed in range(152)]
    for number in range(150):
        rows[number][number] = bad
    ordinary = panel(name, rows, {})
    monkeypatch.setattr("mojo_compute.indicators.panels._WRITTEN_PAST", 0)
    past = panel(name, rows, {})
    assert {number: str(error) for number, error in past.errors.items()} == {
        number: str(error) for number, error in ordinary.errors.items()
    }
    for one, other in zip(past.outputs, ordinary.outputs, strict=True):
        np.testing.assert_array_equal(one, other)
