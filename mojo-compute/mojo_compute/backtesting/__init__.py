"""Backtests: strategies over bars, executed bar by bar with costs, measured and proved.

>>> import numpy as np
>>> from mojo_compute.backtesting import Bars, Execution, Signals, backtest
>>> close = 100.0 + 10.0 * np.sin(np.arange(300) / 9.0)[np.newaxis]
>>> bars = Bars(open=close, high=close + 1.0, low=close - 1.0, close=close, symbols=("WAVE",))
>>> outcome = backtest(bars, "sma_crossover", Execution(position_size=0.5), costs="nse_delivery")
>>> outcome.metrics["total_trades"], outcome.lookahead.ok
(4, True)

A strategy of one's own is a class with a `name` and `signals(data)` (see `Strategy`), an expression
(`compile_strategy`), or arrays that were made before:

>>> above = close > 105.0
>>> backtest(bars, Signals(entries=above, exits=~above)).lookahead.checked
False
"""

from chitti_shared.contracts.strategies import CostLine, Execution

from mojo_compute.backtesting.apart import Apart, backtest_apart, separated
from mojo_compute.backtesting.backtests import Outcome, backtest
from mojo_compute.backtesting.calendars import aligned
from mojo_compute.backtesting.causality import Lookahead, verify
from mojo_compute.backtesting.checks import bars_of, times_of
from mojo_compute.backtesting.corporate import Actions, Happening
from mojo_compute.backtesting.data import Bars, Data, News
from mojo_compute.backtesting.expressions import compile_strategy
from mojo_compute.backtesting.repeats import repeat
from mojo_compute.backtesting.runs import Run
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies import Ready, Strategy, make, split

__all__ = [
    "Actions",
    "Apart",
    "Bars",
    "CostLine",
    "Data",
    "Execution",
    "Happening",
    "Lookahead",
    "News",
    "Outcome",
    "Ready",
    "Run",
    "Signals",
    "Strategy",
    "aligned",
    "backtest",
    "backtest_apart",
    "bars_of",
    "compile_strategy",
    "make",
    "repeat",
    "separated",
    "split",
    "times_of",
    "verify",
]
