"""Sweeps and walks forward over the wire: many combinations of a strategy's parameters, tried in one request."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chitti_shared.contracts.action import Action, Reply, Route
from chitti_shared.contracts.backtest_results import Column, Lookahead
from chitti_shared.contracts.backtests import ParameterValue, RunRequest, State

MAX_AXES = 32

Goal = Literal["maximise", "minimise"]
Metric = Annotated[str, Meta(min_length=1, max_length=64, examples=["sharpe_ratio"])]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
Figures = dict[str, float | int | None]


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`from`, `from` + `step`, ... up to `to`, with it."""

    from_: float = msgspec.field(name="from")
    to: float
    step: float


Axis = Annotated[list[ParameterValue], Meta(min_length=1, max_length=100_000)] | Span
AxisGrid = Annotated[dict[Name, Axis], Meta(min_length=1, max_length=MAX_AXES)]


class HeatmapWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two parameters of the grid, a metric (left out: the objective), and what a cell says of its trials."""

    x: Name
    y: Name
    metric: Metric | None = None
    aggregate: Literal["mean", "min", "max"] = "mean"


class SearchRequest(RunRequest, frozen=True, kw_only=True):
    """What sweeps and walks forward have in common.

    Parameters
    ----------
    grid : dict
        Values of each parameter that varies, of the strategy or of the execution: a list, or {from, to, step}.
        Combinations whose parameters are out of order (fast >= slow) are left out and counted.
    search : str
        grid: every combination; random: `trials` different ones; tpe: those that Optuna's estimators propose.
    trials : int
        Of each symbol (a walk: of each window). Left out: 1,000 random ones, 200 by tpe.
    seed : int
        The same seed tries the same combinations.
    objective : str
        Any metric.
    goal : str
        Left out: what is better of that metric.
    """

    grid: AxisGrid
    search: Literal["grid", "random", "tpe"] = "grid"
    trials: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] = 0
    objective: Metric = "sharpe_ratio"
    goal: Goal | None = None


class SweepRequest(SearchRequest, frozen=True, kw_only=True):
    """Many combinations of a strategy's parameters.

    A grid of more than 1,000,000 trials is refused with its size.

    Parameters
    ----------
    mode : str
        Several symbols are swept each for itself (apart) or share one cash pool (portfolio). Left out: apart, but for
        strategies that look at several symbols at once.
    metrics : list of str
        Figures of each trial beside the objective and `sharpe_ratio`; left out: a dozen of the usual ones.
    top : int
        How many of the best trials are answered as whole runs, with their curves.
    trials_limit : int
        How many trials are listed: the best ones, in the order they were tried.
    heatmaps : list
    """

    mode: Literal["portfolio", "apart"] | None = None
    metrics: Annotated[list[Metric], Meta(min_length=1, max_length=64)] | None = None
    top: Annotated[int, Meta(ge=0, le=100)] = 5
    trials_limit: Annotated[int, Meta(ge=1, le=100_000)] = 10_000
    heatmaps: Annotated[list[HeatmapWish], Meta(max_length=16)] = msgspec.field(default_factory=list)


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One combination and its figures; `parameters` are those that varied."""

    symbol: str | None
    parameters: dict[str, ParameterValue]
    metrics: Figures


class SweepPart(Reply, frozen=True):
    """How far a sweep is: combinations that are done, and the best so far."""

    done: int
    of: int
    best: Trial | None


class TopTrial(msgspec.Struct, frozen=True, kw_only=True):
    """One of the best trials as a whole run; `dates` are the bars' of its curves."""

    rank: int
    symbol: str | None
    parameters: dict[str, ParameterValue]
    results: Figures
    dates: list[str] | None
    equity_curve: Column
    drawdown_curve: Column
    lookahead: Lookahead
    manifest: dict[str, Any]


class Heatmap(msgspec.Struct, frozen=True, kw_only=True):
    """`values` has a row for each of `y_values`, a column for each of `x_values`; null: no trial has a figure there."""

    x: str
    y: str
    metric: str
    aggregate: str
    x_values: list[ParameterValue]
    y_values: list[ParameterValue]
    values: list[list[float | None]]
    trials: list[list[int]]


class DeflatedSharpe(msgspec.Struct, frozen=True, kw_only=True):
    """How probable it is that the best trial's Sharpe ratio is more than the luck of so many trials.

    After Bailey and Lopez de Prado (2014). `deviation` is the standard deviation of the trials' ratios; `probability`
    is null where the best trial has no ratio.
    """

    probability: float | None
    sharpe_ratio: float | None
    trials: int
    deviation: float | None


