"""Cone programs: `minimise 1/2 x'Px + q'x` under linear, second-order and exponential rows, solved by Clarabel.

Clarabel (P. J. Goulart and Y. Chen, 2024) is an interior-point solver. It releases the GIL and can be stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import ChittiError, ComputationError

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.returns import Between

if TYPE_CHECKING:
    from scipy import sparse

Cone = Literal["equal", "at_most", "norm", "exponential"]
Effort = Literal["quick", "exact", "patient"]
Indices = npt.NDArray[np.int64]
Terms = Mapping["Variable", Any]

_DROP_FROM = 120  # variables; smaller programs are solved whole
_FIRST = 80  # variables that a reduced program begins with, at least
_WORTH = 0.7  # of the variables that may be left out; when more are in, all are
_TOLERANCE = 1e-9  # of a reduced cost, beside the largest
_GAP = 1e-11  # of the objective: weights are exact to its square root
_SOLVED = ("Solved", "AlmostSolved")
_INFEASIBLE = ("PrimalInfeasible", "AlmostPrimalInfeasible")
_UNBOUNDED = ("DualInfeasible", "AlmostDualInfeasible")
_SETTLED = (*_SOLVED, *_INFEASIBLE, *_UNBOUNDED)
_EFFORTS: tuple[Effort, ...] = ("quick", "exact", "patient")


class Infeasible(Exception):
    """No point satisfies all rows."""


class Unbounded(Exception):
    """The objective falls without end."""


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """Consecutive variables of a program."""

    first: int
    count: int

    @property
    def columns(self) -> slice:
        return slice(self.first, self.first + self.count)


@dataclass(frozen=True, slots=True)
class _Rows:
    cone: Cone
    terms: list[tuple[Variable, Any]]
    rhs: Floats


@dataclass(frozen=True, slots=True)
class Answer:
    """The best point, and how many variables were in the last program that was solved."""

    x: Floats
    objective: float
    solved_with: int

    def of(self, variable: Variable) -> Floats:
        return self.x[variable.columns]


class Program:
    """Variables, rows and an objective, put together step by step."""

    def __init__(self) -> None:
        self._count = 0
        self._rows: list[_Rows] = []
        self._height = 0
        self._linear: list[tuple[Variable, Floats]] = []
        self._quadratic: Floats | None = None
        self._droppable: list[tuple[Indices, Indices]] = []

    def variable(self, count: int = 1) -> Variable:
        made = Variable(self._count, count)
        self._count += count
        return made

    def minimise(self, variable: Variable, linear: Any) -> None:
        """Add `linear' x` to the objective."""
        self._linear.append((variable, np.broadcast_to(np.asarray(linear, dtype=np.float64), variable.count)))

    def minimise_quadratic(self, variable: Variable, matrix: Floats) -> None:
        """Make `1/2 x' matrix x` of the first variable part of the objective."""
        assert variable.first == 0
        self._quadratic = matrix

    def equal(self, terms: Terms, rhs: Any) -> None:
        """Rows `sum of matrix x = rhs`; a matrix is dense, sparse, or a number for one on the diagonal."""
        self._add("equal", terms, rhs)

    def at_most(self, terms: Terms, rhs: Any) -> None:
        """Rows `sum of matrix x <= rhs`."""
        self._add("at_most", terms, rhs)

    def norm_at_most(self, terms: Terms, bound: Terms, bound_rhs: float) -> None:
        """The Euclidean norm of `sum of matrix x` is at most `sum of row x + bound_rhs`."""
        rows = next(iter(terms.values())).shape[0]
        joined: dict[Variable, Any] = {}
        for variable in dict.fromkeys((*bound, *terms)):
            below = terms.get(variable)
            above = np.zeros((1, variable.count))
            if variable in bound:
                above[0, :] = bound[variable]
            joined[variable] = np.vstack([-above, np.zeros((rows, variable.count)) if below is None else -below])
        self._add("norm", joined, np.concatenate([[bound_rhs], np.zeros(rows)]))

    def log_at_least(self, inner: Variable, outer: Variable) -> None:
        """`outer <= log(inner)`, each for itself."""
        from scipy import sparse

        count = inner.count
        # a row of three for each: (outer, 1, inner) lies in the exponential cone
        at = np.arange(count)
        one = (-np.ones(count), (3 * at, at))
        last = (-np.ones(count), (3 * at + 2, at))
        shape = (3 * count, count)
        terms = {outer: sparse.coo_matrix(one, shape=shape), inner: sparse.coo_matrix(last, shape=shape)}
        self._add("exponential", terms, np.tile([0.0, 1.0, 0.0], count))

    def floor(self, variable: Variable, lower: Terms, rhs: Floats, *, droppable: npt.NDArray[np.bool_]) -> None:
        """`x >= rhs - lower`, row by row; where `droppable`, x may be left at 0 in a reduced program.

        That is for floors of 0: only a variable that is never below 0 can be left out.
        """
        first = self._height
        self._add("at_most", {variable: -1.0, **lower}, rhs)
        at = np.flatnonzero(droppable).astype(np.int64)
        self._droppable.append((at + variable.first, at + first))

    def _add(self, cone: Cone, terms: Terms, rhs: Any) -> None:
        rhs = np.atleast_1d(np.asarray(rhs, dtype=np.float64))
        self._rows.append(_Rows(cone, list(terms.items()), rhs))
        self._height += len(rhs)

    def solve(self, between: Between | None = None, hint: Floats | None = None) -> Answer:
        """The best point.

        Parameters
        ----------
        between : callable or None
            Called at every iteration; what it raises stops the solver, and is raised.
        hint : ndarray of float64 or None
            Of the first variables: the larger, the likelier one is not 0. It saves time only: of many
            variables a few are solved for first, and those that would better the result join them until
            none would, so that the optimality conditions hold over all.

        Raises
        ------
        Infeasible, Unbounded
        ComputationError
            The solver found no answer.
        """
        whole = self._assembled()
        if hint is not None and len(hint) >= _DROP_FROM:
            found = self._reduced(whole, between, hint)
            if found is not None:
                return found
        return whole.answer(whole.solve(between), np.arange(self._count))

    def _reduced(self, whole: _Assembled, between: Between | None, hint: Floats) -> Answer | None:
        """The answer by programs of fewer variables; None: that doesn't help here."""
        may = np.zeros(self._count, dtype=bool)
        row_of = np.full(self._count, -1, dtype=np.int64)
        for columns, rows in self._droppable:
            may[columns] = True
            row_of[columns] = rows
        may[len(hint) :] = False
        candidates = np.flatnonzero(may)
        first = max(_FIRST, len(hint) // 8)
        out = candidates[np.argsort(-hint[candidates], kind="stable")[first:]]
        inside = np.ones(self._count, dtype=bool)
        inside[out] = False
        while not inside.all():
            keep_rows = np.ones(self._height, dtype=bool)
            keep_rows[row_of[~inside]] = False
            columns = np.flatnonzero(inside)
            part = whole.part(columns, keep_rows)
            try:
                solution = part.solve(between)
            except (Infeasible, Unbounded, ComputationError):
                return None
            found = whole.answer(solution, columns)
            better = whole.reduced_costs(found.x, np.asarray(solution.z), keep_rows)
            # variables that are in have costs of 0, up to what the solver leaves
            wrong = ~inside & (better < -max(_TOLERANCE, float(np.abs(better[inside]).max())))
            if not wrong.any():
                return found
            inside |= wrong
            if np.count_nonzero(inside[candidates]) > _WORTH * len(candidates):
                return None
        return None

    def _assembled(self) -> _Assembled:
        from scipy import sparse

        data: list[Floats] = []
        rows: list[Indices] = []
        columns: list[Indices] = []
        first = 0
        for block in self._rows:
            for variable, matrix in block.terms:
                at, to, values = _entries(matrix, variable, len(block.rhs))
                data.append(values)
                rows.append(at + first)
                columns.append(to + variable.first)
            first += len(block.rhs)
        entries = (np.concatenate(data), (np.concatenate(rows), np.concatenate(columns)))
        linear = np.zeros(self._count)
        for variable, values in self._linear:
            linear[variable.columns] += values
        return _Assembled(
            quadratic=self._quadratic,
            linear=linear,
            matrix=sparse.csc_matrix(entries, shape=(self._height, self._count)),
            rhs=np.concatenate([block.rhs for block in self._rows]),
            cones=[(block.cone, len(block.rhs)) for block in self._rows],
        )


def _entries(matrix: Any, variable: Variable, height: int) -> tuple[Indices, Indices, Floats]:
    """Rows, columns and values of a term's matrix."""
    if isinstance(matrix, (int, float)):
        # on the diagonal, or down the column of a single variable
        at = np.arange(height, dtype=np.int64)
        return at, at if variable.count == height else np.zeros(height, dtype=np.int64), np.full(height, float(matrix))
    if isinstance(matrix, np.ndarray):
        dense = matrix.reshape(height, variable.count)
        at, to = np.nonzero(dense)
        return at, to, dense[at, to]
    found = matrix.tocoo()
    return found.row.astype(np.int64), found.col.astype(np.int64), found.data


@dataclass(frozen=True, slots=True)
class _Assembled:
    """A program in the solver's form: `A x + s = b`, s in cones."""

    quadratic: Floats | None
    linear: Floats
    matrix: sparse.csc_matrix
    rhs: Floats
    cones: Sequence[tuple[Cone, int]]

    def part(self, columns: Indices, rows: npt.NDArray[np.bool_]) -> _Assembled:
        """The program of some columns, without rows that then say nothing."""
        quadratic = None
        if self.quadratic is not None:
            own = columns[columns < len(self.quadratic)]
            quadratic = self.quadratic[np.ix_(own, own)]
        cones: list[tuple[Cone, int]] = []
        first = 0
        for cone, height in self.cones:
            kept = int(rows[first : first + height].sum())
            first += height
            if kept:
                cones.append((cone, kept))
        return _Assembled(quadratic, self.linear[columns], self.matrix[:, columns][rows], self.rhs[rows], cones)

    def reduced_costs(self, x: Floats, duals: Floats, rows: npt.NDArray[np.bool_]) -> Floats:
        """What the objective gains by one more of each variable, the rows' prices counted."""
        prices = np.zeros(len(self.rhs))
        prices[rows] = duals
        found: Floats = self.linear + self.matrix.T @ prices
        if self.quadratic is not None:
            count = len(self.quadratic)
            held = np.flatnonzero(x[:count])
            found[:count] += self.quadratic[:, held] @ x[held]
        return found

    def answer(self, solution: Any, columns: Indices) -> Answer:
        x = np.zeros(self.matrix.shape[1])
        x[columns] = solution.x
        return Answer(x, float(solution.obj_val), len(columns))

    def solve(self, between: Between | None) -> Any:
        """Clarabel's solution."""
        # most quadratic programs need no refinement of each step, which is a third of the time
        is_plain = self.quadratic is not None and all(cone in ("equal", "at_most") for cone, _height in self.cones)
        status = ""
        for effort in _EFFORTS[0 if is_plain else 1 :]:
            solution = self._solved(between, effort)
            status = str(solution.status)
            if status == "Solved" or (effort != "quick" and status in _SETTLED):
                break
        if status in _INFEASIBLE:
            raise Infeasible
        if status in _UNBOUNDED:
            raise Unbounded
        if status not in _SOLVED:
            raise ComputationError(f"the solver stopped without an answer: {status}", solver_status=status)
        return solution

    def _solved(self, between: Between | None, effort: Effort) -> Any:
        """What the solver comes to."""
        import clarabel

        solver = clarabel.DefaultSolver(
            self._upper(), self.linear, self.matrix, self.rhs, self._solver_cones(), _settings(effort)
        )
        stopped: list[ChittiError] = []

        def is_stopped(_info: object) -> bool:
            # an exception would be printed and forgotten by the solver
            try:
                if between is not None:
                    between()
            except ChittiError as error:
                stopped.append(error)
            return bool(stopped)

        solver.set_termination_callback(is_stopped)
        solution = solver.solve()
        if stopped:
            raise stopped[0]
        return solution

    def _upper(self) -> sparse.csc_matrix:
        """The upper triangle of the quadratic term, over all variables."""
        from scipy import sparse

        width = self.matrix.shape[1]
        if self.quadratic is None:
            return sparse.csc_matrix((width, width))
        block = sparse.csc_matrix(np.triu(self.quadratic))
        ends = np.concatenate([block.indptr, np.full(width - len(self.quadratic), block.indptr[-1])])
        return sparse.csc_matrix((block.data, block.indices, ends), shape=(width, width))

    def _solver_cones(self) -> list[Any]:
        import clarabel

        found: list[Any] = []
        for cone, height in self.cones:
            if cone == "exponential":
                found += [clarabel.ExponentialConeT()] * (height // 3)
            else:
                kinds = {
                    "equal": clarabel.ZeroConeT,
                    "at_most": clarabel.NonnegativeConeT,
                    "norm": clarabel.SecondOrderConeT,
                }
                found.append(kinds[cone](height))
        return found


def _settings(effort: Effort) -> Any:
    """How the solver works, and when it is done."""
    import clarabel

    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.direct_solve_method = "qdldl" if effort == "patient" else "faer"
    if effort == "quick":
        # its programs come in units of about 1, and their steps are exact enough as they are
        settings.iterative_refinement_enable = settings.equilibrate_enable = False
    if effort != "patient":  # that takes what the solver by itself calls solved
        gap = 10 * _GAP if effort == "quick" else _GAP
        settings.tol_gap_abs = settings.tol_gap_rel = gap
        settings.reduced_tol_gap_abs = settings.reduced_tol_gap_rel = 100 * _GAP
        settings.reduced_tol_feas = 1e-7
    return settings
