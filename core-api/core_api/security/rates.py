"""Rate limits: how often one key may do one class of thing."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from chitti_shared.errors import RateLimited

_MAX_KEYS = 10_000
_TEXT = re.compile(r"\A(\d{1,9})/([smh])(?::(\d{1,9}))?\Z")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Rate:
    """A sustained rate and how many may come at once."""

    per_s: float
    burst: int

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read `count/unit[:burst]`, the unit of `s m h`: "10/m:20". ValueError: anything else."""
        found = _TEXT.match(text.strip())
        if found is None or int(found[1]) == 0 or found[3] == "0":
            raise ValueError(f"a rate is count/s, count/m or count/h with an optional :burst, not {text!r}")
        count, unit, burst = found.groups()
        return cls(int(count) / _SECONDS[unit], int(burst or count))


class RateLimit:
    """A token bucket for each key, kept as one time stamp a key (GCRA).

    The 10,000 keys seen last are remembered; a key forgotten starts with a full bucket, which
    costs nothing as long as a bucket refills sooner than 10,000 other keys come by.

    Parameters
    ----------
    name : str
        The class of requests, named in the error.
    rate : Rate
    clock : callable
        Seconds, monotonic.
    """

    def __init__(self, name: str, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._interval = 1.0 / rate.per_s
        self._tolerance = (rate.burst - 1) * self._interval
        self._clock = clock
        self._due: OrderedDict[object, float] = OrderedDict()

    def take(self, key: object) -> None:
        """Count one request of `key`. Errors: rate_limited with `retry_after_ms`."""
        now = self._clock()
        due = max(self._due.get(key, now), now)
        wait = due - self._tolerance - now
        if wait > 1e-9:  # the bucket is empty
            retry_after_ms = max(1, round(wait * 1000))
            raise RateLimited(
                f"too many requests of class {self.name!r}", limit=self.name, retry_after_ms=retry_after_ms
            )
        self._due[key] = due + self._interval
        self._due.move_to_end(key)
        if len(self._due) > _MAX_KEYS:
            self._due.popitem(last=False)
