"""From a request for a backtest to its strategy and the data it runs over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from chitti_shared.contracts.backtests import BacktestRequest, Prices, RunRequest
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import ChittiError, InvalidInput, NotFound

from mojo_compute.actions.inputs import check_apart, span_of, stored
from mojo_compute.backtesting.checks import bars_of, times_of
from mojo_compute.backtesting.corporate import Happening
from mojo_compute.backtesting.data import Bars, News, closing_time
from mojo_compute.backtesting.expressions import compile_strategy
from mojo_compute.backtesting.strategies import Strategy, declaration_of, execution_of, make, split
from mojo_compute.backtesting.strategies.dated import DatedEntries
from mojo_compute.backtesting.strategies.parameters import SETTINGS
from mojo_compute.context import ComputeContext
from mojo_compute.kernels.arrays import Floats
from mojo_compute.storage import Found, Series, Span, find, known
from mojo_compute.storage.adjustments import load_happenings
from mojo_compute.storage.news import Scores, load_scores

BUY_AND_HOLD, NO_BENCHMARK = "buy_and_hold", "none"
_GIVEN = ("prices", "data", "panel")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run: a strategy, and how its orders are executed. `needs` is what it looks at beside bars."""

    strategy: Strategy
    execution: Execution
    needs: str = "series"
    declared: str | None = None


def plan_of(request: RunRequest) -> Plan:
    """The request's strategy. Errors: InvalidInput, NotFound."""
    if isinstance(request, BacktestRequest) and request.entries is not None:
        return _dated(request, request.entries)
    if (request.strategy_id is None) == (request.strategy is None):
        found = "neither" if request.strategy is None else "both"
        raise InvalidInput(
            f"expected strategy_id or strategy, found {found}", field="strategy_id", constraint="one of the two"
        )
    if request.strategy_id is not None:
        declared = declaration_of(request.strategy_id)
        own, execution = split(declared, request.parameters)
        return Plan(make(request.strategy_id, own), execution, declared.needs, declared.name)
    own = {name: value for name, value in request.parameters.items() if name not in SETTINGS}
    settings = {name: value for name, value in request.parameters.items() if name in SETTINGS}
    strategy = compile_strategy(request.strategy, own, "strategy")
    return Plan(strategy, execution_of({**strategy.settings, **settings}), strategy.needs)


def _dated(request: BacktestRequest, entries: Mapping[str, Sequence[str]]) -> Plan:
    for name in ("strategy_id", "strategy"):
        if getattr(request, name) is not None:
            raise InvalidInput(f"{name} stands beside entries", field=name, constraint="entries or a strategy")
    return Plan(DatedEntries.parsed(entries), execution_of(request.parameters))


def symbols_of(request: RunRequest) -> list[str]:
    """The symbols that a request names, in its order. Errors: InvalidInput (twice the same, two kinds of data, ...)."""
    is_stored(request)
    given = [name for name in _GIVEN if getattr(request, name) is not None]
    if len(given) > 1:
        raise InvalidInput(f"{given[1]} stands beside {given[0]}", field=given[1], constraint="one kind of data")
    if request.panel is not None:
        _refuse(request, ("symbol", "symbols"), "panel names its symbols itself")
        return list(request.panel)
    if request.symbol is not None and request.symbols is not None:
        raise InvalidInput("symbol stands beside symbols", field="symbols", constraint="one of the two")
    symbols = request.symbols or ([request.symbol] if request.symbol is not None else [])
    if len(set(symbols)) < len(symbols):
        twice = next(one for one in symbols if symbols.count(one) > 1)
        raise InvalidInput(f"{twice} is among the symbols twice", field="symbols", constraint="unique")
    if given and request.symbols is not None:
        raise InvalidInput(
            f"{given[0]} are bars of one symbol: give those of several as panel", field="symbols", constraint="symbol"
        )
    if not given and not symbols:
        raise InvalidInput(
            "expected prices, a panel, or a symbol whose stored prices are used",
            field="prices",
            constraint="prices, panel, symbol or symbols",
        )
    return symbols


def is_stored(request: RunRequest) -> bool:
    """Whether stored bars are meant. Errors: InvalidInput where a choice among them stands beside given ones."""
    if all(getattr(request, name) is None for name in _GIVEN):
        return True
    _refuse(request, ("start", "end", "bars"), "it chooses among stored bars")
    if not request.adjusted:
        raise InvalidInput("adjusted is about stored bars", field="adjusted", constraint="no prices given")
    return False


def _refuse(request: RunRequest, names: Sequence[str], why: str) -> None:
    for name in names:
        if getattr(request, name) is not None:
            raise InvalidInput(
                f"{name} does not go with prices that are given: {why}", field=name, constraint="no prices given"
            )


def given_bars(request: RunRequest, execution: Execution) -> list[Bars]:
    """The bars that a request brings, one symbol each. Errors: InvalidInput, naming field, index and date."""
    if request.panel is not None:
        return [_given(symbol, one, execution, f"panel.{symbol}.") for symbol, one in request.panel.items()]
    name = "prices" if request.prices is not None else "data"
    prices: Prices = getattr(request, name)
    return [_given(request.symbol or "", prices, execution, f"{name}.")]


