"""FinBERT beside the lexicon: it judges, the lexicon names."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Self

from chitti_shared.errors import ChittiError, EngineUnavailable, Overloaded
from chitti_shared.logs import get_logger

from news_nlp.finbert.clauses import parts_by_symbol
from news_nlp.finbert.messages import Probabilities, Ready, Setup
from news_nlp.finbert.metrics import FinBertMetrics
from news_nlp.finbert.supervision import SupervisedWorker
from news_nlp.nlp import Direction, Understanding
from news_nlp.nlp.digest import ScoredArticle, text_of

log = get_logger(__name__)

BATCH_TEXTS = 16  # small enough that a request does not wait long behind a feed
_MOST_REMEMBERED = 20_000
_DIRECTIONS: tuple[Direction, ...] = ("bullish", "bearish", "neutral")


@dataclass(frozen=True, slots=True)
class FinBertLimits:
    """What the model may cost.

    Attributes
    ----------
    memory_mb : int
        MiB of memory of the worker.
    threads : int
        Threads that compute.
    max_tokens : int
        Tokens of a text that are read.
    batch_s : float
        Longest time for `BATCH_TEXTS` texts before the worker is killed.
    wait_s : float
        Longest time that a feed's articles wait for the model.
    """

    memory_mb: int = 2048
    threads: int = 1
    max_tokens: int = 256
    batch_s: float = 60.0
    wait_s: float = 20.0


class FinBert:
    """A FinBERT model in a process of its own.

    Entering raises `news_nlp.finbert.Lost` when the folder holds no model that can be used.

    Parameters
    ----------
    folder : Path
        Holds `model.onnx`, `tokenizer.json`, `config.json`.
    limits : FinBertLimits
    metrics : FinBertMetrics
    """

    def __init__(self, folder: Path, limits: FinBertLimits, metrics: FinBertMetrics) -> None:
        self._limits = limits
        self._metrics = metrics
        metrics.watch(self._memory_bytes)
        setup = Setup(str(folder.absolute()), limits.memory_mb, limits.threads, limits.max_tokens)
        self._worker = SupervisedWorker(setup, batch_s=limits.batch_s, metrics=metrics, on_ready=self._now_ready)
        self._ready: Ready
        self._remembered: OrderedDict[bytes, Probabilities] = OrderedDict()
        self._standing_in = False

    async def __aenter__(self) -> Self:
        await self._worker.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._worker.__aexit__(kind, error, trace)

    @property
    def name(self) -> str:
        """The model's name in replies: `finbert-` and eight digits of its file's SHA-256."""
        return self._ready.model

    @property
    def confined(self) -> bool:
        """Whether the kernel lets the worker open no connection and start no program."""
        return self._ready.confined

    @property
    def trouble(self) -> str | None:
        """Why the model cannot be asked at present; None while it can."""
        return self._worker.trouble

    @property
    def pid(self) -> int | None:
        """The worker's process id; None between two workers."""
        return self._worker.pid

    async def understand(self, text: str, meaning: Understanding) -> Understanding:
        """What the model says of a text.

        Parameters
        ----------
        text : str
        meaning : Understanding
            The lexicon's reading of it: its entities, event and relevances stay.

        Returns
        -------
        Understanding
            Without phrases: the model does not tell what decided.

        Raises
        ------
        EngineUnavailable, Overloaded, ComputationError
        """
        asked = _Asked(text, meaning)
        return asked.answered(await self._scored(asked.texts()), self.name)

    async def refine(self, articles: Sequence[ScoredArticle]) -> list[ScoredArticle]:
        """The articles as the model judges them, in their order.

        An article that the model does not judge within `wait_s` keeps the lexicon's verdict, and
        its `meaning.model` says so.
        """
        asked = [_Asked(text_of(article.item), article.meaning) for article in articles]
        scores = await self._scored_in_time([text for one in asked for text in one.texts()])
        judged = [
            replace(article, meaning=one.answered(scores, self.name)) if scores.keys() >= set(one.texts()) else article
            for article, one in zip(articles, asked, strict=True)
        ]
        self._count_stood_in(sum(new is old for new, old in zip(judged, articles, strict=True)))
        return judged

    async def _scored(self, texts: Iterable[str]) -> dict[str, Probabilities]:
        """Score texts before all that waits for feeds."""
        scores, missing = self._recalled(texts)
        for chunk in _chunks(missing):
            try:
                answers = await self._worker.submit(chunk, urgent=True)
            except ChittiError:
                self._metrics.texts("failed", len(chunk))
                raise
            self._learn(scores, chunk, answers)
        return scores

    async def _scored_in_time(self, texts: Iterable[str]) -> dict[str, Probabilities]:
        """Those of the texts that are scored within `wait_s`."""
        scores, missing = self._recalled(texts)
        waiting: dict[asyncio.Future[list[Probabilities]], list[str]] = {}
        for chunk in _chunks(missing):
            try:
                waiting[self._worker.submit(chunk, urgent=False)] = chunk
            except (EngineUnavailable, Overloaded):
                self._metrics.texts("failed", len(chunk))
        try:
            if waiting:
                await asyncio.wait(waiting, timeout=self._limits.wait_s)
        finally:
            for future in waiting:
                future.cancel()  # nobody waits for what is not there yet
        for future, chunk in waiting.items():
            if future.cancelled() or future.exception() is not None:
                self._metrics.texts("failed", len(chunk))
            else:
                self._learn(scores, chunk, future.result())
        return scores

    def _recalled(self, texts: Iterable[str]) -> tuple[dict[str, Probabilities], list[str]]:
        """What is still known of the texts, and those that must be asked, each once."""
        known: dict[str, Probabilities] = {}
        missing: dict[str, None] = {}
        for text in texts:
            found = self._remembered.get(_key(text))
            if found is None:
                missing[text] = None
            else:
                known[text] = found
        self._metrics.texts("remembered", len(known))
        return known, list(missing)

    def _learn(self, scores: dict[str, Probabilities], chunk: list[str], answers: list[Probabilities]) -> None:
        self._metrics.texts("scored", len(chunk))
        for text, answer in zip(chunk, answers, strict=True):
            scores[text] = self._remembered[_key(text)] = answer
        while len(self._remembered) > _MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    def _memory_bytes(self) -> int:
        return self._worker.memory_bytes()

    def _now_ready(self, ready: Ready) -> None:
        if not ready.confined:
            log.warning("the kernel does not let the FinBERT worker be confined", expected="seccomp, x86-64 or arm64")
        self._ready = ready
        self._remembered.clear()  # the file may be another one now

    def _count_stood_in(self, articles: int) -> None:
        if articles:
            self._metrics.stood_in(articles)
            if not self._standing_in:  # once, until the model has kept up again
                log.warning(
                    "articles are stored with the lexicon's verdict",
                    articles=articles,
                    reason=self.trouble or f"the model did not judge them within {self._limits.wait_s:g} s",
                )
        self._standing_in = bool(articles)


