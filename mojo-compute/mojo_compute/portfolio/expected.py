"""Expected returns of assets, simple and per year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.covariance import decay
from mojo_compute.portfolio.returns import Panel, check_known

Kind = Literal["mean", "ewma", "capm"]


def mean_returns(panel: Panel, periods_per_year: float) -> Floats:
    """The mean return of a period, times the periods of a year."""
    found: Floats = panel.values.mean(axis=0) * periods_per_year
    return found


def ewma_returns(panel: Panel, periods_per_year: float, half_life: float) -> Floats:
    """As `mean_returns`, a period `half_life` earlier weighing half as much."""
    found: Floats = decay(panel.periods, half_life) @ panel.values * periods_per_year
    return found


def capm_returns(panel: Panel, market: Floats, periods_per_year: float, risk_free_rate: float) -> Floats:
    """`rf + beta (E[market] - rf)`: W. F. Sharpe, Capital Asset Prices, 1964.

    Parameters
    ----------
    market : ndarray of float64, [periods]
        Returns of the market over the panel's periods.

    Raises
    ------
    InvalidInput
        The market never moves.
    """
    premium = float(market.mean()) * periods_per_year - risk_free_rate
    found: Floats = risk_free_rate + betas(panel.values, market) * premium
    return found


def betas(values: Floats, market: Floats) -> Floats:
    """The slope of each column's returns on the market's.

    Raises
    ------
    InvalidInput
        The market never moves.
    """
    centred = market - market.mean()
    variance = float(centred @ centred)
    if np.ptp(market) == 0.0 or variance == 0.0:
        raise InvalidInput(
            "the benchmark's return is the same in all periods: there is no beta against it",
            field="benchmark",
            constraint="the benchmark moves",
        )
    found: Floats = centred @ values / variance
    return found


def given_returns(symbols: Sequence[str], given: Mapping[str, float], field: str = "expected_returns") -> Floats:
    """A caller's own figures, one for each asset.

    Raises
    ------
    InvalidInput
        One is missing, or is of no asset.
    """
    check_known(field, given, symbols)
    missing = [one for one in symbols if one not in given]
    if missing:
        raise InvalidInput(f"{field} lacks {', '.join(missing[:8])}", field=field, constraint="a value for each asset")
    return np.array([given[one] for one in symbols], dtype=np.float64)
