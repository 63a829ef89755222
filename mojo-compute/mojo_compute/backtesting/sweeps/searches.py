"""Which combinations are tried: all of them, a random choice, or those that Optuna's TPE proposes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.sweeps.grids import MAX_TRIALS, Axis, Grid, Numbers
from mojo_compute.backtesting.sweeps.ledgers import Goal
from mojo_compute.backtesting.sweeps.parts import Part, Piece

Kind = Literal["grid", "random", "tpe"]

DEFAULT_TRIALS = {"random": 1_000, "tpe": 200}
MAX_TPE_TRIALS = 10_000  # each proposal reads all trials before it
BATCH = 16  # proposals that are made before any of them is judged: fixed, so that threads change nothing
_DRAWS = 100  # for each trial, where most combinations are out of order


@dataclass(frozen=True, slots=True)
class Search:
    """How combinations are chosen.

    Parameters
    ----------
    kind : {"grid", "random", "tpe"}
    trials : int or None
        Of each series; None: 1,000 random ones, 200 of TPE. Not for a grid, which is tried whole.
    seed : int
    """

    kind: Kind = "grid"
    trials: int | None = None
    seed: int = 0

    def check(self, grid: Grid, series: int) -> None:
        """Refuse what is too much, before anything is made of it. Raises InvalidInput."""
        if self.kind == "grid":
            if self.trials is not None:
                raise InvalidInput(
                    "search grid tries every combination: trials is for search random and tpe",
                    field="trials",
                    constraint="search random or tpe",
                )
            grid.check_size(series)
            return
        grid.check_countable()
        most = MAX_TPE_TRIALS if self.kind == "tpe" else MAX_TRIALS
        if self.count(grid) * series > most:
            raise InvalidInput(
                f"{self.count(grid)} trials of {series} series are {self.count(grid) * series}, at most {most} fit",
                field="trials",
                constraint=f"trials x series <= {most}",
                size=self.count(grid) * series,
            )

    def count(self, grid: Grid) -> int:
        """Trials of each series, as far as the grid has so many."""
        if self.kind == "grid":
            return grid.size
        return min(self.trials or DEFAULT_TRIALS[self.kind], grid.size)


def random_numbers(grid: Grid, count: int, seed: int) -> tuple[Numbers, int]:
    """Different combinations whose parameters are in order, in the order they were drawn.

    Returns
    -------
    numbers : ndarray of int64
        `count` of them, or as many as there are, or were met in 100 draws for each.
    invalid : int
        Combinations that were drawn and are out of order.
    """
    rng = np.random.default_rng(seed)
    if grid.size <= min(2 * count, 2 * MAX_TRIALS):
        numbers = rng.permutation(grid.size).astype(np.int64)
        good = grid.valid(numbers)
        return numbers[good][:count], int((~good).sum())
    seen: dict[int, None] = {}
    invalid = drawn = 0
    while len(seen) < count and drawn < _DRAWS * count:
        numbers = rng.integers(0, grid.size, size=max(count - len(seen), 64), dtype=np.int64)
        drawn += len(numbers)
        good = grid.valid(numbers)
        invalid += int((~good).sum())
        for number in numbers[good].tolist():
            seen.setdefault(number)
    return np.array(list(seen)[:count], dtype=np.int64), invalid


class TpeSearch:
    """Tree-structured Parzen estimators (Bergstra et al., 2011), by Optuna: batches of proposals, then their figures.

    Parameters
    ----------
    grid : Grid
    count : int
        Trials.
    seed : int
    goal : {"maximise", "minimise"}
    objective : int
        Its row in the parts' values.
    """

    def __init__(self, grid: Grid, count: int, seed: int, goal: Goal, objective: int) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._optuna = optuna
        self._grid, self._count, self._objective = grid, count, objective
        self._study = optuna.create_study(
            sampler=optuna.samplers.TPESampler(seed=seed),
            direction="maximize" if goal == "maximise" else "minimize",
        )
        self._orders = [_order_of(axis) for axis in grid.axes]
        self._spaces = {axis.name: self._space(axis) for axis in grid.axes}
        self._known: dict[int, float] = {}
        self._chances = random_numbers(grid, 2 * count, seed)[0].tolist()
        self.invalid = 0

    def run(self, series: int, run_pieces: Callable[[list[Piece]], Iterator[Part]], size: int) -> Iterator[Part]:
        """Propose, have tried and learn, until there are enough trials or nothing is left to try.

        Each combination is tried once. In the place of a proposal that was tried or is out of order comes one
        by chance, so that a search that has settled looks elsewhere.

        Parameters
        ----------
        series : int
        run_pieces : callable
            From pieces to their parts, in order.
        size : int
            Trials of a piece.
        """
        while len(self._known) < self._count:
            batch = [self._study.ask(self._spaces) for _ in range(BATCH)]
            numbers = [self._number(trial) for trial in batch]
            new = self._fresh(numbers)[: self._count - len(self._known)]
            if not new:
                return
            for first in range(0, len(new), size):
                piece = Piece(series, numbers=np.array(new[first : first + size], dtype=np.int64))
                self._known.update(dict.fromkeys(piece.combinations.tolist(), math.nan))
                for part in run_pieces([piece]):
                    self._known.update(zip(part.numbers.tolist(), part.values[self._objective].tolist(), strict=True))
                    yield part
            self._tell(batch, numbers)
            self._add(set(new).difference(numbers))

    def _fresh(self, numbers: list[int]) -> list[int]:
        """The proposals that were not tried, and others by chance up to a batch."""
        valid = self._grid.valid(np.array(numbers, dtype=np.int64)).tolist()
        self.invalid += valid.count(False)
        fresh = dict.fromkeys(n for n, good in zip(numbers, valid, strict=True) if good and n not in self._known)
        while len(fresh) < BATCH and self._chances:
            number = self._chances.pop()
            if number not in self._known:
                fresh.setdefault(number)
        return list(fresh)

    def _tell(self, batch: list[Any], numbers: list[int]) -> None:
        for trial, number in zip(batch, numbers, strict=True):
            value = self._known.get(number, math.nan)
            if math.isnan(value):
                self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
            else:
                self._study.tell(trial, value)

    def _add(self, numbers: set[int]) -> None:
        """Let the study know of trials that it did not propose."""
        for number in sorted(numbers):
            if not math.isnan(value := self._known[number]):
                params = {name: int(place) for name, place in zip(self._spaces, self._ranks(number), strict=True)}
                trial = self._optuna.trial.create_trial(params=params, distributions=self._spaces, value=value)
                self._study.add_trial(trial)

    def _ranks(self, number: int) -> list[int]:
        places = self._grid.places(np.array([number], dtype=np.int64))
        return [int(np.flatnonzero(order == place[0])[0]) for order, place in zip(self._orders, places, strict=True)]

    def _number(self, trial: Any) -> int:
        places = [
            int(order[trial.params[axis.name]]) for axis, order in zip(self._grid.axes, self._orders, strict=True)
        ]
        return self._grid.number(places)

    def _space(self, axis: Axis) -> Any:
        made = self._optuna.distributions
        if _is_scale(axis):
            return made.IntDistribution(0, len(axis.values) - 1)
        return made.CategoricalDistribution(list(range(len(axis.values))))


def _is_scale(axis: Axis) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in axis.values)


def _order_of(axis: Axis) -> npt.NDArray[np.intp]:
    """Places of an axis by their values, where these are numbers: neighbours are alike then."""
    if not _is_scale(axis):
        return np.arange(len(axis.values))
    return np.argsort(np.array(axis.values, dtype=np.float64), kind="stable")
