"""A strategy over series with many parameters: how one piece of it is tried."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts.strategies import CostLine, Execution
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting._costs import Compiled
from mojo_compute.backtesting._engine import Settings
from mojo_compute.backtesting.backtests import as_traded, backtest
from mojo_compute.backtesting.checks import check_settings
from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.data import Data
from mojo_compute.backtesting.expressions import CompiledStrategy, Kept
from mojo_compute.backtesting.metrics import DISTRIBUTION, FIGURES, periods_per_year
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.simulation import prices_of, settings_of
from mojo_compute.backtesting.strategies import Strategy
from mojo_compute.backtesting.strategies.lines import CROSSING_STRATEGIES
from mojo_compute.backtesting.strategies.parameters import SETTINGS
from mojo_compute.backtesting.sweeps._sweep import try_crossings
from mojo_compute.backtesting.sweeps.crossings import Comparison, Rows, Side, Table, comparisons_of
from mojo_compute.backtesting.sweeps.grids import Grid, Numbers
from mojo_compute.backtesting.sweeps.parts import Part, Piece
from mojo_compute.backtesting.sweeps.subjects import Subject
from mojo_compute.kernels.arrays import Floats
from mojo_compute.kernels.checks import all_finite

Costs = str | Sequence[CostLine]
Setup = tuple[Settings, Compiled, float, float, float, bool]

_LOOKED_AT = 1 << 20  # combinations
_KEPT_BYTES = 32 << 20  # of indicators, in each thread
_WARM = 4  # series whose lines and indicators are kept from piece to piece
_EXCURSIONS = frozenset({"avg_mae", "avg_mfe"})
_COMPILED_S = 1e-6, 3e-9  # of a trial, and of each of its bars
_CALLED_S = 3e-4, 4e-8  # the same, where the interpreter takes part


@dataclass(frozen=True)
class StrategyJob:
    """One strategy over some series, tried with every combination it is asked for.

    Parameters
    ----------
    data : tuple of Data
        The series, checked; each is run for itself. One of them may hold many symbols: they share one cash pool.
    subject : Subject
    given : mapping
        Parameters that don't vary: the strategy's own and those of the execution.
    grid : Grid
        Those that do.
    costs : str or sequence of CostLine
    metrics : tuple of str
        Of `metrics.FIGURES`: the rows of the parts' values.
    engine : str
        What executes the orders: cython or numpy.
    """

    data: tuple[Data, ...]
    subject: Subject
    given: Mapping[str, Any]
    grid: Grid
    costs: Costs
    metrics: tuple[str, ...]
    engine: str = "cython"

    def __getstate__(self) -> dict[str, Any]:
        """Without what each process makes for itself."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def run(self, piece: Piece) -> Part:
        numbers = piece.combinations
        good = self.grid.valid(numbers)
        tried = numbers if good.all() else numbers[good]
        series = self._warm(piece.series)
        part = series.run_compiled(tried) if series.compiled else series.run_called(tried)
        return Part(piece.series, part.numbers, part.values, len(numbers) - len(tried), part.failed, part.reason)

    def seconds(self, piece: Piece) -> float:
        return len(piece) * self.trial_s(piece.series)

    def trial_s(self, series: int = 0) -> float:
        """About how long a trial takes."""
        return self._series[series].trial_s

    def parameters(self, number: int) -> dict[str, Any]:
        """Everything that a request would give for one combination."""
        return {**self.given, **self.grid.point(number)}

    @cached_property
    def own_axes(self) -> tuple[str, ...]:
        """Axes that are parameters of the strategy, not of the execution."""
        return tuple(axis.name for axis in self.grid.axes if axis.name not in SETTINGS)

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """What the strategy compares; none unless it is one of crossings."""
        if self.subject.strategy_id not in CROSSING_STRATEGIES or self.engine != "cython" or not self.has_valid:
            return ()
        own = self.subject.own(self.parameters(self._first_valid))
        return comparisons_of(self.subject.name, own, self.own_axes)

    @property
    def has_valid(self) -> bool:
        """Whether some of the first combinations have their parameters in order."""
        return self._first_valid >= 0

    @cached_property
    def _first_valid(self) -> int:
        """Of the first combinations; -1: none of them."""
        good = np.flatnonzero(self.grid.valid(np.arange(min(self.grid.size, _LOOKED_AT), dtype=np.int64)))
        return int(good[0]) if len(good) else -1

    @cached_property
    def places(self) -> npt.NDArray[np.int32]:
        """Where the metrics stand among all figures."""
        return np.array([FIGURES.index(name) for name in self.metrics], dtype=np.int32)

    @cached_property
    def distribution(self) -> bool:
        return any(name in DISTRIBUTION for name in self.metrics)

    @cached_property
    def excursions(self) -> bool:
        return not _EXCURSIONS.isdisjoint(self.metrics)

    def _warm(self, number: int) -> _Series:
        """A series. Pieces come series by series: what was kept for those long behind is let go."""
        series = self._series
        with self._recent.lock:
            numbers = self._recent.numbers
            numbers.pop(number, None)
            numbers[number] = None
            cold = next(iter(numbers)) if len(numbers) > _WARM else None
            if cold is not None:
                del numbers[cold]
                series[cold].forget()
        return series[number]

    @cached_property
    def _recent(self) -> _Recent:
        return _Recent()

    @cached_property
    def _series(self) -> tuple[_Series, ...]:
        return tuple(_Series(self, data) for data in self.data)


