"""The long results of a run as packed rows: how they are stored, cut into pages, and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts.backtest_results import RoundTrip, Trade

from mojo_compute.backtesting.data import Times
from mojo_compute.backtesting.runs import FILL, REASONS, ROUND_TRIP, Run, Table
from mojo_compute.kernels.arrays import Floats
from mojo_compute.storage.runs import WHOLE, TablePage

# About 70 bytes of JSON a bar, 500 a trade with its round trip; 32 MiB fit into an envelope
MOST_BARS, MOST_TRADES = 250_000, 20_000

_TIME = "<i8"  # seconds in India, counted from 1970; the least number: not known
_UNKNOWN = np.iinfo(np.int64).min

BAR = np.dtype([("time", _TIME), ("equity", "<f8"), ("drawdown", "<f8"), ("benchmark", "<f8")])
TIMED_FILL = np.dtype([*FILL.descr, ("time", _TIME)])
TIMED_TRIP = np.dtype([*ROUND_TRIP.descr, ("entry_time", _TIME), ("exit_time", _TIME)])
# as stored with a run: older ones keep their rows
LAYOUTS = {"bars": BAR, "fills": TIMED_FILL, "round_trips": TIMED_TRIP, "open_trades": TIMED_TRIP}

Tables = Mapping[str, tuple[int, Table]]  # by name: how many rows there are in all, and a page of them


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the long results is wanted."""

    trades_after: int = 0
    trades_limit: int = 1_000
    curve_after: int = 0
    curve_limit: int = 100_000

    def of(self, results: int) -> Page:
        """The same, for so many results in one reply, of which no more is told than a reply can carry."""
        each = max(1, results)
        return Page(
            self.trades_after,
            min(self.trades_limit, MOST_TRADES // each),
            self.curve_after,
            min(self.curve_limit, MOST_BARS // each),
        )

    @property
    def wanted(self) -> dict[str, tuple[int, int]]:
        """From which row on, and how many at most, by name."""
        trades = self.trades_after, self.trades_limit
        return {
            "bars": (self.curve_after, self.curve_limit),
            "fills": trades,
            "round_trips": trades,
            "open_trades": WHOLE,
        }


def tables_of(run: Run, times: Times | None, drawdown: Floats, benchmark: Floats | None) -> dict[str, Table]:
    """The long results of a run, by name."""
    seconds = None if times is None else times.astype("datetime64[s]").view(np.int64)
    bars = np.empty(len(run.equity), BAR)
    bars["time"] = _UNKNOWN if seconds is None else seconds
    bars["equity"], bars["drawdown"] = run.equity, drawdown
    bars["benchmark"] = np.nan if benchmark is None else benchmark
    fills = _widened(run.fills, TIMED_FILL)
    fills["time"] = _at(seconds, fills["bar"])
    tables = {"bars": bars, "fills": fills}
    for name, trips in (("round_trips", run.round_trips), ("open_trades", run.open_trades)):
        timed = _widened(trips, TIMED_TRIP)
        timed["entry_time"] = _at(seconds, timed["entry_bar"])
        timed["exit_time"] = _at(seconds, timed["exit_bar"])
        tables[name] = timed
    return tables


def cut(tables: Mapping[str, Table], page: Page) -> Tables:
    """A page of results that are at hand."""
    return {
        name: (len(tables[name]), tables[name][first : first + most])
        for name, (first, most) in page.wanted.items()
        if name in tables
    }


def unpacked(pages: Sequence[TablePage], part: int) -> Tables:
    """A page of stored results."""
    return {one.name: (one.rows, np.frombuffer(one.data, LAYOUTS[one.name])) for one in pages if one.part == part}


def paged_fields(tables: Tables, page: Page, symbols: Sequence[str], *, daily: bool) -> dict[str, Any]:
    """The fields of a reply that come in pages, as records."""
    bars_total, bars = tables["bars"]
    fills_total, fills = tables["fills"]
    trips_total, trips = tables["round_trips"]
    open_total, opened = tables["open_trades"]
    fields: dict[str, Any] = {
        "equity_curve": np.ascontiguousarray(bars["equity"]),
        "drawdown_curve": np.ascontiguousarray(bars["drawdown"]),
        "trades": _trades(fills, symbols, daily=daily),
        "round_trips": _round_trips(trips, symbols, daily=daily),
        "open_trades": _round_trips(opened, symbols, daily=daily, last_bar=bars_total - 1),
        "counts": {"bars": bars_total, "trades": fills_total, "round_trips": trips_total, "open_trades": open_total},
        "next_curve": _next(page.curve_after, page.curve_limit, bars_total),
        "next_trades": _next(page.trades_after, page.trades_limit, max(fills_total, trips_total)),
    }
    if len(bars) and bars["time"][0] != _UNKNOWN:
        fields["dates"] = texts(bars["time"], daily=daily)
    if not np.isnan(bars["benchmark"]).all():
        fields["benchmark_curve"] = np.ascontiguousarray(bars["benchmark"])
    return fields


def texts(seconds: npt.NDArray[np.int64], *, daily: bool) -> list[Any]:
    """Times as text, days without the hour; None: not known."""
    times = np.asarray(seconds).view("datetime64[s]")
    told: list[Any] = np.datetime_as_string(times, unit="D" if daily else "s").tolist()
    return told if not np.isnat(times).any() else [None if one == "NaT" else one for one in told]


def _next(after: int, limit: int, total: int) -> int | None:
    return after + limit if after + limit < total else None


def _widened(table: Table, layout: np.dtype[Any]) -> Table:
    wide = np.empty(len(table), layout)
    for name in table.dtype.names or ():
        wide[name] = table[name]
    return wide


def _at(seconds: npt.NDArray[np.int64] | None, bars: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    if seconds is None or not len(bars):
        return np.full(len(bars), _UNKNOWN)
    return np.where(bars >= 0, seconds[bars], _UNKNOWN)


def _trades(fills: Table, symbols: Sequence[str], *, daily: bool) -> list[Trade]:
    dates = texts(np.ascontiguousarray(fills["time"]), daily=daily)
    return [
        Trade(
            date=date,
            type="buy" if quantity > 0 else "sell",
            price=price,
            quantity=abs(quantity),
            pnl=pnl if pnl == pnl else None,
            symbol=symbols[row],
            cost=cost,
            reason=REASONS[reason],
            bar=bar,
        )
        for date, (bar, row, quantity, price, cost, pnl, reason, _whole, _time) in zip(
            dates, fills.tolist(), strict=True
        )
    ]


def _round_trips(trips: Table, symbols: Sequence[str], *, daily: bool, last_bar: int | None = None) -> list[RoundTrip]:
    """Closed ones; open ones where the last bar is given."""
    entries = texts(np.ascontiguousarray(trips["entry_time"]), daily=daily)
    exits = texts(np.ascontiguousarray(trips["exit_time"]), daily=daily)
    told: list[RoundTrip] = []
    for entry, exit_, values in zip(entries, exits, trips.tolist(), strict=True):
        row, side, entry_bar, exit_bar, quantity, entry_price, exit_price, *rest = values
        costs, pnl, gain, mae, mfe, reason, entries_made = rest[:7]
        is_open = last_bar is not None
        trip = RoundTrip(
            symbol=symbols[row],
            side="long" if side > 0 else "short",
            entry_date=entry,
            exit_date=exit_,
            entry_bar=entry_bar,
            exit_bar=None if is_open else exit_bar,
            bars=(exit_bar if last_bar is None else last_bar) - entry_bar,
            quantity=quantity,
            entry_price=entry_price,
            exit_price=exit_price,
            costs=costs,
            pnl=pnl,
            return_=gain,
            mae=mae,
            mfe=mfe,
            reason=None if is_open else REASONS[reason],
            entries=entries_made,
        )
        told.append(trip)
    return told
