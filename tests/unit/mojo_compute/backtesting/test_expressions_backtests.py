"""Strategies as data in whole backtests: equal to those with a name, proved like them, with their own settings."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import InvalidInput
from mojo_compute.backtesting import Bars, Data, Signals, backtest, compile_strategy, make
from support.markets import MARKETS, sample_market

COLUMNS = ("open", "high", "low", "close", "volume")
DAYS = np.arange("2021-01-01", "2024-01-01", dtype="datetime64[D]").astype("datetime64[s]")


def history(*names: str) -> Data:
    length = min(len(MARKETS[name]["close"]) for name in names)
    columns = (np.stack([MARKETS[name][column][-length:] for name in names]) for column in COLUMNS)
    return Data(Bars(*columns, times=DAYS[:length], symbols=names))


def sides(long: Any, short: Any) -> dict[str, Any]:
    """Each side's entry is the other's exit."""
    return {"entry": long, "short_exit": long, "exit": short, "short_entry": short}


def both(first: Any, second: Any) -> dict[str, Any]:
    """Long where the first crosses above the second, short where below."""
    above, below = {"crosses_above": [first, second]}, {"crosses_below": [first, second]}
    return sides(above, below)


def band(which: str) -> dict[str, Any]:
    return {"bollinger": {"period": 20, "std_dev": 2}, "output": which}


def channel(which: str, period: int) -> dict[str, Any]:
    return {"ago": [{"donchian": {"period": period}, "output": which}, 1]}


WRITTEN: dict[str, dict[str, Any]] = {
    "sma_crossover": both({"sma": 10}, {"sma": 20}),
    "ema_crossover": both({"ema": 12}, {"ema": 26}),
    "rsi_reversion": sides({"crosses_above": [{"rsi": 14}, 30]}, {"crosses_below": [{"rsi": 14}, 70]}),
    "macd_cross": both({"macd": {}, "output": "macd_line"}, {"macd": {}, "output": "signal_line"}),
    "bollinger_reversion": {
        "entry": {"crosses_above": ["close", band("lower_band")]},
        "exit": {"crosses_above": ["close", band("middle_band")]},
        "short_entry": {"crosses_below": ["close", band("upper_band")]},
        "short_exit": {"crosses_below": ["close", band("middle_band")]},
    },
    "donchian_breakout": {
        "entry": {"crosses_above": ["close", channel("upper_band", 20)]},
        "exit": {"crosses_below": ["close", channel("lower_band", 10)]},
        "short_entry": {"crosses_below": ["close", channel("lower_band", 20)]},
        "short_exit": {"crosses_above": ["close", channel("upper_band", 10)]},
    },
    "supertrend": both({"supertrend": {"period": 10, "multiplier": 3}, "output": "trend"}, 0),
}


def flags_of(signals: Signals, like: Data) -> dict[str, np.ndarray]:
    found = {one.name: getattr(signals, one.name) for one in fields(signals)}
    shape = like.bars.close.shape
    return {name: np.zeros(shape, bool) if values is None else values for name, values in found.items()}


@pytest.mark.parametrize("market", MARKETS)
@pytest.mark.parametrize("name", WRITTEN)
def test_a_named_strategy_written_as_data_decides_the_same(name, market):
    data = history(market)
    named, written = make(name).signals(data), compile_strategy(WRITTEN[name]).signals(data)
    expected = flags_of(named, data)
    for field, values in flags_of(written, data).items():
        np.testing.assert_array_equal(values, expected[field], err_msg=field)


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", WRITTEN)
def test_a_named_strategy_written_as_data_decides_the_same_on_every_stock(name):
    named, written = make(name), compile_strategy(WRITTEN[name])
    for stock, market in sample_market().items():
        data = Data(Bars(*(market[column][None] for column in COLUMNS), symbols=(stock,)))
        expected, found = flags_of(named.signals(data), data), flags_of(written.signals(data), data)
        for field, values in found.items():
            np.testing.assert_array_equal(values, expected[field], err_msg=f"{stock}: {field}")
        assert found["entries"].any()


def test_a_backtest_of_it_is_the_same_to_the_last_bit():
    data = history("INFY", "TATAMOTORS")
    execution = Execution(direction="both", position_size=0.3)
    named = backtest(data, "macd_cross", execution)
    written = backtest(data, compile_strategy(WRITTEN["macd_cross"]), execution)
    assert len(named.run.fills) > 20
    assert named.run.fills.tobytes() == written.run.fills.tobytes()
    assert named.metrics == written.metrics
    assert written.lookahead.ok is True


def test_stops_and_order_prices_reach_the_engine():
    document = {
        "entry": {">": ["close", {"sma": 20}]},
        "entry_limit": {"*": ["close", 0.995]},
        "stop_loss": {"atr": 14, "times": 1.5},
        "take_profit": 0.03,
        "max_bars": 5,
    }
    outcome = backtest(history("INFY"), compile_strategy(document))
    assert outcome.execution == Execution(take_profit=0.03, max_bars=5)
    trips, bars = outcome.run.round_trips, outcome.data.bars
    reasons = {int(reason) for reason in trips["reason"]}
    assert {3, 5, 6} <= reasons, "stop loss, take profit and time stop"
    entered = trips["entry_bar"]
    assert (trips["entry_price"] <= bars.close[0, entered - 1] * 0.995 + 1e-9).all()
    assert (trips["exit_bar"] - entered <= 5).all()
    assert outcome.lookahead.ok is True


def test_every_part_of_a_strategy_is_proved():
    document = {
        "entry": {">": ["weekday", 3]},
        "exit": {"<": [{"since": {"rising": ["close", 2]}}, 2]},
        "short_entry": {"<": ["weekday", 3]},
        "short_entry_stop": "low",
        "trailing_stop": {"atr": 14},
        "priority": {"rank": ["volume", 20]},
    }
    outcome = backtest(history("INFY", "TATAMOTORS"), compile_strategy(document), verify_causality=20)
    assert outcome.execution.direction == "both"
    assert outcome.lookahead.checked
    assert outcome.lookahead.ok is True
    assert len(outcome.lookahead.points) > 10


def test_execution_adds_to_what_the_strategy_sets():
    strategy = compile_strategy({"entry": True, "stop_loss": 0.1, "max_bars": 7})
    assert strategy.execution() == Execution(stop_loss=0.1, max_bars=7)
    assert strategy.execution(position_size=0.5, max_bars=3) == Execution(stop_loss=0.1, max_bars=3, position_size=0.5)
    with pytest.raises(InvalidInput, match="position_size"):
        strategy.execution(position_size=-1)


def test_fewer_bars_than_it_needs_are_refused():
    with pytest.raises(InvalidInput, match="needs 201 bars, found 25"):
        backtest(history("short"), compile_strategy({"entry": {"crosses_above": ["close", {"sma": 200}]}}))
