"""What a caller of `backtest` may give, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute.backtesting import Bars, Data, Execution, Signals, Strategy, backtest
from mojo_compute.backtesting.inputs import data_of
from support.histories import history, stocks, with_gaps, with_news
from support.markets import MARKETS

INFY = history(MARKETS["INFY"], names=("INFY",))
DAYS = [str(day) for day in INFY.bars.times.astype("datetime64[D]")]


def test_what_is_right_is_taken_as_it_is():
    assert data_of(INFY) is INFY
    gappy = with_gaps(stocks(2, 50), 1, np.array([3, 4]))
    assert data_of(gappy) is gappy


def test_columns_of_one_symbol_are_bars_too():
    columns = {name: values.tolist() for name, values in MARKETS["INFY"].items()} | {"dates": DAYS, "symbol": "INFY"}
    one, other = backtest(columns, "sma_crossover"), backtest(INFY, "sma_crossover")
    assert one.run.fills.tobytes() == other.run.fills.tobytes()
    assert one.manifest == other.manifest


def test_closes_alone_do_for_fills_at_the_close():
    closes = {"close": MARKETS["INFY"]["close"]}
    assert backtest(closes, "sma_crossover", Execution(fill="close")).metrics["total_trades"]
    with pytest.raises(InvalidInput, match="needs opens"):
        backtest(closes, "sma_crossover")


def test_rows_lists_days_and_integers_become_tables():
    rows = {name: MARKETS["INFY"][name] for name in ("open", "high", "low", "close")}
    days = np.array(DAYS, dtype="datetime64[D]")
    flat = Bars(**rows, times=days, symbols=("INFY",))
    assert backtest(flat, "sma_crossover").run.equity.tolist() == backtest(INFY, "sma_crossover").run.equity.tolist()
    prices = [[10, 11, 12, 11]]
    flags = np.array([[True, False, False, False]])
    run = backtest(Bars(prices, prices, prices, prices), Signals(entries=flags)).run
    assert run.fills["price"].tolist() == [11.0]


def test_articles_stay_beside_bars_that_are_converted():
    data = with_news(INFY, 20)
    days = replace(data.bars, times=data.bars.times.astype("datetime64[D]"))
    found = data_of(Data(days, data.news))
    assert found.news is data.news
    assert found.bars.times.dtype == "datetime64[s]"


def test_one_symbol_s_signals_may_be_rows_of_anything():
    close = MARKETS["INFY"]["close"]
    flags = close > np.median(close)
    expected = backtest(INFY, Signals(entries=flags[np.newaxis], exits=~flags[np.newaxis])).run
    for entries, exits in (
        (flags, ~flags),
        (flags.tolist(), (~flags).tolist()),
        (flags.astype(int), 1.0 - flags),
        (pd.Series(flags, index=DAYS), pd.Series(~flags, index=DAYS)),
        (np.repeat(flags, 2)[np.newaxis, ::2], ~flags),
    ):
        assert backtest(INFY, Signals(entries=entries, exits=exits)).run.fills.tobytes() == expected.fills.tobytes()
    weights = np.where(flags, 0.5, 0.0)
    assert len(backtest(INFY, Signals(weights=weights.tolist())).run.fills)


@pytest.mark.parametrize(
    ("signals", "field", "says"),
    [
        ({"entries": 1}, "signals", "answers Signals, found dict"),
        (Signals(entries=np.full((1, 700), 2)), "entries", "expected true or false"),
        (Signals(entries=["yes"] * 700), "entries", "expected true or false"),
        (Signals(entries=np.zeros(5, np.bool_)), "entries", "shape"),
        (Signals(entries=np.zeros((1, 700), np.bool_), limit=["x"] * 700), "limit", "no table of numbers"),
        (Signals(), "entries", "neither entries nor weights"),
    ],
    ids=["a dict", "twos", "words", "another length", "words for prices", "nothing"],
)
def test_what_is_no_answer_is_refused(signals: object, field: str, says: str):
    class Answers(Strategy):
        name = "answers"

        def signals(self, data: Data) -> Signals:
            return signals

    with pytest.raises(InvalidInput, match=says) as caught:
        backtest(INFY, Answers())
    assert caught.value.details["field"] == field


def changed(**columns: object) -> Bars:
    return replace(INFY.bars, **columns)


def with_value(name: str, value: float) -> Bars:
    values = getattr(INFY.bars, name).copy()
    values[0, 7] = value
    return changed(**{name: values})


CLOSE, TIMES = INFY.bars.close, INFY.bars.times
REFUSED = {
    "shapes differ": (changed(open=CLOSE[:, 1:]), "open", "expected equal ones"),
    "volume's too": (changed(volume=CLOSE[:, 1:]), "volume", "expected equal ones"),
    "no bars": (Bars(*[np.empty((1, 0))] * 4), "close", "no bars"),
    "words": (changed(close=[["a", "b"]]), "close", "no table of numbers"),
    "a cube": (changed(close=CLOSE[np.newaxis]), "close", "3 dimensions"),
    "names for other rows": (changed(symbols=("A", "B")), "symbols", "2 symbols for 1 rows"),
    "fewer times": (changed(times=TIMES[1:]), "dates", "expected datetime64 of shape"),
    "numbers for times": (changed(times=np.arange(700.0)), "dates", "expected datetime64"),
    "times that fall": (changed(times=TIMES[::-1].copy()), "dates", "expected dates that rise"),
    "a time twice": (changed(times=np.repeat(TIMES[::2], 2)), "dates", "repeats 2023-01-02"),
    "a missing time": (changed(times=np.where(np.arange(700) == 5, np.datetime64("NaT"), TIMES)), "dates", "missing"),
    "a price of 0": (with_value("low", 0.0), "low", r"low\[0, 7\] on 2023-01-11 is 0: expected a price above 0"),
    "below 0": (with_value("close", -1.0), "close", "is -1"),
    "infinite": (with_value("high", np.inf), "high", "is inf"),
    "one price missing": (with_value("open", np.nan), "open", "expected four prices, or none"),
    "a close missing": (with_value("close", np.nan), "open", "expected four prices, or none"),
    "a high below the low": (with_value("high", 1.0), "high", "no less than the low"),
    "an open above the high": (with_value("open", 9e6), "high", "no less than the low, the open and the close"),
    "a close below the low": (with_value("close", 0.5), "low", "no more than the open and the close"),
    "fewer shares than none": (with_value("volume", -1.0), "volume", "expected 0 or more"),
    "shares without end": (with_value("volume", np.inf), "volume", "expected 0 or more"),
    "an unknown column": ({"close": [1.0, 2.0], "hihg": [1.0, 2.0]}, "hihg", "no column 'hihg'"),
    "dates of another length": ({**MARKETS["INFY"], "dates": DAYS[1:]}, "dates", "equal lengths"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_bars_are_refused_with_their_place(case: str):
    given, field, says = REFUSED[case]
    with pytest.raises(InvalidInput, match=says) as caught:
        backtest(given, "sma_crossover")
    assert caught.value.details["field"] == field
    assert caught.value.details["constraint"]
