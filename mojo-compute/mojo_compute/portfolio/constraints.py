"""What a portfolio must satisfy, as a caller says it and as rows of a program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.program import Answer, Program, Terms, Variable

Kind = Literal[
    "min_weight",
    "max_weight",
    "sector_caps",
    "sector_floors",
    "max_turnover",
    "target_return",
    "target_volatility",
]
ON = 1e-6  # a constraint with less room is binding, and a smaller weight is none


@dataclass(frozen=True, slots=True)
class Sector:
    """Assets that are limited together."""

    name: str
    members: npt.NDArray[np.int64]
    floor: float | None = None
    cap: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What the weights must satisfy; their sum is 1 always.

    Parameters
    ----------
    symbols : sequence of str
    lower, upper : ndarray of float64, [assets]
    sectors : sequence of Sector
    current : ndarray of float64 or None
        What is held now, as fractions of the portfolio; None: nothing but cash.
    max_turnover : float or None
        Most of the sum of |change|, purchases and sales together.
    cost : float
        What a trade costs, as a fraction of its value, spread over the years the portfolio is held.
    target_return, target_volatility : float or None
        Least expected return after costs, and most volatility, per year.
    """

    symbols: Sequence[str]
    lower: Floats
    upper: Floats
    sectors: Sequence[Sector] = ()
    current: Floats | None = None
    max_turnover: float | None = None
    cost: float = 0.0
    target_return: float | None = None
    target_volatility: float | None = None

    @property
    def held(self) -> Floats:
        """What is held now."""
        return np.zeros(len(self.symbols)) if self.current is None else self.current

    @property
    def limits_trades(self) -> bool:
        return self.max_turnover is not None or self.cost > 0

    @property
    def are_more_than_bounds(self) -> bool:
        """Whether bounds of single weights are not all there is."""
        targets = (self.max_turnover, self.target_return, self.target_volatility)
        return bool(self.sectors) or any(target is not None for target in targets)

    def turnover_of(self, weights: Floats) -> float:
        return float(np.abs(weights - self.held).sum())

    def check_bounds(self) -> None:
        """Raise InvalidInput unless some weights within the bounds have a sum of 1."""
        crossed = np.flatnonzero(self.lower > self.upper)
        if len(crossed):
            at = int(crossed[0])
            raise InvalidInput(
                f"the least weight of {self.symbols[at]} ({self.lower[at]:g}) is above its most ({self.upper[at]:g})",
                field="bounds",
                constraint="min <= max",
            )
        least, most = float(self.lower.sum()), float(self.upper.sum())
        if most < 1 - ON:
            raise InvalidInput(
                f"max_weight is too low: {len(self.symbols)} assets take at most {most:g} together, and 1 is wanted",
                field="max_weight",
                constraint="sum of max weights >= 1",
                conflicts=[{"constraint": "max_weight", "by": 1 - most}],
            )
        if least > 1 + ON:
            raise InvalidInput(
                f"min_weight is too high: {len(self.symbols)} assets take at least {least:g} together, and 1 is there",
                field="min_weight",
                constraint="sum of min weights <= 1",
                conflicts=[{"constraint": "min_weight", "by": least - 1}],
            )


@dataclass(slots=True)
class Weights:
    """The weights of a program, or `scale` times them, where what is minimised wants a free scale.

    `relaxed` are the kinds of constraints that may be broken: `slack` has a variable for each of their rows, which
    `broken` names.
    """

    program: Program
    limits: Limits
    weights: Variable
    scale: Variable | None = None
    trades: Variable | None = None
    relaxed: Sequence[Kind] = ()
    slack: list[tuple[Kind, Variable, list[str | None]]] = field(default_factory=list)

    def at_most(self, kind: Kind | None, terms: Terms, rhs: Floats, names: list[str | None]) -> None:
        """Rows `terms <= rhs * scale`."""
        if kind is not None and kind in self.relaxed:
            broken = self.program.variable(len(rhs))
            self.program.at_most({broken: -1.0}, np.zeros(len(rhs)))
            self.program.minimise(broken, 1.0)
            self.slack.append((kind, broken, names))
            terms = {**terms, broken: -1.0}
        self.program.at_most(*self.scaled(terms, rhs))

    def scaled(self, terms: Terms, rhs: Floats) -> tuple[Terms, Floats]:
        """`terms <= rhs` for weights as terms and right side for the scaled ones."""
        if self.scale is None or not rhs.any():
            return terms, rhs
        return {**terms, self.scale: -rhs.reshape(-1, 1)}, np.zeros(len(rhs))

    def net_return(self, expected: Floats) -> dict[Variable, Any]:
        """Terms of the expected return less costs."""
        terms: dict[Variable, Any] = {self.weights: expected}
        if self.trades is not None and self.limits.cost > 0:
            terms[self.trades] = np.full(self.trades.count, -self.limits.cost)
        return terms

    def broken(self, answer: Answer) -> dict[Kind, list[tuple[str | None, float]]]:
        """The rows that give way, and by how much."""
        found: dict[Kind, list[tuple[str | None, float]]] = {}
        for kind, variable, names in self.slack:
            rows = [(name, float(by)) for name, by in zip(names, answer.of(variable), strict=True) if by > ON]
            if rows:
                found[kind] = rows
        return found


