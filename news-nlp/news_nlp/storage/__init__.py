"""All SQL of news-nlp."""

from news_nlp.storage.articles import CHANNEL, ArticleStore, Stored
from news_nlp.storage.feeds import ClaimedFeed, DueFeed, EditedFeed, FeedStore, stamp
from news_nlp.storage.pages import Wanted
from news_nlp.storage.trouble import NotStored, told_apart

__all__ = [
    "CHANNEL",
    "ArticleStore",
    "ClaimedFeed",
    "DueFeed",
    "EditedFeed",
    "FeedStore",
    "NotStored",
    "Stored",
    "Wanted",
    "stamp",
    "told_apart",
]
