"""Parse a document and read every item of it: pure computation, for a worker thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from news_nlp import nlp
from news_nlp.nlp import stories
from news_nlp.nlp.scoring import BY_LEXICON, Scorer
from news_nlp.parsing import FeedItem, parse_feed

_FUTURE = timedelta(days=1)  # clocks and time zones differ; beyond it a date is wrong


@dataclass(frozen=True, slots=True)
class ScoredArticle:
    """One item with what it means.

    `identity` is equal for the same article met again; `gist` and `price_move` find those that retell it.
    """

    item: FeedItem
    meaning: nlp.Understanding
    identity: bytes
    gist: bytes
    price_move: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """The articles of one document, in its order. `skipped` items had no title."""

    articles: list[ScoredArticle]
    skipped: int


def digest(
    data: bytes, now: datetime, *, scorer: Scorer = BY_LEXICON, charset: str | None = None, address: str = ""
) -> Digest:
    """Parse a feed and score its items.

    Parameters
    ----------
    data : bytes
        The document.
    now : datetime
        UTC; an item dated more than a day after it counts as undated.
    scorer : Scorer
        What gives the scores; stories are told apart by the lexicon's reading.
    charset, address : str, optional
        As `news_nlp.parsing.parse_feed`.

    Raises
    ------
    InvalidInput, PayloadTooLarge
        As `news_nlp.parsing.parse_feed`.
    """
    feed = parse_feed(data, charset=charset, address=address)
    return Digest(digest_items(feed.items, now, scorer=scorer), feed.skipped)


def digest_items(items: Iterable[FeedItem], now: datetime, *, scorer: Scorer = BY_LEXICON) -> list[ScoredArticle]:
    """Score items that were parsed before; `now` and `scorer` as in `digest`."""
    return [_scored(item, now, scorer) for item in items]


def text_of(item: FeedItem) -> str:
    """The text of an item that is read; offsets of phrases and entities count its characters."""
    return f"{item.title}\n{item.summary}" if item.summary else item.title


def _scored(item: FeedItem, now: datetime, scorer: Scorer) -> ScoredArticle:
    dated_at = item.published_at  # a date that is refused today is believed tomorrow: the article stays the same
    if dated_at is not None and dated_at > now + _FUTURE:
        item = replace(item, published_at=None)
    text = text_of(item)
    read = nlp.understand(text)
    names = stories.names_of(item.title, read)
    return ScoredArticle(
        item,
        scorer.judge(text, read),
        stories.identity(item.title, item.source_host, dated_at),
        stories.gist(item.title, names, read),
        stories.is_price_move(item.title, read),
    )
