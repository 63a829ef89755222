"""Strategies that are crossings of lines, against loops over TA-Lib's values."""

from __future__ import annotations

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from mojo_compute.backtesting.data import Data
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies import make
from mojo_compute.backtesting.strategies.lines import CROSSING_STRATEGIES, crossing, crossings_of
from support.histories import closes, history, stocks, with_gaps
from support.markets import MARKETS, Bars

FIELDS = ("entries", "exits", "short_entries", "short_exits")
SYMBOLS = ("INFY", "TATAMOTORS", "walk", "wild walk", "in paise", "zigzag")


def above(first: np.ndarray, second: np.ndarray) -> list[bool]:
    """Crossings upwards, one bar at a time."""
    crosses = [first[now - 1] <= second[now - 1] and first[now] > second[now] for now in range(1, len(first))]
    return [False, *map(bool, crosses)]


def below(first: np.ndarray, second: np.ndarray) -> list[bool]:
    return above(-first, -second)


def later(values: np.ndarray) -> np.ndarray:
    return np.concatenate([[np.nan], values[:-1]])


def expected(name: str, bars: Bars) -> tuple[list[bool], ...]:
    """Entries, exits, short entries, short exits with the defaults."""
    close, level = bars["close"], np.ones(len(bars["close"]))
    if name == "sma_crossover":
        pair = talib.SMA(close, 10), talib.SMA(close, 20)
    elif name == "ema_crossover":
        pair = talib.EMA(close, 12), talib.EMA(close, 26)
    elif name == "macd_cross":
        pair = talib.MACD(close)[:2]
    elif name == "rsi_reversion":
        up, down = above(talib.RSI(close), 30 * level), below(talib.RSI(close), 70 * level)
        return up, down, down, up
    elif name == "bollinger_reversion":
        upper, middle, lower = talib.BBANDS(close, 20, 2.0, 2.0)
        return above(close, lower), above(close, middle), below(close, upper), below(close, middle)
    else:
        assert name == "donchian_breakout"
        highest, lowest = (lambda n: later(talib.MAX(bars["high"], n))), (lambda n: later(talib.MIN(bars["low"], n)))
        return above(close, highest(20)), below(close, lowest(10)), below(close, lowest(20)), above(close, highest(10))
    up, down = above(*pair), below(*pair)
    return up, down, down, up


@pytest.mark.parametrize("name", sorted(CROSSING_STRATEGIES - {"supertrend"}))
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_signals_equal_a_loop_over_talib(name: str, symbol: str):
    found = make(name).signals(history(MARKETS[symbol]))
    for field, flags in zip(FIELDS, expected(name, MARKETS[symbol]), strict=True):
        differing = np.flatnonzero(getattr(found, field)[0] != np.array(flags))
        assert not len(differing), f"{field} at {differing}"


def test_the_supertrend_turns_where_the_close_breaks_its_band():
    bars = MARKETS["INFY"]
    found = make("supertrend", {"period": 10, "multiplier": 2.0}).signals(history(bars))
    line, trend = talib.SUPERTREND(bars["high"], bars["low"], bars["close"], 10, 2.0)
    turns_up = np.concatenate([[False], (trend[:-1] == -1) & (trend[1:] == 1)])
    turns_down = np.concatenate([[False], (trend[:-1] == 1) & (trend[1:] == -1)])
    assert turns_up.sum() > 5
    np.testing.assert_array_equal(found.entries[0], turns_up)
    np.testing.assert_array_equal(found.exits[0], turns_down)
    assert np.isfinite(line[10])


@pytest.mark.parametrize(
    ("before", "now", "up", "down"),
    [
        (1.0, 3.0, True, False),
        (2.0, 3.0, True, False),  # touched before: it crosses
        (1.0, 2.0, False, False),  # touches now: not yet
        (3.0, 1.0, False, True),
        (2.0, 1.0, False, True),
        (3.0, 2.0, False, False),
        (3.0, 4.0, False, False),
        (np.nan, 3.0, False, False),
        (1.0, np.nan, False, False),
    ],
)
def test_a_crossing_was_at_most_and_is_more(before: float, now: float, up: bool, down: bool):
    line = np.array([before, now])
    for other in (2.0, np.array([2.0, 2.0])):
        assert crossing(line, other, above=True).tolist() == [False, up]
        assert crossing(line, other, above=False).tolist() == [False, down]


def test_a_line_that_is_missing_crosses_nothing():
    line = np.array([1.0, np.nan, 3.0, 1.0])
    assert not crossing(line, np.full(4, 2.0), above=True).any()
    assert crossing(line, np.array([2.0, 2.0, np.nan, 2.0]), above=False).tolist() == [False] * 4


@given(arrays(np.float64, st.integers(2, 40), elements=st.sampled_from([1.0, 2.0, 3.0, np.nan])))
def test_what_crosses_up_has_crossed_down_in_between(values: np.ndarray):
    up, down = crossing(values, 2.0, above=True), crossing(values, 2.0, above=False)
    assert not (up & down).any()
    assert up.tolist() == above(values, np.full(len(values), 2.0))
    assert down.tolist() == below(values, np.full(len(values), 2.0))


def test_hand_made_closes_cross_where_one_sees_it():
    # means of 2 and 3 bars: they cross up at bar 4, down at bar 7
    data = closes([10.0, 10.0, 10.0, 10.0, 12.0, 14.0, 14.0, 9.0, 8.0])
    found = make("sma_crossover", {"fast_period": 2, "slow_period": 3}).signals(data)
    assert np.flatnonzero(found.entries).tolist() == [4]
    assert np.flatnonzero(found.exits).tolist() == [7]
    assert np.flatnonzero(found.short_entries).tolist() == [7]


@pytest.mark.parametrize("name", sorted(CROSSING_STRATEGIES))
def test_too_few_bars_give_no_entry(name: str):
    strategy = make(name)
    bars = {column: values[: strategy.lookback] for column, values in MARKETS["walk"].items()}
    found = strategy.signals(history(bars))
    assert all(values is None or not values.any() for values in (found.entries, found.short_entries))


@pytest.mark.parametrize("name", sorted(CROSSING_STRATEGIES))
def test_a_symbol_among_others_signals_as_alone(name: str):
    data = stocks(3, 300)
    missing = np.array([7, 60, 61, 62, 150])
    gappy = with_gaps(data, 1, missing)
    found = make(name).signals(gappy)
    assert all(values.shape == (3, 300) for values in rows_of(found))
    kept = np.setdiff1d(np.arange(300), missing)
    for row, present in ((0, np.arange(300)), (1, kept), (2, np.arange(300))):
        alone = make(name).signals(one_row(data, row, present))
        for field in FIELDS:
            np.testing.assert_array_equal(getattr(found, field)[row, present], getattr(alone, field)[0], err_msg=field)
    assert not any(values[1, missing].any() for values in rows_of(found))


def test_equal_lines_are_one_line():
    fast = crossings_of("sma_crossover", {"fast_period": 10, "slow_period": 20})
    other = crossings_of("sma_crossover", {"fast_period": 5, "slow_period": 20})
    assert fast[0].other == other[0].other
    assert fast[0].line != other[0].line


def rows_of(signals: Signals) -> list[np.ndarray]:
    return [getattr(signals, field) for field in FIELDS if getattr(signals, field) is not None]


def one_row(data: Data, row: int, present: np.ndarray) -> Data:
    bars = data.bars
    columns = {name: getattr(bars, name)[row][present] for name in ("open", "high", "low", "close", "volume")}
    assert bars.times is not None
    return history(columns, times=bars.times[present])
