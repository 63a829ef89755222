"""Fetch, digest, store: for a caller's address or document, and for a stored feed."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal, TypeAlias

from chitti_shared.errors import ChittiError, Internal
from chitti_shared.http import SafeClient
from chitti_shared.ipc import Lanes
from chitti_shared.logs import get_logger

from news_nlp import nlp
from news_nlp.feeds.metrics import NewsMetrics
from news_nlp.feeds.roster import no_feed
from news_nlp.feeds.states import DEAD_AFTER
from news_nlp.feeds.timetable import next_turn
from news_nlp.nlp.digest import ScoredArticle, digest
from news_nlp.nlp.scoring import BY_LEXICON, Scorer
from news_nlp.storage import ArticleStore, ClaimedFeed, FeedStore, NotStored, told_apart

log = get_logger(__name__)

# another model's verdicts in place of the lexicon's
Refine: TypeAlias = Callable[[list[ScoredArticle]], Awaitable[list[ScoredArticle]]]

LEASE_S = 120.0  # well over what a fetch may take, with its pause, its attempts and the storing
_FIRST_WAIT_S = 600.0  # of a feed with a schedule, after its first failure
_LONGEST_WAIT_S = 6 * 3600.0
_GONE = 410
_TOO_MANY = 429
_COST_PER_BYTE_US = 0.005  # beside the reading; measured: 0.6 ms for a feed of 157 kB


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
    """How a scheduled fetch went: `broke` and `recovered` mark a change against the time before.

    `dead` is a feed that has been broken for a day or more, `gone` one that is fetched no more.
    """

    url: str
    state: Literal["fine", "broke", "still broken", "dead", "gone", "recovered"]
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
        Called with the new articles of a document before they are stored; answers what to store, in their order.
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

    async def document(
        self, data: bytes, feed_id: int | None = None, *, charset: str | None = None, address: str = ""
    ) -> Ingested:
        """Store what is new in a document. Errors: those of `parse_feed` and of the database."""
        cost_us = _COST_PER_BYTE_US * len(data) + nlp.cost_us(len(data))
        read = partial(digest, scorer=self._scorer, charset=charset, address=address)
        found = await self._cpu.run(read, data, self._clock(), cost_us=cost_us, lane="bulk")
        articles = found.articles if self._refine is None else await self._refined(found.articles, self._refine)
        stored = await self._articles.store(articles, feed_id)
        self._metrics.stored(stored.new, stored.duplicates)
        return Ingested(len(found.articles), stored.new, stored.duplicates, stored.retold, found.skipped)

    async def _refined(self, articles: list[ScoredArticle], refine: Refine) -> list[ScoredArticle]:
        """The articles, refined where they are not stored yet: the others will not be stored again."""
        known = await self._articles.known([article.identity for article in articles])
        judged = iter(await refine([article for article in articles if article.identity not in known]))
        return [article if article.identity in known else next(judged) for article in articles]

    async def address(self, url: str) -> Ingested:
        """Store what is new at an address. Errors: those of `SafeClient.get` and of `document`."""
        fetched = await self._client.get(url)
        return await self.document(fetched.body, charset=fetched.charset, address=fetched.url)

    async def at_once(self, feed_id: int) -> Ingested:
        """Fetch a stored feed whatever its turn, and note in its row how it went.

        Raises
        ------
        NotFound
            No such feed.
        ChittiError
            As `address`. One that is the database's leaves the feed's row as `scheduled` does.
        """
        feed = await self._feeds.claim(feed_id, lease_s=LEASE_S, at_any_time=True)
        if feed is None:
            raise no_feed(feed_id)
        got = await self._fetch(feed)
        if isinstance(got, ChittiError):
            raise got
        return got

    async def scheduled(self, feed_id: int, lease_s: float = LEASE_S) -> Outcome | None:
        """Fetch a feed whose turn has come, and note in its row how it went and when it is due again.

        A feed that fails never raises for that: its row keeps the error, and it waits twice as
        long each time, up to six hours, or as long as the server asked for. A defect of ours
        counts as its failure too, else the feed would be asked again at every tick. None: the
        turn was another's, or the feed was paused meanwhile.

        Raises
        ------
        ChittiError
            What came could not be stored for a reason that is not the feed's. Its row stays as it
            was, but for the turn: it comes round again after `lease_s`.
        """
        feed = await self._feeds.claim(feed_id, lease_s=lease_s)
        if feed is None:
            return None
        got = await self._fetch(feed)
        if isinstance(got, ChittiError):
            return Outcome(feed.url, _trouble(feed, got), error=got.message)
        return Outcome(feed.url, "recovered" if feed.failures else "fine", new=got.new)

    async def _fetch(self, feed: ClaimedFeed) -> Ingested | ChittiError:
        """What came, or what is wrong with the feed; noted in its row. Errors: the database's, which are not noted."""
        trouble: ChittiError
        try:
            got = await self._taken_in(feed)
        except NotStored as postponed:
            self._metrics.postponed()
            raise postponed.error from postponed
        except ChittiError as error:
            trouble = error
        except Exception:
            if await self._feeds.one(feed.feed_id) is None:  # removed meanwhile: its articles have no feed to refer to
                return no_feed(feed.feed_id)
            log.exception("a feed could not be stored", url=feed.url)
            trouble = Internal("the feed could not be stored; the log tells why")
        else:
            self._metrics.fetched(ok=True)
            return got
        self._metrics.fetched(ok=False)
        await self._note_failure(feed, trouble)
        return trouble

    async def _taken_in(self, feed: ClaimedFeed) -> Ingested:
        """What the feed's own address brings, or, where that fails, the one that it was known to move to.

        From then on the new address is asked first, and the own one when that fails. As long as
        the own address answers it is asked: what it redirects to may change, or cease.
        """
        if feed.moved_to is None:
            return await self._taken_in_from(feed, feed.url)
        settled = feed.address_error is not None
        first, second = (feed.moved_to, feed.url) if settled else (feed.url, feed.moved_to)
        try:
            return await self._taken_in_from(feed, first, feed.address_error)
        except ChittiError as error:
            if _names_a_time(error):
                raise
            trouble = error
        try:
            return await self._taken_in_from(feed, second, None if settled else trouble.message)
        except ChittiError as error:
            own, other = (error, trouble) if settled else (trouble, error)
        worst = other if own.details.get("status") == _GONE else own
        raise type(worst)(f"{own.message}; where it moved to: {other.message}", **worst.details)

    async def _taken_in_from(self, feed: ClaimedFeed, address: str, address_error: str | None = None) -> Ingested:
        fetched = await self._client.get(address, etag=feed.etag, last_modified=feed.last_modified)
        if fetched.not_modified:
            got = Ingested(0, 0, 0, 0, 0, not_modified=True)
            etag, last_modified = fetched.etag or feed.etag, fetched.last_modified or feed.last_modified
        else:
            try:
                with told_apart():
                    got = await self.document(fetched.body, feed.feed_id, charset=fetched.charset, address=fetched.url)
            except ChittiError as error:
                error.details.setdefault("status", fetched.status)
                raise
            etag, last_modified = fetched.etag, fetched.last_modified
        moved_to = fetched.moved_to if address == feed.url else fetched.moved_to or address
        with told_apart():
            await self._feeds.succeeded(
                feed,
                status=fetched.status,
                items=got.articles,
                new=got.new,
                etag=etag,
                last_modified=last_modified,
                moved_to=moved_to,
                address_error=address_error,
                next_due=next_turn(feed.schedule, feed.interval_s, self._clock()),
            )
        return got

    async def _note_failure(self, feed: ClaimedFeed, error: ChittiError) -> None:
        status = error.details.get("status")
        if status == _GONE:
            await self._feeds.gone(feed, error=error.message, status=_GONE)
            return
        wait_s = _wait_after_failure(feed, error)
        await self._feeds.failed(feed, error=error.message, status=status, next_in_s=wait_s)


def _names_a_time(error: ChittiError) -> bool:
    return error.details.get("status") == _TOO_MANY or "retry_after_ms" in error.details


def _trouble(feed: ClaimedFeed, error: ChittiError) -> Literal["broke", "still broken", "dead", "gone"]:
    if error.details.get("status") == _GONE:
        return "gone"
    if feed.failing_since is None:
        return "broke"
    return "dead" if feed.taken_at - feed.failing_since >= DEAD_AFTER else "still broken"


def _back_off(feed: ClaimedFeed) -> float:
    first_s = _FIRST_WAIT_S if feed.schedule else feed.interval_s
    longest: float = min(first_s * 2 ** min(feed.failures, 16), _LONGEST_WAIT_S)
    return longest


def _wait_after_failure(feed: ClaimedFeed, error: ChittiError) -> float:
    jittered = _back_off(feed) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
    asked_s = float(error.details.get("retry_after_ms", 0)) / 1000.0
    return max(asked_s, jittered)
