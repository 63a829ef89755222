"""Reading news, in process: a feed beside feedparser, an article beside the aims for sentiment and entities."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from importlib.resources import files

import feedparser
from news_nlp import nlp
from news_nlp.parsing import parse_feed

from benchmarks.results import Row, against, below, interleaved, median_ms

FEED_MS = 5.0
SENTIMENT_MS = 0.2
ENTITIES_MS = 1.0


def measure() -> list[Row]:
    """Rows of the feed parser, of sentiment and of entities."""
    document = files("chitti_cli").joinpath("sample/nifty_sample.xml").read_bytes()
    calls = {"ours": partial(parse_feed, document), "feedparser": partial(feedparser.parse, document)}
    seconds = interleaved(calls, rounds=5, calls_per_round=5, warm_up=2)
    headlines = [item.title for item in parse_feed(document).items]
    what = f"parse a feed of {len(headlines)} items, {len(document) / 1000:.0f} kB"
    ours_ms, peer_ms = median_ms(seconds["ours"]), median_ms(seconds["feedparser"])
    return [
        below(what, ours_ms, FEED_MS, unit="ms"),
        against(what, ours_ms, peer_ms, "feedparser", unit="ms", least_ratio=1),
        below("sentiment of a headline", per_headline_ms(nlp.score, headlines), SENTIMENT_MS, unit="ms"),
        below("entities of a headline", per_headline_ms(nlp.entities, headlines), ENTITIES_MS, unit="ms"),
    ]


def per_headline_ms(read: Callable[[str], object], headlines: list[str]) -> float:
    """Median over passes of the mean time for one headline, in ms."""
    means = []
    for _ in range(12):
        start = time.perf_counter()
        for headline in headlines:
            read(headline)
        means.append((time.perf_counter() - start) / len(headlines) * 1e3)
    return statistics.median(means)
