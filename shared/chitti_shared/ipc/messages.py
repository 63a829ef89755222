"""Messages out of bytes, no I/O: an envelope and its sections, every limit checked first."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

import msgspec
import numpy as np

from chitti_shared.contracts.action import RESERVED_KEYS
from chitti_shared.errors import ChittiError, InvalidInput, PayloadTooLarge
from chitti_shared.ipc._budget import Budget
from chitti_shared.ipc._frames import Decoder
from chitti_shared.ipc.limits import Limits
from chitti_shared.json import Scanned, peek, scan
from chitti_shared.json._block import Block

Dtype = Literal["<f8", "<f4", "<i8", "<i4", "|u1", "json"]
_ITEM_SIZES: dict[str, int] = {"<f8": 8, "<f4": 4, "<i8": 8, "<i4": 4, "|u1": 1, "json": 1}
_MAX_AXES = 3
# `bin` as a key or anything else, each letter plain or escaped
_MAY_ANNOUNCE = re.compile(rb'"(?:b|\\u0062)(?:i|\\u0069)(?:n|\\u006[eE])"')
NO_KEYS: frozenset[str] = frozenset()


class SectionHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of an envelope's `bin`."""

    name: str
    dtype: Dtype
    shape: list[int]

    @property
    def size(self) -> int:
        """Bytes that the section's frame must have."""
        return math.prod(self.shape) * _ITEM_SIZES[self.dtype]


_heads = msgspec.json.Decoder(list[SectionHead])
_objects = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])
_ONE_OBJECT = b'[{"name":"*","dtype":"json","shape":['


@dataclass(slots=True)
class Message:
    """An envelope with its sections.

    Attributes
    ----------
    scanned : Scanned
        `reserved` members, and the parameters.
    heads, sections
        What `bin` announced, and the frames in that order.
    held : int
        Bytes it has taken from the budget.
    """

    scanned: Scanned
    held: int
    heads: list[SectionHead] = field(default_factory=list)
    sections: list[bytes | Block] = field(default_factory=list)
    total: int = 0  # bytes of envelope and sections

    def arrays(self) -> dict[str, np.ndarray]:
        """The numeric sections by name."""
        return {
            head.name: np.frombuffer(memoryview(block), dtype=np.dtype(head.dtype)).reshape(head.shape)
            for head, block in zip(self.heads, self.sections, strict=True)
            if head.dtype != "json"
        }

    def texts(self) -> dict[str, bytes | Block]:
        """The JSON sections by name."""
        return {h.name: b for h, b in zip(self.heads, self.sections, strict=True) if h.dtype == "json"}


@dataclass(slots=True)
class Rejected:
    """A message that breaks a rule; with `fatal` the next frame's place is unknown."""

    error: ChittiError
    id: bytes | None
    fatal: bool


@dataclass(slots=True)
class Large:
    """An envelope big enough to be scanned in a thread: call `work()` there, then give it to `Reader.resume`."""

    work: Callable[[], Scanned]
    data: bytes | Block
    held: int


class Pause(Enum):
    """The budget has no room: read no further until it has."""

    BEFORE = "before a message"
    WITHIN = "within a message"


Outcome = Message | Rejected | Large | Pause | None


