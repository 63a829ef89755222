"""The actions of mojo-compute: one `compute_<name>` per indicator, batches, the list.

The structs of an indicator are generated from its declaration in `indicators.py`, so a
new entry there is a new action, route and page of the documentation.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from chitti_shared.contracts.action import Action, Empty, IsoDate, LongRequest, Reply, Request, Route, Service, Symbol
from chitti_shared.contracts.arrays import Integers
from chitti_shared.contracts.backtests import BACKTESTS
from chitti_shared.contracts.columns import COMPUTE_COLUMNS
from chitti_shared.contracts.fundamentals import FUNDAMENTALS
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS, Indicator, Parameter
from chitti_shared.contracts.market import MARKET
from chitti_shared.contracts.portfolio import PORTFOLIO
from chitti_shared.contracts.sweeps import SWEEPS
from chitti_shared.contracts.system import SYSTEM

MAX_SERIES = 1_000_000
MAX_BATCH = 1_000

Bars = Annotated[int, Meta(ge=1, le=MAX_SERIES, description="Only the newest so many bars.")]
OnlyLast = Annotated[int, Meta(ge=1, le=MAX_SERIES, description="Answer only the last so many values.")]
# A series, or a panel: a row for each of several symbols
_ROWS: dict[str, Any] = {"type": ["array"], "items": {"type": ["number", "null"]}}  # beside numbers and nulls
Numbers = Annotated[np.ndarray, Meta(extra_json_schema={"items": _ROWS})]
_COUNTS: dict[str, Any] = {"type": ["array"], "items": {"type": "integer"}}
Counts = Annotated[Integers, Meta(extra_json_schema={"items": _COUNTS})]
Label = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_.\-]{1,64}\Z", description="Key of this result in the reply.")]


class SeriesRequest(Request, frozen=True):
    """What every computation takes: arrays, or a symbol whose stored bars are used.

    Arrays are series, or all of them panels: lists of series that may differ in length, or 2-D
    sections. The outputs are panels then, with the rows of the inputs; `only_last` holds for each row.
    `start` and `end` (inclusive) and `bars` choose among stored bars and are refused with
    arrays. `format=lwc` gives TradingView Lightweight Charts points, which need the dates
    of stored bars.
    """

    symbol: Symbol | None = None
    start: IsoDate | None = None
    end: IsoDate | None = None
    bars: Bars | None = None
    format: Literal["arrays", "lwc"] = "arrays"
    only_last: OnlyLast | None = None


class ItemError(msgspec.Struct, frozen=True, kw_only=True):
    """Why one item of a batch, one of its indicators, or a row of a panel has no result."""

    error: str
    message: str
    details: dict[str, Any]


class Point(msgspec.Struct, frozen=True, omit_defaults=True):
    """One point of a Lightweight Charts line; without `value` it is a gap (whitespace)."""

    time: str
    value: float | UnsetType = UNSET


class ComputeReply(Reply, frozen=True):
    """What every computation answers beside its parameters and output series.

    Of a panel, rows that fail are null, and their errors stand in `errors` by the number of the row.

    Parameters
    ----------
    computation_time_ms : float
        Time in the kernel.
    time_ms : float
        Time from the decoded request to the finished reply, loading included.
    lookback : int
        Missing values at the start of a series without gaps: null, of integers 0.
    stable_from : int or None
        First bar whose value the start of history moves by less than 1e-6 relative; None
        where the series is too short for one. Of a panel: that of a row without gaps.
    dates : list of str
        Trading days, where stored bars were used.
    series : dict
        The outputs as points, with `format=lwc`; the arrays are then left out.
    """

    symbol: str | None
    indicator: str
    computation_time_ms: float
    time_ms: float
    engine: str
    mojo_used: bool
    cache_hit: bool
    lookback: int
    stable_from: int | None
    dates: list[str] | UnsetType = UNSET
    series: dict[str, list[Point]] | UnsetType = UNSET


def parameter_fields(indicator: Indicator) -> list[tuple[str, Any, Any]]:
    """The struct fields of an indicator's parameters, shorthands first; None: not given."""
    fields: dict[str, tuple[str, Any, Any]] = {}
    for parameter in indicator.parameters:
        bounded = _bounded(parameter)
        if parameter.shorthand:
            fields.setdefault(parameter.shorthand, (parameter.shorthand, bounded | None, None))
            fields[parameter.name] = (parameter.name, bounded | None, None)
        else:
            fields[parameter.name] = (parameter.name, bounded, parameter.default)
    return list(fields.values())


