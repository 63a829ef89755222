"""Backtests over the wire: run one now or as a job, read, list, cancel and delete the runs, list the strategies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chitti_shared.contracts.action import Action, Empty, IsoDate, LongRequest, Reply, Request, Route, Symbol
from chitti_shared.contracts.arrays import Document
from chitti_shared.contracts.backtest_results import BacktestResult, Column
from chitti_shared.contracts.strategies import CostLine

MAX_BARS = 1_000_000
MAX_SYMBOLS = 1_000

Kind = Literal["backtest", "sweep", "walk_forward"]
State = Literal["pending", "running", "completed", "failed", "cancelled"]
RunId = Annotated[
    str,
    Meta(
        pattern=r"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z",
        examples=["0b4f3c1e-7a52-4c1d-9f0e-2d6a8b7c5e41"],
    ),
]
StrategyId = Annotated[str, Meta(min_length=1, max_length=64, examples=["sma_crossover"])]
ParameterValue = int | float | bool | str | dict[str, float] | None
IdempotencyKey = Annotated[
    str, Meta(pattern=r"\A[\x21-\x7e]{1,128}\Z", description="The same key and body: the same run, not another one.")
]
Causality = Annotated[int, Meta(ge=0, le=100, description="Points at which history is cut; 0: no proof.")]
Benchmark = Annotated[
    str, Meta(pattern=r"\A(?:buy_and_hold|none|[A-Z0-9&.\-]{1,20})\Z", description="buy_and_hold, none, or a symbol.")
]
After = Annotated[int, Meta(ge=0, le=2**53)]
TradesLimit = Annotated[int, Meta(ge=0, le=100_000, description="Most trades, and round trips; never over 20,000.")]
CurveLimit = Annotated[int, Meta(ge=0, le=MAX_BARS, description="Most bars of the curves; never over 250,000.")]


class Prices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bars of one symbol as columns of one length, oldest first.

    Parameters
    ----------
    dates : list of str
        Days (`2025-09-30`), or when each bar begins in India (`2025-09-30T09:15:00`).
    close : array
        Without the others the bars are closes alone.
    """

    dates: list[str]
    close: Column
    open: Column | None = None
    high: Column | None = None
    low: Column | None = None
    volume: Column | None = None


class RunRequest(LongRequest, frozen=True):
    """What every run is made of: a strategy, bars, costs.

    Parameters
    ----------
    strategy_id : str
        One of `list_strategies`.
    parameters : dict
        The strategy's own and those of the execution (`initial_capital`, `position_size`, `fill`,
        `transaction_cost`, `stop_loss`, ...); what isn't given has its default.
    strategy : dict
        A strategy as data, in the place of `strategy_id`; `parameters` then fill its named parameters too.
    symbol, symbols : str, list of str
        Whose stored bars are used; beside `prices` just what they are called.
    start, end, bars
        Which of the stored bars: days, inclusive; of these the newest so many.
    adjusted : bool
        Stored bars adjusted for splits; false: as they were traded, with splits and dividends applied to positions.
    prices, data : Prices
        Bars of one symbol that are given here; `data` is another name.
    panel : dict of Prices
        Bars of several symbols that are given here, by symbol.
    costs : str or list of CostLine
        A preset's name or the lines of a schedule; it replaces `transaction_cost` (`flat` is that one).
    async : bool
        Answer with a `run_id` at once; the run is a job, and `get_backtest` tells how far it is.
    """

    strategy_id: StrategyId | None = None
    parameters: dict[str, ParameterValue] = msgspec.field(default_factory=dict)
    strategy: dict[str, Any] | None = None
    symbol: Symbol | None = None
    symbols: Annotated[list[Symbol], Meta(min_length=1, max_length=MAX_SYMBOLS)] | None = None
    start: IsoDate | None = None
    end: IsoDate | None = None
    bars: Annotated[int, Meta(ge=1, le=MAX_BARS)] | None = None
    adjusted: bool = True
    prices: Prices | None = None
    data: Prices | None = None
    panel: Annotated[dict[Symbol, Prices], Meta(min_length=1, max_length=MAX_SYMBOLS)] | None = None
    costs: (
        Literal["flat", "none", "nse_delivery", "nse_intraday"]
        | Annotated[list[CostLine], Meta(min_length=1, max_length=64)]
    ) = "flat"
    verify_causality: Causality = 3
    async_: bool = msgspec.field(default=False, name="async")
    idempotency_key: IdempotencyKey | None = None


class BacktestRequest(RunRequest, frozen=True):
    """A strategy over bars: by name with parameters, or as data.

    Parameters
    ----------
    entries : dict of lists of days
        In the place of a strategy: by symbol the days after whose close a position is opened. `direction` and
        `max_bars` of `parameters` say which way and for how long.
    mode : str
        Several symbols share one cash pool (portfolio), or are run each for itself (apart).
    benchmark : str
        What it is compared with.
    keep : bool
        Whether a run that is answered at once is stored too, so that its `run_id` can be asked for later.
    trades_limit, curve_limit : int
        Most entries of the reply; the others are read by `get_backtest`.
    """

    entries: Annotated[dict[Symbol, list[IsoDate]], Meta(min_length=1, max_length=MAX_SYMBOLS)] | None = None
    mode: Literal["portfolio", "apart"] = "portfolio"
    benchmark: Benchmark = "buy_and_hold"
    keep: bool = True
    trades_limit: TradesLimit = 1_000
    curve_limit: CurveLimit = 100_000


