"""Risk parity: F. Spinu, An Algorithm for Computing Risk Parity Weights, 2013."""

from __future__ import annotations

import numpy as np
from chitti_shared.errors import ComputationError, InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.constraints import ON, Limits, constrained
from mojo_compute.portfolio.efficient import Market, max_return, solved
from mojo_compute.portfolio.program import Infeasible
from mojo_compute.portfolio.returns import Between


def risk_parity(market: Market, limits: Limits, budgets: Floats, between: Between | None = None) -> Floats:
    """The weights of which each asset contributes its share of `budgets` (sum 1) to the volatility.

    They minimise `1/2 y'Cy - sum of budget x log(y)`, y being the weights times a free scale. Where limits bind, the
    contributions are those nearest to the budgets by that measure.

    Raises
    ------
    InvalidInput
        A weight may be below 0, no weights satisfy the limits, or these leave an asset none.
    """
    if (limits.lower < 0).any():
        at = int(np.argmin(limits.lower))
        raise InvalidInput(
            f"risk_parity is long only, and {limits.symbols[at]} may be {limits.lower[at]:g}",
            field="min_weight",
            constraint="min_weight >= 0",
        )
    if limits.are_more_than_bounds:
        # with a free scale, weights near 0 satisfy everything: whether real ones do is asked first
        max_return(market, limits, between)
    made = constrained(limits, expected=market.expected, covariance=market.covariance, scaled=True)
    unit = float(np.trace(market.covariance)) / len(market.covariance)
    logs = made.program.variable(len(limits.symbols))
    made.program.minimise_quadratic(made.weights, market.covariance / (unit or 1.0))
    made.program.minimise(logs, -budgets)
    made.program.log_at_least(made.weights, logs)
    try:
        answer = made.program.solve(between)
    except (Infeasible, ComputationError):
        _check_room(market, limits, between)
        raise
    found = answer.of(made.weights)
    assert made.scale is not None
    shares: Floats = found / answer.of(made.scale)[0]
    return shares


def _check_room(market: Market, limits: Limits, between: Between | None) -> None:
    """Raise InvalidInput unless every asset may be held, all at once."""
    made = constrained(limits, expected=market.expected, covariance=market.covariance)
    least = made.program.variable()
    count = made.weights.count
    made.program.at_most({least: np.ones((count, 1)), made.weights: -1.0}, np.zeros(count))
    made.program.minimise(least, -1.0)
    weights = solved(made, market, between)
    without = [symbol for symbol, weight in zip(limits.symbols, weights, strict=True) if weight < ON]
    if without:
        raise InvalidInput(
            f"risk_parity holds some of every asset, and the limits leave none of {', '.join(without[:8])}",
            field="symbols",
            constraint="room for every asset",
        )
