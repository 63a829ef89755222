"""What scores a text: the lexicon, a model trained on the user's headlines, or the two blended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from math import exp
from pathlib import Path
from threading import Lock
from typing import Literal, Protocol, TypeAlias

from chitti_shared.errors import EngineUnavailable
from chitti_shared.logs import get_logger

from news_nlp import nlp
from news_nlp.nlp.linear import BrokenModel, LinearModel, load
from news_nlp.nlp.meaning import LEXICON, Direction, Phrase, Understanding, Verdict

log = get_logger(__name__)

ModelName: TypeAlias = Literal["lexicon", "trained", "blend"]
MOST_PHRASES = 12
_LOOK_EVERY_S = 1.0
_SPLIT = 0.2  # a blended score within it is neutral, as the lexicon's


class Scorer(Protocol):
    """Gives a text its scores. May be used by several threads at once."""

    @property
    def name(self) -> str:
        """What the replies call it: `lexicon-1`, `trained-<digest>`."""

    def understand(self, text: str) -> Understanding:
        """Read a text and score it."""

    def judge(self, text: str, read: Understanding) -> Understanding:
        """Score a text that the lexicon's reader has read; its entities and event stay."""


class Lexicon:
    """The lexicon's own scores."""

    name = LEXICON

    def understand(self, text: str) -> Understanding:
        return nlp.understand(text)

    def judge(self, text: str, read: Understanding) -> Understanding:
        return read


class ModelFile:
    """The model in a file, read again when the file changes.

    A file that can't be taken is refused with a line in the log; the model before stays in use.

    Parameters
    ----------
    path : Path
    clock : callable
        Seconds; the file is looked at once a second at most.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._clock = clock
        self._lock = Lock()
        self._looked = float("-inf")
        self._seen: tuple[int, int, int] | None = None
        self._model: LinearModel | None = None
        self.trouble: str | None = None

    def current(self) -> LinearModel:
        """The newest model that could be read.

        Raises
        ------
        EngineUnavailable
            There has been none so far.
        """
        if self._clock() - self._looked >= _LOOK_EVERY_S:
            with self._lock:
                if self._clock() - self._looked >= _LOOK_EVERY_S:
                    self._look()
                    self._looked = self._clock()
        model = self._model
        if model is None:
            raise EngineUnavailable(
                f"no trained model: {self.trouble}; make one with: chitti train-sentiment FILE.csv",
                file=str(self.path),
            )
        return model

    def _look(self) -> None:
        try:
            state = self.path.stat()
            mark = (state.st_ino, state.st_size, state.st_mtime_ns)
            if mark == self._seen:
                return
            self._seen = mark
            self._model = load(self.path)
        except (OSError, BrokenModel) as error:
            self._refuse(error)
        else:
            self.trouble = None
            log.info("trained model in use", model=self._model.digest, headlines=self._model.headlines)

    def _refuse(self, error: OSError | BrokenModel) -> None:
        trouble = f"{self.path}: {error.strerror if isinstance(error, OSError) else error}"
        if isinstance(error, OSError):
            self._seen = None
        if trouble != self.trouble:
            self.trouble = trouble
            log.error("the trained model is refused", error=trouble, kept=self._model.digest if self._model else None)


class Trained:
    """A model fitted to the user's headlines.

    The score is p(bullish) - p(bearish), the confidence the largest p, p being the softmax of the
    model's decisions. A company has the text's verdict, unless the lexicon tells its direction
    apart from the text's: then the lexicon's.
    """

    def __init__(self, file: ModelFile) -> None:
        self._file = file

    @property
    def name(self) -> str:
        return f"trained-{self._file.current().digest}"

    def understand(self, text: str) -> Understanding:
        return self.judge(text, nlp.understand(text))

    def judge(self, text: str, read: Understanding) -> Understanding:
        model = self._file.current()
        whole, phrases = _decided(model, text, read)
        return _retold(read, whole, phrases, f"trained-{model.digest}")


class Blend:
    """The mean of the trained model's score and the lexicon's; the phrases of both."""

    def __init__(self, file: ModelFile) -> None:
        self._file = file

    @property
    def name(self) -> str:
        return f"blend-{self._file.current().digest}"

    def understand(self, text: str) -> Understanding:
        return self.judge(text, nlp.understand(text))

    def judge(self, text: str, read: Understanding) -> Understanding:
        model = self._file.current()
        trained, phrases = _decided(model, text, read)
        score = round(0.5 * (trained.score + read.score), 4)
        direction: Direction = "neutral" if abs(score) < _SPLIT else "bullish" if score > 0.0 else "bearish"
        whole = Verdict(direction, score, round(0.5 * (trained.confidence + read.confidence), 4))
        both = sorted([*read.phrases, *phrases], key=lambda phrase: (phrase.start, phrase.end))
        return _retold(read, whole, both, f"blend-{model.digest}")


def _decided(model: LinearModel, text: str, read: Understanding) -> tuple[Verdict, list[Phrase]]:
    (bearish, neutral, bullish), parts = model.scorer.decide(text, read, MOST_PHRASES)
    top = max(bearish, neutral, bullish)
    down, flat, up = exp(bearish - top), exp(neutral - top), exp(bullish - top)
    total = down + flat + up
    likely = max(down, flat, up)
    direction: Direction = "neutral" if likely == flat else "bullish" if likely == up else "bearish"
    phrases = [Phrase(text[start:end], start, end, weight, -1, False) for start, end, weight in parts]
    return Verdict(direction, round((up - down) / total, 4), round(likely / total, 4)), phrases


def _retold(read: Understanding, whole: Verdict, phrases: list[Phrase], name: str) -> Understanding:
    symbols = {
        symbol: said
        if said.sentiment != read.sentiment
        else Verdict(whole.sentiment, whole.score, whole.confidence, said.relevance)
        for symbol, said in read.symbols.items()
    }
    return replace(
        read,
        sentiment=whole.sentiment,
        score=whole.score,
        confidence=whole.confidence,
        phrases=phrases,
        symbols=symbols,
        model=name,
    )


class Scorers:
    """The scorers of a process by name.

    Parameters
    ----------
    file : Path
        Of the trained model.
    default : str
        What scores where nobody asks for another.
    """

    def __init__(self, file: Path, default: str = "lexicon") -> None:
        self.trained = ModelFile(file)
        self.default = default
        self._by_name: dict[str, Scorer] = {
            "lexicon": Lexicon(),
            "trained": Trained(self.trained),
            "blend": Blend(self.trained),
        }

    def of(self, name: str | None = None) -> Scorer:
        """The scorer called so.

        Raises
        ------
        EngineUnavailable
            It is none of this process.
        """
        wanted = self.default if name is None else name
        found = self._by_name.get(wanted)
        if found is None:
            raise EngineUnavailable(f"expected one of {', '.join(self._by_name)}, found {wanted}", model=wanted)
        return found
