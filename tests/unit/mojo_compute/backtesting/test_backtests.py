"""Whole backtests: signals, fills, figures, proof, manifest."""

from __future__ import annotations

import doctest
import math
from dataclasses import replace
from typing import Any

import mojo_compute.backtesting as package
import msgspec
import numpy as np
import pytest
from chitti_shared.contracts.strategies import PRESETS, STRATEGIES
from chitti_shared.errors import EngineUnavailable, InvalidInput, NotFound
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.backtesting import (
    Bars,
    Data,
    Execution,
    Outcome,
    Signals,
    Strategy,
    backtest,
    backtest_apart,
    compile_strategy,
    make,
    repeat,
    separated,
)
from mojo_compute.backtesting.strategies import declaration_of, split, strategy
from support.histories import closes, history, stocks, with_gaps, with_news, within_days
from support.markets import MARKETS

INFY = history(MARKETS["INFY"], names=("INFY",))
DIP = {
    "name": "dip",
    "parameters": {"level": 35},
    "entry": {"crosses_below": [{"rsi": {"period": 14}}, {"param": "level"}]},
    "exit": {">": [{"rsi": {"period": 14}}, 60]},
    "stop_loss": 0.08,
}


def same(one: Outcome, other: Outcome) -> None:
    for name in ("equity", "cash", "exposure", "fills", "round_trips", "open_trades", "skipped"):
        assert getattr(one.run, name).tobytes() == getattr(other.run, name).tobytes(), name
    assert one.metrics == other.metrics
    assert one.lookahead == other.lookahead


def test_the_package_s_examples_hold():
    assert doctest.testmod(package).failed == 0
    found = doctest.testmod(strategy)
    assert found.attempted > 3
    assert found.failed == 0


def test_a_backtest_brings_everything():
    outcome = backtest(INFY, make("sma_crossover"), Execution(position_size=0.5), benchmark=INFY.bars.close[0])
    run, metrics = outcome.run, outcome.metrics
    assert metrics["total_trades"] == len(run.round_trips) > 10
    assert metrics["total_return"] == pytest.approx(run.equity[-1] / 100_000 - 1)
    assert (outcome.name, outcome.symbols, outcome.fill) == ("sma_crossover", ("INFY",), "next_open")
    assert outcome.parameters == {"fast_period": 10, "slow_period": 20}
    assert outcome.lookahead.ok
    assert len(outcome.lookahead.points) == 3
    assert outcome.drawdown_curve.min() == pytest.approx(metrics["max_drawdown"])
    assert len(outcome.monthly_returns) == 33
    assert np.prod([1 + value for value in outcome.monthly_returns.values()]) == pytest.approx(
        1 + metrics["total_return"]
    )
    assert outcome.benchmark_curve[0] == 100_000
    assert outcome.benchmark["total_return"] == pytest.approx(INFY.bars.close[0, -1] / INFY.bars.close[0, 0] - 1)
    assert outcome.costs_by_line == {"flat": pytest.approx(metrics["total_costs"])}
    assert outcome.engine in {"cython", "numpy"}
    assert outcome.elapsed_s > 0


def test_orders_are_filled_at_the_next_open():
    outcome = backtest(INFY, "sma_crossover")
    fills, bars = outcome.run.fills, INFY.bars
    np.testing.assert_array_equal(fills["price"], bars.open[0, fills["bar"]])
    wanted = outcome.signals.entries | outcome.signals.exits
    assert wanted[0, fills["bar"] - 1].all()


def test_costs_are_tried_at_twice_and_three_times():
    execution = Execution(position_size=0.5, transaction_cost=0.002, slippage_bps=5)
    told = backtest(INFY, "ema_crossover", execution).cost_sensitivity
    assert [one["times"] for one in told] == [1, 2, 3]
    for one in told:
        dearer = msgspec.structs.replace(execution, transaction_cost=0.002 * one["times"])
        metrics = backtest(INFY, "ema_crossover", dearer).metrics
        for name in ("total_return", "sharpe_ratio", "max_drawdown", "total_costs", "total_trades"):
            assert one[name] == pytest.approx(metrics[name], rel=1e-12)


