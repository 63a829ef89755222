"""A feed's document to articles that are ready to be stored."""

from news_nlp.feeds.digest import Digest, ScoredArticle, digest

__all__ = ["Digest", "ScoredArticle", "digest"]
