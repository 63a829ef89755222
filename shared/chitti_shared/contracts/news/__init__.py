"""Actions of news-nlp: feeds in, scored and entity-linked articles out."""

from __future__ import annotations

from chitti_shared.contracts.action import Service
from chitti_shared.contracts.news.articles import (
    GET_ARTICLES,
    Article,
    GetArticlesReply,
    GetArticlesRequest,
)
from chitti_shared.contracts.news.feeds import (
    INGEST_RSS,
    LIST_FEEDS,
    Feed,
    IngestRssReply,
    IngestRssRequest,
    ListFeedsReply,
)
from chitti_shared.contracts.news.language import (
    ANALYZE_SENTIMENT,
    CLASSIFY_DIRECTION,
    EXTRACT_ENTITIES,
    AnalyzeSentimentReply,
    AnalyzeSentimentRequest,
    ClassifyDirectionReply,
    ClassifyDirectionRequest,
    Confidence,
    Direction,
    Entity,
    EntityKind,
    EventType,
    ExtractEntitiesReply,
    ExtractEntitiesRequest,
    Phrase,
    Relevance,
    Score,
    SentimentModel,
    SymbolSentiment,
    Text,
)
from chitti_shared.contracts.system import SYSTEM

__all__ = [
    "ACTIONS",
    "ANALYZE_SENTIMENT",
    "CLASSIFY_DIRECTION",
    "EXTRACT_ENTITIES",
    "GET_ARTICLES",
    "INGEST_RSS",
    "LIST_FEEDS",
    "NEWS_NLP",
    "AnalyzeSentimentReply",
    "AnalyzeSentimentRequest",
    "Article",
    "ClassifyDirectionReply",
    "ClassifyDirectionRequest",
    "Confidence",
    "Direction",
    "Entity",
    "EntityKind",
    "EventType",
    "ExtractEntitiesReply",
    "ExtractEntitiesRequest",
    "Feed",
    "GetArticlesReply",
    "GetArticlesRequest",
    "IngestRssReply",
    "IngestRssRequest",
    "ListFeedsReply",
    "Phrase",
    "Relevance",
    "Score",
    "SentimentModel",
    "SymbolSentiment",
    "Text",
]

ACTIONS = (INGEST_RSS, ANALYZE_SENTIMENT, EXTRACT_ENTITIES, CLASSIFY_DIRECTION, GET_ARTICLES, LIST_FEEDS)
NEWS_NLP = Service("news-nlp", 6002, (*ACTIONS, *SYSTEM))
