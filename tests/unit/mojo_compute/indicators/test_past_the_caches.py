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
    ("sma", {"period": 2}),
    ("sma", {"period": 64}),
    ("bollinger", {"period": 2, "std_dev_up": 1.5, "std_dev_down": 3.0}),
    ("bollinger", {"period": 64, "ma_type": 1}),
    ("bollinger", {"period": 2, "ma_type": 7}),
]


@pytest.fixture
def always_past(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mojo_compute.indicators.panels._WRITTEN_PAST", 0)


def panel(name: str, rows: list[np.ndarray], given: dict[str, float], threads: int = 1) -> PanelComputed:
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
    # exact to different numbers of decimals, in turns: some kernels count in hundredths or ten-thousandths
    rows = [walk(seed, length).round((2, 9, 4)[seed % 3]) for seed, length in enumerate(lengths)]
    whole = panel(name, rows, given, threads)
    starts = starts_of(lengths)
    assert not whole.errors
    for number, row in enumerate(rows):
        for values, alone in zip(whole.outputs, run(name, bars_about(row), given), strict=True):
            np.testing.assert_array_equal(values[starts[number] : starts[number + 1]], alone)


@pytest.mark.parametrize("decimals", [2, 9])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1.7e308])
@pytest.mark.parametrize("name", NAMES)
def test_a_flawed_row_is_found_wherever_its_flaw_is(name, bad, decimals, monkeypatch):
    rows = [walk(seed, 150).round(decimals) for seed in range(152)]
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


@pytest.mark.usefixtures("always_past")
@pytest.mark.parametrize("name", ["sma", "bollinger"])
def test_a_price_between_ticks_far_into_a_row_changes_its_own_windows_alone(name):
    rows = [walk(seed, 1_300).round(2) for seed in range(8)]
    for number, row in enumerate(rows[1:]):
        row[180 * number + 10] += 1e-7
    outputs = panel(name, rows, {}).outputs
    for number, row in enumerate(rows):
        for values, alone in zip(outputs, run(name, bars_about(row), {}), strict=True):
            np.testing.assert_array_equal(values[1_300 * number : 1_300 * (number + 1)], alone)
