"""`get_articles`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
from chitti_shared import universe
from chitti_shared.contracts import news
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Router

from news_nlp.context import NewsContext
from news_nlp.storage import Wanted, stamp

_ROOM = 30 * 1024 * 1024  # bytes of articles in a reply, which may have 32 MiB
_TEXT_TIMES = 4  # a text stands in a reply, in part once more in its entities and its phrases; quotes are escaped
_BYTES_OF_ONE = 160  # a phrase, an entity or what is said of a company, without its text


async def get_articles(request: news.GetArticlesRequest, ctx: NewsContext) -> news.GetArticlesReply:
    """A page of articles, newest first; `next_cursor` is None on the last page. Errors: invalid_input."""
    rows = await ctx.articles.page(_wanted(request))
    articles = [_article_of(dict(row)) for row in _fitting(rows)]
    more = len(articles) < len(rows) or len(rows) == request.limit
    last = str(articles[-1].article_id) if more else None
    return news.GetArticlesReply(articles=articles, count=len(articles), next_cursor=last)


def _fitting(rows: list[asyncpg.Record]) -> list[asyncpg.Record]:
    """The rows of a page that fit into one reply: at least one, the rest is for the next page."""
    room = _ROOM
    for place, row in enumerate(rows):
        listed = len(row["phrases"]) + len(row["symbols"]) + len(row["entities"])
        text = row["title"] + row["summary"] + row["url"]
        room -= _TEXT_TIMES * len(text.encode()) + _BYTES_OF_ONE * listed
        if room < 0 and place:
            return rows[:place]
    return rows


def _wanted(request: news.GetArticlesRequest) -> Wanted:
    since, until = _in_utc(request.since, "since"), _in_utc(request.until, "until")
    if since is not None and until is not None and since >= until:
        raise InvalidInput(
            f"since ({since.isoformat()}) is not before until ({until.isoformat()})",
            field="since",
            constraint="since < until",
        )
    return Wanted(
        limit=request.limit,
        symbol=universe.current_symbol(request.symbol) if request.symbol else None,
        sector=universe.industry_named(request.sector) if request.sector else None,
        sentiment=request.sentiment,
        source=request.source,
        event=request.event,
        since=since,
        until=until,
        words=request.q,
        leads_only=request.leads_only,
        before=_place_of(request.cursor) if request.cursor is not None else None,
    )


def _in_utc(moment: datetime | None, field: str) -> datetime | None:
    try:
        return None if moment is None else moment.astimezone(UTC)
    except OverflowError:
        raise InvalidInput(
            f"{field} ({moment}) lies in no year from 1 to 9999 in UTC",
            field=field,
            constraint="years 1 to 9999 in UTC",
        ) from None


def _place_of(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise InvalidInput(
            f"cursor ({cursor}) is not one that get_articles gave", field="cursor", constraint="next_cursor of a reply"
        )
    return int(cursor)


def _article_of(row: dict[str, Any]) -> news.Article:
    row["published_at"] = stamp(row["published_at"])
    row["first_seen_at"] = stamp(row["first_seen_at"])
    return msgspec.convert(row, news.Article)


def register(router: Router[NewsContext]) -> None:
    router.handles(news.GET_ARTICLES)(get_articles)