class _Asked:
    """One text, the parts of it that speak of single companies, and what the lexicon read."""

    def __init__(self, text: str, meaning: Understanding) -> None:
        self._text = text
        self._meaning = meaning
        self._parts = parts_by_symbol(text, meaning.entities)

    def texts(self) -> list[str]:
        return [self._text, *dict.fromkeys(self._parts.values())]

    def answered(self, scores: dict[str, Probabilities], model: str) -> Understanding:
        whole = scores[self._text]
        symbols = {}
        for symbol, verdict in self._meaning.symbols.items():
            sentiment, score, confidence = judge(scores[self._parts.get(symbol, self._text)])
            symbols[symbol] = replace(verdict, sentiment=sentiment, score=score, confidence=confidence)
        sentiment, score, confidence = judge(whole)
        return replace(
            self._meaning,
            sentiment=sentiment,
            score=score,
            confidence=confidence,
            phrases=[],
            symbols=symbols,
            model=model,
        )


def judge(said: Probabilities) -> tuple[Direction, float, float]:
    """Direction, score and confidence: the likeliest, p(positive) - p(negative), p of the likeliest."""
    confidence = max(said)
    return _DIRECTIONS[said.index(confidence)], round(said.positive - said.negative, 4), round(confidence, 4)


def _chunks(texts: list[str]) -> list[list[str]]:
    return [texts[at : at + BATCH_TEXTS] for at in range(0, len(texts), BATCH_TEXTS)]


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
