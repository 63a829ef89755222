"""What the news says of one symbol, as seen from its newest bar."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from chitti_shared.market_time import IST
from chitti_shared.sessions import count_sessions

FRESH_SESSIONS = 3

Direction = Literal["bullish", "bearish"]
SIGN: dict[str, float] = {"bullish": 1.0, "neutral": 0.0, "bearish": -1.0}


@dataclass(frozen=True, slots=True)
class News:
    """One article's word on one symbol.

    `score` runs from -1 to 1, `confidence` from 0 to 1, `time` is when it was published, or
    first seen where the feed gave no date. Articles of one `cluster_id` tell the same news.
    """

    article_id: int
    cluster_id: int
    headline: str
    url: str | None
    source: str
    time: datetime
    dated: bool
    sentiment: Literal["bullish", "bearish", "neutral"]
    score: float
    confidence: float
    phrases: tuple[str, ...]
    event: str | None = None

    @property
    def strength(self) -> float:
        """How much it says, 0 to 1."""
        return abs(self.score) * self.confidence


@dataclass(frozen=True, slots=True)
class NewsView:
    """The fresh news on one symbol together.

    `score` is the mean of the directional articles' scores, weighted by their confidence,
    repeats of one piece of news counted once; 0 when nothing takes a side.
    """

    articles: tuple[News, ...]
    score: float

    def lead(self, direction: Direction) -> News | None:
        """The article that says most in `direction`, if the news as a whole leans that way."""
        if self.score * SIGN[direction] <= 0.0:
            return None
        taking = [one for one in self.articles if one.sentiment == direction]
        return max(taking, key=lambda one: (one.strength, -one.article_id), default=None)


def view_of(articles: Iterable[News], dates: Sequence[date]) -> NewsView:
    """What the articles within 3 sessions of the newest of `dates` say, repeats counted once."""
    fresh = tuple(one for one in articles if sessions_between(one.time, dates) <= FRESH_SESSIONS)
    told: dict[int, News] = {}
    for one in fresh:
        known = told.get(one.cluster_id)
        if one.sentiment != "neutral" and (known is None or one.strength > known.strength):
            told[one.cluster_id] = one
    weight = sum(one.confidence for one in told.values())
    score = sum(one.score * one.confidence for one in told.values()) / weight if weight > 0.0 else 0.0
    return NewsView(fresh, score)


def sessions_between(time: datetime, dates: Sequence[date]) -> int:
    """Sessions from an article to the newest bar, in either direction.

    Past sessions are counted on the stored bars, later ones by the exchange's calendar.
    """
    day, newest = time.astimezone(IST).date(), dates[-1]
    if day <= newest:
        return len(dates) - bisect_right(dates, day)
    return count_sessions(newest, day)
