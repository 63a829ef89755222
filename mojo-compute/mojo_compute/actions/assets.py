"""The returns that an action about portfolios works with, and the sectors of its assets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from chitti_shared import universe
from chitti_shared.contracts.assets import MAX_ASSETS, AssetsRequest, CovarianceReply, Span, TailReply, TreeReply
from chitti_shared.errors import InvalidInput, NotFound, PayloadTooLarge
from chitti_shared.names import nearest
from msgspec import UNSET

from mojo_compute.actions.inputs import check_apart, is_panel, span_of, stored
from mojo_compute.context import ComputeContext
from mojo_compute.kernels.arrays import Floats
from mojo_compute.market_data.bars import Days
from mojo_compute.portfolio.covariance import Covariance
from mojo_compute.portfolio.hierarchy import Tree
from mojo_compute.portfolio.returns import Panel, check_known, from_series, of_prices, of_returns
from mojo_compute.portfolio.risk.measures import Tail
from mojo_compute.storage import Series, find, known
from mojo_compute.storage import Span as Choice

_AT_ONCE = 100  # symbols whose bars are loaded at a time
_SYMBOL = re.compile(r"[A-Z0-9&.\-]{1,20}\Z")
Path = tuple[Days, Floats]  # days, and the prices of these


@dataclass(frozen=True, slots=True)
class Source:
    """Where returns come from: `stored` bars by symbol, or what the request itself holds."""

    request: AssetsRequest
    symbols: tuple[str, ...]
    benchmark: str | None
    stored: Mapping[str, Series] | None


@dataclass(frozen=True, slots=True)
class Assets:
    """Returns of the assets, those of the benchmark over the same periods, and all known prices of each asset."""

    panel: Panel
    benchmark: Floats | None
    history: Sequence[Path] | None


async def source_of(request: AssetsRequest, field: str, wanted: Sequence[str] | None, ctx: ComputeContext) -> Source:
    """What a request is about.

    Parameters
    ----------
    field : str
        What names the assets.
    wanted : sequence of str or None
        The assets; None: all that the request gives, but its benchmark.

    Raises
    ------
    InvalidInput
        No assets, some twice, or a choice among stored bars beside given arrays.
    NotFound
        No such symbol, or nothing is stored for it.
    """
    _check_form(request)
    if request.prices is not None or request.returns is not None:
        given = _given_symbols(request)
        assets = [one for one in given if one != request.benchmark] if wanted is None else list(wanted)
        check_known(field, assets, given)
        if request.benchmark is not None:
            check_known("benchmark", [request.benchmark], given)
        return Source(request, tuple(assets), request.benchmark, None)
    if not wanted:
        raise InvalidInput(
            "expected symbols with stored prices, or prices or returns of assets",
            field="symbols",
            constraint="symbols, prices or returns",
        )
    check_known(field, wanted, request.symbols or wanted)
    asked = list(dict.fromkeys([*wanted, *([request.benchmark] if request.benchmark else [])]))
    found = await find(ctx.pool, asked)
    companies = {one: stored(known(found.get(one), one)) for one in asked}
    check_apart({one: companies[one].symbol for one in wanted})
    series: dict[str, Series] = {}
    for some in _in_groups(asked):
        loaded = await ctx.prices.load([companies[one] for one in some], Choice())
        # the closes alone: a thousand symbols' other columns would be memory for nothing
        for one in some:
            whole = loaded[companies[one].instrument_id]
            series[one] = Series(whole.days, {"close": whole.columns["close"]})
    return Source(request, tuple(wanted), request.benchmark, series)


def _in_groups(symbols: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(symbols), _AT_ONCE):
        yield symbols[first : first + _AT_ONCE]


def assets_of(source: Source) -> Assets:
    """The returns of a request.

    Raises
    ------
    InvalidInput
        Prices or returns that are none, or too few.
    """
    columns = list(dict.fromkeys([*source.symbols, *([source.benchmark] if source.benchmark else [])]))
    history: list[Path] | None
    if source.stored is not None:
        panel = _stored_panel(source.stored, columns, source.request)
        history = [(series.days, series.columns["close"]) for series in map(source.stored.__getitem__, source.symbols)]
    else:
        table, days = _given_table(source.request, columns)
        if source.request.returns is not None:
            panel, history = of_returns(tuple(columns), table, days), None
        else:
            panel = of_prices(tuple(columns), table, days)
            history = _paths(table, days, len(source.symbols))
    benchmark = None if source.benchmark is None else panel.values[:, columns.index(source.benchmark)].copy()
    return Assets(panel.of(source.symbols), benchmark, history)


def _stored_panel(stored_: Mapping[str, Series], columns: Sequence[str], request: AssetsRequest) -> Panel:
    span = span_of(request)
    chosen = {}
    for symbol in columns:
        series = stored_[symbol].within(span)
        if not len(series):
            raise NotFound(f"no prices of {symbol} are stored between those days", kind="prices", symbol=symbol)
        chosen[symbol] = series.days, series.columns["close"]
    symbols, days, prices = from_series(chosen)
    return of_prices(symbols, prices, days, "symbols")


def _paths(table: Floats, days: Days | None, assets: int) -> list[Path] | None:
    if days is None:
        return None
    there = ~np.isnan(table)
    return [(days[there[:, at]], table[there[:, at], at]) for at in range(assets)]


def _check_form(request: AssetsRequest) -> None:
    if request.prices is not None and request.returns is not None:
        raise InvalidInput(
            "prices and returns are given, one of them is enough", field="returns", constraint="prices or returns"
        )
    is_given = request.prices is not None or request.returns is not None
    for name in ("start", "end", "bars") if is_given else ("dates",):
        if getattr(request, name) is not None:
            what = "chooses among stored bars; arrays are taken whole" if is_given else "belongs to prices or returns"
            constraint = "no arrays given" if is_given else "prices or returns given"
            raise InvalidInput(f"{name} {what}", field=name, constraint=constraint)
    if request.symbols is not None:
        check_once("symbols", request.symbols)


def check_once(field: str, names: Iterable[str]) -> None:
    """Raise InvalidInput when a name is there twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InvalidInput(f"{field} has {name} twice", field=field, constraint="each once")
        seen.add(name)


