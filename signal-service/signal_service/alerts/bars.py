"""What the newest bar is beside those before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from signal_service.evaluation import SymbolFacts

Floats = NDArray[np.float64]

MONTH = 20  # sessions that usual volume is taken over
WEEK = 5
REMEMBERED = 300  # sessions that cool-downs and the age of news are counted over: more than either may last


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest bar of a symbol; returns are fractions, None where history is too short."""

    day: date
    close: float
    volume: float
    change: float | None
    change_5: float | None
    volume_ratio: float | None


def newest_of(facts: SymbolFacts) -> Newest:
    """The newest bar of a history of one or more."""
    close, volume = facts.close, facts.volume
    usual = float(np.mean(volume[-MONTH - 1 : -1])) if len(facts) > MONTH else 0.0
    return Newest(
        day=days_of(facts.days[-1:])[0],
        close=float(close[-1]),
        volume=float(volume[-1]),
        change=_change(close, 1),
        change_5=_change(close, WEEK),
        volume_ratio=float(volume[-1]) / usual if usual > 0.0 else None,
    )


def dates_of(facts: SymbolFacts) -> tuple[date, ...]:
    """The trading days of the newest `REMEMBERED` bars."""
    return tuple(days_of(facts.days[-REMEMBERED:]))


def days_of(days: NDArray[np.int64]) -> list[date]:
    """Dates of days since 1970."""
    found: list[date] = days.astype("datetime64[D]").tolist()
    return found


def _change(close: Floats, sessions: int) -> float | None:
    if len(close) <= sessions:
        return None
    change = float(close[-1]) / float(close[-1 - sessions]) - 1.0
    return change if isfinite(change) else None
