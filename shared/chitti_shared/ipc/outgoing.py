"""A client's requests as bytes, and its replies as structs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

import msgspec
import numpy as np

from chitti_shared.contracts.action import Action, Blob, Reply, Request
from chitti_shared.errors import InvalidInput, PayloadTooLarge
from chitti_shared.ipc._frames import frame, prefix
from chitti_shared.ipc.calls import ReplyAs
from chitti_shared.ipc.limits import Limits
from chitti_shared.ipc.messages import Message
from chitti_shared.ipc.replies import Parts, joined, section_frames
from chitti_shared.json import Scanned, array_keys_of, decode, decode_scanned, encode
from chitti_shared.tracing import current_trace, trace_text

T = TypeVar("T", bound=msgspec.Struct)
SECTION_FROM = 64  # values; shorter arrays ride inline


class Outgoing:
    """A request but for its id and the time it has left, which each attempt fills in."""

    __slots__ = ("_frames", "_rest", "action")

    def __init__(self, action: str, rest: bytes, frames: list[bytes | memoryview], limits: Limits) -> None:
        self.action = action
        self._rest = b',"action":"%b"%b}' % (action.encode(), rest)
        self._frames = frames
        if len(self._rest) + 64 > limits.envelope:
            raise PayloadTooLarge(
                f"a request of {len(self._rest)} bytes", constraint=f"envelope <= {limits.envelope} bytes"
            )

    def message(self, id_: int, left_s: float | None) -> Parts:
        """The whole message of one attempt; without `left_s` it has no deadline."""
        deadline = b"" if left_s is None else b',"deadline_ms":%d' % max(1, int(left_s * 1000))
        envelope = frame(b'{"id":%d%b%b' % (id_, deadline, self._rest))
        return joined([envelope, *self._frames]) if self._frames else envelope


class _Step(msgspec.Struct):
    progress: float


Heard = Callable[[float, Any], None]


def heard_by(on_partial: Heard, action: Action) -> Callable[[Message], None]:
    """Gives partial replies to the caller's function as (progress, the action's `partial` struct)."""

    def hear(message: Message) -> None:
        progress = msgspec.json.decode(message.scanned.rest, type=_Step).progress
        on_partial(progress, decoded_reply(action.partial or Reply, message))

    return hear


def reply_keys_of(action: Action) -> frozenset[str]:
    """Names of the number arrays that its replies may hold."""
    keys = array_keys_of(action.reply)
    return keys if action.partial is None else keys | array_keys_of(action.partial)


def reply_as_of(action: Action) -> ReplyAs:
    """How our own clients want a result: float arrays as sections."""
    return "binary" if array_keys_of(action.reply) else "inline"


def outgoing(action: Action, request: Request, reply_as: ReplyAs, request_id: str | None, limits: Limits) -> Outgoing:
    """A request struct on its way; its longer arrays and its blobs as sections."""
    head = _traced(request_id)
    if reply_as != "inline":
        head += b',"reply_as":"%b"' % reply_as.encode()
    if not _may_have_sections(action.request):
        return Outgoing(action.name, _joined(head, encode(request)), [], limits)
    sections: dict[str, np.ndarray] = {}
    fields: dict[str, Any] = {}
    for name, encoded in zip(request.__struct_fields__, request.__struct_encode_fields__, strict=True):
        item = getattr(request, name)
        if isinstance(item, Blob):
            sections[encoded] = np.frombuffer(item.data, dtype=np.uint8)
        elif _fits_section(item) and len(sections) < limits.sections:
            sections[encoded] = item if item.dtype != np.uint8 else item.astype(np.float64)
        elif item is not msgspec.UNSET:
            fields[encoded] = item
    heads, frames = section_frames(sections.items(), limits)
    if frames:
        head += b',"bin":' + heads
    return Outgoing(action.name, _joined(head, encode(fields)), frames, limits)


def _fits_section(item: Any) -> bool:
    """Whether a field is a long array of numbers; rows that differ in length are objects."""
    return isinstance(item, np.ndarray) and item.size >= SECTION_FROM and item.dtype != object


def forwarded(
    action: str,
    body: bytes | memoryview | None,
    params: Mapping[str, Any],
    sections: Mapping[str, bytes],
    request_id: str | None,
    limits: Limits,
) -> Outgoing:
    """A request whose parameters are bytes of the caller's."""
    heads: list[bytes] = []
    frames: list[bytes | memoryview] = []
    texts = [] if body is None else [(b'"*"', b"json", body)]
    for name, dtype, data in [*texts, *((encode(name), b"|u1", data) for name, data in sections.items())]:
        size = len(data)
        if size > limits.frame:
            raise PayloadTooLarge(f"{size} bytes", constraint=f"frame <= {limits.frame} bytes")
        heads.append(b'{"name":%b,"dtype":"%b","shape":[%d]}' % (name, dtype, size))
        frames += [prefix(size), data]
    head = _traced(request_id) + b',"reply_as":"section"'
    if heads:
        head += b',"bin":[%b]' % b",".join(heads)
    return Outgoing(action, _joined(head, encode(params)) if params else head, frames, limits)


def decoded_reply(kind: type[T], message: Message) -> T:
    """The reply struct of a message, whichever way its fields came."""
    texts = message.texts() if message.heads else {}
    if "*" in texts:
        return decode(kind, memoryview(texts["*"]))
    scanned = message.scanned
    if "status" in kind.__struct_encode_fields__:  # one on the wire: the envelope's
        rest = b'{"status":"ok"' + (b"}" if scanned.rest == b"{}" else b"," + scanned.rest[1:])
        scanned = Scanned(scanned.reserved, rest, scanned.arrays)
    try:
        return decode_scanned(kind, scanned, message.arrays() if message.heads else None)
    except InvalidInput as error:
        raise TypeError(f"the reply is no {kind.__name__}: {error.message}") from error


def _traced(request_id: str | None) -> bytes:
    text = trace_text(request_id, current_trace())
    return b"" if text is None else b',"trace":' + msgspec.json.encode(text)


def _joined(head: bytes, fields: bytes) -> bytes:
    return head if fields == b"{}" else head + b"," + fields[1:-1]


_sectioned: dict[type, bool] = {}


def _may_have_sections(kind: type[Request]) -> bool:
    """Whether a request has a field that is a number array or a blob."""
    known = _sectioned.get(kind)
    if known is None:
        apart = (Blob, np.ndarray)
        known = _sectioned[kind] = any(
            getattr(option, "__origin__", option) in apart
            for field in msgspec.structs.fields(kind)
            for option in (field.type, *get_args(field.type))
        )
    return known