def _given_symbols(request: AssetsRequest) -> list[str]:
    """The names of the given series."""
    name, table = ("prices", request.prices) if request.prices is not None else ("returns", request.returns)
    assert table is not None
    if isinstance(table.series, Mapping):
        _check_names(name, table.series)
        return list(table.series)
    if not is_panel(table.series):
        raise InvalidInput(
            f"{name} is one series: give {{symbol: [...]}}, or a row for each of symbols",
            field=name,
            constraint="series by symbol, or rows",
        )
    if request.symbols is None or len(request.symbols) != len(table.series):
        there = "none" if request.symbols is None else str(len(request.symbols))
        raise InvalidInput(
            f"{name} has {len(table.series)} rows, expected a name for each in symbols, found {there}",
            field="symbols",
            constraint="a symbol for each row",
        )
    return list(request.symbols)


def _check_names(field: str, series: Mapping[str, object]) -> None:
    if not series:
        raise InvalidInput(f"{field} has no series", field=field, constraint="a series or more")
    if len(series) > MAX_ASSETS:
        raise PayloadTooLarge(
            f"{field} has {len(series)} series, at most {MAX_ASSETS} fit", field=field, constraint=f"<= {MAX_ASSETS}"
        )
    for one in series:
        if not _SYMBOL.match(one):
            raise InvalidInput(
                f"{field} has a series called {one[:40]!r}, expected a symbol: 1-20 of A-Z, 0-9, &, . and -",
                field=field,
                constraint="symbols",
            )


def _given_table(request: AssetsRequest, columns: Sequence[str]) -> tuple[Floats, Days | None]:
    """The given series as columns, and their days."""
    name, table = ("prices", request.prices) if request.prices is not None else ("returns", request.returns)
    assert table is not None
    names = _given_symbols(request)
    rows: Mapping[str, Any] = (
        table.series if isinstance(table.series, Mapping) else dict(zip(names, table.series, strict=True))
    )
    chosen = [np.asarray(rows[one]) for one in columns]
    for symbol, row in zip(columns, chosen, strict=True):
        if is_panel(row):
            raise InvalidInput(f"{name} of {symbol} is no series of numbers", field=name, constraint="rows of numbers")
        if len(row) != len(chosen[0]):
            raise InvalidInput(
                f"{name} of {symbol} has {len(row)} values, of {columns[0]} {len(chosen[0])}",
                field=f"{name}.{symbol}",
                constraint="equal lengths",
            )
    values = np.ascontiguousarray(np.array(chosen, dtype=np.float64).T)
    return values, None if request.dates is None else _days(request.dates)


def _days(dates: Sequence[str]) -> Days:
    try:
        return np.array(dates, dtype="datetime64[D]")
    except ValueError as error:
        raise InvalidInput(f"dates has one that is no day: {error}", field="dates", constraint="YYYY-MM-DD") from error


def sectors_of(request: AssetsRequest, symbols: Sequence[str]) -> dict[str, str]:
    """The sector of each asset that has one."""
    if request.sectors is not None:
        return {one: request.sectors[one] for one in symbols if one in request.sectors}
    companies = {one: universe.by_symbol(one) for one in symbols}
    return {one: company.industry for one, company in companies.items() if company is not None}


def sector_named(field: str, name: str, sectors: Mapping[str, str]) -> str:
    """A sector of the assets, by its name or what people call it. Errors: InvalidInput."""
    there = list(dict.fromkeys(sectors.values()))
    for one in (name, universe.INDUSTRY_NAMES.get(name)):
        if one is not None and one in there:
            return one
    hint = nearest(name, there) or (f"; there are {', '.join(there)}" if there else "; no asset has a sector")
    raise InvalidInput(f"{field} names {name}, which no asset belongs to{hint}", field=field, constraint="known sector")


def vector(
    field: str, values: Mapping[str, float] | None, symbols: Sequence[str], default: float = 0.0
) -> Floats | None:
    """A mapping by symbol as numbers in the order of the assets; None stays None. Errors: InvalidInput."""
    if values is None:
        return None
    check_known(field, values, symbols)
    return np.array([values.get(one, default) for one in symbols], dtype=np.float64)


def span_reply(panel: Panel) -> Span:
    days = panel.days
    return Span(
        periods=panel.periods,
        first_date=None if days is None else str(days[0]),
        last_date=None if days is None else str(days[-1]),
    )


def covariance_reply(covariance: Covariance, *, matrices: bool) -> CovarianceReply:
    matrix = covariance.matrix if matrices else UNSET
    return CovarianceReply(method=covariance.kind, shrinkage=covariance.shrinkage, matrix=matrix)


def tree_reply(tree: Tree, symbols: Sequence[str]) -> TreeReply:
    return TreeReply(order=[symbols[at] for at in tree.order], links=tree.links)


def tail_reply(tail: Tail, confidence: float) -> TailReply:
    return TailReply(
        confidence=confidence,
        var=tail.var,
        cvar=tail.cvar,
        var_range=UNSET if tail.var_range is None else tail.var_range,
        cvar_range=UNSET if tail.cvar_range is None else tail.cvar_range,
    )
