"""What the daemon and the FinBERT worker say to each other: one JSON object a frame, a question and its answer."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import msgspec
from chitti_shared.ipc import Decoder

MOST_BYTES = 16 << 20  # of one message
EXIT_OUT_OF_MEMORY = 77  # how a worker ends whose allocation failed


class Probabilities(NamedTuple):
    """How likely a text is each of the three; they add up to 1."""

    positive: float
    negative: float
    neutral: float


class Setup(msgspec.Struct, frozen=True):
    """The first message to a worker: what to load and within which bounds.

    Attributes
    ----------
    folder : str
        Absolute path of the model's folder.
    memory_mb : int
        MiB of memory of its own that the worker may have.
    threads : int
        Threads that compute.
    max_tokens : int
        Tokens of a text that are read; the model's own bound may be lower.
    """

    folder: str
    memory_mb: int
    threads: int
    max_tokens: int


class Batch(msgspec.Struct, frozen=True):
    """Texts to score."""

    texts: list[str]


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The model stands. `confined`: the system lets the worker open no connection and start no program."""

    model: str
    max_tokens: int
    confined: bool


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The folder holds no model that can be used; says why."""

    message: str


class Scored(msgspec.Struct, frozen=True, tag="scored"):
    """The answer to a batch, in its order."""

    probabilities: list[Probabilities]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A batch that the model could not score; the worker goes on."""

    message: str


Answer: TypeAlias = Ready | Refused | Scored | Failed


class OversizeMessage(Exception):
    """A message is announced that is longer than `MOST_BYTES`."""


def next_message(decoder: Decoder) -> bytes | None:
    """The message at the front of what has arrived; None while it is not whole.

    Raises
    ------
    OversizeMessage
    """
    size = decoder.length()
    if size > MOST_BYTES:
        raise OversizeMessage(f"a message of {size} bytes, at most {MOST_BYTES} are expected")
    whole = decoder.take() if size >= 0 else None
    return None if whole is None else bytes(memoryview(whole))
