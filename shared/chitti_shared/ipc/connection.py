"""The server's side of one connection: requests in, replies out, in whatever order they finish."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chitti_shared.contracts.action import LongRequest, Reply, Request
from chitti_shared.contracts.system import CancelReply, CancelRequest
from chitti_shared.errors import (
    Cancelled,
    ChittiError,
    Internal,
    InvalidInput,
    Overloaded,
    ServiceUnavailable,
    Timeout,
)
from chitti_shared.ipc import replies
from chitti_shared.ipc._frames import frame
from chitti_shared.ipc.calls import Call, bind_call
from chitti_shared.ipc.link import Link
from chitti_shared.ipc.messages import Message, Reader, Rejected
from chitti_shared.ipc.replies import Parts
from chitti_shared.ipc.requests import Envelope, EnvelopeError, read_envelope, read_id, read_parameters
from chitti_shared.ipc.streams import Stream
from chitti_shared.ipc.uploads import Claims, Uploads
from chitti_shared.json import values_in
from chitti_shared.logs import bind_request, get_logger
from chitti_shared.tracing import TraceContext, bind_trace, read_trace_text

if TYPE_CHECKING:
    from chitti_shared.ipc.router import Endpoint
    from chitti_shared.ipc.server import Server

log = get_logger(__name__)
SLOW_S = 1.0


class UnsubscribeRequest(Request, frozen=True):
    """`target` is the subscription's id; without it, the message's own id is."""

    target: int | str | None = None


@dataclass(slots=True, eq=False)
class Job:
    """A request from its arrival to its answer."""

    envelope: Envelope
    message: Message
    endpoint: Endpoint[Any]
    call: Call
    started: float
    trace: TraceContext | None
    slot: int | None = None  # of its deadline
    task: asyncio.Task[None] | None = None  # the loop itself holds on to it weakly
    unsubscribed: bool = False  # a stream that its reader no longer wants ends without a word


class Connection(Link):
    """One peer of a server."""

    def __init__(self, server: Server[Any]) -> None:
        self._server = server
        budget = server.new_budget()
        reader = Reader(server.limits, budget, keys_for=server.array_keys_for, offload=True)
        super().__init__(server.loop, server.wheel, server.limits, budget, reader, server.pool)
        self.uploads = Uploads(
            server.loop, server.wheel, server.pool, server.limits, budget, server.new_uploads_budget()
        )
        self.jobs: dict[int | str, Job] = {}
        self._ordered: deque[Job | list[Parts]] = deque()  # requests without id, and answers due in their order
        self._ordered_job: Job | None = None

    def opened(self) -> None:
        if not self._server.admit(self):
            self.send(replies.error(None, Overloaded("too many connections", retry_after_ms=1000)))
            self.close()

    def lost(self, error: Exception | None) -> None:
        self._server.forget(self)
        for waiting in self._ordered:
            if isinstance(waiting, Job):
                self._release(waiting)
        self._ordered.clear()
        self.uploads.drop_all()
        self.stop_all(Cancelled("the connection was lost"))

    def stop_all(self, reason: ChittiError) -> None:
        """Cancel every request of this peer."""
        for job in [*self.jobs.values(), *([self._ordered_job] if self._ordered_job else [])]:
            job.call.stop(reason)

    @property
    def busy(self) -> bool:
        """Whether requests (streams aside) are being worked on."""
        return self._ordered_job is not None or any(job.endpoint.stream is None for job in self.jobs.values())

    def rejected(self, rejected: Rejected) -> None:
        raw_id = rejected.id
        if raw_id is not None:
            try:
                read_id(raw_id)
            except InvalidInput:
                raw_id = None
        self._refuse(raw_id, "unknown", rejected.error)

    def received(self, message: Message) -> None:
        self._server.metrics.received += message.held
        try:
            envelope = read_envelope(message.scanned.reserved)
        except EnvelopeError as error:
            self._budget.give(message.held)
            self._refuse(error.raw_id, "unknown", error.error)
            return
        try:
            self._accept(envelope, message)
        except ChittiError as error:
            self._budget.give(message.held)
            self._refuse(envelope.raw_id, self._server.label_of(envelope.action), error)

    # from message to task

    def _accept(self, envelope: Envelope, message: Message) -> None:
        if envelope.action in ("cancel", "unsubscribe"):
            self._stop_target(envelope, message)
            return
        if envelope.id is not None and envelope.id in self.jobs:
            raise InvalidInput(f"id {envelope.id!r} is still in flight", field="id", constraint="not in flight")
        if envelope.id is not None and len(self.jobs) >= self.limits.in_flight:
            raise Overloaded(f"{self.limits.in_flight} requests are in flight on this connection", retry_after_ms=50)
        endpoint = self._server.endpoint(envelope.action)
        if endpoint is None:
            raise self._server.unknown(envelope.action)
        if self._server.closing:
            raise ServiceUnavailable("the daemon is shutting down", retry_after_ms=1000)
        if envelope.deadline_ms == 0:
            raise Timeout(f"{envelope.action}: the deadline had passed on arrival")
        if envelope.raw_id is None and endpoint.stream is not None:
            raise InvalidInput("a subscription needs an id", field="id", constraint="required")
        self._enqueue(self._job(envelope, message, endpoint))

    def _job(self, envelope: Envelope, message: Message, endpoint: Endpoint[Any]) -> Job:
        raw_id = envelope.raw_id
        request_id, trace = read_trace_text(envelope.trace) if envelope.trace is not None else (None, None)
        call = Call(
            envelope.action,
            request_id=request_id,
            reply_as=envelope.reply_as,
            raw_id=raw_id,
            teller=self,
        )
        # not loop.time(): uvloop's stands still during a turn, and steps by milliseconds
        job = Job(envelope, message, endpoint, call, time.perf_counter(), trace)
        if envelope.deadline_ms is not None:
            call.deadline = self.loop.time() + envelope.deadline_ms / 1000
            job.slot = self._wheel.add(call.deadline, call)
        return job

    def _enqueue(self, job: Job) -> None:
        if job.envelope.id is not None:
            self.jobs[job.envelope.id] = job
            self._start(job)
        elif self._ordered_job is None:
            self._ordered_job = job
            self._start(job)
        else:
            self._queue(job)

    def _queue(self, what: Job | list[Parts]) -> None:
        """Let it wait for the requests without id ahead of it; no more are read when many wait."""
        self._ordered.append(what)
        if len(self._ordered) >= self.limits.in_flight:
            self.pause("ordered requests")

    def _start(self, job: Job) -> None:
        self._server.in_flight += 1
        work = self._serve(job) if job.endpoint.stream is None else self._serve_stream(job)
        job.task = self.loop.create_task(work)

    def _finished(self, job: Job, status: str, message: Parts | None) -> None:
        """The one place where an answer leaves and what the request held is given back."""
        job.call.answered()
        job.task = None  # a cancelled task and what it held would wait for the garbage collector
        if message is not None:
            self._answer(message)
        self._release(job)
        self._server.in_flight -= 1
        seconds = time.perf_counter() - job.started
        self._server.answered(job.envelope.action, status, seconds)
        tell = log.info if seconds >= SLOW_S and job.endpoint.stream is None else log.debug
        tell("request served", status=status, duration_ms=round(seconds * 1000, 3))
        if job.envelope.id is not None:
            del self.jobs[job.envelope.id]
            return
        self._ordered_job = None
        while self._ordered and self._ordered_job is None:
            following = self._ordered.popleft()
            if isinstance(following, list):
                self._answer(following[0])
            else:
                self._ordered_job = following
                self._start(following)
        if len(self._ordered) < self.limits.in_flight // 2:
            self.resume("ordered requests")

    def _release(self, job: Job) -> None:
        if job.slot is not None:
            self._wheel.discard(job.slot, job.call)
        self._budget.give(job.message.held)

    # serving

    async def _serve(self, job: Job) -> None:
        """The outermost frame of a request: whatever happens in it becomes one answer."""
        status = "cancelled"
        message: Parts | None = None
        try:
            request = await self._begin(job)
            assert job.endpoint.handler is not None
            target = self if job.endpoint.of_connection else self._server.ctx
            result = await job.endpoint.handler(request, target)
            message = await self._encoded(job, result)
            status = "ok"
        except ChittiError as error:
            status, message = self._failure(job, job.call.reason or error)
        except asyncio.CancelledError:
            reason = job.call.reason or Internal("the request was cancelled from within")
            status, message = self._failure(job, reason)
            raise
        except Exception as error:  # noqa: BLE001  outermost frame: the caller gets an opaque answer, the log the rest
            status, message = self._failure(job, self._unexpected(job, error))
        finally:
            self._finished(job, status, message)

    async def _serve_stream(self, job: Job) -> None:
        status = "ok"
        message: Parts | None = None
        raw_id = job.envelope.raw_id
        assert raw_id is not None
        assert job.endpoint.stream is not None
        try:
            request = await self._begin(job)
            await job.endpoint.stream(request, self._server.ctx, Stream(self, raw_id))
            message = frame(replies.head_of(raw_id, b"end") + b"}")
        except ChittiError as error:
            if not job.unsubscribed:
                status, message = self._failure(job, job.call.reason or error)
        except asyncio.CancelledError:
            if not job.unsubscribed:
                reason = job.call.reason or Internal("the stream was cancelled from within")
                status, message = self._failure(job, reason)
            raise
        except Exception as error:  # noqa: BLE001  outermost frame, as above
            status, message = self._failure(job, self._unexpected(job, error))
        finally:
            self._finished(job, status, message)

    async def _begin(self, job: Job) -> Any:
        """The request struct, in a task that knows what it works for."""
        if job.call.reason is not None:  # its deadline came, or it was cancelled, while it waited its turn
            raise job.call.reason
        # not before: a task cancelled ahead of its first step would run no line and answer nothing
        job.call.task = asyncio.current_task()
        bind_call(job.call)
        if job.trace is not None:
            bind_trace(job.trace)
        bind_request(request_id=job.call.request_id, action=job.envelope.action)
        claims = self.uploads.claims() if self.uploads else None
        request = await self._parameters(job, claims)
        if isinstance(request, LongRequest) and request.progress and job.envelope.raw_id is None:
            raise InvalidInput("progress is told by the request's id", field="id", constraint="required with progress")
        if claims is not None:
            for token in claims.used:
                job.message.held += self.uploads.spend(token)
        return request

    async def _parameters(self, job: Job, claims: Claims | None) -> Any:
        kind, message = job.endpoint.action.request, job.message
        if message.heads and message.held >= self.limits.offload_bytes:
            return await self.loop.run_in_executor(self._pool, read_parameters, kind, message, claims)
        return read_parameters(kind, message, claims)

    async def _encoded(self, job: Job, result: Any) -> Parts:
        raw_id, reply_as = job.envelope.raw_id, job.envelope.reply_as
        if job.endpoint.may_be_large and reply_as != "binary" and _is_large(result, self.limits.offload_values):
            return await self.loop.run_in_executor(self._pool, replies.reply, raw_id, result, reply_as, self.limits)
        return replies.reply(raw_id, result, reply_as, self.limits)

    def _failure(self, job: Job, failure: ChittiError) -> tuple[str, bytes]:
        if failure.http_status >= 500 and not isinstance(failure, Internal) and not self.closed:
            log.warning("request failed", error=failure.code, reason=failure.message)
        return failure.code, replies.error(job.envelope.raw_id, failure)

    def _unexpected(self, job: Job, error: Exception) -> Internal:
        log.error("request failed unexpectedly", action=job.envelope.action, exc_info=error)
        request_id = job.call.request_id
        return Internal(f"internal error; the log has it under request {request_id}", request_id=request_id)

    # answering

    def tell(self, raw_id: bytes, part: int, progress: float, fields: Reply) -> None:
        self._answer(replies.partial(raw_id, part, progress, fields, self.limits))

    async def tell_at_length(self, raw_id: bytes, part: int, progress: float, fields: Reply) -> None:
        if _is_large(fields, self.limits.offload_values):
            work = self.loop.run_in_executor(self._pool, replies.partial, raw_id, part, progress, fields, self.limits)
            self._answer(await work)
        else:
            self.tell(raw_id, part, progress, fields)
        await self.drain()

    def _answer(self, message: Parts) -> None:
        if self.send(message):
            self._server.metrics.sent += len(message) if isinstance(message, bytes) else sum(map(len, message))

    def _refuse(self, raw_id: bytes | None, action: str, error: ChittiError) -> None:
        self._server.answered(action, error.code, 0.0)
        self._answer_in_order(raw_id, replies.error(raw_id, error))

    def _answer_in_order(self, raw_id: bytes | None, message: Parts) -> None:
        if raw_id is None and self._ordered_job is not None:
            self._queue([message])
        else:
            self._answer(message)

    def _stop_target(self, envelope: Envelope, message: Message) -> None:
        """`cancel` and `unsubscribe`, answered at once."""
        target: int | str | None
        if envelope.action == "cancel":
            target = read_parameters(CancelRequest, message).target
        else:
            target = read_parameters(UnsubscribeRequest, message).target
            target = envelope.id if target is None else target
        job = self.jobs.get(target) if target is not None else None
        if job is not None:
            job.unsubscribed = job.endpoint.stream is not None
            job.call.stop(Cancelled(f"{job.call.action} was cancelled"))
        dropped = job is None and isinstance(target, str) and self.uploads.drop(target)
        self._budget.give(message.held)
        self._server.answered(envelope.action, "ok", 0.0)
        done = CancelReply(cancelled=job is not None or dropped)
        answer = replies.reply(envelope.raw_id, done, "inline", self.limits)
        self._answer_in_order(envelope.raw_id, answer)


def _is_large(result: Any, most: int) -> bool:
    """Whether a reply holds at least `most` numbers in arrays."""
    total = 0
    for size in values_in(result):
        total += size
        if total >= most:
            return True
    return False
