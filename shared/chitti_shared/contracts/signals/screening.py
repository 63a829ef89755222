"""Screens: criteria over the newest values of every symbol."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import Action, Empty, LongRequest, Reply, Route

MAX_CRITERIA = 64
FieldName = Annotated[str, Meta(min_length=1, max_length=100, examples=["rsi_14", "pe_sector_rank"])]
Op = Literal[">", ">=", "<", "<=", "=", "!=", "between", "in"]
Value = float | str | Annotated[list[float | str], Meta(max_length=1000)]


class Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`field op value`: `{"field": "rsi_14", "op": "<", "value": 30}`.

    The value is a number or the name of another field (`{"field": "close", "op": ">", "value": "sma_200"}`); for
    `between` two numbers, bounds included; for `in` a list. `industry` (or `sector`) and `symbol` are names: they take
    `=`, `!=` and `in`. A value that is not known matches nothing.
    """

    field: FieldName
    op: Op
    value: Value


Criteria = Annotated[list[Criterion], Meta(max_length=MAX_CRITERIA)]


class ScreenRequest(LongRequest, frozen=True, kw_only=True):
    """Symbols that match all of `criteria`, one of `any` (if there are any) and none of `none`.

    Parameters
    ----------
    sort : str
        The field that rows are ordered by; those where it isn't known stand last, equal ones by symbol.
    fields : list of str or None
        What each row tells; None: the fields of the criteria and of the order, the close and its change.
    cursor : str or None
        `next_cursor` of the reply before, with the same order.
    progress : bool
        Tell how far the snapshot is built, where a daemon that has just started is still at it.
    """

    criteria: Criteria = msgspec.field(default_factory=list)
    any: Criteria = msgspec.field(default_factory=list)
    none: Criteria = msgspec.field(default_factory=list)
    sort: FieldName = "symbol"
    descending: bool = False
    limit: Annotated[int, Meta(ge=1, le=1000)] = 50
    cursor: Annotated[str, Meta(max_length=512)] | None = None
    fields: Annotated[list[FieldName], Meta(max_length=200)] | None = None


class ScreenPart(Reply, frozen=True, kw_only=True):
    """How far the snapshot is built: symbols read, of how many."""

    symbols: int
    of: int


class ScreenRow(Reply, frozen=True, kw_only=True):
    """One symbol; `values` by field, null where it isn't known. `bar_date` is that of its newest bar."""

    symbol: str
    name: str | None
    industry: str | None
    bar_date: str | None
    values: dict[str, float | None]


class ScreenReply(Reply, frozen=True, kw_only=True):
    """`matched` of `symbols` symbols match, `rows` has a page of them.

    `as_of` is the newest bar's day, `built_at` when the newest change was taken in.
    """

    rows: list[ScreenRow]
    fields: list[str]
    matched: int
    symbols: int
    next_cursor: str | None
    as_of: str | None
    built_at: datetime
    time_ms: float


class ScreenField(Reply, frozen=True, kw_only=True):
    """A field; `known` is how many symbols have a value of it, `names` those of a category."""

    name: str
    title: str
    unit: Literal["number", "percent", "rupees", "crore", "shares", "category"]
    group: str
    known: int
    names: list[str] | None = None


class ListScreenFieldsReply(Reply, frozen=True, kw_only=True):
    fields: list[ScreenField]
    count: int
    symbols: int
    as_of: str | None


SCREEN = Action(
    "screen",
    ScreenRequest,
    ScreenReply,
    partial=ScreenPart,
    route=Route("POST", "/api/signals/screen"),
    doc="Symbols whose newest values match criteria, sorted and paged.",
)
LIST_SCREEN_FIELDS = Action(
    "list_screen_fields",
    Empty,
    ListScreenFieldsReply,
    route=Route("GET", "/api/signals/screen/fields"),
    doc="Every field that screens know.",
)
