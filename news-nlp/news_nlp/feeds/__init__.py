"""Feeds: from an address or a document to stored articles."""

from news_nlp.feeds.defaults import DEFAULT_FEEDS
from news_nlp.feeds.ingestion import INTERVAL_S, Ingested, Ingestion, Outcome
from news_nlp.feeds.metrics import NewsMetrics

__all__ = ["DEFAULT_FEEDS", "INTERVAL_S", "Ingested", "Ingestion", "NewsMetrics", "Outcome"]
