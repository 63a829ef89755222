"""`python -m news_nlp`: read the settings, wire the daemon, serve."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from chitti_shared.contracts.news import NEWS_NLP
from chitti_shared.db import Leadership, connect_pool
from chitti_shared.errors import ChittiError, EngineUnavailable, InvalidInput
from chitti_shared.http import Limits, Resolve, SafeClient, checked_url, system_resolve
from chitti_shared.ipc import Lanes, Server, StartupError, run_daemon
from chitti_shared.logs import configure_logging, get_logger
from chitti_shared.metrics import build_registry
from chitti_shared.settings import Settings, what_is_wrong
from prometheus_client import CollectorRegistry
from pydantic import ValidationError

from news_nlp import nlp
from news_nlp.actions import build_router
from news_nlp.context import NewsContext
from news_nlp.feeds import DEFAULT_FEEDS, Ingestion, Lookout, NewsMetrics, Roster
from news_nlp.finbert import FinBert, FinBertLimits, FinBertMetrics, Lost
from news_nlp.nlp import additions
from news_nlp.nlp.scoring import MODEL_FILE, Scorers
from news_nlp.scheduler import FeedSchedule
from news_nlp.storage import ArticleStore, FeedStore

log = get_logger(__name__)

NAME = NEWS_NLP.name
_PAIR = re.compile(r"[^\s/@]+:\d{1,5}")


async def wire(
    settings: Settings, stack: AsyncExitStack, *, resolve: Resolve = system_resolve, limits: Limits | None = None
) -> Server[NewsContext]:
    """Open what the daemon needs, on the stack, and start the schedule.

    `resolve` and `limits` are those of the client that fetches.

    Raises
    ------
    StartupError
        No database is set, or a feed, an allowed address or a file of names or phrases that
        makes no sense.
    """
    url = settings.database_url_of(NAME)
    if url is None:
        raise StartupError("no database: start the stack with `chitti up`, or set DATABASE_URL")
    wanted = tuple(DEFAULT_FEEDS) if settings.chitti_feeds is None else tuple(settings.chitti_feeds)
    _check_allowed(settings.chitti_feed_allow)
    _check_feeds(wanted, settings.chitti_feed_allow)
    _extend(settings)
    nlp.use("readable" if settings.chitti_engine == "numpy" else "compiled")
    nlp.warm_up()
    release = version("trading-chitti")
    registry = build_registry(NAME, release)
    pool = await stack.enter_async_context(await connect_pool(url, application_name=NAME))
    client = await stack.enter_async_context(
        SafeClient(
            allow=settings.chitti_feed_allow, resolve=resolve, limits=limits, pause_s=settings.chitti_feed_host_pause_s
        )
    )
    cpu = Lanes()
    stack.callback(cpu.close)
    finbert = await _finbert(settings, stack, registry)
    scorers = _scorers(settings)
    articles, feeds = ArticleStore(pool), FeedStore(pool)
    await feeds.keep_only(wanted, DEFAULT_FEEDS)
    refine = finbert.refine if finbert is not None and settings.chitti_sentiment_model == "finbert" else None
    metrics = NewsMetrics(registry)
    ingestion = Ingestion(client, articles, feeds, cpu, _now, metrics, refine, scorers.of())
    lookout = Lookout(feeds, articles, metrics, _now)
    office = await stack.enter_async_context(Leadership(url, f"{NAME}.feeds", application_name=f"{NAME} leader"))
    schedule = await stack.enter_async_context(FeedSchedule(ingestion, feeds, office, observe=lookout.look))
    metrics.watch(lambda: office.is_leader)
    roster = Roster(feeds, settings.chitti_feed_allow, _now, schedule.tick)

    def checks() -> dict[str, str]:
        return _checks_of(finbert) | scorers.checks

    async def health() -> tuple[dict[str, str], dict[str, Any]]:
        try:
            facts = await lookout.facts()
        except ChittiError as error:
            return {"database": error.message} | checks(), {"leader": office.is_leader}
        return {"database": "ok"} | checks(), {
            "leader": office.is_leader,
            **facts,
            "model": scorers.of().name if refine is None or finbert is None else finbert.name,
        } | _info_of(finbert)

    context = NewsContext(articles, feeds, ingestion, roster, cpu, scorers, finbert)
    return Server(build_router(), context, name=NAME, version=release, health=health, registry=registry)


def _extend(settings: Settings) -> None:
    try:
        additions.extend(settings.chitti_aliases, settings.chitti_lexicon)
    except InvalidInput as error:
        raise StartupError(error.message) from None


def _scorers(settings: Settings) -> Scorers:
    scorers = Scorers(settings.chitti_data_dir / "models" / MODEL_FILE, settings.chitti_sentiment_model)
    try:
        log.info("articles are scored", model=scorers.of().name)
    except EngineUnavailable as error:
        raise StartupError(f"CHITTI_SENTIMENT_MODEL: {scorers.default}: {error.message}") from None
    return scorers


async def _finbert(settings: Settings, stack: AsyncExitStack, registry: CollectorRegistry) -> FinBert | None:
    """The FinBERT model of the settings, on the stack; None where none is set."""
    folder = settings.chitti_finbert_dir
    if folder is None:
        if settings.chitti_sentiment_model == "finbert":
            raise StartupError("CHITTI_SENTIMENT_MODEL: finbert: expected CHITTI_FINBERT_DIR, the folder of the model")
        return None
    limits = FinBertLimits(
        memory_mb=settings.chitti_finbert_memory_mb,
        threads=settings.chitti_finbert_threads,
        max_tokens=settings.chitti_finbert_max_tokens,
        batch_s=settings.chitti_finbert_batch_s,
        wait_s=settings.chitti_finbert_wait_s,
    )
    try:
        return await stack.enter_async_context(FinBert(folder, limits, FinBertMetrics(registry)))
    except Lost as lost:
        raise StartupError(f"CHITTI_FINBERT_DIR: {folder}: {lost}") from None


def _checks_of(finbert: FinBert | None) -> dict[str, str]:
    return {} if finbert is None else {"finbert": "ok" if finbert.trouble is None else f"its worker {finbert.trouble}"}


def _info_of(finbert: FinBert | None) -> dict[str, Any]:
    return {} if finbert is None else {"finbert": finbert.name, "finbert_confined": finbert.confined}


def _now() -> datetime:
    return datetime.now(UTC)


def _check_allowed(pairs: Iterable[str]) -> None:
    for pair in pairs:
        if not _PAIR.fullmatch(pair):  # it would match nothing, and nobody would know why
            raise StartupError(f"CHITTI_FEED_ALLOW: {pair}: expected host:port")


def _check_feeds(urls: Iterable[str], allow: Collection[str]) -> None:
    for url in urls:
        try:
            checked_url(url, allow)
        except InvalidInput as error:
            raise StartupError(f"CHITTI_FEEDS: {url}: {error.message}") from None


def main(arguments: list[str]) -> int:
    """Serve, or train a model with `train-sentiment`; the exit status."""
    if not arguments:
        run_daemon(NAME, wire)
    if arguments[0] != "train-sentiment":
        sys.stderr.write(f"{NAME}: expected nothing or train-sentiment, found {arguments[0]!r}\n")
        return 2
    from news_nlp.nlp.training.command import train_sentiment  # scikit-learn takes its time

    try:
        settings = Settings()
        configure_logging(NAME, "WARNING")
        _extend(settings)
        train_sentiment(arguments[1:], settings.chitti_data_dir / "models" / MODEL_FILE, _say)
    except ValidationError as error:
        sys.stderr.write(f"{NAME}: a setting is wrong: {what_is_wrong(error)}\n")
        return 1
    except (ChittiError, StartupError) as error:
        sys.stderr.write(f"{NAME}: {error}\n")
        return 1
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
