"""Feeds: from an address or a document to stored articles."""

from news_nlp.feeds.defaults import DEFAULT_FEEDS
from news_nlp.feeds.ingestion import LEASE_S, Ingested, Ingestion, Outcome
from news_nlp.feeds.lookout import Lookout
from news_nlp.feeds.metrics import NewsMetrics
from news_nlp.feeds.roster import Roster
from news_nlp.feeds.states import STATES, FeedState, Tally, state_of, tally
from news_nlp.feeds.timetable import Cron, next_turn

__all__ = [
    "DEFAULT_FEEDS",
    "LEASE_S",
    "STATES",
    "Cron",
    "FeedState",
    "Ingested",
    "Ingestion",
    "Lookout",
    "NewsMetrics",
    "Outcome",
    "Roster",
    "Tally",
    "next_turn",
    "state_of",
    "tally",
]