CASES: dict[str, tuple[Data, dict[str, Any]]] = {
    "opening_range_breakout": (within_days(20), {}),
    "momentum_rank": (stocks(6, 300), {"lookback": 60, "top": 2, "bottom": 1}),
    "pairs_zscore": (stocks(2, 300), {}),
    "equal_weight": (with_gaps(stocks(4, 200), 1, np.arange(40, 60)), {"drift": 0.03}),
    "inverse_volatility": (stocks(4, 200), {}),
    "fixed_weights": (closes(MARKETS["walk"]["close"]), {"weights": {"S0": 0.5}}),
    "news_sentiment": (with_news(stocks(2, 300), 300), {"min_articles": 1}),
}


@pytest.mark.parametrize("name", [one.name for one in STRATEGIES])
def test_every_strategy_trades_and_is_proved(name: str):
    data, parameters = CASES.get(name, (INFY, {}))
    own, execution = split(declaration_of(name), {**parameters, "position_size": 0.3})
    outcome = backtest(data, make(name, own), execution, verify_causality=6)
    assert len(outcome.run.fills) > 0
    assert outcome.lookahead.ok
    assert outcome.manifest["strategy"] == name


@pytest.mark.parametrize("name", ["sma_crossover", "donchian_breakout", "equal_weight", "pairs_zscore"])
def test_both_engines_bring_the_same(name: str):
    data, parameters = CASES.get(name, (INFY, {}))
    one = backtest(data, make(name, parameters), costs="nse_delivery", engine="cython")
    other = backtest(data, make(name, parameters), costs="nse_delivery", engine="numpy")
    assert (one.engine, other.engine) == ("cython", "numpy")
    assert len(one.run.fills) == len(other.run.fills) > 0
    np.testing.assert_array_equal(one.run.fills["bar"], other.run.fills["bar"])
    np.testing.assert_allclose(one.run.equity, other.run.equity, rtol=1e-9)


def test_an_unknown_engine_is_refused():
    with pytest.raises(EngineUnavailable, match="no engine is called 'fortran'"):
        backtest(INFY, "sma_crossover", engine="fortran")


def test_settings_that_a_strategy_wants_hold_unless_others_are_given():
    assert backtest(stocks(2, 100), "pairs_zscore").execution.direction == "both"
    assert backtest(INFY, compile_strategy(DIP)).execution.stop_loss == 0.08
    assert backtest(INFY, compile_strategy(DIP), Execution()).execution.stop_loss is None


@pytest.mark.parametrize(
    ("execution", "says"),
    [
        (Execution(initial_capital=0), "initial_capital must be float > 0"),
        (Execution(fill="later"), "fill must be one of"),
        (Execution(position_size=math.nan), "position_size must be finite"),
        (Execution(max_entries=0), "max_entries must be int >= 1"),
        ({"fill": "close"}, "execution is a dict: expected an Execution"),
    ],
)
def test_an_execution_out_of_its_bounds_is_refused(execution: Any, says: str):
    with pytest.raises(InvalidInput, match=says):
        backtest(INFY, "sma_crossover", execution)


def test_a_pair_of_one_side_is_refused():
    with pytest.raises(InvalidInput, match="both sides at once, found direction 'long'") as caught:
        backtest(stocks(2, 100), "pairs_zscore", Execution())
    assert caught.value.details["field"] == "direction"


@pytest.mark.parametrize(
    ("strategy", "field", "needed"),
    [
        (make("sma_crossover", {"slow_period": 100}), "slow_period", 101),
        (make("inverse_volatility", {"window": 150}), "window", 151),
        (make("momentum_rank"), "lookback", 253),
    ],
    ids=lambda one: getattr(one, "name", one),
)
def test_too_few_bars_name_the_parameter_that_wants_more(strategy: Strategy, field: str, needed: int):
    with pytest.raises(InvalidInput, match=f"needs {needed} bars, found 100") as caught:
        backtest(stocks(1, 100), strategy)
    assert caught.value.details["field"] == field
    assert caught.value.details["needed"] == needed
    assert caught.value.details["found"] == 100


def test_too_few_bars_of_a_class_of_one_s_own_are_told_too():
    class Patient(Strategy):
        name = "patient"
        lookback = 500

        def __init__(self) -> None:
            self.parameters = {"period": "long"}

        def signals(self, data: Data) -> Signals:
            return Signals(entries=data.bars.close > 0)

    with pytest.raises(InvalidInput, match="patient needs 501 bars, found 100"):
        backtest(stocks(1, 100), Patient())


