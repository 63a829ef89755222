"""What the handlers of news-nlp work with."""

from __future__ import annotations

from dataclasses import dataclass

from chitti_shared.ipc import Lanes

from news_nlp.feeds import Ingestion, Roster
from news_nlp.finbert import FinBert
from news_nlp.nlp.scoring import Scorers
from news_nlp.storage import ArticleStore, FeedStore


@dataclass(frozen=True, slots=True)
class NewsContext:
    """The stores, the ingestion, the lanes and the models of one daemon."""

    articles: ArticleStore
    feeds: FeedStore
    ingestion: Ingestion
    roster: Roster
    cpu: Lanes
    scorers: Scorers
    finbert: FinBert | None = None
