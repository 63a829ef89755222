"""What news-nlp counts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter


class NewsMetrics:
    """Articles by what became of them, scheduled fetches by how they went."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._articles = Counter("chitti_news_articles", "Articles taken in.", ("outcome",), registry=registry)
        self._fetches = Counter("chitti_news_fetches", "Scheduled fetches of feeds.", ("outcome",), registry=registry)
        for outcome in ("new", "duplicate"):
            self._articles.labels(outcome)
        for outcome in ("ok", "failed"):
            self._fetches.labels(outcome)

    def stored(self, new: int, duplicates: int) -> None:
        self._articles.labels("new").inc(new)
        self._articles.labels("duplicate").inc(duplicates)

    def fetched(self, *, ok: bool) -> None:
        self._fetches.labels("ok" if ok else "failed").inc()
