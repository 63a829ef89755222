"""Every number behind a finding, named, with its unit and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from signal_service.alerts.bars import Newest
from signal_service.alerts.news import News, NewsView
from signal_service.evaluation import Reading
from signal_service.scoring.scores import Score

PRICES = "md.eod_prices"
_NOT_OF_A_NAME = re.compile(r"[^a-z0-9]+")
# said in words: without them a + b and a - b would be two facts of one name
_SIGNS = ((re.compile(r"(?<![a-z0-9])-"), " minus "), (re.compile(r"\+"), " plus "),
          (re.compile(r"\*"), " times "), (re.compile("/"), " by "))  # fmt: skip
_TOLD_ANYWAY = frozenset({"close", "volume"})


class Fact(NamedTuple):
    """One piece of evidence; `value` is a number, or a text where it is one (a date, phrases)."""

    name: str
    value: float | str
    unit: str | None
    source: str


def evidence_of(
    newest: Newest,
    readings: Iterable[Reading],
    view: NewsView,
    lead: News | None,
    score: Score,
) -> tuple[Fact, ...]:
    """The facts of one finding: the bar, what the rule read, the news, the score's parts."""
    facts = [*_bar_facts(newest), *_read_facts(readings)]
    if lead is not None:
        facts += _news_facts(view, lead)
    return (*facts, *(Fact(*figure) for figure in score.figures()))


def _bar_facts(newest: Newest) -> Iterator[Fact]:
    yield Fact("bar_date", newest.day.isoformat(), None, PRICES)
    yield _number("close", newest.close, "INR", PRICES)
    if newest.change is not None:
        yield _number("change", 100.0 * newest.change, "%", PRICES)
    if newest.change_5 is not None:
        yield _number("change_5_sessions", 100.0 * newest.change_5, "%", PRICES)
    yield _number("volume", newest.volume, "shares", PRICES)
    if newest.volume_ratio is not None:
        yield _number("volume_ratio", newest.volume_ratio, "x the mean of 20 sessions", PRICES)


def _read_facts(readings: Iterable[Reading]) -> Iterator[Fact]:
    """What the rule's condition read; "RSI(14) 1 bar ago" is called rsi_14_previous."""
    for text, value in readings:
        name = name_of(text)
        if value is not None and name not in _TOLD_ANYWAY:
            yield Fact(name, round(value, 4), None, f"rule: {text}")


@lru_cache(maxsize=4096)
def name_of(text: str) -> str:
    """The name under which a number that was read is told."""
    said = text.lower().replace("1 bar ago", "previous")
    for sign, word in _SIGNS:
        said = sign.sub(word, said)
    return _NOT_OF_A_NAME.sub("_", said).strip("_")


def _news_facts(view: NewsView, lead: News) -> Iterator[Fact]:
    source = f"news.articles {lead.article_id}"
    yield _number("sentiment_score", lead.score, "-1 to 1", source)
    yield _number("sentiment_confidence", lead.confidence, "0 to 1", source)
    if lead.event is not None:
        yield Fact("event", lead.event, None, source)
    if lead.phrases:
        yield Fact("phrases", "; ".join(lead.phrases), None, source)
    yield Fact("published_at" if lead.dated else "first_seen_at", lead.time.isoformat(), None, source)
    yield _number("fresh_articles", float(len(view.articles)), "articles", "news.articles")
    yield _number("news_score", view.score, "-1 to 1", "news.articles, confidence-weighted mean")


def _number(name: str, value: float, unit: str, source: str) -> Fact:
    return Fact(name, round(float(value), 4), unit, source)