class SweepReply(Reply, frozen=True):
    """A sweep's result; of a job that was just handed in `run_id` and `state` alone.

    Parameters
    ----------
    status : str
        The same as `state` in HTTP bodies; over the socket that of the envelope.
    size : int
        Combinations of the grid.
    count, invalid, failed : int
        Trials that were measured, of all symbols; combinations out of order; those that no run can have (a period
        beyond the data), and `reason` of the first.
    trials : dict
        Columns of one length: `symbol` where there are several, each parameter that varies, each metric.
    best_by_symbol : list of Trial
        With several symbols.
    executor : str
        threads, or dask.
    """

    run_id: str | UnsetType = UNSET
    state: State = "completed"
    status: str | UnsetType = UNSET
    kind: Literal["sweep"] = "sweep"
    strategy_id: str | UnsetType | None = UNSET
    symbols: list[str] | UnsetType = UNSET
    search: str | UnsetType = UNSET
    seed: int | UnsetType = UNSET
    objective: str | UnsetType = UNSET
    goal: Goal | UnsetType = UNSET
    size: int | UnsetType = UNSET
    count: int | UnsetType = UNSET
    invalid: int | UnsetType = UNSET
    failed: int | UnsetType = UNSET
    reason: str | UnsetType | None = UNSET
    trials: dict[str, Any] | UnsetType = UNSET
    best: Trial | UnsetType | None = UNSET
    best_by_symbol: list[Trial] | UnsetType = UNSET
    top: list[TopTrial] | UnsetType = UNSET
    heatmaps: list[Heatmap] | UnsetType = UNSET
    deflated_sharpe: DeflatedSharpe | UnsetType = UNSET
    executor: str | UnsetType = UNSET
    engine: str | UnsetType = UNSET
    mojo_used: bool | UnsetType = UNSET
    computation_time_ms: float | UnsetType = UNSET
    time_ms: float | UnsetType = UNSET


class WalkForwardRequest(SearchRequest, frozen=True, kw_only=True):
    """Parameters chosen on past bars, tried on the bars after them, again and again.

    Parameters
    ----------
    train, test : int
        Bars of a window on which parameters are chosen, and of the one behind it on which they are tried.
    step : int
        Bars from one window to the next, at most `test`; left out: `test`.
    embargo : int
        Bars between the two that neither sees.
    anchored : bool
        Every training window begins with the first bar, and grows.
    metrics : list of str
        Figures of each window beside the objective; left out: a dozen of the usual ones.
    """

    train: Annotated[int, Meta(ge=2, le=1_000_000)]
    test: Annotated[int, Meta(ge=1, le=1_000_000)]
    step: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    embargo: Annotated[int, Meta(ge=0, le=100_000)] = 0
    anchored: bool = False
    metrics: Annotated[list[Metric], Meta(min_length=1, max_length=64)] | None = None


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Bars `first` ... `last`, and their dates where bars have some."""

    first: int
    last: int
    first_date: str | None
    last_date: str | None


class WalkWindow(msgspec.Struct, frozen=True, kw_only=True):
    """One window: what was chosen, and what it was worth before and after.

    `parameters` is null where no combination has its objective defined: nothing is traded then.
    """

    train: Window
    test: Window
    parameters: dict[str, ParameterValue] | None
    in_sample: Figures
    out_of_sample: Figures


class Degradation(msgspec.Struct, frozen=True, kw_only=True):
    """Means of a metric over the windows where both are defined, what is lost, and the share that is left."""

    in_sample: float | None
    out_of_sample: float | None
    difference: float | None
    ratio: float | None
    windows: int


class Stability(msgspec.Struct, frozen=True, kw_only=True):
    """What a parameter was chosen to be. `mean` and `deviation` where its values are numbers."""

    values: list[ParameterValue]
    distinct: int
    changes: int
    mean: float | None
    deviation: float | None


class WalkForwardReply(Reply, frozen=True):
    """A walk's result; of a job that was just handed in `run_id` and `state` alone.

    Parameters
    ----------
    windows : list of WalkWindow
    degradation : dict of Degradation
        By metric.
    stability : dict of Stability
        By parameter that varies.
    results : dict
        Every metric of the test windows put behind one another.
    dates, equity_curve, drawdown_curve
        Of the same. A window begins with what the one before it left and without positions: what is open at its
        end is closed at its last close, with costs.
    count : int
        Trials of all windows.
    """

    run_id: str | UnsetType = UNSET
    state: State = "completed"
    status: str | UnsetType = UNSET
    kind: Literal["walk_forward"] = "walk_forward"
    strategy_id: str | UnsetType | None = UNSET
    symbols: list[str] | UnsetType = UNSET
    search: str | UnsetType = UNSET
    seed: int | UnsetType = UNSET
    objective: str | UnsetType = UNSET
    goal: Goal | UnsetType = UNSET
    windows: list[WalkWindow] | UnsetType = UNSET
    degradation: dict[str, Degradation] | UnsetType = UNSET
    stability: dict[str, Stability] | UnsetType = UNSET
    results: Figures | UnsetType = UNSET
    dates: list[str] | UnsetType | None = UNSET
    equity_curve: Column | UnsetType = UNSET
    drawdown_curve: Column | UnsetType = UNSET
    count: int | UnsetType = UNSET
    invalid: int | UnsetType = UNSET
    failed: int | UnsetType = UNSET
    executor: str | UnsetType = UNSET
    engine: str | UnsetType = UNSET
    mojo_used: bool | UnsetType = UNSET
    computation_time_ms: float | UnsetType = UNSET
    time_ms: float | UnsetType = UNSET


class WalkForwardPart(Reply, frozen=True):
    """How far a walk is: trials that are done on the training windows."""

    done: int
    of: int


SWEEP = Action(
    "sweep",
    SweepRequest,
    SweepReply,
    lane="bulk",
    partial=SweepPart,
    route=Route("POST", "/api/backtest/sweep"),
    doc="Try many combinations of a strategy's parameters, now or (`async`) as a job.",
)
WALK_FORWARD = Action(
    "walk_forward",
    WalkForwardRequest,
    WalkForwardReply,
    lane="bulk",
    partial=WalkForwardPart,
    route=Route("POST", "/api/backtest/walk-forward"),
    doc="Choose parameters on past bars and try them on the bars after, window by window.",
)

SWEEPS = (SWEEP, WALK_FORWARD)
