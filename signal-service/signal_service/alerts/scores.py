"""How much an alert matters and how far it can be trusted, both from the symbol's own history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from signal_service.alerts.columns import YEAR, Bools, Columns, Floats, entered
from signal_service.alerts.news import SIGN, Direction, News

HORIZON = 5  # sessions after which a past case is counted as right or wrong
LEAST_CASES = 30
LEAST_RANKED = 20  # earlier bars that a rank needs to mean anything


@dataclass(frozen=True, slots=True)
class Impact:
    """What makes the newest bar stand out; each part 0 to 1, None where history is too short.

    `move` is the share of the year's bars that moved no more than this one (over 1 or 5
    sessions, whichever stands out more; 0 when both moved against the direction), `volume`
    the share that traded no more, `trend` the share that stood no further from SMA20 in the
    direction, `news` the lead article's |score| x confidence.
    """

    move: float | None
    volume: float | None
    trend: float | None
    news: float | None

    @property
    def value(self) -> float:
        """0 to 100: the plain mean of the parts there are."""
        parts = [part for part in (self.move, self.volume, self.trend, self.news) if part is not None]
        return 100.0 * sum(parts) / len(parts) if parts else 0.0


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """What followed the earlier bars on which a price part began to hold.

    `rate` is the share of `cases` whose close 5 sessions later lay in the direction, `base`
    that share over all bars that could be cases, `mean_return` the mean return over those
    sessions as a fraction. All None without a case.
    """

    cases: int
    hits: int
    rate: float | None
    base: float | None
    mean_return: float | None

    @property
    def confidence(self) -> float | None:
        return self.rate if self.cases >= LEAST_CASES else None

    def basis(self, direction: Direction) -> str:
        word = "higher" if direction == "bullish" else "lower"
        if self.cases < LEAST_CASES:
            return f"{self.cases} earlier cases of the price part on this symbol; at least {LEAST_CASES} are needed"
        return f"close {word} {HORIZON} sessions after {self.hits} of {self.cases} earlier cases of the price part"


def impact_of(columns: Columns, direction: Direction, lead: News | None) -> Impact:
    """Rank the newest bar among the 252 before it, in the rule's direction."""
    sign = SIGN[direction]
    stretch = sign * (columns.close / columns.sma_20 - 1.0)
    moves = [_rank_of_move(column, sign) for column in (columns.change, columns.change_5)]
    known = [move for move in moves if move is not None]
    return Impact(
        move=max(known) if known else None,
        volume=_rank(columns.bars.volume),
        trend=_rank(stretch),
        news=lead.strength if lead is not None else None,
    )


def record_of(price: Callable[[Columns], Bools], columns: Columns, direction: Direction) -> TrackRecord:
    """Measure a price part on bars strictly before the newest, outcomes included."""
    judged = len(columns) - 1 - HORIZON  # bars whose outcome is known before the newest bar
    if judged <= 0:
        return TrackRecord(0, 0, None, None, None)
    later = columns.close[HORIZON : HORIZON + judged] / columns.close[:judged] - 1.0
    right = later * SIGN[direction] > 0.0
    began = entered(price(columns))[:judged]
    cases, hits = int(began.sum()), int((began & right).sum())
    if cases == 0:
        return TrackRecord(0, 0, None, float(right.mean()), None)
    return TrackRecord(cases, hits, hits / cases, float(right.mean()), float(later[began].mean()))


def _rank_of_move(change: Floats, sign: float) -> float | None:
    rank = _rank(np.abs(change))
    return 0.0 if rank is not None and change[-1] * sign <= 0.0 else rank


def _rank(column: Floats) -> float | None:
    """Share of the year's earlier values not above the newest; None: too few to say."""
    newest, earlier = column[-1], column[-YEAR - 1 : -1]
    earlier = earlier[~np.isnan(earlier)]
    if np.isnan(newest) or len(earlier) < LEAST_RANKED:
        return None
    return float((earlier <= newest).mean())
