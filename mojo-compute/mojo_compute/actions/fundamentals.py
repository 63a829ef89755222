"""Companies' figures: `import_fundamentals`, `list_fundamentals`, `get_fundamentals`."""

from __future__ import annotations

from datetime import date
from time import perf_counter

from chitti_shared.contracts import fundamentals as contract
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.market import RejectedRow
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Router
from chitti_shared.universe.figures import BY_NAME

from mojo_compute.context import ComputeContext
from mojo_compute.market_data import ReadFigures, read_fundamentals
from mojo_compute.storage import FiguresStored, find_one, import_figures, industry_of, load_figures, load_metrics

_READING_US = 10_000.0  # reading a file always goes to the bulk lane: its length says little
_LISTED = 100  # rejected rows and figures; all are counted


def register(router: Router[ComputeContext]) -> None:
    """Give the actions of companies' figures their handlers."""
    router.handles(contract.IMPORT_FUNDAMENTALS)(import_fundamentals)
    router.handles(contract.LIST_FUNDAMENTALS)(list_fundamentals)
    router.handles(contract.GET_FUNDAMENTALS)(get_fundamentals)


async def import_fundamentals(
    request: contract.ImportFundamentalsRequest, ctx: ComputeContext
) -> contract.ImportFundamentalsReply:
    """Store a file of figures. Errors: invalid_input, payload_too_large, service_unavailable."""
    started = perf_counter()
    today = ctx.today()
    day = _day("as_of", request.as_of)
    if day is not None and day > today:
        raise InvalidInput(f"as_of is {day}, in the future", field="as_of", constraint=f"as_of <= {today}")
    document = request.document.data, request.filename
    async with ctx.importing:
        read = await ctx.cpu.run(read_fundamentals, *document, today, day, ctx.limits, lane="bulk", cost_us=_READING_US)
        units = {metric: column.unit for metric, column in read.columns.items()}
        done = await import_figures(ctx.pool, read.companies, units, request.source)
    return _report(read, done, started)


async def list_fundamentals(_request: Empty, ctx: ComputeContext) -> contract.ListFundamentalsReply:
    """Serve the metrics that there are."""
    entries = [
        contract.MetricEntry(
            metric=one.metric,
            title=title_of(one.metric),
            unit=one.unit,
            companies=one.companies,
            figures=one.figures,
            first_date=one.first.isoformat(),
            last_date=one.last.isoformat(),
        )
        for one in await load_metrics(ctx.pool)
    ]
    return contract.ListFundamentalsReply(metrics=entries, count=len(entries))


async def get_fundamentals(
    request: contract.GetFundamentalsRequest, ctx: ComputeContext
) -> contract.GetFundamentalsReply:
    """Serve a company's figures. Errors: invalid_input, not_found."""
    start, end = _day("start", request.start), _day("end", request.end)
    company = await find_one(ctx.pool, request.symbol)
    stored = await load_figures(ctx.pool, company, request.metrics, start, end, history=request.history)
    figures = [
        contract.Figure(
            metric=one.metric,
            title=title_of(one.metric),
            value=one.value,
            unit=one.unit,
            as_of=one.as_of.isoformat(),
            source=one.source,
        )
        for one in stored
    ]
    return contract.GetFundamentalsReply(
        symbol=company.symbol,
        isin=company.isin,
        name=company.name,
        industry=await industry_of(ctx.pool, company),
        figures=figures,
        count=len(figures),
    )


def title_of(metric: str) -> str:
    """What people call a metric; its words where it came by its header."""
    return BY_NAME[metric].title if metric in BY_NAME else metric.replace("_", " ")


def _day(field: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{field}: {text} is no day", field=field, constraint="YYYY-MM-DD") from error


def _report(read: ReadFigures, done: FiguresStored, started: float) -> contract.ImportFundamentalsReply:
    for line, reason in done.faults.items():
        read.reject(line, reason)
    kept = [one for one in read.companies if one.line not in done.faults]
    rejected = sorted(read.rejected, key=lambda one: one.line)[:_LISTED]
    days = [one.day for one in kept]
    return contract.ImportFundamentalsReply(
        rows_read=read.rows_read,
        rows_stored=len(done.changed),
        rows_unchanged=len(kept) - len(done.changed),
        rows_skipped=read.rows_skipped,
        rows_rejected=read.rows_rejected,
        figures_stored=done.stored,
        figures_unchanged=done.unchanged,
        figures_missing=read.cells_missing,
        figures_rejected=read.cells_rejected,
        columns=[
            contract.FigureMapping(header=one.header, metric=one.metric, unit=one.unit, known=one.known)
            for one in read.columns.values()
        ],
        passed_over=read.passed_over,
        rejected=[RejectedRow(file=one.file, line=one.line, reason=one.reason) for one in rejected],
        symbols=done.symbols,
        first_date=min(days).isoformat() if days else None,
        last_date=max(days).isoformat() if days else None,
        time_ms=round((perf_counter() - started) * 1000, 3),
    )
