"""Looking for runs that wait, and computing them one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import secrets
import socket
from collections.abc import Mapping

from chitti_shared.logs import get_logger

from mojo_compute.jobs.metrics import RunMetrics
from mojo_compute.jobs.work import PASSING, Lease, Run, Work
from mojo_compute.storage.jobs import JobTable
from mojo_compute.storage.runs import RunTable

log = get_logger(__name__)

POLL_S = 1.0  # what a lost notification costs at most, and a lease that is over
PRUNE_S = 3_600.0
DEFECT_PAUSE_S = 5.0

Kinds = Mapping[str, Run]

__all__ = ["Kinds", "Run", "Runner"]


class Runner:
    """Computes waiting runs as long as the daemon lives; any number of daemons share them.

    Parameters
    ----------
    jobs : JobTable
    runs : RunTable
        Whose old rows are deleted once in a while.
    kinds : mapping of str to callable
        What computes each kind of run; others are left to others.
    metrics : RunMetrics
    lease : Lease
    """

    def __init__(
        self, jobs: JobTable, runs: RunTable, kinds: Kinds, metrics: RunMetrics, lease: Lease | None = None
    ) -> None:
        self._jobs = jobs
        self._runs = runs
        self._kinds = kinds
        self._metrics = metrics
        self._lease = lease or Lease()
        self._woken = asyncio.Event()
        self._work: Work | None = None
        self.trouble = "ok"

    def wake(self) -> None:
        """Runs may wait, or the present one may be cancelled."""
        self._woken.set()
        if self._work is not None:
            self._work.look()

    async def run(self) -> None:
        """Until cancelled; the run that is computed then is handed back."""
        loop = asyncio.get_running_loop()
        prune_at = loop.time()
        while True:
            self._woken.clear()
            while await self._attempt():
                pass
            if loop.time() >= prune_at:
                prune_at = loop.time() + PRUNE_S
                await self._prune()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(random.uniform(0.5, 1.0) * POLL_S):  # noqa: S311 - jitter, not a secret
                    await self._woken.wait()

    async def step(self) -> bool:
        """Compute one waiting run to its end; False: none waits. Raises what `PASSING` lists."""
        owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
        claimed = await self._jobs.claim(owner, list(self._kinds), self._lease.length_s)
        if claimed is None:
            return False
        log.info("run claimed", run=claimed.run_id, kind=claimed.kind, attempt=claimed.attempts)
        self._work = Work(self._jobs, claimed, self._kinds[claimed.kind], self._lease)
        try:
            with self._metrics.running.track_inprogress():
                end = await self._work.finish()
        finally:
            self._work = None
        self._metrics.ended(claimed.kind, end)
        log.info("run ended", run=claimed.run_id, end=end)
        return True

    async def _attempt(self) -> bool:
        try:
            did = await self.step()
        except PASSING as trouble:
            self._note(str(trouble) or type(trouble).__name__)
            await asyncio.sleep(random.uniform(0.1, POLL_S))  # noqa: S311 - jitter, not a secret
            return False
        except Exception:
            log.exception("looking for runs failed and is tried again")
            self._note("a defect: see the log")
            await asyncio.sleep(DEFECT_PAUSE_S)
            return False
        self.trouble = "ok"
        return did

    async def _prune(self) -> None:
        try:
            deleted = await self._runs.prune()
        except PASSING as trouble:
            log.warning("old runs are not deleted yet", reason=str(trouble))
        else:
            if deleted:
                log.info("old runs deleted", runs=deleted)

    def _note(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.warning("runs cannot be claimed", reason=trouble)
        self.trouble = trouble
