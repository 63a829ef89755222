"""Sweeps: a strategy with every combination of its parameters, or with those that a search finds worth trying."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from time import perf_counter
from typing import Any

from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest

from mojo_compute.backtesting.backtests import Outcome, backtest
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.executors import Executor, Run, Threads, each_part
from mojo_compute.backtesting.metrics import FIGURES, deflated_sharpe
from mojo_compute.backtesting.sweeps.grids import Axis, Grid, Value
from mojo_compute.backtesting.sweeps.heatmaps import Aggregate, Heatmap, HeatmapBuilder
from mojo_compute.backtesting.sweeps.jobs import Costs, StrategyJob
from mojo_compute.backtesting.sweeps.ledgers import Goal, Ledger, Trials
from mojo_compute.backtesting.sweeps.parts import Part, Piece, piece_size, pieces_of, pieces_of_numbers
from mojo_compute.backtesting.sweeps.searches import Search, TpeSearch, random_numbers
from mojo_compute.backtesting.sweeps.subjects import Subject

SHARPE = "sharpe_ratio"
DEFAULT_METRICS = (
    "total_return",
    "annual_return",
    "annual_volatility",
    SHARPE,
    "sortino_ratio",
    "calmar_ratio",
    "max_drawdown",
    "exposure",
    "total_trades",
    "win_rate",
    "profit_factor",
    "total_costs",
)
KEPT_TRIALS = 10_000
_LESS_IS_BETTER = frozenset({
    "annual_volatility", "ulcer_index", "total_costs", "turnover", "exposure", "max_drawdown_bars",
    "max_drawdown_days", "avg_drawdown_bars", "losing_trades", "max_consecutive_losses", "avg_loss_bars",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeatmapWish:
    """A heat map that is wanted: two parameters of the grid, a metric (None: the objective), and what a cell says."""

    x: str
    y: str
    metric: str | None = None
    aggregate: Aggregate = "mean"


@dataclass(frozen=True, slots=True)
class Aim:
    """What is sought, and what is kept of what is found.

    Parameters
    ----------
    objective : str
        A metric.
    goal : {"maximise", "minimise"} or None
        None: as the metric is better.
    metrics : sequence of str
        Further figures of each trial.
    keep : int
        Trials that stay, the best ones.
    heatmaps : sequence of HeatmapWish
    """

    objective: str = SHARPE
    goal: Goal | None = None
    metrics: Sequence[str] = DEFAULT_METRICS
    keep: int = KEPT_TRIALS
    heatmaps: Sequence[HeatmapWish] = ()

    @property
    def direction(self) -> Goal:
        return self.goal or ("minimise" if self.objective in _LESS_IS_BETTER else "maximise")

    def columns(self) -> tuple[str, ...]:
        """The figures that each trial is measured by. Raises InvalidInput for one that there is not."""
        wanted = [("objective", self.objective), *(("metrics", name) for name in self.metrics), ("metrics", SHARPE)]
        wanted += [("heatmap.metric", one.metric) for one in self.heatmaps if one.metric is not None]
        for where, name in wanted:
            if name not in FIGURES:
                raise InvalidInput(
                    f"no metric is called {name!r}{nearest(name, FIGURES)}",
                    field=where,
                    constraint=f"one of {', '.join(FIGURES)}",
                )
        return tuple(dict.fromkeys(name for _where, name in wanted))

    def builders(self, grid: Grid) -> list[HeatmapBuilder]:
        """What gathers the heat maps. Raises InvalidInput: parameters that don't vary, too many cells."""
        rows = self.columns()
        metrics = [one.metric or self.objective for one in self.heatmaps]
        return [
            HeatmapBuilder(grid, one.x, one.y, metric, rows.index(metric), one.aggregate)
            for one, metric in zip(self.heatmaps, metrics, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a sweep is.

    Parameters
    ----------
    done, of : int
        Combinations, those that are left out among them.
    best : Trials
        One, or none yet.
    """

    done: int
    of: int
    best: Trials


Tell = Callable[[Standing], None]
Between = Callable[[], None]


@dataclass(frozen=True)
class Swept:
    """What a sweep brought.

    Parameters
    ----------
    job : StrategyJob
        `job.metrics` are the rows of the trials' values, `job.parameters(number)` what a combination is.
    search : Search
    aim : Aim
    count, invalid, failed : int
        Trials that were measured; combinations whose parameters are out of order; those that can't be run, and
        `reason` of the first of these.
    trials : Trials
        The best `aim.keep`, in the order they were tried.
    best_of : dict
        Of each series the best trial, where one has its objective defined.
    heatmaps : tuple of Heatmap
    sharpe_deviation : float
        Standard deviation of the trials' Sharpe ratios; NaN of fewer than two.
    executor : str
        Who ran it: threads or dask.
    elapsed_s : float
    """

    job: StrategyJob
    search: Search
    aim: Aim
    count: int
    invalid: int
    failed: int
    reason: str
    trials: Trials
    best_of: Mapping[int, Trials]
    heatmaps: tuple[Heatmap, ...]
    sharpe_deviation: float
    executor: str
    elapsed_s: float
    _ledger: Ledger = field(repr=False)

    @property
    def best(self) -> Trials:
        """One trial; none where no objective is defined."""
        return self._ledger.best

    def top(self, count: int) -> Trials:
        """The best trials, the best first."""
        return self._ledger.top(count)

    def outcome(self, series: int, number: int, *, verify_causality: int = 3, **options: Any) -> Outcome:
        """One combination as a whole backtest: curves, trades, every figure, the proof."""
        strategy, execution = self.job.subject.made(self.job.parameters(number))
        return backtest(
            self.job.data[series],
            strategy,
            execution,
            self.job.costs,
            verify_causality=verify_causality,
            engine=self.job.engine,
            **options,
        )

    def deflated_sharpe(self, outcome: Outcome) -> float | None:
        """How probable it is that an outcome's Sharpe ratio is more than the luck of so many trials.

        The probability is `metrics.deflated_sharpe`'s, by the number of trials and how far their ratios lie apart.
        """
        deviation = self.sharpe_deviation if self.count > 1 else 0.0
        return deflated_sharpe(outcome.metrics, max(self.count, 1), deviation)


def sweep(
    data: Data | Bars | Sequence[Data | Bars],
    strategy: str | Mapping[str, Any] | Subject,
    grid: Mapping[str, Sequence[Value]] | Sequence[Axis],
    parameters: Mapping[str, Any] | None = None,
    costs: Costs = "flat",
    *,
    search: Search | None = None,
    aim: Aim | None = None,
    executor: Executor | None = None,
    engine: str | None = None,
    tell: Tell | None = None,
    between: Between | None = None,
) -> Swept:
    """Try a strategy with many combinations of parameters.

    Parameters
    ----------
    data : Data or Bars, or a sequence of them
        Series that are run each for itself; one of many symbols is a portfolio.
    strategy : str or mapping
        A named one, or one as data.
    grid : mapping of str to sequence, or sequence of Axis
        The values of each parameter that varies: the strategy's own and settings of the execution.
    parameters : mapping, optional
        Those that don't vary.
    costs : str or sequence of CostLine
    search : Search, optional
        None: every combination is tried.
    aim : Aim, optional
        What is best, and what is kept.
    executor : Executor, optional
        None: this thread.
    engine : {"cython", "numpy"}, optional
        None: the fastest there is.
    tell : callable, optional
        Called with a `Standing` after each piece of work.
    between : callable, optional
        Called between pieces; may raise to give the sweep up.

    Raises
    ------
    InvalidInput
        A grid that is too large (with its size), a name or value that is not taken, a metric that there is not; or
        no combination could be run (with the reason of the first).

    Examples
    --------
    >>> found = sweep(bars, "sma_crossover", {"fast_period": range(5, 50), "slow_period": range(20, 200)})
    >>> found.job.parameters(int(found.best.numbers[0]))
    """
    started = perf_counter()
    search, aim, executor = search or Search(), aim or Aim(), executor or Threads()
    several = (data,) if isinstance(data, Data | Bars) else tuple(data)
    series = tuple(one if isinstance(one, Data) else Data(one) for one in several)
    if isinstance(strategy, Subject):
        subject = strategy
    else:
        subject = Subject(strategy) if isinstance(strategy, str) else Subject(document=strategy)
    axes = [Axis.of(n, list(v)) for n, v in grid.items()] if isinstance(grid, Mapping) else list(grid)
    whole = subject.grid(axes, parameters or {})
    search.check(whole, len(series))
    kept_costs = costs if isinstance(costs, str) else tuple(costs)
    job = StrategyJob(series, subject, dict(parameters or {}), whole, kept_costs, aim.columns())
    ledger = Ledger(job.metrics, aim.objective, aim.direction, aim.keep, aim.builders(whole))
    total, done = search.count(whole) * len(series), 0
    with executor.open(job) as run:
        for part in _parts(job, search, aim, ledger, run, between):
            ledger.add(part)
            done += len(part.numbers) + part.invalid + part.failed
            if tell is not None:
                tell(Standing(min(done, total), total, ledger.best))
    _check_some(ledger)
    return _swept(job, search, aim, ledger, executor.name, perf_counter() - started)


def _parts(
    job: StrategyJob, search: Search, aim: Aim, ledger: Ledger, run: Run, between: Between | None
) -> Iterator[Part]:
    """The parts of a sweep in an order that depends on nothing but what was asked."""
    if search.kind == "tpe":
        yield from _tpe_parts(job, search, aim, ledger, run, between)
        return
    yield from each_part(run, _pieces(job, search, ledger), between)


def _pieces(job: StrategyJob, search: Search, ledger: Ledger) -> Iterator[Piece]:
    if search.kind == "grid":
        yield from pieces_of(job.grid.size, len(job.data), job.trial_s())
        return
    numbers, invalid = random_numbers(job.grid, search.count(job.grid), search.seed)
    ledger.invalid += invalid * len(job.data)
    yield from pieces_of_numbers(numbers, range(len(job.data)), job.trial_s())


def _tpe_parts(
    job: StrategyJob, search: Search, aim: Aim, ledger: Ledger, run: Run, between: Between | None
) -> Iterator[Part]:
    """Each series is searched by itself."""
    row = job.metrics.index(aim.objective)

    def run_pieces(pieces: list[Piece]) -> Iterator[Part]:
        return each_part(run, pieces, between)

    for series in range(len(job.data)):
        study = TpeSearch(job.grid, search.count(job.grid), search.seed + series, aim.direction, row)
        yield from study.run(series, run_pieces, piece_size(job.trial_s(series)))
        ledger.invalid += study.invalid


def _check_some(ledger: Ledger) -> None:
    if ledger.count:
        return
    if ledger.failed:
        raise InvalidInput(
            f"none of {ledger.failed} combinations can be run: {ledger.reason}",
            field="grid",
            constraint="1 that can be run",
            failed=ledger.failed,
            invalid=ledger.invalid,
        )
    raise InvalidInput(
        f"all {ledger.invalid} combinations have parameters out of order",
        field="grid",
        constraint="1 in order",
        invalid=ledger.invalid,
    )


def _swept(job: StrategyJob, search: Search, aim: Aim, ledger: Ledger, executor: str, elapsed_s: float) -> Swept:
    return Swept(
        job,
        search,
        aim,
        ledger.count,
        ledger.invalid,
        ledger.failed,
        ledger.reason,
        ledger.kept(),
        dict(ledger.best_of),
        tuple(one.build() for one in ledger.heatmaps),
        sqrt(ledger.sharpes.variance),
        executor,
        elapsed_s,
        ledger,
    )


__all__ = ["Aim", "Grid", "HeatmapWish", "Standing", "Swept", "sweep"]
