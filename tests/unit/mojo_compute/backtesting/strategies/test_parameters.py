"""From a request's parameters to a strategy's own and its execution."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.strategies import STRATEGIES, Execution, StrategyDeclaration
from chitti_shared.errors import InvalidInput, NotFound
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.strategies import declaration_of, execution_of, make, own_parameters, split

SMA = declaration_of("sma_crossover")
WEIGHTS = {"weights": {"TCS": 0.5}}


def least(declared: StrategyDeclaration) -> dict[str, object]:
    return WEIGHTS if declared.weights else {}


@pytest.mark.parametrize("declared", STRATEGIES, ids=lambda one: one.name)
def test_every_strategy_can_be_made_with_its_defaults(declared: StrategyDeclaration):
    strategy = make(declared.name, least(declared))
    assert strategy.name == declared.name
    assert set(strategy.parameters) == {one.name for one in declared.parameters} | set(least(declared))
    assert dict(strategy.settings) == dict(declared.execution)
    assert strategy.lookback >= 0


@pytest.mark.parametrize("declared", STRATEGIES, ids=lambda one: one.name)
def test_every_declaration_is_sound(declared: StrategyDeclaration):
    names = [one.name for one in declared.parameters]
    assert len(set(names)) == len(names)
    assert not set(names) & set(Execution.__struct_fields__), "a request tells the two apart by name"
    for one in declared.parameters:
        assert one.ge <= one.default <= one.le
        assert not one.names or len(one.names) == one.le + 1
    for less, more in declared.ordered:
        assert {less, more} <= set(names)
    assert declared.summary.endswith(".")
    assert declared.source


def test_a_request_mixes_own_parameters_with_settings():
    own, execution = split(SMA, {"fast_period": 5, "initial_capital": 5_000, "position_size": 0.5, "stop_loss": None})
    assert own == {"fast_period": 5, "slow_period": 20}
    assert execution == Execution(initial_capital=5_000.0, position_size=0.5)


def test_what_is_not_given_is_as_declared():
    assert split(SMA, {}) == ({"fast_period": 10, "slow_period": 20}, Execution())
    assert split(SMA, {"fast_period": None, "fill": None}) == ({"fast_period": 10, "slow_period": 20}, Execution())


def test_numbers_of_numpy_and_whole_floats_are_taken():
    own, execution = split(SMA, {"fast_period": np.int64(5), "slow_period": 20.0, "max_bars": 4.0, "leverage": 2})
    assert own == {"fast_period": 5, "slow_period": 20}
    assert type(own["slow_period"]) is int
    assert execution.max_bars == 4
    assert execution.leverage == 2.0


def test_a_strategy_that_needs_both_sides_trades_both_unless_told_otherwise():
    pairs = declaration_of("pairs_zscore")
    assert split(pairs, {})[1].direction == "both"
    assert split(pairs, {"direction": "long"})[1].direction == "long"


def test_a_calendar_is_given_by_its_name():
    assert own_parameters(declaration_of("equal_weight"), {"rebalance": "Weekly"})["rebalance"] == 2


def test_parameters_of_a_strategy_as_data_are_what_is_no_setting():
    assert split(None, {"threshold": 30, "position_size": 0.2}) == ({"threshold": 30}, Execution(position_size=0.2))


@pytest.mark.parametrize(
    ("given_", "field", "says"),
    [
        ({"fast_period": 30}, "slow_period", r"slow_period \(20\) must be greater than fast_period \(30\)"),
        ({"fast_period": 20}, "slow_period", "must be greater"),
        ({"fast_perod": 30}, "fast_perod", "did you mean 'fast_period'"),
        ({"postion_size": 0.1}, "postion_size", "did you mean 'position_size'"),
        ({"fast_period": 1}, "fast_period", r"\(1\) must lie in 2 to 100000"),
        ({"fast_period": 2.5}, "fast_period", "must be an integer, found 2.5"),
        ({"fast_period": "ten"}, "fast_period", "must be an integer, found 'ten'"),
        ({"fast_period": True}, "fast_period", "must be an integer"),
        ({"position_size": 0}, "position_size", "position_size must be float > 0.0, found 0"),
        ({"initial_capital": -5}, "initial_capital", "found -5"),
        ({"position_size": float("nan")}, "position_size", "finite"),
        ({"fill": "opne"}, "fill", "one of 'close', 'next_close', 'next_open', found 'opne'"),
        ({"tick_size": "bse"}, "tick_size", "one of a number, 'nse'"),
        ({"direction": 3}, "direction", "found 3"),
        ({"stop_loss": 1}, "stop_loss", "< 1"),
        ({"max_entries": 1.5}, "max_entries", "must be int"),
        ({"leverage": True}, "leverage", "must be float"),
        ({"max_bars": 0}, "max_bars", "found 0"),
        ({"volatility_window": 2}, "volatility_window", ">= 3, found 2"),
    ],
    ids=str,
)
def test_wrong_parameters_are_named(given_: dict[str, object], field: str, says: str):
    with pytest.raises(InvalidInput, match=says) as caught:
        split(SMA, given_)
    assert caught.value.details["field"] == field
    assert caught.value.details["constraint"]


@pytest.mark.parametrize("shares", [None, {}, [0.5], {"TCS": "half"}, {"TCS": True}, {"TCS": float("nan")}, {"A": 101}])
def test_weights_must_be_shares_of_symbols(shares: object):
    with pytest.raises(InvalidInput, match="weight"):
        make("fixed_weights", {"weights": shares})


def test_a_strategy_without_weights_takes_none():
    with pytest.raises(InvalidInput, match="has no parameter 'weights'"):
        make("sma_crossover", WEIGHTS)


def test_an_unknown_strategy_is_not_found():
    with pytest.raises(NotFound, match="did you mean 'sma_crossover'") as caught:
        make("sma_crosover")
    assert caught.value.details["kind"] == "strategy"


@given(st.dictionaries(st.sampled_from(sorted(Execution.__struct_fields__)), st.floats() | st.integers() | st.text()))
def test_any_settings_are_taken_or_refused_with_their_name(settings: dict[str, object]):
    try:
        execution = execution_of(settings)
    except InvalidInput as error:
        refused = error.details["field"]
    else:
        refused = None
        assert all(getattr(execution, name) == value for name, value in settings.items())
    assert refused is None or refused in settings
