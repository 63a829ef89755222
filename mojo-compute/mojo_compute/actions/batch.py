"""`compute_batch`: many indicators of many symbols; one that fails doesn't sink the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from chitti_shared.contracts import compute as contract
from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.errors import InvalidInput, NotFound, PayloadTooLarge
from chitti_shared.ipc import Progress, Router
from msgspec import UNSET

from mojo_compute.actions.indicators import cost_of
from mojo_compute.actions.inputs import Inputs, check_series, given_arrays, of_arrays, span_of, stored
from mojo_compute.actions.items import Job, Source, is_long, results_of
from mojo_compute.actions.replies import check_size
from mojo_compute.context import ComputeContext
from mojo_compute.storage import find, known

# Of one partial reply: enough to keep all threads busy, few enough to be there soon
_PART_ITEMS = 16
_PART_VALUES = 100_000

_NO_SERIES = InvalidInput(
    "expected arrays, or a symbol with stored prices", field="prices", constraint="prices or symbol"
)


def register(router: Router[ComputeContext]) -> None:
    """Give the batch its handler."""
    router.handles(contract.BATCH)(compute_batch)


async def compute_batch(request: contract.ComputeBatchRequest, ctx: ComputeContext) -> contract.ComputeBatchReply:
    """Serve many indicators of many symbols. Errors of single items stand in their results."""
    started = perf_counter()
    _check_count(len(request.requests))
    jobs = list(zip(request.requests, await _sources(request, ctx), strict=True))
    totals = _Totals()
    if not request.progress:
        _check_size(jobs, request.only_last)
        return _reply(totals.add(await _spread(jobs, request.only_last, ctx)), totals, ctx, started)
    progress = Progress(request)
    first = 0
    parts = list(_in_parts(jobs, request.only_last))
    for some in parts:
        _check_size(some, request.only_last)
    for some in parts:
        results = totals.add(await _spread(some, request.only_last, ctx))
        part = contract.ComputeBatchPart(first=first, results=results)
        first += len(results)
        await progress.tell_results(first / len(jobs), part)
    return _reply([], totals, ctx, started)


def _check_count(items: int) -> None:
    if items > contract.MAX_BATCH:
        raise PayloadTooLarge(
            f"the batch has {items} requests, at most {contract.MAX_BATCH} fit",
            field="requests",
            constraint=f"length <= {contract.MAX_BATCH}",
        )


def _check_size(jobs: list[Job], only_last: int | None) -> None:
    check_size(
        sum(
            _answered(source, only_last)
            * sum(len(BY_NAME[spec.type].outputs) for spec in item.indicators if spec.type in BY_NAME)
            for item, source in jobs
            if isinstance(source, Inputs)
        )
    )


def _answered(source: Inputs, only_last: int | None) -> int:
    """How many values each output of a source's indicators has in the reply."""
    length = max(map(len, source.columns.values()))
    return min(length, only_last or length)


def _in_parts(jobs: list[Job], only_last: int | None) -> Iterator[list[Job]]:
    """Consecutive jobs whose results make one partial reply."""
    some: list[Job] = []
    values = 0
    for job in jobs:
        some.append(job)
        item, source = job
        if isinstance(source, Inputs):
            values += _answered(source, only_last) * len(item.indicators)
        if len(some) == _PART_ITEMS or values >= _PART_VALUES:
            yield some
            some, values = [], 0
    if some:
        yield some


async def _spread(jobs: list[Job], only_last: int | None, ctx: ComputeContext) -> list[contract.BatchResult]:
    """The results of jobs in their order, computed on all threads of the bulk lane.

    Of long series each thread takes its share. Short ones stay together: most of their time goes by
    under the interpreter's lock, and their kernels divide the panel that they make. One batch at a time:
    the results of many would wait for their turn to be printed.
    """
    threads = ctx.bulk_threads
    count = min(threads, len(jobs)) if any(is_long(source) for _item, source in jobs) else 1
    pieces = [jobs[number::count] for number in range(count)]
    work = (
        ctx.cpu.run(results_of, piece, only_last, ctx, threads // count, lane="bulk", cost_us=_cost(piece, ctx))
        for piece in pieces
    )
    async with ctx.batching:
        parts = await asyncio.gather(*work)
    return [parts[number % len(parts)][number // len(parts)] for number in range(len(jobs))]


async def _sources(request: contract.ComputeBatchRequest, ctx: ComputeContext) -> list[Source]:
    """Each item's series, or why it has none."""
    given = [_given(item) for item in request.requests]
    symbols = {
        item.symbol: None
        for item, source in zip(request.requests, given, strict=True)
        if source is None and item.symbol is not None
    }
    found = await _stored(list(symbols), request, ctx)
    return [
        source if source is not None else found.get(item.symbol or "", _NO_SERIES)
        for item, source in zip(request.requests, given, strict=True)
    ]


def _given(item: contract.BatchItem) -> Source | None:
    try:
        arrays = given_arrays(item)
        source = of_arrays(item, arrays)
        check_series(arrays, source.called)
    except InvalidInput as error:
        return error
    return source if arrays else None


async def _stored(symbols: list[str], request: contract.ComputeBatchRequest, ctx: ComputeContext) -> dict[str, Source]:
    """The stored bars of symbols; what is not in memory comes by one query for many of them."""
    span = span_of(request)
    if not symbols:
        return {}
    found = await find(ctx.pool, symbols)
    series = await ctx.prices.load([one for one in found.values() if one.last_bar is not None], span)
    sources: dict[str, Source] = {}
    for symbol in symbols:
        try:
            one = series[stored(known(found.get(symbol), symbol)).instrument_id]
        except NotFound as error:
            sources[symbol] = error
        else:
            sources[symbol] = Inputs(one.columns, one.days)
    return sources


def _cost(piece: list[Job], ctx: ComputeContext) -> float:
    return sum(
        cost_of(BY_NAME[spec.type], source, ctx)
        for item, source in piece
        if isinstance(source, Inputs)
        for spec in item.indicators
        if spec.type in BY_NAME
    )


@dataclass(slots=True)
class _Totals:
    """What the final reply counts."""

    computation_time_ms: float = 0.0
    processed: int = 0
    computed: int = 0
    failed: int = 0

    def add(self, results: list[contract.BatchResult]) -> list[contract.BatchResult]:
        records = [record for result in results for record in result.indicators.values()]
        good = [record for record in records if not isinstance(record, contract.ItemError)]
        processed = sum(result.error is UNSET for result in results)
        self.computation_time_ms += sum(record.computation_time_ms for record in good)
        self.processed += processed
        self.computed += len(good)
        self.failed += len(records) - len(good) + len(results) - processed
        return results


def _reply(
    results: list[contract.BatchResult], totals: _Totals, ctx: ComputeContext, started: float
) -> contract.ComputeBatchReply:
    return contract.ComputeBatchReply(
        results=results,
        total_computation_time_ms=round(totals.computation_time_ms, 4),
        time_ms=round((perf_counter() - started) * 1000, 4),
        symbols_processed=totals.processed,
        indicators_computed=totals.computed,
        failed=totals.failed,
        engine=ctx.engines.name,
        mojo_used=ctx.engines.has_mojo,
    )
