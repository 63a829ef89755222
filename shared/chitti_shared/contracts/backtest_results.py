"""What a backtest brought: fills, closed trades, curves, what the proof of causality found."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from chitti_shared.contracts.action import Reply

_ROW: dict[str, Any] = {"items": {"type": ["number", "null"]}}
Column = Annotated[np.ndarray, Meta(extra_json_schema=_ROW)]


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """A fill. `pnl` is what the closed part made, net of all its costs; null where it only opened."""

    date: str | None
    type: Literal["buy", "sell"]
    price: float
    quantity: float
    pnl: float | None
    symbol: str
    cost: float
    reason: str
    bar: int


class RoundTrip(msgspec.Struct, frozen=True, kw_only=True):
    """A closed trade, or part of one; an open one has the last close as exit price, its other exit fields are null.

    `return`, `mae` and `mfe` are fractions of the entry price: what it made net, its worst and its best.
    """

    symbol: str
    side: Literal["long", "short"]
    entry_date: str | None
    exit_date: str | None
    entry_bar: int
    exit_bar: int | None
    bars: int
    quantity: float
    entry_price: float
    exit_price: float
    costs: float
    pnl: float
    return_: float = msgspec.field(name="return")
    mae: float
    mfe: float
    reason: str | None
    entries: int


class SkippedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order that was not filled, or not whole."""

    date: str | None
    symbol: str
    reason: str
    bar: int
    count: int


class Skips(msgspec.Struct, frozen=True, kw_only=True):
    """`orders` are the first 100 of `total`."""

    total: int
    by_reason: dict[str, int]
    orders: list[SkippedOrder]


class Lookahead(msgspec.Struct, frozen=True, kw_only=True):
    """Whether decisions stay the same when the history after them is cut off.

    Parameters
    ----------
    checked : bool
        False, and `ok` null, where nothing could be recomputed; `reason` says why.
    points : list of int
        The last bars of the shortened histories.
    first_difference : dict or None
        The earliest decision that changed: `bar`, `date`, `symbol`, `field`, `point`, and what was decided with
        everything there (`whole`) and with the bars up to `point` (`cut`).
    """

    checked: bool
    ok: bool | None
    points: list[int]
    first_difference: dict[str, Any] | None = None
    reason: str = ""


class ResultError(msgspec.Struct, frozen=True, kw_only=True):
    error: str
    message: str
    details: dict[str, Any]


class BacktestResult(Reply, frozen=True):
    """What one run brought. `counts` says how much there is of what is given in pages.

    Parameters
    ----------
    results : dict
        Every metric; null where it is not defined.
    equity_curve, drawdown_curve, benchmark_curve : array
        A value for each of `dates`; equity in rupees at each close.
    cost_sensitivity : list of dict
        The same orders at once, twice and three times the costs (`times`, `total_return`, `sharpe_ratio`, ...).
    costs_by_line : dict
        Rupees paid, by the name of the charge.
    monthly_returns : dict
        By month (`2025-09`), oldest first; the first month's is taken of the initial capital.
    benchmark : dict or None
        Its `name`, its own figures, and the run's against it (`alpha`, `beta`, ...).
    next_trades, next_curve : int or None
        Where the next page begins (`trades_after`, `curve_after`); None: nothing is left.
    """

    symbol: str | UnsetType | None = UNSET
    symbols: list[str] | UnsetType = UNSET
    fill: str | UnsetType = UNSET
    results: dict[str, int | float | str | None] | UnsetType = UNSET
    sharpe: float | UnsetType | None = UNSET
    return_: float | UnsetType | None = msgspec.field(default=UNSET, name="return")
    dates: list[str] | UnsetType = UNSET
    equity_curve: Column | UnsetType = UNSET
    drawdown_curve: Column | UnsetType = UNSET
    benchmark_curve: Column | UnsetType = UNSET
    trades: list[Trade] | UnsetType = UNSET
    round_trips: list[RoundTrip] | UnsetType = UNSET
    open_trades: list[RoundTrip] | UnsetType = UNSET
    skipped: Skips | UnsetType = UNSET
    ambiguous_bars: int | UnsetType = UNSET
    monthly_returns: dict[str, float] | UnsetType = UNSET
    benchmark: dict[str, Any] | UnsetType | None = UNSET
    cost_sensitivity: list[dict[str, int | float | None]] | UnsetType = UNSET
    costs_by_line: dict[str, float] | UnsetType = UNSET
    lookahead: Lookahead | UnsetType = UNSET
    manifest: dict[str, Any] | UnsetType = UNSET
    notes: list[str] | UnsetType = UNSET
    counts: dict[str, int] | UnsetType = UNSET
    next_trades: int | UnsetType | None = UNSET
    next_curve: int | UnsetType | None = UNSET
    error: ResultError | UnsetType = UNSET
