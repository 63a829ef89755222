"""`get_articles`."""

from __future__ import annotations

from typing import Any

import msgspec
from chitti_shared import universe
from chitti_shared.contracts import news
from chitti_shared.ipc import Router

from news_nlp.context import NewsContext
from news_nlp.storage import stamp


async def get_articles(request: news.GetArticlesRequest, ctx: NewsContext) -> news.GetArticlesReply:
    """A page of articles, newest first; `next_cursor` is None on the last page."""
    rows = await ctx.articles.page(
        symbol=universe.current_symbol(request.symbol) if request.symbol else None,
        sentiment=request.sentiment,
        before=int(request.cursor) if request.cursor else None,
        limit=request.limit,
    )
    articles = [_article_of(dict(row)) for row in rows]
    last = str(articles[-1].article_id) if len(articles) == request.limit else None
    return news.GetArticlesReply(articles=articles, count=len(articles), next_cursor=last)


def _article_of(row: dict[str, Any]) -> news.Article:
    row["published_at"] = stamp(row["published_at"])
    row["first_seen_at"] = stamp(row["first_seen_at"])
    return msgspec.convert(row, news.Article)


def register(router: Router[NewsContext]) -> None:
    router.handles(news.GET_ARTICLES)(get_articles)
