"""What a run was worth, in numbers: one dictionary of figures, None where a figure is not defined.

Every figure with its formula: docs/BACKTESTING.md.
"""

from __future__ import annotations

from math import exp, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting._metrics import COUNTS, DISTRIBUTION, FIGURES
from mojo_compute.backtesting._metrics import measure as measure_into
from mojo_compute.backtesting.data import Bars, Times
from mojo_compute.backtesting.runs import Run

__all__ = ["COUNTS", "DISTRIBUTION", "FIGURES", "Figures", "deflated_sharpe", "measure", "periods_per_year"]

Figures = dict[str, float | int | None]

TRADING_DAYS = 252.0
NSE_TRADING_DAYS = 247.0  # the mean of the exchange's calendars
DAY_S = 86_400
EULER = 0.5772156649015329
NORMAL = NormalDist()


def measure(run: Run, bars: Bars, execution: Execution, periods: float, *, distribution: bool = True) -> Figures:
    """Every figure of a run, by name, in the order of `FIGURES`.

    Parameters
    ----------
    run : Run
    bars : Bars
        What it ran over; only their times are looked at.
    execution : Execution
        `risk_free_rate`, `minimum_return` and `var_method` hold.
    periods : float
        Bars a year, as `periods_per_year` says.
    distribution : bool
        Whether the figures named in `DISTRIBUTION` are wanted, which take most of the time; else they are None.

    Raises
    ------
    InvalidInput
        The run has no bars.
    """
    if not len(run.equity):
        raise InvalidInput("a run without bars has no figures", field="prices", constraint="1 bar or more", found=0)
    return measure_into(
        run.equity,
        run.initial_capital,
        run.exposure,
        run.round_trips,
        run.open_trades,
        seconds_of(bars.times),
        periods,
        execution.risk_free_rate,
        execution.minimum_return,
        execution.var_method == "gaussian",
        distribution,
    )


def seconds_of(times: Times | None) -> npt.NDArray[np.int64] | None:
    """Times as whole seconds, whatever unit they came in."""
    return None if times is None else times.astype("datetime64[s]", copy=False).view(np.int64)


def periods_per_year(execution: Execution, times: Times | None, costs: str | None = None) -> float:
    """Bars a year: what `execution` says, else 252 days, 247 with an NSE preset, times the bars of a session.

    Parameters
    ----------
    times : ndarray of datetime64[s], or None
        Of the bars. A session has as many bars as most of its days; None: bars are days.
    costs : str or None
        The name of the cost preset.
    """
    if execution.periods_per_year is not None:
        return execution.periods_per_year
    days = NSE_TRADING_DAYS if costs is not None and costs.startswith("nse") else TRADING_DAYS
    if times is None or len(times) < 2:
        return days
    seconds = seconds_of(times)
    assert seconds is not None
    dates = seconds // DAY_S
    ends = np.flatnonzero(dates[1:] != dates[:-1])
    if len(ends) == len(times) - 1:
        return days  # no day has two bars
    return days * float(np.median(np.diff(np.concatenate([[-1], ends, [len(times) - 1]]))))


def deflated_sharpe(figures: Figures, trials: int, deviation: float) -> float | None:
    """How probable it is that the best of many trials has a Sharpe ratio above what luck alone would have given it.

    Bailey and Lopez de Prado, The Deflated Sharpe Ratio, Journal of Portfolio Management 40 (2014): the probability
    that the true ratio exceeds the expected maximum of `trials` worthless ones.

    Parameters
    ----------
    figures : dict
        Of the best trial, with its distribution.
    trials : int
        How many were tried, 1 or more.
    deviation : float
        Standard deviation of the trials' `sharpe_ratio`, annual as they are.

    Returns
    -------
    float or None
        0 ... 1; None where the trial has no Sharpe ratio or the deviation is not finite.
    """
    annual, skew, kurtosis = figures["sharpe_ratio"], figures["skew"], figures["kurtosis"]
    bars, yearly = figures["bars"], figures["periods_per_year"]
    if annual is None or skew is None or kurtosis is None or not deviation >= 0.0 or deviation == np.inf:
        return None
    assert bars is not None
    assert yearly is not None
    sharpe = annual / sqrt(yearly)
    by_luck = deviation / sqrt(yearly) * expected_maximum(trials)
    spread = 1.0 - skew * sharpe + (kurtosis + 2.0) / 4.0 * sharpe * sharpe
    return NORMAL.cdf((sharpe - by_luck) * sqrt((bars - 1) / spread)) if spread > 0.0 else None


def expected_maximum(trials: int) -> float:
    """Of so many numbers of the standard normal distribution, about; 0 of one."""
    if trials < 2:
        return 0.0
    return (1.0 - EULER) * NORMAL.inv_cdf(1.0 - 1.0 / trials) + EULER * NORMAL.inv_cdf(1.0 - exp(-1.0) / trials)
