"""What the first backtest would otherwise have to wait for."""

from __future__ import annotations

import numpy as np
from chitti_shared.contracts.backtests import BacktestRequest, Prices
from chitti_shared.json import decode, encode

from mojo_compute.actions.backtest_inputs import Stored, plan_of
from mojo_compute.actions.backtest_results import reply_of
from mojo_compute.actions.backtest_runs import computed
from mojo_compute.actions.backtest_tables import Page


def warm(engine: str) -> None:
    """Make a small run from text to text: modules are loaded, decoders made, the code's hash is taken."""
    closes = np.arange(40.0) % 20.0 + 100.0
    dates = np.datetime_as_string(np.arange(40) + np.datetime64("2025-01-01")).tolist()
    prices = Prices(dates=dates, open=closes, high=closes, low=closes, close=closes)
    asked = BacktestRequest(strategy_id="sma_crossover", prices=prices, parameters={"fast_period": 2})
    request = decode(BacktestRequest, encode(asked))
    finished = computed(request, plan_of(request), [], Stored({}, {}), engine, lambda _progress, _part: None)
    encode(reply_of("", finished, Page()))