def _given(symbol: str, prices: Prices, execution: Execution, path: str) -> Bars:
    columns = {name: getattr(prices, name) for name in ("open", "high", "low", "close", "volume")}
    try:
        return bars_of(columns, times_of(prices.dates), symbol, execution)
    except InvalidInput as error:
        field = error.details.get("field", "")
        raise InvalidInput(path + error.message, **{**error.details, "field": path + field}) from error


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database has for a request.

    Parameters
    ----------
    series : dict of Series
        Bars by the symbol asked for.
    failed : dict of NotFound
        Symbols that have none.
    benchmark : Series or None
        Of the symbol that is the benchmark.
    scores : Scores or None
        What articles said about the symbols, by their place in the request.
    happenings : sequence of Happening
        Splits and dividends, for bars as they were traded.
    """

    series: Mapping[str, Series]
    failed: Mapping[str, ChittiError]
    benchmark: Series | None = None
    scores: Scores | None = None
    happenings: Sequence[Happening] = ()


async def load(
    request: RunRequest, needs: str, symbols: Sequence[str], ctx: ComputeContext, benchmark: str = BUY_AND_HOLD
) -> Stored:
    """Everything that a request wants of the database. Errors: InvalidInput, NotFound (the benchmark)."""
    if needs == "news" and not symbols:
        raise InvalidInput(
            "articles are found by symbol: expected one beside the prices", field="symbol", constraint="required"
        )
    names = symbols if is_stored(request) else []
    others = [] if benchmark in (BUY_AND_HOLD, NO_BENCHMARK) else [benchmark]
    found, failed = await _find_companies([*names, *others], ctx)
    check_apart({one: found[one].symbol for one in names if one in found})
    series = await _load_series(
        {one: found[one] for one in names if one in found}, span_of(request), failed, ctx, adjusted=request.adjusted
    )
    # nothing is executed at a benchmark's prices: as they were traded, its splits would be falls
    compared = await _load_series(
        {one: found[one] for one in others if one in found}, Span(), failed, ctx, adjusted=True
    )
    if others and benchmark in failed:
        raise failed[benchmark]
    scores = await load_scores(ctx.pool, symbols, datetime.now(UTC)) if needs == "news" else None
    happenings = [] if request.adjusted else await load_happenings(ctx.pool, {one: found[one] for one in series})
    return Stored(series, failed, compared.get(benchmark), scores, happenings)


async def _find_companies(
    symbols: Sequence[str], ctx: ComputeContext
) -> tuple[dict[str, Found], dict[str, ChittiError]]:
    """Companies by the symbol asked for, and why there are none."""
    listed = await find(ctx.pool, symbols) if symbols else {}
    found: dict[str, Found] = {}
    failed: dict[str, ChittiError] = {}
    for symbol in symbols:
        try:
            found[symbol] = stored(known(listed.get(symbol), symbol))
        except NotFound as error:
            failed[symbol] = error
    return found, failed


async def _load_series(
    found: Mapping[str, Found],
    span: Span,
    failed: dict[str, ChittiError],
    ctx: ComputeContext,
    *,
    adjusted: bool,
) -> dict[str, Series]:
    """Stored bars by the symbol asked for; those that have none in the span are added to `failed`."""
    if adjusted:
        loaded = await ctx.prices.load(found.values(), span)
        series = {symbol: loaded[one.instrument_id] for symbol, one in found.items()}
    else:
        series = {symbol: await ctx.prices.load_raw(one, span) for symbol, one in found.items()}
    for symbol in [symbol for symbol, one in series.items() if not len(one)]:
        del series[symbol]
        failed[symbol] = NotFound(
            f"no prices are stored for {symbol} from {span.start or 'the beginning'} to {span.end or 'the end'}",
            kind="prices",
            symbol=symbol,
        )
    return series


def parts_of(request: RunRequest, plan: Plan, symbols: Sequence[str], stored: Stored) -> Sequence[Bars | ChittiError]:
    """The bars of each symbol, or why there are none; those that the request brings are all there, or it is refused.

    Errors: InvalidInput.
    """
    if not is_stored(request):
        return given_bars(request, plan.execution)
    parts: list[Bars | ChittiError] = []
    for symbol in symbols:
        try:
            series = stored.series.get(symbol)
            parts.append(stored.failed[symbol] if series is None else bars_of_series(symbol, series, plan.execution))
        except ChittiError as error:
            parts.append(error)
    return parts


def present(part: Bars | ChittiError) -> Bars:
    """Bars that are there. Errors: why they are not."""
    if isinstance(part, ChittiError):
        raise part
    return part


def bars_of_series(symbol: str, series: Series, execution: Execution) -> Bars:
    """Stored bars as a backtest takes them. Errors: InvalidInput."""
    return bars_of(series.columns, series.days.astype("datetime64[s]"), symbol, execution)


def news_of(bars: Bars, scores: Scores, places: Sequence[int]) -> News:
    """What was known by the end of the last bar about the rows of bars; `places` are theirs among the symbols."""
    assert bars.times is not None
    rows = np.full(max(places) + 1, -1, np.int32)
    rows[list(places)] = np.arange(len(places))
    within = scores.rows < len(rows)
    mine = np.where(within, rows[np.minimum(scores.rows, len(rows) - 1)], -1)
    kept = (mine >= 0) & (scores.first_seen <= closing_time(bars, len(bars) - 1))
    return News(scores.first_seen[kept], scores.published[kept], mine[kept].astype(np.int32), scores.scores[kept])


def closes_at(bars: Bars, series: Series) -> Floats:
    """A series' closes at the days of bars; NaN where it has none. Errors: InvalidInput (bars shorter than days)."""
    assert bars.times is not None
    days = bars.times.astype("datetime64[D]")
    if not (days == bars.times).all():
        raise InvalidInput(
            "a symbol's stored closes are those of days: bars that are shorter have no such benchmark",
            field="benchmark",
            constraint="buy_and_hold or none",
        )
    places = np.minimum(np.searchsorted(series.days, days), len(series) - 1)
    return np.where(series.days[places] == days, series.columns["close"][places], np.nan)