class BacktestPart(Reply, frozen=True):
    """How far a run is: what it does, and how many of its symbols are done (`mode` apart)."""

    stage: str
    symbols: int
    of: int


class BacktestReply(BacktestResult, frozen=True, kw_only=True):
    """A run: how far it is, and its result when it is completed; `error` when it failed.

    Parameters
    ----------
    status : str
        The same as `state` in HTTP bodies; over the socket that of the envelope.
    kept : bool
        Whether `get_backtest` knows the run.
    apart : list of BacktestResult
        One for each symbol, with `mode` apart; one that failed has `error` in place of results.
    summary : dict
        With `mode` apart: how the figures spread over the symbols, how many made money, how many failed.
    result : object
        The reply of a job of another kind (`sweep`, `walk_forward`), as its action answers it.
    """

    run_id: str
    status: str | UnsetType = UNSET
    state: State
    kind: Kind = "backtest"
    strategy_id: str | None = None
    progress: float = 1.0
    kept: bool = True
    engine: str | UnsetType = UNSET
    mojo_used: bool | UnsetType = UNSET
    computation_time_ms: float | UnsetType = UNSET
    time_ms: float | UnsetType = UNSET
    created_at: datetime | UnsetType = UNSET
    started_at: datetime | UnsetType | None = UNSET
    finished_at: datetime | UnsetType | None = UNSET
    attempts: int | UnsetType = UNSET
    apart: list[BacktestResult] | UnsetType = UNSET
    summary: dict[str, Any] | UnsetType = UNSET
    result: Document | UnsetType = UNSET


class GetBacktestRequest(Request, frozen=True):
    """A run by its id, and which part of its trades and curves."""

    run_id: RunId
    trades_after: After = 0
    trades_limit: TradesLimit = 1_000
    curve_after: After = 0
    curve_limit: CurveLimit = 100_000


class ListBacktestsRequest(Request, frozen=True):
    """Newest first; `cursor` is an earlier reply's `next_cursor`."""

    state: State | None = None
    kind: Kind | None = None
    strategy_id: StrategyId | None = None
    symbol: Symbol | None = None
    limit: Annotated[int, Meta(ge=1, le=1_000)] = 100
    cursor: Annotated[str, Meta(pattern=r"\A[0-9]{1,18}\Z")] | None = None


class BacktestEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the list; `strategy_id` is null of strategies that are data."""

    run_id: str
    kind: Kind
    state: State
    strategy_id: str | None
    symbols: list[str]
    progress: float
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    sharpe: float | None
    return_: float | None = msgspec.field(name="return")
    error: str | None


class ListBacktestsReply(Reply, frozen=True):
    runs: list[BacktestEntry]
    count: int
    next_cursor: str | None


class CancelBacktestRequest(Request, frozen=True):
    """`only` refuses what isn't meant: to delete a run that has ended meanwhile, or to cancel one that still lives."""

    run_id: RunId
    only: Literal["cancel", "delete"] | None = None


class CancelBacktestReply(Reply, frozen=True):
    """A live run is `cancelled` and stays in the list; a finished one is `deleted` with its results."""

    run_id: str
    state: State
    cancelled: bool
    deleted: bool


class StrategyParameter(msgspec.Struct, frozen=True, kw_only=True):
    """`names` are words for the values 0, 1, 2, ..., where it takes these too."""

    name: str
    type: Literal["integer", "number"]
    default: float
    minimum: float
    maximum: float
    names: list[str]


class StrategyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A named strategy; of each pair in `ordered` the first parameter is less than the second.

    `needs` says what it looks at: series, sessions, panel, pair or news. `defaults` are settings of the execution
    that differ here from the schema's; `weights` whether it takes `weights`, shares of equity by symbol.
    """

    strategy_id: str
    summary: str
    needs: str
    parameters: list[StrategyParameter]
    ordered: list[list[str]]
    defaults: dict[str, Any]
    weights: bool
    source: str


class ListStrategiesReply(Reply, frozen=True):
    """`execution` is the JSON Schema of the parameters that every strategy takes beside its own."""

    strategies: list[StrategyEntry]
    count: int
    execution: dict[str, Any]
    costs: dict[str, list[CostLine]]


BACKTEST = Action(
    "backtest",
    BacktestRequest,
    BacktestReply,
    idempotent=False,
    lane="bulk",
    partial=BacktestPart,
    route=Route("POST", "/api/backtest/run"),
    doc="Run a strategy over bars, now or (`async`) as a job.",
)
GET_BACKTEST = Action(
    "get_backtest",
    GetBacktestRequest,
    BacktestReply,
    route=Route("GET", "/api/backtest/results/{run_id}"),
    doc="A run: its state and progress, its result in pages.",
)
LIST_BACKTESTS = Action(
    "list_backtests",
    ListBacktestsRequest,
    ListBacktestsReply,
    route=Route("GET", "/api/backtest/results"),
    doc="Runs, newest first.",
)
CANCEL_BACKTEST = Action(
    "cancel_backtest",
    CancelBacktestRequest,
    CancelBacktestReply,
    idempotent=False,
    route=Route("DELETE", "/api/backtest/results/{run_id}"),
    doc="Cancel a live run, delete a finished one.",
)
LIST_STRATEGIES = Action(
    "list_strategies",
    Empty,
    ListStrategiesReply,
    route=Route("GET", "/api/backtest/strategies"),
    doc="Every named strategy, the parameters of the execution, the presets of costs.",
)

BACKTESTS = (BACKTEST, GET_BACKTEST, LIST_BACKTESTS, CANCEL_BACKTEST, LIST_STRATEGIES)
