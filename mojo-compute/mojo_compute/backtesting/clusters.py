"""Sweeps on the workers of a Dask cluster, with the same result as on threads.

A worker runs what it is sent with the rights of its account, and so does the scheduler: both must be trusted,
and beyond one machine the address is `tls://` with certificates.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chitti_shared.errors import ComputationError, ServiceUnavailable

from mojo_compute.backtesting.builds import build_id
from mojo_compute.backtesting.executors import Run
from mojo_compute.backtesting.sweeps.parts import Job, Part, Piece

CHUNK_S = 0.2  # of work: the way to a worker and back costs some milliseconds
_AHEAD = 3  # chunks of each worker thread that are under way
_CONNECT_S = 10
_TRIES = 4  # of a chunk whose worker died
_RETRY_S = 30  # without any worker


@dataclass(frozen=True, slots=True)
class Certificates:
    """What `tls://` needs: a CA, and this side's certificate and key (PEM files)."""

    ca: Path
    certificate: Path
    key: Path


class Dask:
    """The workers of a scheduler.

    A chunk is a run of whole pieces; parts come back piece by piece, so that the order in which they are
    added up is that of threads. Workers of another build are refused, as they might answer other bits.

    Parameters
    ----------
    address : str
        `tcp://host:port` or `tls://host:port`.
    certificates : Certificates, optional
    """

    name = "dask"

    def __init__(self, address: str, certificates: Certificates | None = None) -> None:
        self.address = address
        self._certificates = certificates

    @contextmanager
    def open(self, job: Job) -> Iterator[Run]:
        client = self._connect()
        try:
            _check_builds(client)
            yield _Spread(client, job).parts
        finally:
            client.close()

    def _connect(self) -> Any:
        import distributed

        made: Any = distributed
        security = None
        if self._certificates is not None:
            security = made.Security(
                tls_ca_file=str(self._certificates.ca),
                tls_client_cert=str(self._certificates.certificate),
                tls_client_key=str(self._certificates.key),
                require_encryption=True,
            )
        try:
            return made.Client(
                self.address, security=security, timeout=_CONNECT_S, set_as_default=False, direct_to_workers=False
            )
        except (OSError, TimeoutError) as error:
            raise ServiceUnavailable(
                f"the Dask scheduler at {self.address} (CHITTI_DASK_SCHEDULER) does not answer: {error}",
                service="dask",
            ) from error


def _check_builds(client: Any) -> None:
    """Refuse a cluster without workers, or with one of another build."""
    found = client.run(build_id)
    if not found:
        raise ServiceUnavailable("the Dask scheduler has no workers: start some", service="dask")
    expected = expected_build()
    for worker, build in sorted(found.items()):
        if build != expected:
            raise _other_build(worker, build, expected)


def expected_build() -> str:
    """The build that workers must have: this process's."""
    return build_id()


def _other_build(worker: str, found: str, expected: str) -> ComputationError:
    return ComputationError(
        f"Dask worker {worker} has build {found}, this service {expected}: install the same on both",
        worker=worker,
        expected=expected,
        found=found,
    )


def run_chunk(job: Job, pieces: list[Piece], expected: str) -> list[Part]:
    """What a worker does; one that joined with another build, after all were asked, refuses."""
    own = build_id()
    if own != expected:
        from distributed import get_worker

        raise _other_build(get_worker().address, own, expected)
    return [job.run(piece) for piece in pieces]


def chunks_of(job: Job, pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Runs of pieces, each of `CHUNK_S` of work at least, but for the last."""
    some: list[Piece] = []
    seconds = 0.0
    for piece in pieces:
        some.append(piece)
        seconds += job.seconds(piece)
        if seconds >= CHUNK_S:
            yield some
            some, seconds = [], 0.0
    if some:
        yield some


class _Spread:
    """One job on a cluster: sent to every worker once, its chunks wherever there is room."""

    def __init__(self, client: Any, job: Job) -> None:
        self._client, self._job = client, job
        self._build = expected_build()
        self._sent = self._send()

    def _send(self) -> Any:
        return self._client.scatter(self._job, broadcast=True, hash=False)

    def _submit(self, chunk: list[Piece]) -> Any:
        return self._client.submit(run_chunk, self._sent, chunk, self._build, pure=False)

    def parts(self, pieces: Iterable[Piece]) -> Generator[Part]:
        waiting: deque[tuple[list[Piece], Any]] = deque()
        room = max(sum(self._client.nthreads().values()), 1) * _AHEAD
        try:
            for chunk in chunks_of(self._job, pieces):
                waiting.append((chunk, self._submit(chunk)))
                if len(waiting) >= room:
                    yield from self._result(*waiting.popleft())
            while waiting:
                yield from self._result(*waiting.popleft())
        finally:
            if waiting:
                self._client.cancel([future for _chunk, future in waiting])

    def _result(self, chunk: list[Piece], future: Any) -> list[Part]:
        """What a chunk came to; one that was lost with its worker, or whose job was, is run again."""
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        for _ in range(_TRIES):
            try:
                parts: list[Part] = future.result()
            except (KilledWorker, FutureCancelledError):
                self._client.wait_for_workers(1, timeout=_RETRY_S)
                self._sent = self._send()
                future = self._submit(chunk)
            else:
                return parts
        raise ServiceUnavailable(
            f"{_TRIES} Dask workers in a row died over one chunk of {sum(map(len, chunk))} trials", service="dask"
        )
