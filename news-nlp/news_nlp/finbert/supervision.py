"""A worker that is there whenever it can be: started again when it is lost, its batches in a queue."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import msgspec
from chitti_shared.errors import ChittiError, ComputationError, EngineUnavailable, Overloaded
from chitti_shared.logs import get_logger

from news_nlp.finbert.messages import Answer, Batch, Failed, Probabilities, Ready, Scored, Setup
from news_nlp.finbert.metrics import FinBertMetrics
from news_nlp.finbert.processes import Lost, WorkerProcess

log = get_logger(__name__)

LOAD_S = 120.0
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 60.0
_MOST_CHARACTERS = 20_000  # of a text; a model reads some hundred words
_MOST_URGENT = 64
_MOST_PATIENT = 1_024


@dataclass(slots=True)
class _Job:
    """A batch on its way: its message and where its answer goes."""

    message: bytes
    count: int
    answer: asyncio.Future[list[Probabilities]]


class SupervisedWorker:
    """Keeps a worker running between `async with` and its end.

    Entering waits for the first worker's model and raises `Lost` when that cannot be had. Later
    losses are made good in the background, after 0.5 s and twice as long after each that follows
    without a scored batch, up to a minute.

    Parameters
    ----------
    setup : Setup
    batch_s : float
        Longest time for a batch; a worker that takes longer is killed.
    metrics : FinBertMetrics
    on_ready : callable
        Called with what each new worker says of itself.
    """

    def __init__(
        self, setup: Setup, *, batch_s: float, metrics: FinBertMetrics, on_ready: Callable[[Ready], None]
    ) -> None:
        self._setup = setup
        self._batch_s = batch_s
        self._metrics = metrics
        self._on_ready = on_ready
        self._urgent: deque[_Job] = deque()
        self._patient: deque[_Job] = deque()
        self._wake = asyncio.Event()
        self._worker: WorkerProcess | None = None
        self._losses = 0  # since the last scored batch
        self._trouble: str | None = None
        self._task: asyncio.Task[None]

    @property
    def trouble(self) -> str | None:
        """Why no worker answers at present; None while one does."""
        return self._trouble

    @property
    def pid(self) -> int | None:
        """The worker's process id; None between two workers."""
        return self._worker.pid if self._worker is not None else None

    def memory_bytes(self) -> int:
        """Resident memory of the worker; 0 between two workers."""
        return self._worker.memory_bytes() if self._worker is not None else 0

    async def __aenter__(self) -> Self:
        self._stands(await WorkerProcess.start(self._setup, LOAD_S))
        self._task = asyncio.create_task(self._run(), name="finbert worker")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    def submit(self, texts: Sequence[str], *, urgent: bool) -> asyncio.Future[list[Probabilities]]:
        """Queue a batch; `urgent` ones go before all others.

        The future ends with `EngineUnavailable` when the worker is lost, with `ComputationError`
        when the model cannot score the batch. One that is cancelled before its turn costs nothing.

        Raises
        ------
        EngineUnavailable
            No worker answers at present.
        Overloaded
            The queue is full.
        """
        if self._trouble is not None:
            raise self._unavailable()
        queue, most = (self._urgent, _MOST_URGENT) if urgent else (self._patient, _MOST_PATIENT)
        if len(queue) >= most:
            raise Overloaded(f"{most} batches wait for the FinBERT model", retry_after_ms=1000, lane="finbert")
        message = msgspec.json.encode(Batch([text[:_MOST_CHARACTERS] for text in texts]))
        job = _Job(message, len(texts), asyncio.get_running_loop().create_future())
        queue.append(job)
        self._wake.set()
        return job.answer

    async def _run(self) -> None:
        """Serve the queue with one worker after another, until cancelled."""
        reason = "was stopped"
        try:
            while True:
                assert self._worker is not None
                self._lost(await self._served_until_lost(self._worker))
                self._stands(await self._started_again())
        except Exception:
            log.exception("the FinBERT model is given up")
            reason = "was given up after a defect; the log tells why"
        finally:
            self._worker = None
            self._trouble = reason
            self._turn_away()

    async def _served_until_lost(self, worker: WorkerProcess) -> str:
        """Score what is queued; why the worker is gone."""
        ended = asyncio.ensure_future(worker.ended())
        ended.add_done_callback(lambda _done: self._wake.set())
        try:
            while not ended.done():
                job = self._next()
                if job is None:
                    await self._wake.wait()
                else:
                    await self._score(worker, job)
            return await ended
        except Lost as lost:
            return str(lost)
        finally:
            ended.cancel()
            await worker.end()

    def _next(self) -> _Job | None:
        """The job whose turn it is, of those still wanted; None, and asleep, when there is none."""
        for queue in (self._urgent, self._patient):
            while queue:
                job = queue.popleft()
                if not job.answer.done():
                    return job
        self._wake.clear()
        return None

    async def _score(self, worker: WorkerProcess, job: _Job) -> None:
        try:
            outcome = _outcome(await worker.ask(job.message, self._batch_s), job.count)
            self._losses = 0
            _settle(job, outcome)
        except Lost as lost:
            _settle(job, EngineUnavailable(f"the FinBERT worker {lost}", kind="model"))
            raise
        finally:
            job.answer.cancel()  # settled by now, unless this process stops

    async def _started_again(self) -> WorkerProcess:
        """A new worker, as soon as one can be had."""
        while True:
            await asyncio.sleep(self._wait_s())
            try:
                return await WorkerProcess.start(self._setup, LOAD_S)
            except Lost as lost:
                self._lost(str(lost))

    def _wait_s(self) -> float:
        longest: float = min(_FIRST_WAIT_S * 2 ** min(self._losses - 1, 16), _LONGEST_WAIT_S)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing

    def _stands(self, worker: WorkerProcess) -> None:
        if self._trouble is not None:
            log.info("the FinBERT worker answers again", model=worker.ready.model)
        self._worker = worker
        self._trouble = None
        self._metrics.up()
        self._on_ready(worker.ready)

    def _lost(self, reason: str) -> None:
        """Note that no worker answers; whoever waits is told."""
        if reason != self._trouble:  # once, however long it lasts
            log.warning("the FinBERT worker is lost", reason=reason)
        self._worker = None
        self._trouble = reason
        self._losses += 1
        self._metrics.down()
        self._turn_away()

    def _turn_away(self) -> None:
        for queue in (self._urgent, self._patient):
            while queue:
                _settle(queue.popleft(), self._unavailable())

    def _unavailable(self) -> EngineUnavailable:
        return EngineUnavailable(f"the FinBERT model is not there: its worker {self._trouble}", kind="model")


def _outcome(said: Answer, count: int) -> list[Probabilities] | ComputationError:
    """What a worker's answer to `count` texts means."""
    if isinstance(said, Scored) and len(said.probabilities) == count:
        return said.probabilities
    if isinstance(said, Failed):
        return ComputationError(f"FinBERT: {said.message}", kind="model")
    raise Lost(f"answered {count} texts with something else and was killed")


def _settle(job: _Job, outcome: list[Probabilities] | ChittiError) -> None:
    """Answer a job, unless nobody waits for it any more."""
    if job.answer.done():
        return
    if isinstance(outcome, ChittiError):
        job.answer.set_exception(outcome)
    else:
        job.answer.set_result(outcome)
