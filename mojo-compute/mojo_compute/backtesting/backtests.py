"""One backtest, whole: signals, execution, figures, proof, manifest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Any

import msgspec
import numpy as np
from chitti_shared.contracts.strategies import CostLine, Execution
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting import comparison, curves
from mojo_compute.backtesting.causality import Lookahead, verify
from mojo_compute.backtesting.checks import check_signals
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.inputs import Given, data_of, signals_of
from mojo_compute.backtesting.manifest import Manifest, manifest_of
from mojo_compute.backtesting.metrics import Figures, measure, periods_per_year
from mojo_compute.backtesting.runs import Run
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.simulators import simulator
from mojo_compute.backtesting.strategies import Decides, Ready, checked, execution_of, make
from mojo_compute.kernels.arrays import Floats

Costs = str | Sequence[CostLine]
Tell = Callable[[float, str], None]
Stop = Callable[[], None]

_TIMES = (1, 2, 3)
_TOLD = ("total_return", "sharpe_ratio", "max_drawdown", "total_costs", "total_trades")
_DAY_S = 86_400
_LENGTHS = ("period", "window", "lookback")


@dataclass(frozen=True)
class Outcome:
    """What a backtest brought. What is a property is computed when it is first asked for.

    Parameters
    ----------
    data : Data
        What it ran over.
    strategy : Strategy
    execution : Execution
    costs : str or sequence of CostLine
    engine : str
        What executed the orders: cython or numpy.
    periods_per_year : float
        Bars a year, of the annual figures.
    signals : Signals
        What was wanted after each bar's close.
    run : Run
        Equity, fills, trades, orders that were not filled.
    metrics : dict
        Every figure by name, None where it is not defined.
    lookahead : Lookahead
        Whether the decisions stay the same without the history after them.
    elapsed_s : float
        Of signals, execution, figures and proof.
    """

    data: Data
    strategy: Decides
    execution: Execution
    costs: Costs
    engine: str
    periods_per_year: float
    signals: Signals
    run: Run
    metrics: Figures
    lookahead: Lookahead
    elapsed_s: float
    _schedule: Schedule
    _actions: Actions | None
    _benchmark: Floats | None
    _proof: tuple[int, int]

    @property
    def name(self) -> str:
        """The strategy's."""
        return self.strategy.name

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The strategy's own."""
        return self.strategy.parameters

    @property
    def symbols(self) -> tuple[str, ...]:
        return self.data.bars.symbols

    @property
    def fill(self) -> str:
        """Where an order of bar t is filled."""
        return self.execution.fill

    @cached_property
    def drawdown_curve(self) -> Floats:
        """Below the highest equity so far, at each close: fractions, 0 or less."""
        return curves.drawdown_curve(self.run.equity, self.run.initial_capital)

    @cached_property
    def monthly_returns(self) -> dict[str, float]:
        """By month (`2025-09`); empty for bars without dates."""
        times = self.data.bars.times
        return {} if times is None else curves.monthly_returns(self.run.equity, self.run.initial_capital, times)

    @cached_property
    def benchmark_curve(self) -> Floats:
        """Equity of the benchmark: all symbols bought evenly at their first opens and held, or what was given."""
        if self._benchmark is None:
            return comparison.buy_and_hold(self.data.bars, self.run.initial_capital, self._actions)
        return comparison.hold_closes(self._benchmark, self.run.initial_capital)

    @cached_property
    def benchmark(self) -> Figures:
        """The benchmark's figures, and the run beside it: alpha, beta, captures."""
        return comparison.compare(self.run, self.benchmark_curve, self.data.bars, self.execution, self.periods_per_year)

    @cached_property
    def cost_sensitivity(self) -> list[dict[str, float | int | None]]:
        """The same orders at once, twice and three times the costs; slippage as it is."""
        return [{"times": times, **self._at_costs(times)} for times in _TIMES]

    @cached_property
    def costs_by_line(self) -> dict[str, float]:
        """Rupees paid, by the name of the charge."""
        return self._schedule.by_line(self.run.fills)

    @cached_property
    def manifest(self) -> Manifest:
        """Everything that the run was made of: enough to make it again."""
        points, seed = self._proof
        return manifest_of(
            self.data,
            self.strategy,
            self.signals,
            self.execution,
            self.costs,
            engine=self.engine,
            verify_causality=points,
            seed=seed,
            actions=self._actions,
        )

    def _at_costs(self, times: int) -> dict[str, float | int | None]:
        figures = self.metrics
        if times != 1:
            bars = self.data.bars
            _name, simulate = simulator(self.engine)
            traded = as_traded(self.execution, self.periods_per_year)
            run = simulate(bars, self.signals, traded, self._schedule.times(times), self._actions)
            figures = measure(run, bars, self.execution, self.periods_per_year, distribution=False)
        return {name: figures[name] for name in _TOLD}


