"""How many shares an entry order asks for."""

from __future__ import annotations

import math

from chitti_shared.contracts.strategies import Execution

from mojo_compute.backtesting.readable.prices import whole_lots

_BEFORE_KELLY = 0.1  # of equity, until there are trades to judge by


def kelly_fraction(execution: Execution, made: list[float]) -> float:
    """W - (1 - W) / R of the trades closed so far, between 0 and the cap.

    W is the share that made money, R the average gain of these over the average loss of those that lost some.
    J. L. Kelly, A New Interpretation of Information Rate, Bell System Technical Journal 35 (1956).
    """
    cap = execution.position_size
    if len(made) < execution.kelly_trades:
        return min(_BEFORE_KELLY, cap)
    gains = [pnl for pnl in made if pnl > 0]
    losses = [-pnl for pnl in made if pnl < 0]
    if not losses:
        return cap
    if not gains:
        return 0.0
    won = len(gains) / len(made)
    payoff = (sum(gains) / len(gains)) / (sum(losses) / len(losses))
    return max(0.0, min(cap, won - (1 - won) / payoff))


def wanted_quantity(execution: Execution, equity: float, price: float, volatility: float, made: list[float]) -> float:
    """Shares, whole lots; 0: nothing can be asked for.

    Parameters
    ----------
    execution : Execution
    equity : float
        As it is marked when the order is filled.
    price : float
        Of the fill.
    volatility : float
        Annual, of the symbol at the signal; NaN: not known. Asked for by `size_type` volatility only.
    made : list of float
        Net rupees of each trade closed so far, of all symbols.
    """
    size = execution.position_size
    match execution.size_type:
        case "quantity":
            quantity = size
        case "cash":
            quantity = size / price
        case "equity":
            quantity = size * equity / price
        case "volatility":
            if math.isnan(volatility) or volatility <= 0:
                return 0.0
            quantity = min(size / volatility, execution.leverage) * equity / price
        case "kelly":
            quantity = kelly_fraction(execution, made) * equity / price
    return whole_lots(max(quantity, 0.0), execution.lot_size)
