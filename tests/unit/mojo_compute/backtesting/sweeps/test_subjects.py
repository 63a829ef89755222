import pickle

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput, NotFound
from mojo_compute.backtesting.sweeps.grids import Axis
from mojo_compute.backtesting.sweeps.subjects import Subject

SMA = Subject("sma_crossover")
WRITTEN = Subject(
    document={
        "parameters": {"length": {"default": 10, "min": 2, "max": 50}},
        "entry": {">": ["close", {"sma": {"period": {"param": "length"}}}]},
        "exit": {"<": ["close", {"sma": {"period": {"param": "length"}}}]},
        "take_profit": 0.1,
    }
)


def grid(subject, given=None, **values):
    return subject.grid([Axis.of(name, one) for name, one in values.items()], given or {})


def refused(subject, given=None, **values):
    with pytest.raises(InvalidInput) as caught:
        grid(subject, given, **values)
    return caught.value


def test_values_become_what_the_strategy_takes():
    axes = grid(SMA, fast_period=[5.0, 7], stop_loss=[None, 0.1]).axes
    assert axes[0].values == (5, 7)
    assert type(axes[0].values[0]) is int
    assert axes[1].values == (None, 0.1)


def test_values_that_become_the_same_are_refused():
    assert "twice" in refused(Subject("supertrend"), period=[5, 5.0]).message


def test_the_order_of_parameters_is_judged_with_those_that_do_not_vary():
    given = grid(SMA, {"slow_period": 12}, fast_period=[5, 11, 12, 30])
    assert given.valid(np.arange(4)).tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"fast_perod": [5]}, "grid.fast_perod", "fast_period"),
        ({"fast_period": [0, 5]}, "grid.fast_period", "must lie in"),
        ({"fast_period": ["five"]}, "grid.fast_period", "must be an integer"),
        ({"fast_period": [None]}, "grid.fast_period", "found null"),
        ({"stop_loss": [0.1, 2.0]}, "grid.stop_loss", "< 1"),
        ({"fill": ["open"]}, "grid.fill", "next_open"),
    ],
)
def test_a_value_that_is_not_taken_is_refused_by_the_name_of_its_axis(values, field, message):
    error = refused(SMA, **values)
    assert error.details["field"] == field
    assert message in error.message


def test_a_fixed_parameter_that_is_wrong_is_refused_too():
    assert refused(SMA, {"position_size": -1}, fast_period=[5]).details["field"] == "position_size"
    assert refused(SMA, {"slow": 5}, fast_period=[5]).details["field"] == "slow"


def test_a_parameter_in_both_places_is_refused():
    assert "give it once" in refused(SMA, {"fast_period": 3}, fast_period=[5]).message


def test_a_grid_without_parameters_is_refused():
    assert refused(SMA).details["field"] == "grid"


def test_words_for_numbers_stay_words():
    assert grid(Subject("equal_weight"), rebalance=["monthly", "weekly"]).axes[0].values == ("monthly", "weekly")
    assert "one of never, daily" in refused(Subject("equal_weight"), rebalance=["hourly"]).message


def test_a_strategy_as_data_takes_the_parameters_that_it_names_and_settings():
    assert grid(WRITTEN, length=[5, 10.0], stop_loss=[0.1]).size == 2
    assert "must lie in 2 to 50" in refused(WRITTEN, length=[51]).message
    assert refused(WRITTEN, lenght=[5]).details["field"] == "grid.lenght"
    assert "did you mean" in refused(WRITTEN, lenght=[5]).message.lower()


def test_what_a_request_says_holds_before_what_the_strategy_says():
    assert WRITTEN.made({})[1].take_profit == 0.1
    assert WRITTEN.made({"take_profit": 0.3})[1].take_profit == 0.3
    assert WRITTEN.made({"length": 7})[0].parameters == {"length": 7}


def test_a_subject_is_a_name_or_a_document():
    for wrong in ({}, {"strategy_id": "sma_crossover", "document": {}}):
        with pytest.raises(InvalidInput, match="expected strategy_id"):
            Subject(**wrong)
    with pytest.raises(NotFound, match="sma_crossover"):
        Subject("sma_crosover")
    with pytest.raises(InvalidInput) as caught:
        Subject(document={"entry": {">": ["close", {"smaa": 5}]}})
    assert caught.value.details["field"].startswith("strategy.entry")


def test_a_subject_can_be_sent_elsewhere():
    assert pickle.loads(pickle.dumps(WRITTEN)) == WRITTEN
    assert pickle.loads(pickle.dumps(SMA)).name == "sma_crossover"


def test_a_subject_says_what_it_looks_at():
    assert SMA.needs == "series"
    assert Subject("momentum_rank").needs == "panel"
    assert WRITTEN.needs == "series"
    told = Subject(document={"entry": {">": [{"sentiment": 3}, 0.2]}, "exit": {"<": [{"sentiment": 3}, 0]}})
    assert told.needs == "news"
