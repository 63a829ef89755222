from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute.backtesting import Data, backtest
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.strategies.dated import DatedEntries
from mojo_compute.backtesting.strategies.parameters import execution_of

DAYS = [(date(2024, 1, 1) + timedelta(days=number)).isoformat() for number in range(60)]
CLOSE = [100.0 + number for number in range(60)]
BARS = {"symbol": "TCS", "dates": DAYS, "open": CLOSE, "high": CLOSE, "low": CLOSE, "close": CLOSE}


@pytest.mark.parametrize(("direction", "gains"), [("long", True), ("short", False)])
def test_a_position_is_opened_after_the_days_and_closed_after_max_bars(direction, gains):
    strategy = DatedEntries.parsed({"TCS": [DAYS[10], DAYS[30]]})
    outcome = backtest(BARS, strategy, execution_of({"direction": direction, "max_bars": 5}))
    assert outcome.metrics["total_trades"] == 2
    assert (outcome.metrics["total_return"] > 0) is gains


def test_each_symbol_has_days_of_its_own():
    one = np.array([CLOSE, CLOSE])
    times = np.array(DAYS, dtype="datetime64[s]")
    data = Data(Bars(one, one, one, one, None, times, ("TCS", "INFY")))
    found = DatedEntries.parsed({"INFY": [DAYS[3]], "WIPRO": [DAYS[4]]}).signals(data)
    assert np.argwhere(found.entries).tolist() == [[1, 3]]
    assert np.argwhere(found.short_entries).tolist() == [[1, 3]]


def test_days_outside_of_the_bars_are_no_entries():
    data = Data(Bars(*(np.array([CLOSE]),) * 4, None, np.array(DAYS, dtype="datetime64[s]"), ("TCS",)))
    assert not DatedEntries.parsed({"TCS": ["1999-01-01", "2030-01-01"]}).signals(data).entries.any()


def test_what_is_no_day_is_refused_with_its_place():
    with pytest.raises(InvalidInput) as caught:
        DatedEntries.parsed({"TCS": ["2024-02-30"]})
    assert caught.value.details["field"] == "entries.TCS"


def test_bars_without_dates_are_refused():
    with pytest.raises(InvalidInput, match="need dates"):
        DatedEntries.parsed({"TCS": DAYS[:1]}).signals(Data(Bars(*(np.array([CLOSE]),) * 4)))
