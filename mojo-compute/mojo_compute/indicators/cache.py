"""Results kept by what they were computed from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Lock

import xxhash
from chitti_shared.contracts.indicators import Parameters

from mojo_compute.indicators.compute import Computed
from mojo_compute.kernels.arrays import Floats

Key = tuple[str, tuple[int | float, ...], tuple[bytes, ...]]

_OVERHEAD = 512  # bytes of an entry beside its arrays


class ResultCache:
    """The newest results, within a number of bytes; the least recently used goes first.

    The key is a digest of the input bytes, so new data never meets an old result. Threads
    may share it. A result's arrays are read-only.

    Parameters
    ----------
    limit : int
        Bytes; 0 keeps nothing. Until it is reached, each kept result is memory that is touched
        for the first time, which costs a request of 10,000 prices a tenth of its time.
    """

    def __init__(self, limit: int = 16 << 20) -> None:
        self.limit = limit
        self.used = 0
        self._kept: OrderedDict[Key, Computed] = OrderedDict()
        self._lock = Lock()
        self._flights: dict[Key, Event] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Key) -> Computed | None:
        """The result under `key`, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    @contextmanager
    def flight(self, key: Key) -> Iterator[Computed | None]:
        """Give the result under `key`; None: compute it inside the block, where nobody else does meanwhile.

        Who comes while another thread computes the same waits for that, and computes only if it failed.
        """
        while True:
            with self._lock:
                found = self._kept.get(key)
                if found is not None:
                    self._kept.move_to_end(key)
                    break
                underway = self._flights.get(key)
                if underway is None:
                    mine = self._flights[key] = Event()
                    break
            underway.wait()
        if found is not None:
            yield found
            return
        try:
            yield None
        finally:
            with self._lock:
                del self._flights[key]
            mine.set()

    def keep(self, key: Key, result: Computed) -> None:
        """Keep a result; one larger than an eighth of the whole is not worth what it displaces."""
        size = _size_of(result)
        if size > self.limit // 8:
            return
        for output in result.outputs:
            output.setflags(write=False)
        unclocked = Computed(result.outputs, result.lookback, result.stable_from, result.engine, elapsed_s=0.0)
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = unclocked
            self.used += size
            while self.used > self.limit:
                _key, oldest = self._kept.popitem(last=False)
                self.used -= _size_of(oldest)


def key_of(indicator: str, parameters: Parameters, inputs: Iterable[Floats]) -> Key:
    """The key of a result; inputs are contiguous."""
    return indicator, tuple(parameters.values()), tuple(xxhash.xxh3_128_digest(one.data) for one in inputs)


def _size_of(result: Computed) -> int:
    return _OVERHEAD + sum(output.nbytes for output in result.outputs)
