"""Expressions computed over stored bars: what rules and screens are made of. Over the socket only."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

from chitti_shared.contracts.action import Action, Reply, Request, Symbol
from chitti_shared.contracts.arrays import Integers

MAX_SYMBOLS = 100
MAX_COLUMNS = 128
MAX_BARS = 1_000_000
MAX_REPLY_BYTES = 32 << 20


class ComputeColumnsRequest(Request, frozen=True):
    """Expressions of prices and volume over the stored bars of symbols.

    Parameters
    ----------
    symbols : list of str
        At most 100.
    columns : list of JSON
        Numbers of the language of rules (docs/EXPRESSIONS.md), such as `{"sma": 20}`; at most 128.
    bars : int or None
        Only the newest so many of each symbol are answered; they are computed over all that are stored.
    recent : list of JSON
        Further numbers, of which only the newest values are answered; at most 128.
    recent_bars : int
        How many values of each of `recent`; at most as many as `bars` leaves.
    """

    symbols: Annotated[list[Symbol], Meta(min_length=1, max_length=MAX_SYMBOLS)]
    columns: Annotated[list[Any], Meta(max_length=MAX_COLUMNS)] = msgspec.field(default_factory=list)
    bars: Annotated[int, Meta(ge=1, le=MAX_BARS)] | None = None
    recent: Annotated[list[Any], Meta(max_length=MAX_COLUMNS)] = msgspec.field(default_factory=list)
    recent_bars: Annotated[int, Meta(ge=1, le=MAX_BARS)] = 1


class RefusedSymbol(msgspec.Struct, frozen=True, kw_only=True):
    """Why a symbol has no values."""

    error: str
    message: str
    details: dict[str, Any]


class ComputeColumnsReply(Reply, frozen=True):
    """Bars and columns, those of all symbols behind each other, oldest first.

    Parameters
    ----------
    symbols : list of str
        Those that have values, as they were asked for, in that order.
    current : list of str
        What each of them is called today.
    counts : array of int
        How many bars each of them has here.
    changed_seq : list of int
        The number of the import or adjustment that changed each one's bars last.
    days : array of int
        Days since 1 January 1970.
    columns : array, shape (columns, bars of all symbols)
        A row for each column of the request; null in warm-up.
    recent : array, shape (recent, recent values of all symbols)
        A row for each of `recent`; of each symbol as many as its count, at most `recent_bars`.
    refused : dict
        The other symbols, by name.
    """

    symbols: list[str]
    current: list[str]
    counts: Integers
    changed_seq: list[int]
    days: Integers
    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray
    columns: np.ndarray
    recent: np.ndarray
    refused: dict[str, RefusedSymbol]


COMPUTE_COLUMNS = Action(
    "compute_columns",
    ComputeColumnsRequest,
    ComputeColumnsReply,
    lane="bulk",
    doc="Expressions of prices and volume over the stored bars of many symbols.",
)
