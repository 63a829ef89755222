"""Eight rows, or parts, that go in step equal each series and each stream alone, bit for bit, on any market."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from mojo_compute.engines import available
from mojo_compute.indicators import Stream, compute_panel, resolve
from mojo_compute.indicators.panels import compute_panels, starts_of
from support.indicators import inputs_of, run
from support.markets import MARKETS, bars_about, walk

NAMES = ("ht_dcperiod", "ht_dcphase", "ht_phasor", "ht_sine", "ht_trendline", "ht_trendmode", "mama")
LENGTH = 300
ROWS = [{name: values[-LENGTH:] for name, values in bars.items()} for bars in MARKETS.values()]
ROWS = [bars for bars in ROWS if len(bars["close"]) == LENGTH]
ROWS += [bars_about(walk(seed, LENGTH), seed=seed) for seed in range(24 - len(ROWS))]
CASES = [*((name, {}) for name in NAMES), ("mama", {"fast_limit": 0.9, "slow_limit": 0.01})]
CASES += [("kama", {"period": period}) for period in (2, 10, 60)]
CASES += [("rvi", {}), ("rvi", {"period": 2})]


def panel_of(indicator, rows):
    flat = {name: np.concatenate([inputs_of(indicator, row)[name] for row in rows]) for name in indicator.inputs}
    return flat, starts_of([len(row["close"]) for row in rows])


@pytest.mark.parametrize("length", [70, 97, LENGTH])
@pytest.mark.parametrize(("name", "given"), CASES)
def test_rows_equal_each_series_alone(name, given, length):
    indicator, rows = BY_NAME[name], [{one: values[:length] for one, values in row.items()} for row in ROWS]
    flat, starts = panel_of(indicator, rows)
    whole = compute_panel(indicator, flat, starts, resolve(indicator, given), available())
    for number, row in enumerate(rows):
        for values, alone in zip(whole.outputs, run(name, row, given), strict=True):
            np.testing.assert_array_equal(values[starts[number] : starts[number + 1]], alone)


@pytest.mark.parametrize(("name", "given"), [one for one in CASES if BY_NAME[one[0]].streams])
def test_each_series_equals_its_stream(name, given):
    for row in ROWS:
        stream = Stream(name, **given)
        inputs = inputs_of(BY_NAME[name], row).values()
        fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs, strict=True)]).T
        for values, expected in zip(run(name, row, given), fed, strict=True):
            np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize(
    "names", [NAMES, ("mama", "ht_sine"), ("ht_trendline", "ht_dcphase"), ("ht_sine", "ht_trendmode")]
)
def test_rows_that_share_a_pass_equal_each_series_alone(names):
    wanted = [(BY_NAME[name], resolve(BY_NAME[name], {})) for name in names]
    flat, starts = panel_of(BY_NAME["ht_sine"], ROWS)
    for name, whole in zip(names, compute_panels(wanted, flat, starts, available()), strict=True):
        for number, row in enumerate(ROWS):
            for values, alone in zip(whole.outputs, run(name, row, {}), strict=True):
                np.testing.assert_array_equal(values[starts[number] : starts[number + 1]], alone)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("count", [7, 9, 43])
def test_rows_shared_among_threads_equal_each_series_alone(count, threads):
    rows = [bars_about(walk(seed, 120), seed=seed) for seed in range(count)]
    wanted = [(BY_NAME[name], resolve(BY_NAME[name], {})) for name in ("mama", "kama")]
    flat, starts = panel_of(BY_NAME["mama"], rows)
    for name, whole in zip(("mama", "kama"), compute_panels(wanted, flat, starts, available(), threads), strict=True):
        for number, row in enumerate(rows):
            for values, alone in zip(whole.outputs, run(name, row, {}), strict=True):
                np.testing.assert_array_equal(values[starts[number] : starts[number + 1]], alone)


BARS = 9_003
LONG = {
    "a walk": walk(31, BARS),
    "another walk": walk(32, BARS),
    "small moves": np.round(walk(33, BARS, 0.001), 2),
    "a cycle": 1000.0 + 10.0 * np.sin(np.arange(BARS) / 3.3),
    "a walk, then flat for a while": np.concatenate([walk(34, 6_000), np.full(1_003, 77.7), walk(35, 2_000)]),
    "flat": np.full(BARS, 1234.55),
    "rising": np.linspace(1.0, 500.0, BARS),
}


@pytest.mark.parametrize("market", LONG)
@pytest.mark.parametrize("name", NAMES)
def test_parts_of_a_long_series_join_bit_for_bit(name, market):
    stream = Stream(name)
    fed = np.array([np.atleast_1d(stream.feed(close)) for close in LONG[market]]).T
    for values, expected in zip(run(name, {"close": LONG[market]}, {}), fed, strict=True):
        np.testing.assert_array_equal(values, expected)
