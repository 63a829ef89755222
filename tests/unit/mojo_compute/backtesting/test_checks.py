"""Bars are judged before a run."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import InvalidInput
from mojo_compute.backtesting.checks import MOST_BARS, bars_of, times_of

DAYS = ["2023-01-02", "2023-01-03", "2023-01-04"]


def columns(**changed):
    usual = {
        "open": [100.0, 101.0, 102.0],
        "high": [103.0, 103.0, 104.0],
        "low": [99.0, 100.0, 101.0],
        "close": [101.0, 102.0, 103.0],
        "volume": [10.0, 0.0, 30.0],
    }
    return usual | changed


def test_whole_bars_become_one_row():
    bars = bars_of(columns(), times_of(DAYS), "TCS")
    assert bars.close.tolist() == [[101.0, 102.0, 103.0]]
    assert bars.volume.tolist() == [[10.0, 0.0, 30.0]]
    assert bars.symbols == ("TCS",)
    assert bars.times.astype("datetime64[D]").astype(str).tolist() == DAYS
    assert all(getattr(bars, name).flags.c_contiguous for name in ("open", "high", "low", "close", "volume"))


@pytest.mark.parametrize("text", ["2023-01-03T09:15", "2023-01-03 09:15:00", "2023-01-03T09:15:00+05:30"])
def test_times_are_read_as_indian_ones(text):
    assert times_of([text])[0] == np.datetime64("2023-01-03T09:15:00")


@pytest.mark.parametrize(
    ("dates", "index", "says"),
    [
        (["2023-01-02", "2023-01-02"], 1, "dates[1] repeats 2023-01-02"),
        (["2023-01-02", "2023-01-01"], 1, "(2023-01-01) is before dates[0] (2023-01-02)"),
        (["2023-01-02T09:15", "2023-01-02T09:15"], 1, "repeats 2023-01-02T09:15:00"),
        (["2023-01-02", "2023-02-30"], 1, "'2023-02-30'"),
        (["2023-01-02", "today"], 1, "'today'"),
        (["2023"], 0, "'2023'"),
        (["2023-01-02T09:15Z"], 0, "time in India"),
        (["2023-01-02", 7], 1, "dates[1] is 7"),
        (["2023-01-02", None], 1, "dates[1] is None"),
    ],
)
def test_dates_that_do_not_rise_or_are_none_are_refused(dates, index, says):
    with pytest.raises(InvalidInput) as refused:
        times_of(dates)
    assert says in refused.value.message
    assert refused.value.details["field"] == "dates"
    assert refused.value.details["index"] == index


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"close": None}, "close", "close is missing"),
        ({"high": None}, "high", "high is missing beside the other prices"),
        ({"open": [1.0, 2.0]}, "open", "open of TCS has 2 values, close has 3"),
        ({"volume": [1.0]}, "volume", "volume of TCS has 1 values"),
        ({"close": [101.0, None, 103.0]}, "close", "close[1] on 2023-01-03 is missing"),
        ({"close": [101.0, np.nan, 103.0]}, "close", "close[1] on 2023-01-03 is missing"),
        ({"high": [np.inf, 103.0, 104.0]}, "high", "high[0] on 2023-01-02 is inf"),
        ({"low": [99.0, 0.0, 101.0]}, "low", "low[1] on 2023-01-03 is 0: expected a price above 0"),
        ({"low": [99.0, -5.0, 101.0]}, "low", "is -5"),
        ({"high": [103.0, 99.5, 104.0]}, "high", "high[1] on 2023-01-03 is 99.5, below low (100)"),
        ({"high": [103.0, 100.5, 104.0]}, "high", "below open (101)"),
        ({"high": [103.0, 101.5, 104.0]}, "high", "below close (102)"),
        ({"low": [100.5, 100.0, 101.0]}, "low", "low[0] on 2023-01-02 is 100.5, above open (100)"),
        ({"volume": [1.0, -1.0, 1.0]}, "volume", "volume[1] on 2023-01-03 is -1"),
        ({"volume": [1.0, None, 1.0]}, "volume", "is missing"),
        ({"close": ["a", "b", "c"]}, "close", "no array of numbers"),
        ({"close": [[1.0, 2.0, 3.0]]}, "close", "one series"),
    ],
)
def test_impossible_bars_are_refused_where_they_stand(changed, field, says):
    with pytest.raises(InvalidInput) as refused:
        bars_of(columns(**changed), times_of(DAYS), "TCS")
    assert says in refused.value.message
    assert refused.value.details["field"] == field


def test_the_place_of_a_wrong_price_is_told_to_programs():
    with pytest.raises(InvalidInput) as refused:
        bars_of(columns(low=[99.0, 0.0, 101.0]), times_of(DAYS))
    assert refused.value.details == {"field": "low", "constraint": "> 0", "index": 1, "date": "2023-01-03"}


@pytest.mark.parametrize(
    ("count", "says"), [(0, "no bars of TCS"), (1, "one bar of TCS"), (MOST_BARS + 1, "at most 1,000,000")]
)
def test_too_few_and_too_many_bars_are_refused(count, says):
    with pytest.raises(InvalidInput, match=says):
        bars_of({name: np.ones(count) for name in ("open", "high", "low", "close")}, None, "TCS")


def test_dates_are_as_many_as_the_bars():
    with pytest.raises(InvalidInput, match="dates has 2 values, close has 3") as refused:
        bars_of(columns(), times_of(DAYS[:2]))
    assert refused.value.details["field"] == "dates"


def test_closes_alone_serve_runs_that_look_at_closes_alone():
    closes = {"close": [100.0, 101.0, 99.0]}
    bars = bars_of(closes, None, execution=Execution(fill="next_close"))
    assert bars.open.tolist() == bars.high.tolist() == bars.low.tolist() == [[100.0, 101.0, 99.0]]
    for execution, field in (
        (Execution(), "open"),
        (None, "open"),
        (Execution(fill="close", stop_loss=0.1), "high"),
        (Execution(fill="close", trailing_stop=0.1), "high"),
        (Execution(fill="close", take_profit=0.1), "high"),
    ):
        with pytest.raises(InvalidInput, match="only closes are given") as refused:
            bars_of(closes, None, execution=execution)
        assert refused.value.details["field"] == field
