"""One claimed run: its computation, the lease beside it, how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from chitti_shared.contracts.action import Reply
from chitti_shared.errors import Cancelled, ChittiError, Internal, Overloaded, ServiceUnavailable, Timeout
from chitti_shared.ipc.calls import Call, bind_call
from chitti_shared.logs import get_logger

from mojo_compute.storage.jobs import Claimed, Finished, JobTable

log = get_logger(__name__)

AWAY = (ServiceUnavailable, Overloaded, OSError)  # a dependency is down or busy: it passes by itself
PASSING = (*AWAY, Timeout)
RETRY_S = 0.5
STEP = 0.1  # of progress, told at once

Run = Callable[[bytes], Awaitable[Finished]]
End = Literal["completed", "failed", "lost", "handed back"]


@dataclass(frozen=True, slots=True)
class Lease:
    """How long a run is held without a word, and how often a word is given."""

    length_s: float = 10.0
    beat_s: float = 1.0


class Work:
    """Computes one claimed run.

    The computation sees a `call()` as any request's does: what it tells by `Progress` becomes the run's progress, and
    its flag is set when the run is cancelled, or is no longer this process's.

    Parameters
    ----------
    jobs : JobTable
    claimed : Claimed
    run : callable
        From the text of the request to what the run brought.
    lease : Lease
    """

    def __init__(self, jobs: JobTable, claimed: Claimed, run: Run, lease: Lease) -> None:
        self._jobs = jobs
        self._claimed = claimed
        self._run = run
        self._lease = lease
        self._progress = self._stored = 0.0
        self._told: set[tuple[str, str]] = set()
        self._look = asyncio.Event()
        self._call = Call(claimed.kind, raw_id=b"0", teller=self)

    def look(self) -> None:
        """Something was told: see whether the run is still this one's."""
        self._look.set()

    def tell(self, _raw_id: bytes, _part: int, progress: float, _fields: Reply) -> None:
        """What the computation's `Progress` calls."""
        self._progress = min(max(progress, self._progress), 1.0)
        if self._progress >= self._stored + STEP:
            self._look.set()

    async def tell_at_length(self, raw_id: bytes, part: int, progress: float, fields: Reply) -> None:
        self.tell(raw_id, part, progress, fields)

    async def finish(self) -> End:
        """Compute it and write the end.

        When this task is cancelled, the run is handed back to others.
        """
        computing = asyncio.create_task(self._compute(), name=f"run {self._claimed.run_id}")
        beating = asyncio.create_task(self._beat(), name=f"lease {self._claimed.run_id}")
        try:
            # not gather: the first to end decides
            await asyncio.wait((computing, beating), return_when=asyncio.FIRST_COMPLETED)
            if not computing.done():
                beating.result()  # raises what ended it, where that was a defect
                return "lost"
            return await self._end(computing)
        except asyncio.CancelledError:
            await self._stop(computing, beating)
            await self._hand_back()
            raise
        finally:
            await self._stop(computing, beating)

    async def _compute(self) -> Finished:
        bind_call(self._call)
        return await self._run(self._claimed.body)

    async def _beat(self) -> None:
        """Returns when the run is no longer this one's."""
        held = True
        while held:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._lease.beat_s):
                    await self._look.wait()
            self._look.clear()  # what is told from here on is looked at the next time
            self._stored = self._progress
            try:
                held = await self._jobs.beat(self._claimed, self._lease.length_s, self._progress)
            except PASSING as trouble:
                self._warn("the lease of a run cannot be renewed", trouble)

    async def _end(self, computing: asyncio.Task[Finished]) -> End:
        try:
            finished = computing.result()
            return await self._written(lambda: self._jobs.complete(self._claimed, finished), "completed")
        except AWAY as trouble:
            self._warn("a run waits for a dependency", trouble)
            await asyncio.sleep(RETRY_S)
            return await self._written(lambda: self._jobs.hand_back(self._claimed), "handed back")
        except ChittiError as failure:
            why = failure.to_dict()
        except Exception:  # of the computation, or a result that can't be stored
            log.exception("a run failed by a defect", run=self._claimed.run_id)
            why = Internal(f"the run failed unexpectedly; the log tells more under {self._claimed.run_id}").to_dict()
        return await self._written(lambda: self._jobs.fail(self._claimed, why), "failed")

    async def _written(self, write: Callable[[], Awaitable[bool]], end: End) -> End:
        """Write the end however long the database is away: a result is not thrown away."""
        while True:
            try:
                return end if await write() else "lost"
            except PASSING as trouble:
                self._warn("the end of a run cannot be written yet", trouble)
                await asyncio.sleep(RETRY_S)

    async def _hand_back(self) -> None:
        try:
            await self._jobs.hand_back(self._claimed)
        except PASSING as trouble:  # its lease ends by itself
            self._warn("a run cannot be handed back", trouble)

    def _warn(self, what: str, trouble: Exception) -> None:
        """One line for each trouble, however often it is met."""
        reason = str(trouble) or type(trouble).__name__
        if (what, reason) not in self._told:
            self._told.add((what, reason))
            log.warning(what, run=self._claimed.run_id, reason=reason)

    async def _stop(self, computing: asyncio.Task[Finished], beating: asyncio.Task[None]) -> None:
        """End both; the lane's thread sees the flag."""
        self._call.stop(Cancelled(f"the run {self._claimed.run_id} is no longer computed here"))
        for task in (computing, beating):
            task.cancel()
        await asyncio.wait((computing, beating))
        for task in (computing, beating):
            if not task.cancelled():
                task.exception()  # nobody asks for it any more
        self._call.answered()
