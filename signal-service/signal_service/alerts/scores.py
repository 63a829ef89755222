"""How much an alert matters and how far it can be trusted, both from the symbol's own history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from signal_service.alerts.bars import MONTH, WEEK, Floats
from signal_service.alerts.news import SIGN, Direction, News
from signal_service.evaluation import SymbolFacts

LEAST_CASES = 30
LEAST_RANKED = 20  # earlier bars that a rank needs to mean anything
YEAR = 252


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
    """What followed the earlier bars on which a condition began to hold.

    `rate` is the share of `cases` whose close `horizon` sessions later lay in the direction, `base`
    that share over all bars that could be cases, `mean_return` the mean return over those
    sessions as a fraction. All None without a case.
    """

    cases: int
    hits: int
    rate: float | None
    base: float | None
    mean_return: float | None
    horizon: int

    @property
    def confidence(self) -> float | None:
        return self.rate if self.cases >= LEAST_CASES else None

    def basis(self, direction: Direction) -> str:
        word = "higher" if direction == "bullish" else "lower"
        if self.cases < LEAST_CASES:
            return f"{self.cases} earlier cases on this symbol; at least {LEAST_CASES} are needed"
        return f"close {word} {self.horizon} sessions after {self.hits} of {self.cases} earlier cases"


def impact_of(facts: SymbolFacts, direction: Direction, lead: News | None) -> Impact:
    """Rank the newest bar among the 252 before it, in the rule's direction."""
    sign = SIGN[direction]
    close, volume = facts.close[-YEAR - MONTH :], facts.volume[-YEAR - 1 :]
    moves = [_rank_of_move(_returns(close, sessions), sign) for sessions in (1, WEEK)]
    known = [move for move in moves if move is not None]
    return Impact(
        move=max(known) if known else None,
        volume=_rank(volume),
        trend=_rank(sign * _stretch(close)),
        news=lead.strength if lead is not None else None,
    )


def record_of(holds: NDArray[np.uint8], close: Floats, direction: Direction, horizon: int) -> TrackRecord:
    """Measure a condition on bars strictly before the newest, outcomes included.

    Parameters
    ----------
    holds : ndarray of uint8, shape (n,)
        Where it holds.
    close : ndarray, shape (n,)
    direction : str
    horizon : int
        Sessions.
    """
    judged = len(close) - 1 - horizon  # bars whose outcome is known before the newest bar
    if judged <= 0:
        return TrackRecord(0, 0, None, None, None, horizon)
    later = close[horizon : horizon + judged] / close[:judged] - 1.0
    right = later * SIGN[direction] > 0.0
    began = holds[:judged].astype(np.bool_)
    began[1:] &= holds[: judged - 1] == 0
    cases, hits = int(began.sum()), int((began & right).sum())
    base = float(right.mean())
    if cases == 0:
        return TrackRecord(0, 0, None, base, None, horizon)
    return TrackRecord(cases, hits, hits / cases, base, float(later[began].mean()), horizon)


def _stretch(close: Floats) -> Floats:
    """Each bar's close over the mean of the 20 bars that end with it; none of too short a history."""
    if len(close) < MONTH:
        return close[:0]
    stretch: Floats = close[MONTH - 1 :] / sliding_window_view(close, MONTH).mean(axis=1)
    return stretch


def _returns(close: Floats, sessions: int) -> Floats:
    return close[sessions:] / close[:-sessions] - 1.0


def _rank_of_move(change: Floats, sign: float) -> float | None:
    rank = _rank(np.abs(change))
    return 0.0 if rank is not None and change[-1] * sign <= 0.0 else rank


def _rank(column: Floats) -> float | None:
    """Share of the year's earlier values not above the newest; None: too few to say."""
    if not len(column):
        return None
    newest, earlier = column[-1], column[-YEAR - 1 : -1]
    earlier = earlier[~np.isnan(earlier)]
    if np.isnan(newest) or len(earlier) < LEAST_RANKED:
        return None
    return float((earlier <= newest).mean())
