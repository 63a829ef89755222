"""Results that processes have in common, in Redis: the second tier of the cache.

Only results of stored bars that took longer than asking Redis does are kept there. The key
`mojo:{indicator}:{symbol}:{hash}` holds the company's `changed_seq`, which grows when new prices
arrive: old results are never found again and expire. Redis being away costs time once in a while, no more.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np
import xxhash
from chitti_shared.contracts.indicators import Parameters
from chitti_shared.logs import get_logger

from mojo_compute.indicators.compute import Computed
from mojo_compute.kernels.arrays import Values
from mojo_compute.storage.prices import Span

log = get_logger(__name__)

SHARED_FROM_US = 500.0  # of computing: about twice what asking Redis takes
_KEPT_S = 3_600
_MOST_BYTES = 8 << 20
_PATIENCE_S = 0.1
_PAUSE_S = 5.0  # after a failure

Outputs = Sequence[np.dtype[Any]]  # of each output

_LAYOUT = 2
_HEAD = struct.Struct("<HHqqq16s")  # layout, outputs, bars, lookback, stable_from (-1: none), engine


@dataclass(frozen=True, slots=True)
class Stored:
    """Which stored bars a series is: a company's, as of a change of them, and which of these."""

    symbol: str
    changed_seq: int
    span: Span


def shared_key(indicator: str, stored: Stored, parameters: Parameters) -> str:
    """Where a result of stored bars is kept."""
    told = repr((_LAYOUT, tuple(parameters.items()), stored.changed_seq, stored.span))
    return f"mojo:{indicator}:{stored.symbol}:{xxhash.xxh3_128_hexdigest(told.encode())}"


class SharedResults:
    """Finds and keeps results in Redis; a failure is a result not found, and Redis is left alone for a while.

    Parameters
    ----------
    url : str
        `redis://`, `rediss://` or `unix://`. ValueError: another one.
    """

    def __init__(self, url: str) -> None:
        from redis.asyncio import Redis  # takes a third of a second, which those without a Redis need not wait
        from redis.exceptions import RedisError

        self._away = (RedisError, OSError, TimeoutError)
        self._redis = Redis.from_url(
            url, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S, max_connections=8
        )
        self._away_until = 0.0

    async def find(self, key: str, outputs: Outputs, bars: int) -> Computed | None:
        """The result under `key` if it has such outputs of that many bars, else None."""
        if monotonic() < self._away_until:
            return None
        try:
            packed: Any = await self._redis.get(key)
        except self._away as error:
            self._leave_alone(error)
            return None
        return None if packed is None else unpacked(packed, outputs, bars)

    async def keep(self, key: str, result: Computed) -> None:
        """Keep a result for an hour, unless it is very large."""
        packed = pack(result)
        if len(packed) > _MOST_BYTES or monotonic() < self._away_until:
            return
        try:
            await self._redis.set(key, packed, ex=_KEPT_S)
        except self._away as error:
            self._leave_alone(error)

    async def close(self) -> None:
        await self._redis.aclose()

    def _leave_alone(self, error: Exception) -> None:
        log.warning("redis is away, results are not shared", reason=str(error) or type(error).__name__)
        self._away_until = monotonic() + _PAUSE_S


def pack(result: Computed) -> bytes:
    """A result as bytes: a head, then each output as little-endian float64 or int32."""
    stable = -1 if result.stable_from is None else result.stable_from
    head = _HEAD.pack(
        _LAYOUT, len(result.outputs), len(result.outputs[0]), result.lookback, stable, result.engine.encode()
    )
    return b"".join([head, *(values.astype(_little(values.dtype), copy=False).tobytes() for values in result.outputs)])


def unpacked(packed: bytes, outputs: Outputs, bars: int) -> Computed | None:
    """The result in `packed`; None when it is none of that shape."""
    if len(packed) != _HEAD.size + bars * sum(dtype.itemsize for dtype in outputs):
        return None
    layout, count, length, lookback, stable, engine = _HEAD.unpack_from(packed)
    if (layout, count, length) != (_LAYOUT, len(outputs), bars):
        return None
    found: list[Values] = []
    offset = _HEAD.size
    for dtype in outputs:
        found.append(np.frombuffer(packed, _little(dtype), bars, offset).astype(dtype, copy=False))
        offset += bars * dtype.itemsize
    return Computed(tuple(found), lookback, None if stable < 0 else stable, engine.rstrip(b"\0").decode(), 0.0)


def _little(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return dtype.newbyteorder("<")