def test_signals_of_another_shape_are_refused():
    with pytest.raises(InvalidInput, match="entries"):
        backtest(INFY, Signals(entries=np.zeros((1, 5), np.bool_)))


def test_arrays_are_run_but_not_called_proved():
    signals = make("sma_crossover").signals(INFY)
    ready = backtest(INFY, signals)
    assert ready.run.fills.tobytes() == backtest(INFY, "sma_crossover").run.fills.tobytes()
    assert (ready.lookahead.checked, ready.lookahead.ok) == (False, None)
    assert ready.manifest["strategy"] == "ready"


def test_a_class_of_one_s_own_that_looks_ahead_is_told_in_the_outcome():
    class Tomorrow(Strategy):
        name = "tomorrow"

        def signals(self, data: Data) -> Signals:
            close = data.bars.close
            rises = np.zeros(close.shape, np.bool_)
            rises[:, :-1] = close[:, 1:] > close[:, :-1]
            return Signals(entries=rises, exits=~rises)

    outcome = backtest(INFY, Tomorrow())
    assert outcome.lookahead.ok is False
    assert outcome.lookahead.difference is not None
    assert outcome.metrics["total_return"] > 0.1


def test_a_position_s_volatility_is_annual_whatever_the_bars_last():
    data = within_days(8)
    execution = Execution(size_type="volatility", position_size=0.1, lot_size=0.0)
    fills = backtest(data, "sma_crossover", execution).run.fills
    first = fills[0]
    closes_ = data.bars.close[0, : first["bar"]][-20:]
    sigma = (closes_[1:] / closes_[:-1] - 1).std(ddof=1) * np.sqrt(252 * 75)
    assert first["quantity"] * first["price"] / 100_000 == pytest.approx(0.1 / sigma)


def test_the_first_bars_of_a_run_are_those_of_the_shorter_run():
    whole = backtest(INFY, "macd_cross", Execution(direction="both", stop_loss=0.05))
    for bar in (100, 333, 600):
        short = backtest(INFY.until(bar), "macd_cross", Execution(direction="both", stop_loss=0.05))
        np.testing.assert_array_equal(whole.run.equity[: bar + 1], short.run.equity)
        filled = whole.run.fills["bar"] <= bar
        assert whole.run.fills[filled].tobytes() == short.run.fills.tobytes()


@pytest.mark.parametrize("name", [one.name for one in STRATEGIES])
@given(share=st.floats(0.3, 0.95), seed=st.integers(0, 1_000))
@settings(max_examples=10)
def test_other_bars_to_come_never_change_what_was_traded(name: str, share: float, seed: int):
    data, parameters = CASES.get(name, (INFY, {}))
    bar = int(share * len(data.bars))
    factors = np.exp(np.random.default_rng(seed).normal(0.0, 0.05, (1, len(data.bars) - bar - 1)))

    def other(values: np.ndarray) -> np.ndarray:
        return np.concatenate((values[:, : bar + 1], values[:, bar + 1 :] * factors), axis=1)

    bars = data.bars
    changed = replace(bars, open=other(bars.open), high=other(bars.high), low=other(bars.low), close=other(bars.close))
    own, execution = split(declaration_of(name), {**parameters, "position_size": 0.3, "trailing_stop": 0.1})
    one = backtest(data, make(name, own), execution, verify_causality=0).run
    two = backtest(Data(changed, data.news), make(name, own), execution, verify_causality=0).run
    assert one.equity[: bar + 1].tobytes() == two.equity[: bar + 1].tobytes()
    assert one.fills[one.fills["bar"] <= bar].tobytes() == two.fills[two.fills["bar"] <= bar].tobytes()


@pytest.mark.parametrize("name", ["sma_crossover", "fixed_weights", "news_sentiment", "pairs_zscore"])
def test_a_run_is_made_again_from_its_manifest(name: str):
    data, parameters = CASES.get(name, (INFY, {"fast_period": 7}))
    own, execution = split(declaration_of(name), {**parameters, "slippage_bps": 3, "take_profit": 0.2})
    outcome = backtest(data, make(name, own), execution, PRESETS["nse_intraday"], verify_causality=5, seed=9)
    told = msgspec.json.decode(msgspec.json.encode(outcome.manifest))
    again = repeat(told, data)
    same(outcome, again)
    assert again.manifest == outcome.manifest


