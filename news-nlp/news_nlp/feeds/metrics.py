"""What news-nlp counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge

from news_nlp.feeds.states import STATES, Tally


class NewsMetrics:
    """Articles by what became of them, fetches of stored feeds by how they went, feeds by how they fare."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._articles = Counter("chitti_news_articles", "Articles taken in.", ("outcome",), registry=registry)
        self._fetches = Counter("chitti_news_fetches", "Fetches of stored feeds.", ("outcome",), registry=registry)
        self._feeds = Gauge("chitti_news_feeds", "Stored feeds by state.", ("state",), registry=registry)
        self._oldest = Gauge(
            "chitti_news_feeds_oldest_success_age_seconds",
            "Age of the last success of the fetched feed where it is oldest; 0 without feeds.",
            registry=registry,
        )
        self._overdue = Gauge(
            "chitti_news_feeds_overdue_seconds",
            "How long the feed that is due longest has been waiting; 0 when none is due.",
            registry=registry,
        )
        self._leader = Gauge(
            "chitti_news_feeds_leader", "Whether this process fetches the feeds that are due.", registry=registry
        )
        for outcome in ("new", "duplicate"):
            self._articles.labels(outcome)
        for outcome in ("ok", "failed", "postponed"):
            self._fetches.labels(outcome)

    def stored(self, new: int, duplicates: int) -> None:
        self._articles.labels("new").inc(new)
        self._articles.labels("duplicate").inc(duplicates)

    def fetched(self, *, ok: bool) -> None:
        self._fetches.labels("ok" if ok else "failed").inc()

    def postponed(self) -> None:
        """Note a fetch whose articles could not be stored, which is no fault of the feed's: it comes round again."""
        self._fetches.labels("postponed").inc()

    def watch(self, is_leader: Callable[[], bool]) -> None:
        """Ask `is_leader` at every scrape."""
        self._leader.set_function(lambda: float(is_leader()))

    def feeds(self, seen: Tally, clock: Callable[[], datetime]) -> None:
        """Note how the feeds fare; the two ages grow from scrape to scrape, also while the rows can't be read."""
        for state in STATES:
            self._feeds.labels(state).set(seen.states[state])
        self._oldest.set_function(lambda: _age_s(seen.oldest_success, clock()))
        self._overdue.set_function(lambda: _age_s(seen.longest_due, clock()))


def _age_s(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max((now - moment).total_seconds(), 0.0)
