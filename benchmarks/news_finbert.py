"""A BERT-base-shaped model beside the lexicon's reader, and the worker beside the model called one text at a time.

The model's weights are random: it takes FinBERT's time and says nothing of its judgement.

`python -m benchmarks.news_finbert`
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from itertools import permutations
from pathlib import Path

import numpy as np
from news_nlp import nlp
from news_nlp.finbert import FinBert, FinBertLimits, FinBertMetrics
from news_nlp.nlp.digest import ScoredArticle, digest
from prometheus_client import CollectorRegistry

from benchmarks.peers.bert import write_model
from benchmarks.results import Row, against, plain

TOKENS = 64
LEAST_RATIO = 5000
_SENTENCES = (
    "Larsen & Toubro wins Rs 4,200 crore order from a Gulf utility while Siemens loses out on price",
    "Tata Steel net profit falls 18% in Q2 as prices soften, but beats estimates on lower coal costs",
    "Infosys raises revenue guidance for FY26 after strong deal wins; brokerages upgrade the stock",
    "HDFC Bank slips on profit booking despite steady loan growth and better asset quality",
    "SEBI fines a broker for misuse of client funds, shares hit the lower circuit",
    "Nifty ends flat as gains in auto stocks offset losses in IT; foreign investors sell for a fifth day",
)


def measure() -> list[Row]:
    """Rows of the reader beside BERT-base, and of the worker's batches beside calls one by one."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the import of onnxruntime
    with tempfile.TemporaryDirectory(prefix="chitti-bench-") as name:
        folder = Path(name)
        write_model(folder)
        return [_reader_row(folder), _worker_row(folder)]


def _reader_row(folder: Path) -> Row:
    """One article by the lexicon, 64 tokens by the model, in turns."""
    from news_nlp.finbert.classifier import Classifier

    threads = os.cpu_count() or 1
    model = Classifier(folder, max_tokens=TOKENS, threads=threads)
    articles = [". ".join(chosen) for chosen in permutations(_SENTENCES, 3)]
    words = statistics.mean(len(article.split()) for article in articles)
    long = " ".join(_SENTENCES * 2)  # more than 64 tokens, so that 64 are read
    nlp.warm_up()
    model_s, reader_s = [], []
    for _round in range(9):
        start = time.perf_counter()
        model.probabilities([long])
        model_s.append(time.perf_counter() - start)
        start = time.perf_counter()
        for article in articles:
            nlp.score(article)
        reader_s.append((time.perf_counter() - start) / len(articles))
    ours, peer = statistics.median(reader_s[1:]) * 1e6, statistics.median(model_s[1:]) * 1e6
    peer_name = f"BERT-base fp32, {TOKENS} tokens, {threads} threads"
    what = f"sentiment of an article of {words:.0f} words"
    return against(what, ours, peer, peer_name, unit="us", least_ratio=LEAST_RATIO)


def _worker_row(folder: Path) -> Row:
    """Headlines a second through the worker, batched, and in process one by one."""
    from news_nlp.finbert.classifier import Classifier

    rounds = [_headlines(number) for number in range(5)]
    model = Classifier(folder, max_tokens=256, threads=1)
    ours, peer = asyncio.run(_taking_turns(folder, model.probabilities, rounds))
    return against(
        "headlines through the FinBERT worker, in batches of 16", ours, peer, "onnxruntime in process, one by one",
        unit="headlines/s", least_ratio=1,
    )  # fmt: skip


async def _taking_turns(
    folder: Path, alone: Callable[[list[str]], object], rounds: Sequence[list[str]]
) -> tuple[float, float]:
    """Median headlines a second of the worker and of `alone`."""
    batched, single = [], []
    async with FinBert(
        folder, FinBertLimits(memory_mb=4096, wait_s=600.0), FinBertMetrics(CollectorRegistry())
    ) as model:
        for headlines in rounds:
            articles = _articles(headlines)
            start = time.perf_counter()
            await model.refine(articles)
            batched.append(len(headlines) / (time.perf_counter() - start))
            start = time.perf_counter()
            for headline in headlines:
                alone([headline])
            single.append(len(headlines) / (time.perf_counter() - start))
    return statistics.median(batched), statistics.median(single)


def _articles(titles: Sequence[str]) -> list[ScoredArticle]:
    """What a feed of these titles brings, without the names in them: one text each for the model."""
    items = "".join(f"<item><title>{escape(title)}</title></item>" for title in titles)
    found = digest(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), datetime.now(UTC)).articles
    return [replace(article, meaning=nlp.understand("")) for article in found]


def _headlines(number: int) -> list[str]:
    """32 headlines of different lengths, in no other round."""
    words = " ".join(_SENTENCES).split()
    chosen = np.random.default_rng(number)
    return [f"{number} {' '.join(chosen.choice(words, chosen.integers(6, 20)))}" for _ in range(32)]


if __name__ == "__main__":
    print(plain(measure()))
