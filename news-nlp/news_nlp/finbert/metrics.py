"""What is counted of the FinBERT model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge

Outcome = Literal["scored", "remembered", "failed"]


class FinBertMetrics:
    """Texts by what became of them, articles stored with the lexicon's verdict instead, the worker's ends."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._texts = Counter(
            "chitti_news_finbert_texts", "Texts given to the FinBERT model.", ("outcome",), registry=registry
        )
        self._stood_in = Counter(
            "chitti_news_finbert_stood_in",
            "Articles stored with the lexicon's verdict because the model was down or late.",
            registry=registry,
        )
        self._lost = Counter("chitti_news_finbert_workers_lost", "Ends of the FinBERT worker.", registry=registry)
        self._up = Gauge("chitti_news_finbert_up", "Whether the FinBERT worker answers.", registry=registry)
        self._memory = Gauge(
            "chitti_news_finbert_memory_bytes", "Resident memory of the FinBERT worker.", registry=registry
        )
        for outcome in ("scored", "remembered", "failed"):
            self._texts.labels(outcome)

    def watch(self, memory_bytes: Callable[[], float]) -> None:
        """Ask `memory_bytes` at every scrape."""
        self._memory.set_function(memory_bytes)

    def texts(self, outcome: Outcome, count: int) -> None:
        self._texts.labels(outcome).inc(count)

    def stood_in(self, articles: int) -> None:
        self._stood_in.inc(articles)

    def up(self) -> None:
        self._up.set(1)

    def down(self) -> None:
        self._up.set(0)
        self._lost.inc()