def backtest(
    data: Given,
    strategy: Decides | Signals | str,
    execution: Execution | None = None,
    costs: Costs = "flat",
    *,
    benchmark: Floats | None = None,
    verify_causality: int = 3,
    actions: Actions | None = None,
    engine: str | None = None,
    positions: bool = False,
    seed: int = 0,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Outcome:
    """Run a strategy over bars; many symbols share one cash pool.

    Parameters
    ----------
    data : Data, Bars or mapping
        A mapping holds the columns of one symbol: `open`, `high`, `low`, `close`, perhaps `volume`, `dates` (ISO) and
        `symbol`.
    strategy : Strategy, Signals or str
        One that decides, signals that were made before (nothing proves then that they don't look ahead), or the
        name of one with its default parameters.
    execution : Execution, optional
        Capital, sizes, fills, slippage, stops. None: the defaults, and what the strategy sets itself.
    costs : str or sequence of CostLine
        `flat` (the execution's `transaction_cost`), `none`, `nse_delivery`, `nse_intraday`, or lines.
    benchmark : ndarray, shape (n,), optional
        Closes, at the run's bars, of what it is compared with; None: the same symbols bought and held.
    verify_causality : int
        At how many points history is cut off to see whether the decisions before stay; 0: at none.
    actions : Actions, optional
        Splits and dividends, for prices as they were traded.
    engine : {"cython", "numpy"}, optional
        None: the fastest there is.
    positions : bool
        Whether the run keeps the shares held at each close.
    seed : int
        Of the choice of those points.
    tell, stop : callable, optional
        `tell(progress, stage)` is called between the stages; `stop()` too, and may raise.

    Raises
    ------
    InvalidInput
        Fewer bars than the strategy needs, signals of another shape, settings out of bounds or that contradict
        each other.
    EngineUnavailable
        The engine that is asked for isn't there.
    """
    started = perf_counter()
    decider = _decider(strategy)
    settings = execution_of(getattr(decider, "settings", {})) if execution is None else _settled(execution)
    whole = data_of(data, settings)
    bars = whole.bars
    _check_sides(decider, settings)
    _check_length(decider, len(bars))
    at = _reporter(tell, stop)

    at(0.0, "signals")
    signals = signals_of(decider.signals(whole))
    check_signals(bars, signals, settings)
    at(0.3, "execution")
    schedule = Schedule.of(costs, settings.transaction_cost, _days(bars))
    used, simulate = simulator(engine)
    periods = periods_per_year(settings, bars.times, costs if isinstance(costs, str) else None)
    run = simulate(bars, signals, as_traded(settings, periods), schedule, actions, positions)
    at(0.6, "figures")
    figures = measure(run, bars, settings, periods)
    at(0.7, "causality")
    proof = verify(decider, whole, signals, verify_causality, seed, stop)
    elapsed = perf_counter() - started
    at(1.0, "done")
    return Outcome(
        whole,
        decider,
        settings,
        costs if isinstance(costs, str) else tuple(costs),
        used,
        periods,
        signals,
        run,
        figures,
        proof,
        elapsed,
        schedule,
        actions,
        benchmark,
        (verify_causality, seed),
    )


def as_traded(execution: Execution, periods: float) -> Execution:
    """The execution with bars a year told where sizes depend on them: a position's volatility is an annual one."""
    if execution.size_type != "volatility" or execution.periods_per_year is not None:
        return execution
    return msgspec.structs.replace(execution, periods_per_year=periods)


def _settled(execution: Execution) -> Execution:
    if not isinstance(execution, Execution):
        raise InvalidInput(
            f"execution is a {type(execution).__name__}: expected an Execution, such as Execution(fill='close')",
            field="execution",
            constraint="Execution",
        )
    return checked(execution)


def _decider(strategy: Decides | Signals | str) -> Decides:
    if isinstance(strategy, str):
        return make(strategy)
    return Ready(strategy) if isinstance(strategy, Signals) else strategy


def _check_sides(strategy: Decides, execution: Execution) -> None:
    if getattr(strategy, "both_sides", False) and execution.direction != "both":
        raise InvalidInput(
            f"{strategy.name} holds both sides at once, found direction {execution.direction!r}",
            field="direction",
            constraint="direction: both",
        )


def _check_length(strategy: Decides, bars: int) -> None:
    needed = int(getattr(strategy, "lookback", 0)) + 1
    if bars >= needed:
        return
    named = ((name, value) for name, value in strategy.parameters.items() if name.endswith(_LENGTHS))
    lengths = {name: value for name, value in named if isinstance(value, int | float)}
    field = max(lengths, key=lengths.__getitem__, default="prices")
    given = f" with {field} {lengths[field]}" if field in lengths else ""
    raise InvalidInput(
        f"{strategy.name}{given} needs {needed} bars, found {bars}",
        field=field,
        constraint=f"at least {needed} bars",
        needed=needed,
        found=bars,
    )


def _days(bars: Bars) -> Any:
    """Days since 1970 of each bar, for costs that changed."""
    return None if bars.times is None else (bars.times.view(np.int64) // _DAY_S).astype(np.int32)


def _reporter(tell: Tell | None, stop: Stop | None) -> Tell:
    def at(progress: float, stage: str) -> None:
        if stop is not None:
            stop()
        if tell is not None:
            tell(progress, stage)

    return at
