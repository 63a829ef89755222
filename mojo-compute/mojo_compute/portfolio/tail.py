"""Portfolios of least tail loss: R. T. Rockafellar and S. Uryasev, Optimization of Conditional Value-at-Risk, 2000."""

from __future__ import annotations

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.constraints import Limits, constrained
from mojo_compute.portfolio.efficient import Market, solved
from mojo_compute.portfolio.returns import Between, Panel

_MOST_NUMBERS = 2_000_000  # of scenarios times assets


def min_cvar(
    panel: Panel,
    market: Market,
    limits: Limits,
    *,
    confidence: float,
    periods_per_year: float,
    between: Between | None = None,
) -> Floats:
    """The weights whose worst periods, a share of `1 - confidence` of all, lose the least on average.

    The periods of the panel are the scenarios, each as likely as the others. Costs per year are spread over the
    periods of a year.

    Raises
    ------
    InvalidInput
        No weights satisfy the limits, or the panel is too large.
    """
    if panel.values.size > _MOST_NUMBERS:
        raise InvalidInput(
            f"mean_cvar takes at most {_MOST_NUMBERS:,} returns, found {panel.values.size:,}: give fewer periods",
            field="bars",
            constraint=f"periods x assets <= {_MOST_NUMBERS}",
        )
    made = constrained(limits, expected=market.expected, covariance=market.covariance)
    program = made.program
    quantile, beyond = program.variable(), program.variable(panel.periods)
    unit = float(panel.values.std()) or 1.0  # losses are taken in it
    program.minimise(quantile, 1.0)
    program.minimise(beyond, 1.0 / ((1.0 - confidence) * panel.periods))
    if made.trades is not None and limits.cost > 0:
        program.minimise(made.trades, limits.cost / periods_per_year / unit)
    program.at_most({beyond: -1.0}, np.zeros(panel.periods))
    losses = panel.values / -unit
    program.at_most({made.weights: losses, quantile: -1.0, beyond: -1.0}, np.zeros(panel.periods))
    # assets that fall least when the market does
    whole = panel.values.mean(axis=1)
    worst = whole <= np.quantile(whole, 1.0 - confidence)
    hint = panel.values[worst].mean(axis=0)
    if limits.target_return is not None:
        hint = np.maximum(_standard(hint), _standard(market.expected))
    return solved(made, market, between, hint)


def _standard(values: Floats) -> Floats:
    spread = float(values.std())
    found: Floats = (values - values.mean()) / (spread or 1.0)
    return found
