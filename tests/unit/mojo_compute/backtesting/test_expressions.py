"""Compiled expressions are what they say, on every bar."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from chitti_shared.expressions import OPERATORS, parse_rule, parse_strategy
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.expressions import Kept, Program, columns_of, compile_strategy
from support.expressions import Readable, numbers, quarter_bars, truths
from support.markets import MARKETS, bars_about, walk

FEW = settings(max_examples=100, deadline=None)


def data_of(bars: dict[str, np.ndarray], times: np.ndarray | None = None) -> Data:
    return Data(Bars(*(bars[name][None] for name in ("open", "high", "low", "close", "volume")), times=times))


def computed(document: Any, bars: dict[str, np.ndarray], wanted: bool = True) -> np.ndarray:
    """A condition's flags; of a number its values."""
    truth = parse_rule({"when": document if wanted else {"not": document}}).bind()
    return Program([truth]).run(columns_of(data_of(bars), 0))[0]


def values_of(document: Any, bars: dict[str, np.ndarray]) -> np.ndarray:
    strategy = parse_strategy({"entry": True, "priority": document})
    return Program([strategy.prices["priority"]]).run(columns_of(data_of(bars), 0))[0]


def as_floats(answers: list[Any]) -> np.ndarray:
    return np.array([np.nan if one is None else one for one in answers], np.float64)


@FEW
@given(truths(), quarter_bars())
def test_conditions_are_what_they_say_bar_by_bar(document, bars):
    expected = Readable(bars).all_bars(document)
    np.testing.assert_array_equal(computed(document, bars), [one is True for one in expected])
    np.testing.assert_array_equal(computed(document, bars, wanted=False), [one is False for one in expected])


@FEW
@given(numbers(), quarter_bars())
def test_numbers_are_what_they_say_bar_by_bar(document, bars):
    np.testing.assert_array_equal(values_of(document, bars), as_floats(Readable(bars).all_bars(document)))


WINDOWS = [name for name, one in OPERATORS.items() if one.takes == "number" and one.most and one.least_bars is not None]


@pytest.mark.parametrize("bars", [2, 3, 7, 50, 100])
@pytest.mark.parametrize("name", [name for name in WINDOWS if OPERATORS[name].gives == "number"])
def test_each_window_equals_its_definition_on_a_market(name, bars):
    market = {column: values[:80] for column, values in MARKETS["INFY"].items()}
    expected = as_floats(Readable(market).all_bars({name: ["close", bars]}))
    np.testing.assert_allclose(values_of({name: ["close", bars]}, market), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["highest", "lowest", "mean", "sum"])
def test_a_window_of_one_bar_is_the_value(name):
    np.testing.assert_array_equal(values_of({name: ["high", 1]}, MARKETS["short"]), MARKETS["short"]["high"])


def test_a_null_is_neither_true_nor_false():
    market = MARKETS["sixty bars"]
    above = {">": ["close", {"sma": 50}]}
    assert not computed(above, market)[:49].any()
    assert not computed({"not": above}, market)[:49].any()
    assert (computed(above, market) | computed({"not": above}, market))[49:].all()
    assert computed({"any": [above, {">": ["close", 0]}]}, market).all()  # one of them is true, whatever the other is


def test_division_by_zero_and_overflow_are_null():
    market = MARKETS["short"]
    for document in ({"/": ["close", 0]}, {"*": [1e308, "close"]}, {"-": [{"*": [1e308, "close"]}, 1]}):
        assert np.isnan(values_of(document, market)).all()
    assert not computed({">": [{"/": ["close", 0]}, 0]}, market).any()


def test_whole_number_outputs_are_null_in_the_warm_up_and_by_nulls():
    market = MARKETS["sixty bars"]
    trend = values_of({"supertrend": {"period": 10}, "output": "trend"}, market)
    assert np.isnan(trend[:10]).all()
    assert set(trend[10:]) <= {1.0, -1.0}
    smoothed = {"linearreg": {"period": 5}}
    late = values_of({"elder_impulse": {"of": smoothed}}, market)
    assert np.isnan(late[: 4 + 33]).all()
    assert np.isfinite(late[4 + 34 :]).all()


def test_dates_are_those_of_the_bars():
    times = np.array(["2024-02-29T09:15", "2024-03-01T15:30", "2023-12-31T00:00"], "datetime64[s]")
    bars = {name: values[:3] for name, values in MARKETS["short"].items()}
    for name, expected in {
        "weekday": [4, 5, 7],
        "day": [29, 1, 31],
        "month": [2, 3, 12],
        "time": [915, 1530, 0],
    }.items():
        node = parse_strategy({"entry": True, "priority": name}).prices["priority"]
        found = Program([node]).run(columns_of(data_of(bars, times), 0))[0]
        np.testing.assert_array_equal(found, expected)


MACD_LINE = {"macd": {}, "output": "macd_line"}


def test_what_is_shared_is_computed_once():
    document = {
        "entry": {"crosses_above": [MACD_LINE, {"macd": {}, "output": "signal_line"}]},
        "exit": {"not": {">": [MACD_LINE, {"mean": [{"bbands": 20, "output": "middle_band"}, 3]}]}},
        "short_entry": {"<": [{"sma": {"of": {"bollinger": {}, "output": "middle_band"}, "period": 3}}, "close"]},
    }  # fmt: skip
    strategy = parse_strategy(document).bind()
    counted: list[str] = []

    class Counting(Kept):
        def keep(self, key, outputs):
            counted.append(key[1])
            super().keep(key, outputs)

    columns = columns_of(data_of(MARKETS["INFY"]), 0)
    kept = Counting()
    first = Program(strategy.nodes).run(columns, kept)
    assert sorted(counted) == ["bollinger", "macd", "sma"]
    again = Program(strategy.nodes[::-1]).run(columns, kept)
    assert len(counted) == 3, "the second program computes none"
    for one, other in zip(first, again[::-1], strict=True):
        np.testing.assert_array_equal(one, other)


def test_kept_indicators_stay_within_their_bytes():
    columns = columns_of(data_of(MARKETS["INFY"]), 0)
    kept = Kept(limit=4 * 8 * 700)
    for period in range(2, 12):
        node = parse_strategy({"entry": {">": ["close", {"sma": period}]}}).rules["entry"]
        Program([node]).run(columns, kept)
    assert len(kept) == 4
    assert kept.used <= kept.limit


@settings(max_examples=60, deadline=None)
@given(truths(), quarter_bars(least=5, most=60), st.data())
def test_cutting_the_future_changes_no_signal(document, bars, draw):
    strategy = compile_strategy({"entry": document, "priority": draw.draw(numbers(2))})
    data = data_of(bars)
    whole = strategy.signals(data)
    bar = draw.draw(st.integers(0, len(data.bars) - 1))
    past = strategy.signals(data.until(bar))
    np.testing.assert_array_equal(past.entries, whole.entries[:, : bar + 1])
    np.testing.assert_array_equal(past.priority, whole.priority[:, : bar + 1])


def test_a_long_history_is_computed_without_keeping_what_is_done_with():
    bars = bars_about(walk(3, 20_000))
    long = {"+": [{"sma": period} for period in range(2, 200)]}
    strategy, data = compile_strategy({"entry": {">": [long, 0]}}), data_of(bars)
    assert strategy.signals(data).entries.any()  # what is kept for every call is there now
    tracemalloc.start()
    strategy.signals(data)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * bars["close"].nbytes, "of 198 series"
