"""What scores a text: the lexicon, a model trained on the user's headlines, or the two blended."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Literal, Protocol, TypeAlias

from chitti_shared.errors import EngineUnavailable
from chitti_shared.logs import get_logger

from news_nlp import nlp
from news_nlp.nlp.linear import BrokenModel, LinearModel, load
from news_nlp.nlp.meaning import LEXICON, Understanding

log = get_logger(__name__)

ModelName: TypeAlias = Literal["lexicon", "trained", "blend", "finbert"]
MODEL_FILE = "sentiment.bin"  # in the folder of models
_LOOK_EVERY_S = 1.0


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


BY_LEXICON = Lexicon()


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
        self._next_look = float("-inf")
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
        if self._clock() >= self._next_look:
            with self._lock:
                if self._clock() >= self._next_look:
                    self._look()
                    self._next_look = self._clock() + _LOOK_EVERY_S
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

    Parameters
    ----------
    file : ModelFile
    own : float
        How much of the score is the model's. 1: the score is p(bullish) - p(bearish), the
        direction the likeliest, the confidence its p, p being the softmax of the model's
        decisions. Less: a mean with the lexicon's score and confidence, neutral within +-0.2.
    kind : str
        What its name begins with.

    A company has the text's verdict, unless the lexicon tells its direction apart from the
    text's: then the lexicon's.
    """

    def __init__(self, file: ModelFile, own: float, kind: str) -> None:
        self._file = file
        self._own = own
        self._kind = kind

    @property
    def name(self) -> str:
        return self._file.current().name_as(self._kind)

    def understand(self, text: str) -> Understanding:
        return self.judge(text, nlp.understand(text))

    def judge(self, text: str, read: Understanding) -> Understanding:
        model = self._file.current()
        found: Understanding = model.scorer.judge(text, read, self._own, model.name_as(self._kind))
        return found


class Scorers:
    """The scorers of a process by name.

    Parameters
    ----------
    file : Path
        Of the trained model.
    default : str
        What scores where nobody asks for another.

    FinBERT works in another process on what the lexicon has read; here it stands for that reading.
    """

    def __init__(self, file: Path, default: ModelName = "lexicon") -> None:
        self.trained = ModelFile(file)
        self.default = default
        self._by_name: dict[ModelName, Scorer] = {
            "lexicon": BY_LEXICON,
            "finbert": BY_LEXICON,
            "trained": Trained(self.trained, 1.0, "trained"),
            "blend": Trained(self.trained, 0.5, "blend"),
        }

    def of(self, name: ModelName | None = None) -> Scorer:
        """The scorer called so, by default the default one; it raises EngineUnavailable when it has no model."""
        return self._by_name[name or self.default]

    @property
    def checks(self) -> dict[str, str]:
        """What health says of the trained model where it is the default."""
        if self.default not in ("trained", "blend"):
            return {}
        return {"trained_model": self.trained.trouble or "ok"}
