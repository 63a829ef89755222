"""Where computations run: in place when short, else on a bounded pool of threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Literal, TypeVar

from chitti_shared.errors import Overloaded
from chitti_shared.ipc.calls import raise_if_cancelled

R = TypeVar("R")

IN_PLACE_US = 200.0


class _Lane:
    def __init__(self, name: str, threads: int, queue: int) -> None:
        self.name = name
        self.threads = threads
        self.room = threads + queue
        self.taken = 0
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=f"lane-{name}")

    def leave(self) -> None:
        self.taken -= 1


class Lanes:
    """Two pools of threads, so that a big batch never delays a small request.

    Parameters
    ----------
    fast_threads, bulk_threads : int
        Threads of each lane; kernels must release the GIL there.
    queue : int
        Computations that may wait in each lane; beyond that `Overloaded` at once.
    """

    def __init__(self, fast_threads: int = 2, bulk_threads: int = 1, queue: int = 64) -> None:
        self._lanes = {"fast": _Lane("fast", fast_threads, queue), "bulk": _Lane("bulk", bulk_threads, queue)}

    async def run(
        self,
        fn: Callable[..., R],
        *args: object,
        cost_us: float = 1000.0,
        lane: Literal["fast", "bulk"] = "fast",
    ) -> R:
        """`fn(*args)`: here when it is expected to take under 200 us, else in the lane's thread.

        The thread sees the current `call()`. When that is cancelled or out of time, work
        that has not started is dropped, and work that has is expected to look at the flag.

        Raises
        ------
        Overloaded
            The lane's queue is full.
        """
        if cost_us < IN_PLACE_US:
            return fn(*args)
        chosen = self._lanes[lane]
        if chosen.taken >= chosen.room:
            waiting_ms = 1 + int(cost_us / 1000 * chosen.taken / chosen.threads)
            raise Overloaded(f"the {lane} lane is full", retry_after_ms=waiting_ms, lane=lane)
        work = partial(copy_context().run, _unless_cancelled, fn, args)
        future = chosen.pool.submit(work)
        chosen.taken += 1
        loop = asyncio.get_running_loop()
        # counted until the thread is done with it, not until the caller stops waiting
        future.add_done_callback(lambda _done: _from_thread(loop, chosen))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Stop the threads; queued work is dropped."""
        for lane in self._lanes.values():
            lane.pool.shutdown(wait=False, cancel_futures=True)


def _unless_cancelled(fn: Callable[..., R], args: tuple[object, ...]) -> R:
    raise_if_cancelled()
    return fn(*args)


def _from_thread(loop: asyncio.AbstractEventLoop, lane: _Lane) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(lane.leave)
