"""Looks at every tick at how the feeds fare, and at what other daemons have stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from chitti_shared.logs import get_logger

from news_nlp.feeds.metrics import NewsMetrics
from news_nlp.feeds.states import Tally, tally
from news_nlp.storage import ArticleStore, FeedStore

log = get_logger(__name__)

_WORTH_TELLING = 1000  # articles read at once: a daemon that has just started, or was cut off


class Lookout:
    """Keeps the metrics of the feeds up to date, and the articles of the last days in memory.

    Every daemon does so, not only the one that fetches: whoever takes over is ready.

    Parameters
    ----------
    feeds : FeedStore
    articles : ArticleStore
    metrics : NewsMetrics
    clock : callable
        Now, in UTC.
    """

    def __init__(
        self, feeds: FeedStore, articles: ArticleStore, metrics: NewsMetrics, clock: Callable[[], datetime]
    ) -> None:
        self._feeds = feeds
        self._articles = articles
        self._metrics = metrics
        self._clock = clock

    async def look(self) -> None:
        """Look once. Errors: the database can't be reached."""
        self._metrics.feeds(await self.seen(), self._clock)
        began = time.perf_counter()
        read = await self._articles.catch_up()
        if read >= _WORTH_TELLING:
            took_s = round(time.perf_counter() - began, 2)
            log.info("what was told in the last days is in memory", articles=read, seconds=took_s)

    async def seen(self) -> Tally:
        """The feeds as they are. Errors: the database can't be reached."""
        return tally(await self._feeds.all(), self._clock())

    async def facts(self) -> dict[str, Any]:
        """What health tells. Errors: the database can't be reached."""
        seen = await self.seen()
        return {
            "articles_remembered": self._articles.remembered,
            "feeds": seen.fetched,
            "feeds_failing": seen.states["failing"] + seen.states["dead"],
            "feeds_dead": seen.states["dead"],
            "feeds_quiet": seen.states["quiet"],
            "feeds_gone": seen.states["gone"],
        }