def constrained(
    limits: Limits,
    *,
    expected: Floats | None = None,
    covariance: Floats | None = None,
    scaled: bool = False,
    relaxed: Sequence[Kind] = (),
) -> Weights:
    """A program whose first variables are weights that satisfy the limits; its objective is still empty.

    Parameters
    ----------
    expected, covariance : ndarray of float64
        For targets of return and of volatility.
    scaled : bool
        The variables are weights times a common scale, which is above 0 and free.
    relaxed : sequence of str
        Constraints of these kinds may be broken, and the objective is by how much.
    """
    program = Program()
    weights = program.variable(len(limits.symbols))
    made = Weights(program, limits, weights, program.variable() if scaled else None, relaxed=relaxed)
    _add_budget(made)
    _add_bounds(made)
    _add_sectors(made)
    if limits.limits_trades:
        _add_trades(made)
    if limits.target_return is not None:
        assert expected is not None
        terms = {variable: -np.asarray(row) for variable, row in made.net_return(expected).items()}
        made.at_most("target_return", terms, np.array([-limits.target_return]), [None])
    if limits.target_volatility is not None:
        assert covariance is not None
        _add_volatility(made, covariance, limits.target_volatility)
    return made


def _add_budget(made: Weights) -> None:
    ones = np.ones(made.weights.count)
    if made.scale is None:
        made.program.equal({made.weights: ones}, 1.0)
    else:
        made.program.equal({made.weights: ones, made.scale: -1.0}, 0.0)
        made.program.at_most({made.scale: -1.0}, 0.0)


def _add_bounds(made: Weights) -> None:
    limits = made.limits
    names: list[str | None] = list(limits.symbols)
    if "min_weight" in made.relaxed:
        made.at_most("min_weight", {made.weights: -1.0}, -limits.lower, names)
    else:
        # the rows of `floor`, which know that a weight of 0 may be left out
        terms, rhs = made.scaled({}, -limits.lower)
        made.program.floor(made.weights, terms, rhs, droppable=(limits.lower == 0) & (limits.upper >= 0))
    # a bound that the floors of the others and the sum of 1 imply is not said again
    implied = limits.upper >= 1 - (limits.lower.sum() - limits.lower)
    said = np.flatnonzero(~implied | ("min_weight" in made.relaxed))
    if len(said):
        rows = _selection(said, made.weights.count)
        made.at_most("max_weight", {made.weights: rows}, limits.upper[said], [names[at] for at in said])


def _selection(chosen: npt.NDArray[np.int64], width: int) -> object:
    from scipy import sparse

    return sparse.coo_matrix((np.ones(len(chosen)), (np.arange(len(chosen)), chosen)), shape=(len(chosen), width))


def _add_sectors(made: Weights) -> None:
    for kind, sign in (("sector_caps", 1.0), ("sector_floors", -1.0)):
        of_kind: list[tuple[str, npt.NDArray[np.int64], float]] = []
        for one in made.limits.sectors:
            bound = one.cap if kind == "sector_caps" else one.floor
            if bound is not None:
                of_kind.append((one.name, one.members, bound))
        if of_kind:
            rows = np.zeros((len(of_kind), made.weights.count))
            for row, (_name, members, _bound) in zip(rows, of_kind, strict=True):
                row[members] = sign
            bounds = np.array([sign * bound for _name, _members, bound in of_kind])
            labels: list[str | None] = [name for name, _members, _bound in of_kind]
            made.at_most(kind, {made.weights: rows}, bounds, labels)  # type: ignore[arg-type]


def _add_trades(made: Weights) -> None:
    """Variables of at least |weight - held|, and the most their sum may be."""
    limits = made.limits
    trades = made.trades = made.program.variable(made.weights.count)
    nameless: list[str | None] = [None] * trades.count
    made.at_most(None, {made.weights: 1.0, trades: -1.0}, limits.held, nameless)
    made.at_most(None, {made.weights: -1.0, trades: -1.0}, -limits.held, nameless)
    if limits.max_turnover is not None:
        made.at_most("max_turnover", {trades: np.ones(trades.count)}, np.array([limits.max_turnover]), [None])


def _add_volatility(made: Weights, covariance: Floats, target: float) -> None:
    bound: dict[Variable, Any] = {} if made.scale is None else {made.scale: 1.0}
    if "target_volatility" in made.relaxed:
        broken = made.program.variable()
        made.program.at_most({broken: -1.0}, 0.0)
        made.program.minimise(broken, 1.0)
        made.slack.append(("target_volatility", broken, [None]))
        bound[broken] = 1.0 / target
    # taken in the target, so that the solver's tolerance is a share of it
    root = root_of(covariance) / target
    made.program.norm_at_most({made.weights: root}, bound, 1.0 if made.scale is None else 0.0)


def root_of(covariance: Floats) -> Floats:
    """A matrix R with R'R = covariance, which is positive definite."""
    found: Floats = np.ascontiguousarray(np.linalg.cholesky(covariance).T)
    return found