def test_a_strategy_as_data_is_made_again_too():
    outcome = backtest(INFY, compile_strategy(DIP, {"level": 40}))
    same(outcome, repeat(msgspec.json.decode(msgspec.json.encode(outcome.manifest)), INFY))


def test_other_data_make_no_run_again():
    manifest = backtest(INFY, "sma_crossover").manifest
    bars = replace(INFY.bars, volume=INFY.bars.volume + 1.0)
    with pytest.raises(InvalidInput, match="made of other data") as caught:
        repeat(manifest, bars)
    assert caught.value.details["field"] == "data_hash"


class Below(Strategy):
    """In below a price, out above it."""

    name = "below"

    def __init__(self, price: float) -> None:
        self.parameters = {"price": price}

    def signals(self, data: Data) -> Signals:
        below = data.bars.close < self.parameters["price"]
        return Signals(entries=below, exits=~below)


def test_a_class_or_arrays_of_one_s_own_are_given_beside_the_manifest():
    outcome = backtest(INFY, Below(1500.0))
    with pytest.raises(NotFound, match="below"):
        repeat(outcome.manifest, INFY)
    same(outcome, repeat(outcome.manifest, INFY, strategy=Below(1500.0)))
    ready = backtest(INFY, outcome.signals)
    same(ready, repeat(ready.manifest, INFY, strategy=outcome.signals))
    with pytest.raises(InvalidInput, match="below decides otherwise") as caught:
        repeat(outcome.manifest, INFY, strategy=Below(1400.0))
    assert caught.value.details["field"] == "signals_hash"


def test_symbols_apart_are_run_as_alone():
    data = with_gaps(with_news(stocks(3, 300), 100), 1, np.array([10, 11, 200]))
    found = backtest_apart(separated(data), "sma_crossover", verify_causality=1)
    assert tuple(found.outcomes) == data.bars.symbols
    assert found.errors == {}
    for one in separated(data):
        same(found.outcomes[one.bars.symbols[0]], backtest(one, "sma_crossover", verify_causality=1))
    returns = [one.metrics["total_return"] for one in found.outcomes.values()]
    assert found.summary["symbols"] == 3
    assert found.summary["total_return"]["mean"] == pytest.approx(np.mean(returns))
    assert found.summary["total_return"]["most"] == max(returns)
    assert found.summary["profitable"] == sum(one > 0 for one in returns)


def test_a_symbol_that_fails_does_not_end_the_others():
    short = history({name: values[:10] for name, values in MARKETS["walk"].items()}, names=("NEW",))
    found = backtest_apart([INFY, short], "sma_crossover")
    assert list(found.outcomes) == ["INFY"]
    assert "needs 21 bars, found 10" in str(found.errors["NEW"])
    assert found.summary["failed"] == 1


def test_a_portfolio_of_one_symbol_is_the_single_run():
    data = with_gaps(stocks(2, 300), 1, np.array([4, 50, 51, 140]))
    alone = separated(data)[1]
    other = Bars(*(np.full((1, 296), np.nan) for _ in range(4)), symbols=("EMPTY",))
    names = ("open", "high", "low", "close")
    both = Bars(
        *(np.vstack([getattr(other, name), getattr(alone.bars, name)]) for name in names),
        times=alone.bars.times,
        symbols=("EMPTY", alone.bars.symbols[0]),
    )
    execution = Execution(direction="both", position_size=0.9)
    one, two = backtest(alone, "ema_crossover", execution), backtest(both, "ema_crossover", execution)
    np.testing.assert_array_equal(one.run.equity, two.run.equity)
    np.testing.assert_array_equal(one.run.fills["quantity"], two.run.fills["quantity"])
    assert set(two.run.fills["row"].tolist()) == {1}


def test_stages_are_told_and_can_be_stopped():
    told: list[tuple[float, str]] = []
    backtest(INFY, "sma_crossover", tell=lambda progress, stage: told.append((progress, stage)))
    assert [stage for _progress, stage in told] == ["signals", "execution", "figures", "causality", "done"]
    assert told == sorted(told, key=lambda one: one[0])

    class Stopped(Exception):
        pass

    calls = []

    def stop() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise Stopped

    with pytest.raises(Stopped):
        backtest(INFY, "sma_crossover", stop=stop)
