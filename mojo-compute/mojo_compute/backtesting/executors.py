"""Who runs the pieces of a sweep: threads of this process, or the workers of a Dask cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import Protocol

from mojo_compute.backtesting.sweeps.parts import Job, Part, Piece

_AHEAD = 2  # pieces of each thread that are under way or wait for the ones before them


Run = Callable[[Iterable[Piece]], Generator[Part]]


class Executor(Protocol):
    """The one seam between a sweep and what runs it."""

    @property
    def name(self) -> str:
        """What replies call it."""
        ...

    def open(self, job: Job) -> AbstractContextManager[Run]:
        """What runs pieces of a job: from pieces to their parts, in the order of the pieces.

        What it answers may be asked several times, one after the other. A generator that is closed early stops
        what is under way. What a piece raises comes out, of the first in their order.
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

    @contextmanager
    def open(self, job: Job) -> Iterator[Run]:
        if self.count == 1:
            yield lambda pieces: (job.run(piece) for piece in pieces)
            return
        with ThreadPoolExecutor(self.count, thread_name_prefix="sweep") as pool:
            yield partial(self._run, pool, job)

    def _run(self, pool: ThreadPoolExecutor, job: Job, pieces: Iterable[Piece]) -> Generator[Part]:
        waiting: deque[Future[Part]] = deque()
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


def each_part(run: Run, pieces: Iterable[Piece], between: Callable[[], None] | None = None) -> Iterator[Part]:
    """The parts of pieces in order; `between` them may raise to give the work up, and nothing stays under way."""
    with closing(run(pieces)) as parts:
        for part in parts:
            if between is not None:
                between()
            yield part
