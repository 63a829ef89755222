"""A run beside what it is measured against: buying the same and holding it, or another symbol."""

from __future__ import annotations

from math import isfinite

import numpy as np
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting._comparison import compare as compare_curves
from mojo_compute.backtesting._metrics import measure as measure_into
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.metrics import Figures, seconds_of
from mojo_compute.backtesting.runs import ROUND_TRIP, Run
from mojo_compute.kernels.arrays import Floats

ANNUAL_BARS = 30  # below, nothing is told per year
# of the benchmark itself
_ALONE = ("total_return", "cagr", "annual_return", "annual_volatility", "sharpe_ratio", "sortino_ratio", "max_drawdown")
_ANNUAL = frozenset({"alpha", "tracking_error", "information_ratio", "up_capture", "down_capture"})
_SIDE_BY_SIDE = (
    "alpha",
    "beta",
    "correlation",
    "tracking_error",
    "information_ratio",
    "up_capture",
    "down_capture",
)
_NO_TRADES = np.zeros(0, ROUND_TRIP)


def buy_and_hold(bars: Bars, initial: float, actions: Actions | None = None) -> Floats:
    """Equity of `initial` rupees, spread evenly over the symbols, each bought at its first open and held; no costs.

    Shares are bought in fractions. A symbol's part stays cash until its first bar, and is worth its last close where
    it has no bar. Splits multiply the shares, dividends are kept as cash.
    """
    if actions is None and len(bars.close) == 1 and not np.isnan(bars.close).any():
        return np.asarray(bars.close[0] * (initial / bars.open[0, 0]))
    part = initial / len(bars.close)
    equity = np.zeros(len(bars))
    for row, (opened, closed) in enumerate(zip(bars.open, bars.close, strict=True)):
        traded = np.flatnonzero(~np.isnan(closed))
        if len(traded):
            first = int(traded[0])
            shares = part / opened[first]
            grown, paid = _of_one_share(actions, row, first, len(bars))
            equity += held_from(closed * grown, first, shares, part) + shares * paid
        else:
            equity += part
    return equity


def _of_one_share(actions: Actions | None, row: int, first: int, count: int) -> tuple[Floats, Floats]:
    """What a share bought on bar `first` has become by each bar, and the dividends that it has brought."""
    grown, paid = np.ones(count), np.zeros(count)
    if actions is not None:
        for at in np.flatnonzero((actions.row == row) & (actions.bar > first)).tolist():
            bar = int(actions.bar[at])
            grown[bar:] *= actions.ratio[at]
            paid[bar:] += grown[bar] * actions.dividend[at]
    return grown, paid


def hold_closes(closes: Floats, initial: float) -> Floats:
    """Equity of `initial` rupees in a symbol from its first close on: its closes at the run's bars, NaN: none.

    Raises
    ------
    InvalidInput
        It has no close at any of the bars.
    """
    traded = np.flatnonzero(~np.isnan(closes))
    if not len(traded):
        raise InvalidInput(
            "the benchmark has no price at any bar of the run",
            field="benchmark",
            constraint="a symbol with prices between the run's first and last bar",
            found=0,
        )
    return held_from(closes, int(traded[0]), initial / closes[traded[0]], initial)


def held_from(closes: Floats, first: int, shares: float, before: float) -> Floats:
    """What so many shares are worth at each close, the last one where there is none; `before` until they are bought."""
    places = np.where(np.isnan(closes), 0, np.arange(len(closes)))
    places = np.maximum.accumulate(places)
    worth = closes[places] * shares
    worth[:first] = before
    return np.asarray(worth)


def compare(run: Run, benchmark: Floats, bars: Bars, execution: Execution, periods: float) -> Figures:
    """Figures of the benchmark, and of the run beside it; None where one is not defined.

    Parameters
    ----------
    benchmark : ndarray, shape (n,)
        Its equity at each bar's close, from the run's initial capital.
    periods : float
        Bars a year.

    Returns
    -------
    dict
        The benchmark's own figures (`total_return` ... `max_drawdown`), `excess_return` (the run's total return less
        the benchmark's), then `alpha`, `beta`, `correlation`, `tracking_error`, `information_ratio`, `up_capture`,
        `down_capture` of the run against it.

    Raises
    ------
    InvalidInput
        The two have not the same number of bars, or none.
    """
    count = len(run.equity)
    if len(benchmark) != count or not count:
        raise InvalidInput(
            f"the benchmark has {len(benchmark)} bars, the run {count}",
            field="benchmark",
            constraint="as many bars as the run, 1 or more",
            found=len(benchmark),
        )
    alone = measure_into(
        benchmark,
        run.initial_capital,
        None,
        _NO_TRADES,
        _NO_TRADES,
        seconds_of(bars.times),
        periods,
        execution.risk_free_rate,
        execution.minimum_return,
        False,
        False,
    )
    told: Figures = {name: alone[name] for name in _ALONE}
    told["excess_return"] = float((run.equity[-1] - benchmark[-1]) / run.initial_capital)
    found = (
        compare_curves(run.equity, benchmark, run.initial_capital, periods, execution.risk_free_rate)
        if count > 1
        else {}
    )
    for name in _SIDE_BY_SIDE:
        value = found.get(name)
        defined = value is not None and isfinite(value) and not (name in _ANNUAL and count < ANNUAL_BARS)
        told[name] = value if defined else None
    return told
