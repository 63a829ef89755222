"""How long a crashed process waits before it is started again."""

from __future__ import annotations

import random


class Backoff:
    """Delays that double with each crash in a row, spread at random, and start over after a stable run.

    Parameters
    ----------
    base_s, cap_s : float
        Longest first delay and longest delay at all, in seconds.
    stable_s : float
        A process that ran this long counts as recovered.
    rng : random.Random
        Where the spread comes from: half of each delay is fixed, half random.
    """

    def __init__(self, base_s: float, cap_s: float, stable_s: float, rng: random.Random) -> None:
        self._base_s = base_s
        self._cap_s = cap_s
        self._stable_s = stable_s
        self._rng = rng
        self.crashes = 0

    def next_delay_s(self, ran_for_s: float) -> float:
        """The wait before the next start, after a run of `ran_for_s` seconds that ended in a crash."""
        if ran_for_s >= self._stable_s:
            self.crashes = 0
        # 2**30 base delays are beyond any cap: the power stays small
        ceiling = min(self._cap_s, self._base_s * 2.0 ** min(self.crashes, 30))
        self.crashes += 1
        return ceiling * (0.5 + 0.5 * self._rng.random())
