"""Kinds of runs that may be jobs, and handing one in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import msgspec
import xxhash
from chitti_shared.contracts.action import LongRequest
from chitti_shared.errors import Overloaded, ServiceUnavailable, Timeout
from chitti_shared.json import decode, encode
from chitti_shared.json.codec import values_in
from chitti_shared.logs import get_logger

from mojo_compute.context import ComputeContext
from mojo_compute.jobs import Kinds
from mojo_compute.storage.jobs import Finished, JobTable, Submission

Compute = Callable[[Any, ComputeContext], Awaitable[Finished]]

KEPT_BYTES = 4 << 20  # of a run that is answered at once: storing more would delay its answer
_KEEPING_S = 1.0
_NO_DIGEST = bytes(16)

log = get_logger(__name__)

# What a request says about its answer, not about the run
_BESIDE = ("progress", "async_", "keep", "idempotency_key", "trades_limit", "curve_limit")
_VALUE_US = 0.03  # of printing or reading a number
_FIXED_US = 20.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of run: its request, and what computes it as a job.

    `compute` works as a handler does: `Progress(request)` tells how far it is, `call()` has the flag that is set when
    the run is cancelled.
    """

    request: type[LongRequest]
    compute: Compute


def runs_of(kinds: Mapping[str, Kind], ctx: ComputeContext) -> Kinds:
    """What computes each kind from the text of its request."""
    return {name: partial(_run, kind, ctx) for name, kind in kinds.items()}


async def _run(kind: Kind, ctx: ComputeContext, body: bytes) -> Finished:
    request = await ctx.cpu.run(decode, kind.request, body, lane="bulk", cost_us=_FIXED_US + len(body) * _VALUE_US)
    return await kind.compute(msgspec.structs.replace(request, progress=True), ctx)


async def submit(
    kind: str, request: Any, ctx: ComputeContext, *, strategy_id: str | None, symbols: Sequence[str]
) -> str:
    """Hand a run in as a job; its id, or that of the run with its idempotency key. Errors: Conflict, Overloaded."""
    body, digest = await _text_of(request, ctx)
    job = Submission(_new_id(), kind, strategy_id, _distinct(symbols), digest, request.idempotency_key, body)
    return await JobTable(ctx.pool).submit(job)


async def run_now(
    kind: str, request: Any, ctx: ComputeContext, *, strategy_id: str | None, symbols: Sequence[str]
) -> Submission:
    """What is stored of a run that is no job. Only requests with an idempotency key are ever compared."""
    key = request.idempotency_key
    digest = _NO_DIGEST if key is None else (await _text_of(request, ctx))[1]
    return Submission(_new_id(), kind, strategy_id, _distinct(symbols), digest, key)


async def known_run(job: Submission, ctx: ComputeContext) -> str | None:
    """The run that has this one's idempotency key. Errors: Conflict (it is another request's)."""
    return None if job.idempotency_key is None else await JobTable(ctx.pool).known(job)


async def keep(job: Submission, finished: Finished, ctx: ComputeContext) -> str | None:
    """Store a run that was no job: its id, or that of the run that took its idempotency key meanwhile.

    None: it is not kept, as it is too long, or the database is away. Its answer doesn't wait for that.
    """
    if finished.nbytes > KEPT_BYTES and job.idempotency_key is None:
        return None
    try:
        async with asyncio.timeout(_KEEPING_S):
            return await JobTable(ctx.pool).keep(job, finished)
    except (TimeoutError, Timeout, ServiceUnavailable, Overloaded) as trouble:
        log.warning("a run is not kept", run=job.run_id, reason=str(trouble) or type(trouble).__name__)
        return None


async def _text_of(request: Any, ctx: ComputeContext) -> tuple[bytes, bytes]:
    """A request's text and digest, without what concerns the answer alone; made off the loop where it is long."""
    beside = {field.name: field.default for field in msgspec.structs.fields(request) if field.name in _BESIDE}
    cost_us = _FIXED_US + sum(values_in(request)) * _VALUE_US
    return await ctx.cpu.run(_text, msgspec.structs.replace(request, **beside), lane="bulk", cost_us=cost_us)


def _text(request: msgspec.Struct) -> tuple[bytes, bytes]:
    text = encode(request)
    return text, xxhash.xxh3_128_digest(text)


def _new_id() -> str:
    return str(uuid4())


def _distinct(symbols: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(symbols))
