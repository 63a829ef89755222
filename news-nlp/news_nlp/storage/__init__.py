"""All SQL of news-nlp."""

from news_nlp.storage.articles import CHANNEL, ArticleStore, Stored
from news_nlp.storage.feeds import DueFeed, FeedStore, stamp
from news_nlp.storage.pages import Wanted

__all__ = ["CHANNEL", "ArticleStore", "DueFeed", "FeedStore", "Stored", "Wanted", "stamp"]
