"""One run, bar by bar: what happens within a bar, in its order."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from chitti_shared.contracts.strategies import CostLine, Execution

from mojo_compute.backtesting.checks import check_signals
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.readable.book import Book
from mojo_compute.backtesting.readable.decisions import Decisions
from mojo_compute.backtesting.readable.entries import Entries
from mojo_compute.backtesting.readable.exits import Exits
from mojo_compute.backtesting.readable.market import Market
from mojo_compute.backtesting.readable.orders import Moment
from mojo_compute.backtesting.readable.rebalancing import Rebalancing
from mojo_compute.backtesting.readable.trading import Trading
from mojo_compute.backtesting.runs import Run
from mojo_compute.backtesting.signals import Signals


class CostSchedule(Protocol):
    """Whatever holds the cost lines of a run."""

    @property
    def lines(self) -> tuple[CostLine, ...]: ...


def simulate(
    bars: Bars,
    signals: Signals,
    execution: Execution,
    schedule: CostSchedule,
    actions: Actions | None = None,
    positions: bool = False,
) -> Run:
    """Execute signals over bars.

    Parameters
    ----------
    bars : Bars
        Of m symbols; they share one cash pool.
    signals : Signals
    execution : Execution
    schedule : CostSchedule
        Its `lines` are charged on each fill.
    actions : Actions or None
        Splits and dividends, for prices as they were traded.
    positions : bool
        Whether to keep the shares held at each close.

    Returns
    -------
    Run

    Raises
    ------
    InvalidInput
        Signals of other shapes than the bars', prices that can't be, settings that need volume without volume.
    """
    check_signals(bars, signals, execution)
    return _Simulation(Market(bars, actions), signals, execution, schedule.lines).run(positions)


class _Simulation:
    def __init__(self, market: Market, signals: Signals, execution: Execution, lines: tuple[CostLine, ...]) -> None:
        self.market, self.execution = market, execution
        self.trading = Trading(market, execution, lines, Book(execution.initial_capital, [None] * market.rows))
        self.decisions = Decisions(signals, execution, self.trading)
        self.exits = Exits(self.trading, self.decisions)
        self.entries = Entries(self.trading, self.decisions)
        self.rebalancing = Rebalancing(self.trading, self.decisions)

    def run(self, keep_positions: bool) -> Run:
        book, count = self.trading.book, self.market.count
        equity, cash, exposure = np.empty(count), np.empty(count), np.empty(count)
        held = np.zeros((self.market.rows, count)) if keep_positions else None
        for bar in range(count):
            self.step(bar)
            closes = self.trading.marks
            equity[bar], cash[bar], exposure[bar] = book.worth(closes), book.cash, book.gross(closes)
            if held is not None:
                for row, one in book.held():
                    held[row, bar] = one.quantity
        self.decisions.end(count - 1)
        fills, closed, still, skipped = book.tables(self.trading.last_close)
        return Run(
            equity,
            cash,
            exposure,
            held,
            fills,
            closed,
            still,
            skipped,
            book.ambiguous,
            self.execution.initial_capital,
        )

    def step(self, bar: int) -> None:
        """One bar."""
        fill = self.execution.fill
        self.trading.begin(bar)
        self.decisions.split(bar)
        if fill == "next_open":
            self._fill_market(bar, Moment.OPEN)
        self.entries.fill_resting(bar)
        self.exits.protect(bar)
        self.trading.count_extremes(bar)
        self.trading.mark_closes(bar)
        if fill == "close":
            self.decisions.take(bar)
            self.exits.order_time_stops(bar, bars_held=self.execution.max_bars)
            self._fill_market(bar, Moment.CLOSE)
        elif fill == "next_close":
            self._fill_market(bar, Moment.CLOSE)
        called = self.exits.call_margin(bar)
        self.trading.raise_peaks(bar)
        if fill == "close":
            if called:
                self.exits.fill_orders(bar, Moment.CLOSE)
        else:
            self.decisions.take(bar, entries=not called)
            if self.execution.max_bars is not None:
                self.exits.order_time_stops(bar, bars_held=self.execution.max_bars - 1)
        self.trading.judge_ruin()

    def _fill_market(self, bar: int, moment: Moment) -> None:
        """All exits of every row, then what opens."""
        self.exits.fill_orders(bar, moment)
        self.entries.fill_market(bar, moment)
        self.rebalancing.fill(bar, moment)
