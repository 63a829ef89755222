"""Stored market data: `get_prices`, `search_symbols`, `import_prices`, `import_adjustments`."""

from __future__ import annotations

from datetime import date
from time import perf_counter
from typing import Any, Literal

from chitti_shared.contracts import market as contract
from chitti_shared.ipc import Progress, Router, call

from mojo_compute import storage
from mojo_compute.actions.inputs import span_of, stored
from mojo_compute.context import ComputeContext
from mojo_compute.market_data import Document, Read, Rejected, read_adjustments, read_document
from mojo_compute.market_data.bars import dates_of
from mojo_compute.market_data.layouts import Layout
from mojo_compute.storage import Imported, Origin, Series, find_one, import_bars, load_sources, search

_COLUMNS = ("open", "high", "low", "close", "volume")
_READING_US = 10_000.0  # reading a file always goes to the bulk lane: its length says little
_LISTED = 100  # rejected adjustments; all are counted
_READING_SHARE = 0.3  # of an import's time; the rest goes into storing


def register(router: Router[ComputeContext]) -> None:
    """Give the actions of market data their handlers."""
    router.handles(contract.GET_PRICES)(get_prices)
    router.handles(contract.SEARCH_SYMBOLS)(search_symbols)
    router.handles(contract.IMPORT_PRICES)(import_prices)
    router.handles(contract.IMPORT_ADJUSTMENTS)(import_adjustments)


async def get_prices(request: contract.GetPricesRequest, ctx: ComputeContext) -> contract.GetPricesReply:
    """Serve stored daily bars. Errors: invalid_input, not_found."""
    span = span_of(request)
    found = stored(await find_one(ctx.pool, request.symbol))
    if request.adjusted:
        series = (await ctx.prices.load([found], span))[found.instrument_id]
    else:
        series = await ctx.prices.load_raw(found, span)
    return contract.GetPricesReply(
        symbol=found.symbol,
        isin=found.isin,
        name=found.name,
        count=len(series),
        adjusted=request.adjusted,
        sources=await load_sources(ctx.pool, found.instrument_id, span),
        **_bars(series, request.format),
    )


def _bars(series: Series, form: str) -> dict[str, Any]:
    dates = dates_of(series.days)
    if form == "arrays":
        return {"dates": dates, **series.columns}
    rows = zip(dates, *(series.columns[name].tolist() for name in _COLUMNS), strict=True)
    return {"series": [contract.Candle(*row) for row in rows]}


async def search_symbols(request: contract.SearchSymbolsRequest, ctx: ComputeContext) -> contract.SearchSymbolsReply:
    """Serve instruments that match a text, best first."""
    listed = await search(ctx.pool, request.q, request.limit, with_prices=request.with_prices)
    entries = [
        contract.SymbolEntry(
            symbol=one.symbol,
            isin=one.isin,
            name=one.name,
            industry=one.industry,
            series=one.series,
            first_date=_text(one.first_bar),
            last_date=_text(one.last_bar),
        )
        for one in listed
    ]
    return contract.SearchSymbolsReply(symbols=entries, count=len(entries))


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


async def import_prices(request: contract.ImportPricesRequest, ctx: ComputeContext) -> contract.ImportPricesReply:
    """Store a file of daily bars. Errors: invalid_input, payload_too_large, service_unavailable."""
    started = perf_counter()
    document = Document(request.document.data, request.filename, request.symbol, frozenset(request.series))
    progress = ImportProgress(request)
    async with ctx.importing:
        read = await ctx.cpu.run(
            read_document, document, ctx.today(), ctx.limits, progress.reading, lane="bulk", cost_us=_READING_US
        )
        origins = [_origin(request, layout) for layout in read.layouts]
        done = await import_bars(ctx.pool, read.bars, origins, progress.storing)
    return _report(read, done, started)


async def import_adjustments(
    request: contract.ImportAdjustmentsRequest, ctx: ComputeContext
) -> contract.ImportAdjustmentsReply:
    """Store a file of splits and dividends. Errors: invalid_input, payload_too_large, service_unavailable."""
    started = perf_counter()
    async with ctx.importing:
        read = await ctx.cpu.run(
            read_adjustments, request.document.data, request.filename, ctx.limits, lane="bulk", cost_us=_READING_US
        )
        done = await storage.import_adjustments(ctx.pool, read.adjustments)
    for line, reason in done.faults.items():
        read.reject(line, reason)
    return contract.ImportAdjustmentsReply(
        rows_read=read.rows_read,
        rows_stored=done.stored,
        rows_unchanged=done.unchanged,
        rows_rejected=len(read.rejected),
        rejected=_first(sorted(read.rejected, key=lambda one: one.line)),
        symbols=done.symbols,
        time_ms=round((perf_counter() - started) * 1000, 3),
    )


def _first(rejected: list[Rejected]) -> list[contract.RejectedRow]:
    return [contract.RejectedRow(file=one.file, line=one.line, reason=one.reason) for one in rejected[:_LISTED]]


class ImportProgress:
    """Tells how far an import is, and stops it between slices when its call is cancelled."""

    def __init__(self, request: contract.ImportPricesRequest) -> None:
        self._call = call()
        self._progress = Progress(request)
        self._rows_read = 0

    def reading(self, rows: int, fraction: float) -> None:
        """So many rows, this fraction of the document, are read; from the thread that reads."""
        if self._call is not None:
            self._call.raise_if_cancelled()
        self._rows_read = rows
        self._tell(_READING_SHARE * fraction, "reading")

    def storing(self, stored: int, unchanged: int, of: int) -> None:
        """So many rows are written, of so many."""
        fraction = _READING_SHARE + (1 - _READING_SHARE) * (stored + unchanged) / of
        self._tell(fraction, "storing", stored, unchanged)

    def _tell(self, fraction: float, stage: Literal["reading", "storing"], stored: int = 0, unchanged: int = 0) -> None:
        part = contract.ImportPricesPart(
            stage=stage, rows_read=self._rows_read, rows_stored=stored, rows_unchanged=unchanged
        )
        self._progress.tell(fraction, part)


def _origin(request: contract.ImportPricesRequest, layout: Layout) -> Origin:
    adjusted = layout.adjusted if request.adjusted is None else request.adjusted
    return Origin(request.source or layout.name, adjusted)


def _report(read: Read, done: Imported, started: float) -> contract.ImportPricesReply:
    read.reject_stored(done.faults)
    return contract.ImportPricesReply(
        format=", ".join(dict.fromkeys(layout.name for layout in read.layouts)),
        files=len(read.files),
        rows_read=read.rows_read,
        rows_stored=done.stored,
        rows_unchanged=done.unchanged,
        rows_skipped=read.rows_skipped,
        rows_rejected=read.rows_rejected,
        rejected=[contract.RejectedRow(file=one.file, line=one.line, reason=one.reason) for one in read.rejected],
        symbols=done.symbols,
        first_date=_text(done.first_day),
        last_date=_text(done.last_day),
        time_ms=round((perf_counter() - started) * 1000, 3),
    )