class Reader:
    """Bytes in (through `frames`), messages out of `next`.

    Parameters
    ----------
    keys_for : callable
        The number-array keys of an envelope that has not been judged yet.
    reserved : frozenset of str
        Envelope keys that are not parameters.
    offload : bool
        Whether `next` may answer `Large`.
    """

    def __init__(
        self,
        limits: Limits,
        budget: Budget,
        *,
        keys_for: Callable[[bytes | Block], frozenset[str]] = lambda _envelope: NO_KEYS,
        reserved: frozenset[str] = RESERVED_KEYS,
        offload: bool = False,
    ) -> None:
        self.frames = Decoder()
        self._limits = limits
        self._budget = budget
        self._keys_for = keys_for
        self._reserved = reserved
        self._offload_from = limits.offload_bytes if offload else 1 << 62
        self._held = 0
        self._message: Message | None = None  # whose sections are awaited
        self._unwanted = 0  # sections of a rejected message still to come

    @property
    def started(self) -> bool:
        """Whether part of a message is here."""
        return self.frames.started or self._message is not None or self._unwanted > 0

    def feed(self, data: bytes) -> list[Message | Rejected]:
        """All messages that `data` completes; for callers that do no I/O of their own."""
        found: list[Message | Rejected] = []
        view = memoryview(data)
        while len(view):
            view = view[self.frames.feed(view) :]
            while (outcome := self.next()) is not None:
                if not isinstance(outcome, Message | Rejected):
                    raise BufferError(f"the budget is exhausted {outcome}")  # noqa: TRY004  not a type the caller got wrong
                found.append(outcome)
                if isinstance(outcome, Rejected) and outcome.fatal:
                    return found
        return found

    def next(self) -> Outcome:
        """The next whole message, or why there is none; None when more bytes are needed."""
        while self._unwanted:
            length = self.frames.length()
            if length < 0:
                return None
            if length > self._limits.frame:
                return self._fatal(_frame_too_large(length, self._limits.frame))
            self.frames.skip()
            self._unwanted -= 1
        return self._envelope() if self._message is None else self._sections(self._message)

    def resume(self, large: Large, scanned: Scanned | ChittiError) -> Outcome:
        """Go on with what `large.work()` returned or raised."""
        if isinstance(scanned, ChittiError):
            return self._unreadable(large.data, scanned)
        return self._scanned(scanned)

    def end(self) -> None:
        """Let go of what has arrived of an unfinished message: nothing more will."""
        self.give_up()
        self.frames = Decoder()
        self._message = None

    def give_up(self) -> None:
        """Return the bytes of an unfinished message to the budget."""
        self._budget.give(self._held)
        self._held = 0

    def _envelope(self) -> Outcome:
        length = self.frames.length()
        if length < 0:
            return None
        if length == 0:
            self.frames.skip()
            return Rejected(InvalidInput("an envelope of no bytes", constraint="JSON object"), None, fatal=False)
        if length > self._limits.envelope:
            return self._fatal(_frame_too_large(length, self._limits.envelope))
        if not self._held:
            if not self._budget.take(length):
                return Pause.BEFORE
            self._held = length
        data = self.frames.take()
        if data is None:
            return None
        keys = self._keys_for(data)
        if length >= self._offload_from:
            return Large(lambda: scan(data, array_keys=keys, reserved=self._reserved), data, length)
        try:
            scanned = scan(data, array_keys=keys, reserved=self._reserved)
        except ChittiError as error:
            return self._unreadable(data, error)
        return self._scanned(scanned)

    def _unreadable(self, data: bytes | Block, error: ChittiError) -> Rejected:
        """The frame is whole but no envelope; if it may announce sections, what follows is anybody's guess."""
        self.give_up()
        fatal = _MAY_ANNOUNCE.search(memoryview(data)) is not None
        return Rejected(error, peek(data, b"id"), fatal)

    def _scanned(self, scanned: Scanned) -> Outcome:
        announced = scanned.reserved.get("bin")
        if announced is None:
            message = Message(scanned, self._held)
            self._held = 0
            return message
        id_ = scanned.reserved.get("id")
        try:
            heads = checked_heads(announced, self._limits)
            total = self._held + sum(head.size for head in heads)
            if total > self._budget.limit:
                raise PayloadTooLarge(
                    f"a message of {total} bytes", constraint=f"message <= {self._budget.limit} bytes", field="bin"
                )
        except ChittiError as error:
            following = _count(announced)
            if following is None or following > self._limits.sections:
                return self._fatal(error, id_)
            self.give_up()
            self._unwanted = following
            return Rejected(error, id_, fatal=False)
        self._message = Message(scanned, self._held, heads, total=total)
        return self._sections(self._message)

    def _sections(self, message: Message) -> Outcome:
        if self._held < message.total:
            if not self._budget.take(message.total - self._held):
                return Pause.WITHIN
            self._held = message.total
        while len(message.sections) < len(message.heads):
            head = message.heads[len(message.sections)]
            length = self.frames.length()
            if length < 0:
                return None
            if length > self._limits.frame:
                return self._fatal(_frame_too_large(length, self._limits.frame))
            if length != head.size:
                return self._mismatch(message, head, length)
            block = self.frames.take(head.dtype != "json")
            if block is None:
                return None
            message.sections.append(block)
        self._message = None
        message.held, self._held = self._held, 0
        return message

    def _mismatch(self, message: Message, head: SectionHead, length: int) -> Rejected:
        self._message = None
        self._unwanted = len(message.heads) - len(message.sections)
        self.give_up()
        error = InvalidInput(
            f"section {head.name!r} has {length} bytes, its shape says {head.size}",
            field="bin",
            constraint="shape x itemsize == section length",
        )
        return Rejected(error, message.scanned.reserved.get("id"), fatal=False)

    def _fatal(self, error: ChittiError, id_: bytes | None = None) -> Rejected:
        self.give_up()
        return Rejected(error, id_, fatal=True)


def checked_heads(announced: bytes, limits: Limits) -> list[SectionHead]:
    """The entries of `bin`, each within the limits.

    Raises
    ------
    InvalidInput, PayloadTooLarge
        The list or an entry is not what PROTOCOL says.
    """
    digits = announced[len(_ONE_OBJECT) : -3]
    if announced.startswith(_ONE_OBJECT) and digits.isdigit() and len(digits) < 12:  # what gateways exchange
        only = SectionHead("*", "json", [int(digits)])
        _check_shape(only, limits)
        return [only]
    count = _count(announced)
    if count is None:
        raise InvalidInput("bin is not a list of sections", field="bin", constraint="list")
    if count > limits.sections:
        raise PayloadTooLarge(f"{count} sections", field="bin", constraint=f"at most {limits.sections} sections")
    try:
        heads = _heads.decode(announced)
    except msgspec.ValidationError as error:
        raise InvalidInput(
            f"bin: {str(error).replace('`', '')}", field="bin", constraint="name, dtype, shape"
        ) from None
    names: set[str] = set()
    for head in heads:
        if not 1 <= len(head.name) <= 128 or head.name in names:
            raise InvalidInput("a section's name is empty, too long or given twice", field="bin", constraint="unique")
        names.add(head.name)
        _check_shape(head, limits)
    return heads


def _count(announced: bytes) -> int | None:
    """How many sections are announced; None when it is no list of objects."""
    try:
        return len(_objects.decode(announced))
    except msgspec.DecodeError:
        return None


def _check_shape(head: SectionHead, limits: Limits) -> None:
    axes = 1 if head.dtype == "json" else _MAX_AXES
    if not 1 <= len(head.shape) <= axes or min(head.shape) < 0:
        raise InvalidInput(f"shape of section {head.name!r}", field="bin", constraint=f"1 to {axes} axes >= 0")
    if head.dtype not in ("json", "|u1") and head.shape[-1] > limits.elements:
        raise PayloadTooLarge(
            f"section {head.name!r} has {head.shape[-1]} elements in a row",
            field=head.name,
            constraint=f"length <= {limits.elements}",
        )
    if head.size > limits.frame:
        raise _frame_too_large(head.size, limits.frame)


def _frame_too_large(size: int, limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"a frame of {size} bytes", constraint=f"frame <= {limit} bytes")
