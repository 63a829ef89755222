"""An envelope's reserved keys, and the parameters from the three places they may stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from chitti_shared.errors import ChittiError, InvalidInput
from chitti_shared.ipc.calls import ReplyAs
from chitti_shared.ipc.messages import NO_KEYS, Message
from chitti_shared.json import Scanned, array_keys_of, decode_scanned, scan
from chitti_shared.json._block import Block
from chitti_shared.json.codec import FindUpload

_string = msgspec.json.Decoder(str)
_integer = msgspec.json.Decoder(int)
T = TypeVar("T", bound=msgspec.Struct)
MAX_ID = 64  # characters of a string id
MAX_TRACE = 160
MAX_DEADLINE_MS = 7 * 24 * 3600 * 1000
API_VERSIONS = (1,)


@dataclass(slots=True)
class Envelope:
    """The reserved keys of a request, judged.

    `raw_id` is the id's JSON as it came: replies repeat it byte for byte.
    """

    raw_id: bytes | None
    id: int | str | None
    action: str
    deadline_ms: int | None
    reply_as: ReplyAs
    trace: str | None


class EnvelopeError(Exception):
    """The reserved keys break a rule; the reply carries `raw_id` when that much was readable."""

    def __init__(self, error: ChittiError, raw_id: bytes | None) -> None:
        super().__init__(error.message)
        self.error = error
        self.raw_id = raw_id


def read_id(raw: bytes) -> int | str:
    """An id's value: an integer of at most 19 digits or a string of at most 64 characters."""
    if raw.isdigit() and len(raw) <= 18:
        return int(raw)
    try:
        value = msgspec.json.decode(raw, type=int | str)
    except msgspec.DecodeError:
        value = ""
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, str) and 1 <= len(value) <= MAX_ID and value.isprintable():
        return value
    raise InvalidInput(
        "id is an integer or a short string", field="id", constraint=f"integer, or 1-{MAX_ID} characters"
    )


def read_envelope(reserved: dict[str, bytes]) -> Envelope:
    """Judge the reserved keys of a request.

    Raises
    ------
    EnvelopeError
        One of them is not what PROTOCOL says; names it.
    """
    raw_id = reserved.get("id")
    id_: int | str | None = None
    try:
        if raw_id is not None:
            try:
                id_ = read_id(raw_id)
            except InvalidInput:
                raw_id = None
                raise
        if (version := reserved.get("api_version")) is not None:
            _number(version, "api_version", 1, max(API_VERSIONS))
        deadline = reserved.get("deadline_ms")
        reply_as = reserved.get("reply_as")
        trace = reserved.get("trace")
        return Envelope(
            raw_id,
            id_,
            _text(reserved.get("action"), "action", 128),
            None if deadline is None else _number(deadline, "deadline_ms", 0, MAX_DEADLINE_MS),
            "inline" if reply_as is None else _reply_as(reply_as),
            None if trace is None else _text(trace, "trace", MAX_TRACE),
        )
    except InvalidInput as error:
        raise EnvelopeError(error, raw_id) from None


def _text(raw: bytes | None, field: str, longest: int) -> str:
    if raw is None:
        raise InvalidInput(f"{field} is required", field=field, constraint="required")
    try:
        value = _string.decode(raw)
    except msgspec.DecodeError:
        value = ""
    if not 1 <= len(value) <= longest or not value.isprintable():
        raise InvalidInput(
            f"{field} is a string", field=field, constraint=f"string of 1-{longest} printable characters"
        )
    return value


def _number(raw: bytes, field: str, least: int, most: int) -> int:
    try:
        value = _integer.decode(raw)
    except msgspec.DecodeError:
        value = least - 1
    if not least <= value <= most:
        raise InvalidInput(f"{field} is an integer from {least} to {most}", field=field, constraint=f"{least}..{most}")
    return value


def _reply_as(raw: bytes) -> ReplyAs:
    if raw == b'"section"':
        return "section"
    if raw == b'"binary"':
        return "binary"
    if raw == b'"inline"':
        return "inline"
    raise InvalidInput("unknown reply_as", field="reply_as", constraint="inline, section or binary")


def read_parameters(kind: type[T], message: Message, find_upload: FindUpload | None = None) -> T:
    """The request struct: envelope parameters, members of a `*` section and other sections together.

    Raises
    ------
    InvalidInput
        The struct's constraints are violated, or one name is given in two places.
    """
    if not message.heads:
        return decode_scanned(kind, message.scanned, None, find_upload)
    keys = array_keys_of(kind)
    scanned = message.scanned
    for name, block in message.texts().items():
        scanned = _merged(scanned, memoryview(block) if name == "*" else _member(name, block), keys)
    return decode_scanned(kind, scanned, message.arrays(), find_upload)


def _member(name: str, value: bytes | Block) -> bytes:
    """`{name: value}`; a section that holds more than one value is refused."""
    text = b"{" + msgspec.json.encode(name) + b":" + bytes(value) + b"}"
    if scan(text, array_keys=NO_KEYS, reserved=frozenset({name})).rest != b"{}":
        raise InvalidInput(f"section {name!r} is not one JSON value", field=name, constraint="one JSON value")
    return text


def _merged(scanned: Scanned, text: bytes | memoryview, keys: frozenset[str]) -> Scanned:
    """`scanned` with the members of one more object."""
    names = NO_KEYS
    if scanned.rest != b"{}":
        names = frozenset(msgspec.json.decode(scanned.rest, type=dict[str, msgspec.Raw]))
    added = scan(text, array_keys=keys, reserved=names)
    if added.reserved:
        name = min(added.reserved)
        raise InvalidInput(f"{name} is given in two places", field=name, constraint="given once")
    if scanned.rest == b"{}":
        rest = added.rest
    elif added.rest == b"{}":
        rest = scanned.rest
    else:
        rest = scanned.rest[:-1] + b"," + added.rest[1:]
    return Scanned(scanned.reserved, rest, scanned.arrays | added.arrays)
