"""What is told of a portfolio's weights: figures, contributions, and which limits bind."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from chitti_shared.errors import ComputationError

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.constraints import ON, Kind, Limits
from mojo_compute.portfolio.efficient import Market

_NEAR_TARGET = 1e-5
_ROUNDING = 1e-4


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit without room; `name` is its asset or sector."""

    constraint: Kind
    name: str | None
    limit: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one portfolio, per year: `sharpe` is None where there is no risk; `net_return` is after costs."""

    expected_return: float
    net_return: float
    volatility: float
    sharpe: float | None
    turnover: float
    cost: float


def cleaned(weights: Floats, limits: Limits) -> Floats:
    """The weights without a solver's dust: within their bounds, tiny ones 0, their sum 1."""
    found = np.clip(weights, limits.lower, limits.upper)
    free = (limits.lower <= 0) & (limits.upper >= 0)
    found[free & (np.abs(found) < ON)] = 0.0
    rest = 1.0 - float(found.sum())
    room = (limits.upper - found) if rest > 0 else (found - limits.lower)
    held = np.where(found == 0.0, 0.0, room)
    room = held if held.sum() >= abs(rest) else room
    if rest and room.sum() > 0:
        found += rest * room / room.sum()
    return found


def figures(weights: Floats, market: Market, limits: Limits) -> Figures:
    """Expected return, volatility, Sharpe ratio (after costs), turnover and the costs of a year."""
    gross = float(weights @ market.expected)
    turnover = limits.turnover_of(weights) if limits.limits_trades or limits.current is not None else 0.0
    cost = limits.cost * turnover
    volatility = math.sqrt(max(float(weights @ market.covariance @ weights), 0.0))
    sharpe = (gross - cost - market.risk_free_rate) / volatility if volatility > 0 else None
    return Figures(gross, gross - cost, volatility, sharpe, turnover, cost)


def check_kept(weights: Floats, told: Figures, limits: Limits) -> None:
    """Raise ComputationError where a solver's answer breaks a limit by more than its rounding."""
    broken = {
        "max_turnover": told.turnover - _or(limits.max_turnover, np.inf),
        "target_return": _or(limits.target_return, -np.inf) - told.net_return,
        "target_volatility": told.volatility / _or(limits.target_volatility, np.inf) - 1.0,
    }
    for one in limits.sectors:
        held = float(weights[one.members].sum())
        broken[f"sector {one.name}"] = max(held - _or(one.cap, np.inf), _or(one.floor, -np.inf) - held)
    for name, by in broken.items():
        if by > _ROUNDING:
            raise ComputationError(f"the solver's portfolio breaks {name} by {by:.3g}", constraint=name)


def _or(limit: float | None, other: float) -> float:
    return other if limit is None else limit


def bindings(weights: Floats, market: Market, limits: Limits, told: Figures) -> list[Binding]:
    """The limits without room; a floor of 0 and a cap of 1 are not told."""
    found: list[Binding] = []
    for at, symbol in enumerate(limits.symbols):
        if limits.upper[at] < 1 and limits.upper[at] - weights[at] < ON:
            found.append(Binding("max_weight", symbol, float(limits.upper[at])))
        if limits.lower[at] != 0 and weights[at] - limits.lower[at] < ON:
            found.append(Binding("min_weight", symbol, float(limits.lower[at])))
    for one in limits.sectors:
        held = float(weights[one.members].sum())
        if one.cap is not None and one.cap - held < ON:
            found.append(Binding("sector_caps", one.name, one.cap))
        if one.floor is not None and held - one.floor < ON:
            found.append(Binding("sector_floors", one.name, one.floor))
    if limits.max_turnover is not None and limits.max_turnover - told.turnover < _NEAR_TARGET:
        found.append(Binding("max_turnover", None, limits.max_turnover))
    if limits.target_return is not None and told.net_return - limits.target_return < _NEAR_TARGET:
        found.append(Binding("target_return", None, limits.target_return))
    if limits.target_volatility is not None and limits.target_volatility - told.volatility < _NEAR_TARGET:
        found.append(Binding("target_volatility", None, limits.target_volatility))
    return found