def _bounded(parameter: Parameter) -> Any:
    kind: Any = parameter.kind
    bounded = Annotated[kind, Meta(ge=parameter.ge, le=parameter.le)]
    if not parameter.names:
        return bounded
    # the service takes capitals too, and says which name is meant by a wrong one
    named = Meta(min_length=1, max_length=64, extra_json_schema={"enum": list(parameter.names)})
    return bounded | Annotated[str, named]


def array_names(indicator: Indicator) -> dict[str, str]:
    """What a request may call an indicator's inputs, and which of them each name means."""
    if indicator.inputs[0] != "close" or not set(indicator.inputs) <= {"close", "other"}:
        return {name: name for name in indicator.inputs}
    names = {"prices": "close", "close": "close"}
    if "other" in indicator.inputs:
        names |= {"periods" if indicator.name == "mavp" else "prices2": "other", "other": "other"}
    return names


ARRAY_NAMES: dict[str, str] = {name: meant for one in INDICATORS for name, meant in array_names(one).items()}


def _array_fields(indicator: Indicator) -> list[tuple[str, Any, Any]]:
    return [(name, Numbers | None, None) for name in array_names(indicator)]


def _request_of(indicator: Indicator) -> type[Request]:
    made = msgspec.defstruct(
        f"Compute{_camel(indicator.name)}Request",
        [*_array_fields(indicator), *parameter_fields(indicator)],
        bases=(SeriesRequest,),
        module=__name__,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    return cast("type[Request]", made)


def _reply_of(indicator: Indicator) -> type[ComputeReply]:
    parameters = [(parameter.name, parameter.kind) for parameter in indicator.parameters]
    outputs = [(output, _panel_of(indicator, output) | UnsetType, UNSET) for output in indicator.outputs]
    made = msgspec.defstruct(
        f"Compute{_camel(indicator.name)}Reply",
        [*parameters, *outputs, ("errors", dict[int, ItemError] | UnsetType, UNSET)],
        bases=(ComputeReply,),
        module=__name__,
        frozen=True,
        kw_only=True,
    )
    return cast("type[ComputeReply]", made)


def _array_of(indicator: Indicator, output: str) -> Any:
    return Integers if output in indicator.integers else np.ndarray


def _panel_of(indicator: Indicator, output: str) -> Any:
    return Counts if output in indicator.integers else Numbers


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _actions_of(indicator: Indicator) -> list[Action]:
    request, reply = _request_of(indicator), _reply_of(indicator)
    return [
        Action(
            f"compute_{name}",
            request,
            reply,
            route=Route("POST", f"/api/compute/{name}"),
            doc=indicator.summary,
        )
        for name in (indicator.name, *indicator.aliases)
    ]


class IndicatorSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One indicator of a batch item; `type` is the name after `compute_`."""

    type: Annotated[str, Meta(min_length=1, max_length=64)]
    params: dict[str, Any] = msgspec.field(default_factory=dict)
    label: Label | None = None


def _batch_item() -> type[msgspec.Struct]:
    """One symbol of a batch: its arrays, or the symbol alone for its stored bars."""
    made = msgspec.defstruct(
        "BatchItem",
        [
            ("indicators", Annotated[list[IndicatorSpec], Meta(min_length=1, max_length=64)]),
            ("symbol", Symbol | None, None),
            *((name, np.ndarray | None, None) for name in ARRAY_NAMES),
        ],
        module=__name__,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    made.__doc__ = _batch_item.__doc__
    return made


BatchItem: Any = _batch_item()


class ComputeBatchRequest(LongRequest, frozen=True):
    """Many indicators of many symbols; `start`, `end`, `bars` choose among stored bars.

    With `progress` the results come in partial replies as they are done, in the order of
    `requests`; the final reply has the totals, and its `results` are empty.
    """

    # More than fit are payload_too_large, which the service says, not a bound of the type
    requests: Annotated[list[BatchItem], Meta(min_length=1, extra_json_schema={"maxItems": MAX_BATCH})]
    start: IsoDate | None = None
    end: IsoDate | None = None
    bars: Bars | None = None
    only_last: OnlyLast | None = None


def _batch_indicator() -> type[msgspec.Struct]:
    """One record for every indicator's result: the fields that don't apply are left out."""
    kinds: dict[str, Any] = {}
    for parameter in (parameter for one in INDICATORS for parameter in one.parameters):
        # a count in one indicator, a fraction in another: a number
        kinds[parameter.name] = parameter.kind if kinds.get(parameter.name) in (None, parameter.kind) else float
    outputs = dict.fromkeys(output for one in INDICATORS for output in one.outputs)
    return msgspec.defstruct(
        "BatchIndicator",
        [
            ("indicator", str | UnsetType, UNSET),
            *((name, kind | UnsetType, UNSET) for name, kind in kinds.items()),
            *((name, np.ndarray | UnsetType, UNSET) for name in outputs),
            ("computation_time_ms", float | UnsetType, UNSET),
            ("cache_hit", bool | UnsetType, UNSET),
            ("lookback", int | UnsetType, UNSET),
            ("error", str | UnsetType, UNSET),
            ("message", str | UnsetType, UNSET),
            ("details", dict[str, Any] | UnsetType, UNSET),
        ],
        module=__name__,
        frozen=True,
        kw_only=True,
    )


BatchIndicator: Any = _batch_indicator()


def _batch_record(indicator: Indicator) -> type[msgspec.Struct]:
    """`BatchIndicator` with one indicator's fields alone, as a service answers it."""
    return msgspec.defstruct(
        f"Batch{_camel(indicator.name)}",
        [
            ("indicator", str),
            *((parameter.name, parameter.kind) for parameter in indicator.parameters),
            *((name, _array_of(indicator, name)) for name in indicator.outputs),
            ("computation_time_ms", float),
            ("cache_hit", bool),
            ("lookback", int),
        ],
        module=__name__,
        frozen=True,
        kw_only=True,
    )


BATCH_RECORDS: dict[str, Any] = {indicator.name: _batch_record(indicator) for indicator in INDICATORS}


class BatchResult(Reply, frozen=True):
    """Results of one symbol by label: the caller's, else `sma` when alone, else `sma_20`.

    An indicator that failed has `error`, `message` and `details` in place of its series;
    `error` beside `symbol` says that the whole item failed (no such symbol, bad arrays).
    """

    symbol: str | None
    indicators: dict[str, BatchIndicator]
    dates: list[str] | UnsetType = UNSET
    error: ItemError | UnsetType = UNSET


class ComputeBatchPart(Reply, frozen=True):
    """Results of consecutive `requests`, from number `first` (of 0, 1, ...) on."""

    first: int
    results: list[BatchResult]


class ComputeBatchReply(Reply, frozen=True):
    results: list[BatchResult]
    total_computation_time_ms: float
    time_ms: float
    symbols_processed: int
    indicators_computed: int
    failed: int
    engine: str
    mojo_used: bool


class IndicatorParameter(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter; `names` are words for its values 0, 1, 2, ..., where it takes these too."""

    name: str
    type: Literal["integer", "number"]
    default: float
    minimum: float
    maximum: float
    shorthand: str | None
    names: list[str]


class IndicatorEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator; `lookback` and `recursive` are those of its default parameters.

    `integers` are those of its outputs that hold whole numbers, 0 where there is no value. The
    types of averages in `recursive_by` decide whether it is recursive.
    """

    name: str
    action: str
    label: str
    group: str
    inputs: list[str]
    parameters: list[IndicatorParameter]
    outputs: list[str]
    integers: list[str]
    recursive: bool
    recursive_by: list[str]
    repaints: bool
    streams: bool
    sparse: bool
    lookback: int
    summary: str
    source: str
    aliases: list[str]


class ListIndicatorsReply(Reply, frozen=True):
    indicators: list[IndicatorEntry]
    count: int


COMPUTE: tuple[Action, ...] = tuple(action for indicator in INDICATORS for action in _actions_of(indicator))
_BY_NAME = {action.name: action for action in COMPUTE}
SMA, RSI, MACD, BOLLINGER = (_BY_NAME[f"compute_{name}"] for name in ("sma", "rsi", "macd", "bollinger"))

BATCH = Action(
    "compute_batch",
    ComputeBatchRequest,
    ComputeBatchReply,
    lane="bulk",
    partial=ComputeBatchPart,
    route=Route("POST", "/api/compute/batch"),
    doc="Many indicators of many symbols in one call.",
)
LIST_INDICATORS = Action(
    "list_indicators",
    Empty,
    ListIndicatorsReply,
    route=Route("GET", "/api/compute/indicators"),
    doc="Every indicator with its inputs, parameters and outputs.",
)

_STORED = (*MARKET, *FUNDAMENTALS, *PORTFOLIO)
_ACTIONS = (*COMPUTE, BATCH, LIST_INDICATORS, COMPUTE_COLUMNS, *BACKTESTS, *SWEEPS, *_STORED, *SYSTEM)
MOJO_COMPUTE = Service("mojo-compute", 6004, _ACTIONS)


def action_of(name: str) -> Action:
    """The action of an indicator, by its name or an alias. KeyError: there is none."""
    return _BY_NAME[f"compute_{BY_NAME[name].name}"]
