"""Walks forward: parameters chosen on past bars, tried on the bars behind them, window by window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import fsum, sqrt
from time import perf_counter
from typing import Any

import numpy as np
from chitti_shared.contracts.strategies import Execution

from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.curves import drawdown_curve
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.executors import Executor
from mojo_compute.backtesting.metrics import Figures, measure, periods_per_year
from mojo_compute.backtesting.runs import FILL, ROUND_TRIP, SKIPPED, Run
from mojo_compute.backtesting.sweeps.grids import Axis, Value
from mojo_compute.backtesting.sweeps.jobs import Costs, StrategyJob
from mojo_compute.backtesting.sweeps.searches import Search
from mojo_compute.backtesting.sweeps.studies import Aim, Standing, Swept, sweep
from mojo_compute.backtesting.sweeps.subjects import Subject
from mojo_compute.backtesting.windows import WalkPlan, Window, between, joined, trade
from mojo_compute.kernels.arrays import Floats


@dataclass(frozen=True)
class Step:
    """One window of a walk.

    Parameters
    ----------
    window : Window
    parameters : mapping or None
        Those that vary, as they were chosen; None: no combination had its objective defined, nothing was traded.
    in_sample, out_of_sample : dict
        Figures by name, None where they are not defined.
    """

    window: Window
    parameters: Mapping[str, Value] | None
    in_sample: Figures
    out_of_sample: Figures


@dataclass(frozen=True, slots=True)
class Degradation:
    """A metric before and after: means over the `windows` where both are defined; `ratio` if the first is above 0."""

    in_sample: float | None
    out_of_sample: float | None
    difference: float | None
    ratio: float | None
    windows: int


@dataclass(frozen=True, slots=True)
class Stability:
    """What a parameter was chosen to be: how many values, how often another one than before."""

    values: tuple[Value, ...]
    distinct: int
    changes: int
    mean: float | None
    deviation: float | None


@dataclass(frozen=True)
class Walked:
    """What a walk forward brought.

    Parameters
    ----------
    data : Data
        What it went over.
    swept : Swept
        The sweep of the training windows, one series each.
    steps : tuple of Step
    run : Run
        The test windows behind one another: each begins flat, with what the one before it left.
    bars : Bars
        Those of `run`.
    metrics : dict
        Every figure of `run`.
    elapsed_s : float
    """

    data: Data
    swept: Swept
    steps: tuple[Step, ...]
    run: Run
    bars: Bars
    metrics: Figures
    elapsed_s: float

    @property
    def drawdown_curve(self) -> Floats:
        return drawdown_curve(self.run.equity, self.run.initial_capital)

    def degradation(self) -> dict[str, Degradation]:
        """What is left of each metric on bars that were not chosen by."""
        return {name: _degradation(self.steps, name) for name in self.swept.job.metrics}

    def stability(self) -> dict[str, Stability]:
        """How far the choices agree, by parameter."""
        chosen = [step.parameters for step in self.steps if step.parameters is not None]
        names = [axis.name for axis in self.swept.job.grid.axes]
        return {name: _stability(tuple(one[name] for one in chosen)) for name in names}


def walk_forward(
    data: Data | Bars,
    strategy: str | Mapping[str, Any] | Subject,
    grid: Mapping[str, Sequence[Value]] | Sequence[Axis],
    parameters: Mapping[str, Any] | None = None,
    costs: Costs = "flat",
    *,
    plan: WalkPlan,
    search: Search | None = None,
    aim: Aim | None = None,
    executor: Executor | None = None,
    engine: str | None = None,
    tell: Callable[[Standing], None] | None = None,
    stop: Callable[[], None] | None = None,
) -> Walked:
    """Choose parameters on each training window by a sweep, and trade the test window behind it with them.

    Decisions on a test window are made of all bars from the beginning of its training window on, as they would
    have been at the time. A window begins without positions, with the equity that the one before it left; what
    is open at its end is closed at its last close, with costs.

    Parameters
    ----------
    data : Data or Bars
        One series; of many symbols: a portfolio.
    strategy, grid, parameters, costs, search, aim, executor, engine
        As `sweep` has them; trials are counted for each window.
    plan : WalkPlan
    tell, stop : callable, optional
        Called between pieces of work; `stop` may raise.

    Raises
    ------
    InvalidInput
        What `sweep` refuses, or windows that don't fit the bars.
    """
    started = perf_counter()
    whole = data if isinstance(data, Data) else Data(data)
    windows = plan.windows(whole.bars)
    trained = [between(whole, *window.train) for window in windows]
    narrow = replace(aim or Aim(), keep=1)
    ways: dict[str, Any] = {"search": search, "aim": narrow, "executor": executor, "engine": engine}
    swept = sweep(trained, strategy, grid, parameters, costs, **ways, tell=tell, between=stop)
    walker = _Walker(whole, swept.job)
    steps = []
    borders = [*(window.test[0] for window in windows[1:]), windows[-1].test[1]]
    for number, (window, border) in enumerate(zip(windows, borders, strict=True)):
        if stop is not None:
            stop()
        steps.append(walker.go(window, swept, number, border))
    run, bars = walker.whole(windows)
    metrics = walker.measured(run, bars)
    return Walked(whole, swept, tuple(steps), run, bars, metrics, perf_counter() - started)


class _Walker:
    """Trades one test window after the other."""

    def __init__(self, data: Data, job: StrategyJob) -> None:
        self._data, self._job = data, job
        self._runs: list[Run] = []
        first = {axis.name: axis.values[0] for axis in job.grid.axes}
        self._settings = job.subject.execution({**job.given, **first})
        self._capital = self._settings.initial_capital

    def go(self, window: Window, swept: Swept, number: int, until: int) -> Step:
        """Trade a window with what was chosen for it; its bars before `until` are its part of the whole."""
        best = swept.best_of.get(number)
        if best is None or not len(best) or not self._capital > 0.0:
            self._runs.append(_idle(until - window.test[0], self._capital))
            nothing = dict.fromkeys(self._job.metrics)
            return Step(window, None, {**nothing}, {**nothing})
        combination = int(best.numbers[0])
        given = self._job.parameters(combination)
        history = between(self._data, window.train[0], window.test[1])
        strategy, execution = self._job.subject.made(given)
        signals = strategy.signals(history)
        first = window.test[0] - window.train[0]
        judged = self._traded(history, signals, execution, first)
        if until == window.test[1]:
            kept = judged
        else:
            shorter = between(history, 0, until - window.train[0])
            kept = self._traded(shorter, strategy.signals(shorter), execution, first)
        self._runs.append(kept)
        figures = self.measured(judged, between(self._data, *window.test).bars, execution)
        self._capital = float(kept.equity[-1])
        before = {name: _figure(value) for name, value in zip(self._job.metrics, best.values[:, 0], strict=True)}
        return Step(
            window,
            self._job.grid.point(combination),
            before,
            {name: figures[name] for name in self._job.metrics},
        )

    def _traded(self, data: Data, signals: Any, execution: Execution, first: int) -> Run:
        times = data.bars.times
        days = None if times is None else times.astype("datetime64[D]").astype(np.int32)
        schedule = Schedule.of(self._job.costs, execution.transaction_cost, days)
        return trade(data, signals, execution, schedule, first, self._capital, self._job.engine)

    def whole(self, windows: Sequence[Window]) -> tuple[Run, Bars]:
        run = joined(self._runs)
        first = windows[0].test[0]
        return run, between(self._data, first, first + len(run.equity)).bars

    def measured(self, run: Run, bars: Bars, execution: Execution | None = None) -> Figures:
        settings = execution or self._settings
        costs = self._job.costs
        periods = periods_per_year(settings, bars.times, costs if isinstance(costs, str) else None)
        return measure(run, bars, settings, periods)


def _idle(bars: int, capital: float) -> Run:
    """Nothing done."""
    cash = np.full(bars, capital)
    trips, fills, skipped = np.zeros(0, ROUND_TRIP), np.zeros(0, FILL), np.zeros(0, SKIPPED)
    return Run(cash, cash, np.zeros(bars), None, fills, trips, trips, skipped, 0, capital)


def _figure(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _degradation(steps: Sequence[Step], name: str) -> Degradation:
    pairs = [(step.in_sample[name], step.out_of_sample[name]) for step in steps]
    both = [(before, after) for before, after in pairs if before is not None and after is not None]
    if not both:
        return Degradation(None, None, None, None, 0)
    before, after = (fsum(one) / len(both) for one in zip(*both, strict=True))
    ratio = after / before if before > 0.0 else None
    return Degradation(before, after, after - before, ratio, len(both))


def _stability(values: tuple[Value, ...]) -> Stability:
    changes = sum(before != now for before, now in pairwise(values))
    numbers = [float(one) for one in values if isinstance(one, int | float) and not isinstance(one, bool)]
    mean = deviation = None
    if values and len(numbers) == len(values):
        mean = fsum(numbers) / len(numbers)
        if len(numbers) > 1:
            deviation = sqrt(fsum((one - mean) ** 2 for one in numbers) / (len(numbers) - 1))
    return Stability(values, len(dict.fromkeys(values)), changes, mean, deviation)
