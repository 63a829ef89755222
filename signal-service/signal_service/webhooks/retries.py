"""When a failed delivery is tried again, and when it is given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

FIRST_S = 1.0
LONGEST_S = 3600.0
GIVE_UP_AFTER = timedelta(days=1)

Draw = Callable[[float, float], float]  # a random number between two


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt: a status, or why there was none; `wait_s` when the server said when to come back."""

    status: int | None = None
    error: str | None = None
    wait_s: float | None = None

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def why(self) -> str:
        """A failure in words."""
        if self.error is not None:
            return self.error
        if self.status is not None and 300 <= self.status < 400:
            return f"it answered {self.status}; redirects are not followed: give the address itself"
        return f"it answered {self.status}, expected 200 to 299"


@dataclass(frozen=True, slots=True)
class Failing:
    """Failures in a row, and since when."""

    failures: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Again:
    """Try again at a time."""

    failing: Failing
    at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Stop: the server is gone, or has failed for too long."""

    failing: Failing
    by: Literal["failures", "gone"]


def after_failure(answer: Answer, before: Failing | None, now: datetime, draw: Draw) -> Again | GiveUp:
    """What follows a failed attempt.

    The pause is drawn between nothing and a bound that doubles with each failure up to an hour
    ("full jitter"), and is never shorter than what the server asked for. A server that fails for a
    day, or says 410 Gone, is given up.
    """
    failing = Failing(before.failures + 1, before.since) if before is not None else Failing(1, now)
    if answer.status == 410:
        return GiveUp(failing, "gone")
    if now - failing.since >= GIVE_UP_AFTER:
        return GiveUp(failing, "failures")
    bound_s = min(FIRST_S * 2.0 ** min(failing.failures - 1, 32), LONGEST_S)
    pause_s = max(draw(0.0, bound_s), answer.wait_s or 0.0)
    # the last attempt falls on the end of the day, not after it
    return Again(failing, min(now + timedelta(seconds=pause_s), failing.since + GIVE_UP_AFTER))