class _Recent:
    """Numbers of the series that pieces were of, the newest last."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.numbers: dict[int, None] = {}


class _Series:
    """One series of a job, and what its pieces share."""

    def __init__(self, job: StrategyJob, data: Data) -> None:
        self._job, self._data = job, data
        bars = data.bars
        m, n = bars.close.shape
        self.compiled = m == 1 and bool(all_finite(bars.close[0], 0)) and bool(job.comparisons)
        each, bar = _COMPILED_S if self.compiled else _CALLED_S
        self.trial_s: float = each + bar * m * n
        self._times = None if bars.times is None else bars.times.view(np.int64)
        self._days = None if bars.times is None else bars.times.astype("datetime64[D]").astype(np.int32)
        self._bars = bars
        self._prices = prices_of(bars, self._days)
        self.forget()

    def forget(self) -> None:
        """Let go of what is kept between pieces; who is at work with it goes on with it."""
        self._of_thread = threading.local()
        self._rows = Rows({name: getattr(self._bars, name)[0] for name in ("open", "high", "low", "close")})

    def run_compiled(self, numbers: Numbers) -> Part:
        """Combinations of a crossing strategy, without the interpreter between them."""
        job = self._job
        places = job.grid.places(numbers)
        table = Table(job.comparisons, job.grid.axes, places)
        setups, which, reason = self._setups(places, len(numbers))
        kept = self._rows
        rows = [kept.of(side) for side in table.sides]
        good = which >= 0
        if any(row is None for row in rows):
            absent = np.array([row is None for row in rows])
            reason = reason or _too_short(table.sides[int(absent.argmax())], len(self._data.bars))
            good &= ~(absent[table.left] | absent[table.right]).any(axis=0)
        if not good.all():
            table.left, table.right = (np.ascontiguousarray(one[:, good]) for one in (table.left, table.right))
            which, tried = which[good], numbers[good]
        else:
            tried = numbers
        values = np.empty((len(job.metrics), len(tried)))
        if len(tried):
            known = [self._nothing if row is None else row for row in rows]
            over, under = (
                np.array([getattr(one, name) for one in job.comparisons], dtype=np.uint8) for name in ("over", "under")
            )
            try_crossings(
                self._prices, self._times, known, table.left, table.right, over, under, setups, which, job.places,
                job.distribution, values,
            )  # fmt: skip
        return Part(0, tried, values, 0, len(numbers) - len(tried), reason)

    @cached_property
    def _nothing(self) -> Floats:
        return np.full(len(self._data.bars), np.nan)

    def _setups(self, places: list[Numbers], count: int) -> tuple[list[Setup], npt.NDArray[np.int32], str]:
        """The distinct executions of some combinations, which of them each has (-1: a refused one), and why."""
        axes = [(at, axis) for at, axis in enumerate(self._job.grid.axes) if axis.name in SETTINGS]
        code = np.zeros(count, dtype=np.int64)
        for at, axis in axes:
            code = code * len(axis.values) + places[at]
        _codes, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        setups: list[Setup] = []
        numbers = np.empty(len(first), dtype=np.int32)
        reason = ""
        for number, one in enumerate(first.tolist()):
            settings = {axis.name: axis.values[places[at][one]] for at, axis in axes}
            try:
                made = self._setup(settings)
            except InvalidInput as error:
                numbers[number], reason = -1, reason or error.message
            else:
                numbers[number] = len(setups)
                setups.append(made)
        return setups, numbers[inverse], reason

    def _setup(self, settings: Mapping[str, Any]) -> Setup:
        execution = self._job.subject.execution({**self._job.given, **settings})
        check_settings(self._bars, execution)
        periods = self._periods(execution)
        return (
            settings_of(as_traded(execution, periods), self._job.excursions),
            Schedule.of(self._job.costs, execution.transaction_cost).compiled,
            periods,
            execution.risk_free_rate,
            execution.minimum_return,
            execution.var_method == "gaussian",
        )

    def _periods(self, execution: Execution) -> float:
        if execution.periods_per_year is not None:
            return execution.periods_per_year
        return self._usual_periods

    @cached_property
    def _usual_periods(self) -> float:
        costs = self._job.costs
        return periods_per_year(Execution(), self._data.bars.times, costs if isinstance(costs, str) else None)

    def run_called(self, numbers: Numbers) -> Part:
        """Combinations of any strategy, one after the other."""
        columns: list[list[float]] = []
        tried: list[int] = []
        reason = ""
        for number in numbers.tolist():
            try:
                columns.append(self._figures(self._job.parameters(number)))
            except InvalidInput as error:
                reason = reason or error.message
            else:
                tried.append(number)
        values = np.array(columns, dtype=np.float64).reshape(len(tried), len(self._job.metrics)).T
        return Part(0, np.array(tried, dtype=np.int64), values, 0, len(numbers) - len(tried), reason)

    def _figures(self, given: Mapping[str, Any]) -> list[float]:
        job = self._job
        made, execution = job.subject.made(given)
        strategy = _Sharing(made, self._kept()) if isinstance(made, CompiledStrategy) else made
        found = backtest(self._data, strategy, execution, job.costs, verify_causality=0, engine=job.engine).metrics
        return [_number(found[name]) for name in job.metrics]

    def _kept(self) -> Kept:
        """Indicators that this thread has computed for strategies as data."""
        kept: Kept | None = getattr(self._of_thread, "kept", None)
        if kept is None:
            kept = self._of_thread.kept = Kept(_KEPT_BYTES)
        return kept


class _Sharing(Strategy):
    """A strategy as data that takes the indicators which others before it computed."""

    def __init__(self, strategy: CompiledStrategy, kept: Kept) -> None:
        self.name, self.parameters, self.lookback = strategy.name, strategy.parameters, strategy.lookback
        self._strategy, self._own = strategy, kept

    def signals(self, data: Data) -> Signals:
        return self._strategy.signals(data, self._own)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _too_short(side: Side, bars: int) -> str:
    told = ", ".join(f"{name} {value}" for name, value in side.parameters) if not isinstance(side, float) else ""
    return f"{getattr(side, 'source', side)} with {told} needs more than the {bars} bars that there are"
