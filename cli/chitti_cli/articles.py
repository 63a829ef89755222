"""Asks the daemon for articles, and shows them."""

from __future__ import annotations

from typing import Any

from chitti_shared.contracts.news import GET_ARTICLES, NEWS_NLP, Article, GetArticlesReply
from chitti_shared.settings import Settings
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from chitti_cli.lists import clock
from chitti_cli.sockets import asked
from chitti_cli.supervisor.lines import visible

_COLOURS = {"bullish": "green", "bearish": "red", "neutral": "yellow"}
_MARKS = {"bullish": "▲", "bearish": "▼", "neutral": "·"}


async def newest(settings: Settings, query: dict[str, Any]) -> list[Article]:
    """Articles, newest first. Errors: Problem (the query is none)."""
    reply: GetArticlesReply = await asked(settings, NEWS_NLP, GET_ARTICLES, query, command="chitti news")
    return reply.articles


def block_of(article: Article) -> RenderableType:
    """When, the headline, who says it, and what it says about whom."""
    colour = _COLOURS[article.sentiment]
    head = Text()
    head.append(f"{clock(article.first_seen_at)}  ", style="dim")
    head.append(f"{_MARKS[article.sentiment]} {article.score:+.2f}  ", style=colour)
    head.append(visible(article.title), style="bold")
    return Group(head, Padding(_facts(article), (0, 0, 0, 14)))


def _facts(article: Article) -> Text:
    text = Text()
    for said in article.symbols:
        text.append(f"{said.symbol} {said.score:+.2f}  ", style=_COLOURS[said.sentiment])
    if article.event is not None:
        text.append(f"{article.event.replace('_', ' ')}  ", style="cyan")
    text.append(visible(article.source or article.source_host), style="dim")
    if article.sources > 1:
        text.append(f" and {article.sources - 1} more", style="dim")
    return text
