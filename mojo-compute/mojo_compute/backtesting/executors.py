"""Who runs the pieces of a sweep: threads of this process, or the workers of a Dask cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Protocol

from mojo_compute.backtesting.sweeps.parts import Job, Part, Piece

_AHEAD = 2  # pieces of each thread that are under way or wait for the ones before them


class Executor(Protocol):
    """The one seam between a sweep and what runs it."""

    @property
    def name(self) -> str:
        """What replies call it."""
        ...

    def map(self, job: Job, pieces: Iterable[Piece]) -> Generator[Part]:
        """The parts of a job in the order of the pieces; closing it early stops what is under way.

        Raises
        ------
        ChittiError
            What a piece raised, the first of them in the pieces' order.
        """
        ...


class Threads:
    """Threads of this process.

    Parameters
    ----------
    count : int
        1: the caller's own.
    """

    name = "threads"

    def __init__(self, count: int = 1) -> None:
        self.count = count

    def map(self, job: Job, pieces: Iterable[Piece]) -> Generator[Part]:
        if self.count == 1:
            yield from map(job.run, pieces)
            return
        waiting: deque[Future[Part]] = deque()
        with ThreadPoolExecutor(self.count, thread_name_prefix="sweep") as pool:
            try:
                for piece in pieces:
                    waiting.append(pool.submit(job.run, piece))
                    if len(waiting) > self.count * _AHEAD:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for one in waiting:
                    one.cancel()


def each_part(
    executor: Executor, job: Job, pieces: Iterable[Piece], between: Callable[[], None] | None = None
) -> Iterator[Part]:
    """The parts of a job in order; `between` them may raise to give the work up, and nothing stays under way."""
    with closing(executor.map(job, pieces)) as parts:
        for part in parts:
            if between is not None:
                between()
            yield part
