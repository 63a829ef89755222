"""Which bar an article counts on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from chitti_shared.sessions import count_sessions

from signal_service.evaluation.facts import ArticleFacts, Days, Floats

FRESH_SESSIONS = 3  # news older than that, or of that much later, is none for a bar

_DAY_S = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_IST_S = 19_800
_CLOSE_S = 15 * 3600 + 30 * 60  # of a day in India


def articles_of(
    days: Days, seen: Days, published: Days, scores: Floats, confidences: Floats, events: Sequence[str]
) -> ArticleFacts:
    """The articles that count on bars of those days, each on the first that closed when or after it was seen.

    An article seen before the first bar's day counts on none, and so does one that was published more than 3 sessions
    before its bar: a feed brought it late. One that no bar has closed after counts on the newest bar while it is
    fresh, for those who ask for now; the sessions since are those of the exchange's calendar.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)
        Of the bars, days since 1970, rising.
    seen, published : ndarray of int64, shape (m,)
        Seconds since 1970, UTC; `seen` rising.
    """
    if not len(days):
        return ArticleFacts(np.empty(0, np.int64), np.empty(0), np.empty(0), ())
    seen = seen + _IST_S
    bars = np.searchsorted(days * _DAY_S + _CLOSE_S, seen)
    counted = np.flatnonzero((seen >= days[0] * _DAY_S) & (_age(days, bars, published) <= FRESH_SESSIONS))
    told = tuple(events[one] for one in counted.tolist())
    return ArticleFacts(bars[counted], scores[counted], confidences[counted], told)


def strengths_of(articles: ArticleFacts | None, bars: int) -> Floats:
    """Strength (|score| x confidence, 0 to 1) of the strongest article that is fresh on each of so many bars.

    An article is on its bar and on the 3 after it; NaN on bars without any.
    """
    strengths = np.full(bars, np.nan)
    if articles is not None:
        told = np.abs(articles.scores) * articles.confidences
        for later in range(FRESH_SESSIONS + 1):
            on = articles.bars + later
            np.fmax.at(strengths, on[on < bars], told[on < bars])
    return strengths


def _age(days: Days, bars: Days, published: Days) -> Days:
    """Sessions from an article's day to its bar; where no bar has closed yet, to the newest one or from it."""
    own = (published + _IST_S) // _DAY_S
    newest = len(days) - 1
    before = np.minimum(bars, newest) + 1 - np.searchsorted(days, own, side="right")
    beyond = np.flatnonzero((bars > newest) & (own > days[-1]))
    before[beyond] = _sessions_since(int(days[-1]), own[beyond])
    return before


def _sessions_since(newest: int, own: Days) -> Days:
    """Sessions of the exchange's calendar from the newest bar's day to each of the later days."""
    days, which = np.unique(own, return_inverse=True)
    known = date.fromordinal(newest + _EPOCH)
    counts = [count_sessions(known, date.fromordinal(day + _EPOCH)) for day in days.tolist()]
    return np.array(counts, np.int64)[which]
