"""Fetch, digest, store: for a caller's address or document, and for a scheduled feed."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from chitti_shared.errors import ChittiError, Internal
from chitti_shared.http import SafeClient
from chitti_shared.ipc import Lanes
from chitti_shared.logs import get_logger

from news_nlp.feeds.metrics import NewsMetrics
from news_nlp.nlp.digest import ScoredArticle, digest
from news_nlp.nlp.scoring import BY_LEXICON, Scorer
from news_nlp.storage import ArticleStore, DueFeed, FeedStore

log = get_logger(__name__)

# another model's verdicts in place of the lexicon's
Refine: TypeAlias = Callable[[list[ScoredArticle]], Awaitable[list[ScoredArticle]]]

INTERVAL_S = 600.0
_LONGEST_WAIT_S = 6 * 3600.0
_COST_PER_BYTE_US = 0.1  # measured: 15 ms for a feed of 150 kB


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a document brought; the fields of the contract's `IngestRssReply`."""

    articles: int
    new: int
    duplicates: int
    near_duplicates: int
    skipped: int
    not_modified: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scheduled fetch went: `broke` and `recovered` mark a change against the time before."""

    url: str
    state: Literal["fine", "broke", "still broken", "recovered"]
    new: int = 0
    error: str | None = None


class Ingestion:
    """Turns feeds into stored articles.

    Parameters
    ----------
    client : SafeClient
    articles : ArticleStore
    feeds : FeedStore
    cpu : Lanes
        Where documents are parsed and read.
    clock : callable
        Now, in UTC.
    metrics : NewsMetrics
    refine : callable, optional
        Called with the articles of a document before they are stored; answers what to store.
    scorer : Scorer
        What gives the scores.
    """

    def __init__(
        self,
        client: SafeClient,
        articles: ArticleStore,
        feeds: FeedStore,
        cpu: Lanes,
        clock: Callable[[], datetime],
        metrics: NewsMetrics,
        refine: Refine | None = None,
        scorer: Scorer = BY_LEXICON,
    ) -> None:
        self._client = client
        self._articles = articles
        self._feeds = feeds
        self._cpu = cpu
        self._clock = clock
        self._metrics = metrics
        self._scorer = scorer
        self._refine = refine

    async def document(self, data: bytes, feed_id: int | None = None) -> Ingested:
        """Store what is new in a document. Errors: those of `parse_feed` and of the database."""
        cost_us = _COST_PER_BYTE_US * len(data)
        found = await self._cpu.run(digest, data, self._clock(), self._scorer, cost_us=cost_us, lane="bulk")
        articles = found.articles if self._refine is None else await self._refine(found.articles)
        stored = await self._articles.store(articles, feed_id)
        self._metrics.stored(stored.new, stored.duplicates)
        return Ingested(len(found.articles), stored.new, stored.duplicates, stored.retold, found.skipped)

    async def address(self, url: str) -> Ingested:
        """Store what is new at an address. Errors: those of `SafeClient.get` and of `document`."""
        fetched = await self._client.get(url)
        return await self.document(fetched.body)

    async def scheduled(self, feed: DueFeed) -> Outcome:
        """Fetch a feed whose turn has come, and note in its row how it went and when it is due again.

        A feed that fails never raises for that: its row keeps the error, and it waits twice as
        long each time, up to six hours, or as long as the server asked for. A defect of ours
        counts as its failure too, else the feed would be asked again at every tick.
        """
        trouble: ChittiError
        try:
            new = await self._fetch(feed)
        except ChittiError as error:
            trouble = error
        except Exception:
            log.exception("a feed could not be stored", url=feed.url)
            trouble = Internal("the feed could not be stored; the log tells why")
        else:
            self._metrics.fetched(ok=True)
            return Outcome(feed.url, "recovered" if feed.failures else "fine", new=new)
        self._metrics.fetched(ok=False)
        wait_s = self._wait_after_failure(feed.failures, trouble)
        await self._feeds.failed(feed.feed_id, error=trouble.message, next_in_s=wait_s)
        return Outcome(feed.url, "still broken" if feed.failures else "broke", error=trouble.message)

    async def _fetch(self, feed: DueFeed) -> int:
        fetched = await self._client.get(feed.url, etag=feed.etag, last_modified=feed.last_modified)
        if fetched.not_modified:
            got = Ingested(0, 0, 0, 0, 0, not_modified=True)
            etag, last_modified = fetched.etag or feed.etag, fetched.last_modified or feed.last_modified
        else:
            got = await self.document(fetched.body, feed.feed_id)
            etag, last_modified = fetched.etag, fetched.last_modified
        await self._feeds.succeeded(
            feed.feed_id, items=got.articles, etag=etag, last_modified=last_modified, next_in_s=INTERVAL_S
        )
        return got.new

    def _wait_after_failure(self, failures: int, error: ChittiError) -> float:
        longest: float = min(INTERVAL_S * 2 ** min(failures, 16), _LONGEST_WAIT_S)
        jittered = longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
        asked_s = float(error.details.get("retry_after_ms", 0)) / 1000.0
        return max(asked_s, jittered)
