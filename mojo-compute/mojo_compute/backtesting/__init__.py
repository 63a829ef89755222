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

Many combinations of parameters at once, and choosing them on past bars to trade the next ones (docs/SWEEPS.md):

>>> from mojo_compute.backtesting import WalkPlan, sweep, walk_forward
>>> found = sweep(bars, "sma_crossover", {"fast_period": range(3, 9), "slow_period": range(5, 30, 5)})
>>> found.count, found.invalid
(26, 4)
>>> len(walk_forward(bars, "sma_crossover", {"fast_period": [3, 5]}, plan=WalkPlan(train=120, test=60)).steps)
3
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
from mojo_compute.backtesting.sweeps.searches import Search
from mojo_compute.backtesting.sweeps.studies import Aim, HeatmapWish, Swept, sweep
from mojo_compute.backtesting.walks import Walked, walk_forward
from mojo_compute.backtesting.windows import WalkPlan

__all__ = [
    "Actions",
    "Aim",
    "Apart",
    "Bars",
    "CostLine",
    "Data",
    "Execution",
    "Happening",
    "HeatmapWish",
    "Lookahead",
    "News",
    "Outcome",
    "Ready",
    "Run",
    "Search",
    "Signals",
    "Strategy",
    "Swept",
    "WalkPlan",
    "Walked",
    "aligned",
    "backtest",
    "backtest_apart",
    "bars_of",
    "compile_strategy",
    "make",
    "repeat",
    "separated",
    "split",
    "sweep",
    "times_of",
    "verify",
    "walk_forward",
]
