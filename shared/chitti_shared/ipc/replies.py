"""Reply messages as bytes: inline, as a section, binary; errors, parts of progress and events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np

from chitti_shared.contracts.action import Reply
from chitti_shared.errors import ChittiError, ComputationError, PayloadTooLarge
from chitti_shared.ipc._frames import frame, prefix
from chitti_shared.ipc.calls import ReplyAs
from chitti_shared.ipc.limits import Limits
from chitti_shared.json import encode, encode_in_pieces
from chitti_shared.json.numbers import as_series

_OWN = ("id", "status", "bin")  # envelope keys of a reply
APART_FROM = 32 * 1024  # bytes; larger pieces of a message are written as they are, not joined

Parts = bytes | list[bytes | memoryview]


class Encoded:
    """Result fields that are encoded already: the bytes of one JSON object."""

    __slots__ = ("fields",)

    def __init__(self, fields: bytes) -> None:
        self.fields = fields


def head_of(raw_id: bytes | None, status: bytes = b"ok") -> bytes:
    """The beginning of a reply envelope, up to where its fields go."""
    if raw_id is None:
        return b'{"status":"' + status + b'"'
    return b'{"id":' + raw_id + b',"status":"' + status + b'"'


def with_fields(head: bytes, fields: bytes) -> bytes:
    """`head` and the members of the object `fields`, as one envelope."""
    return head + b"}" if len(fields) <= 2 else head + b"," + fields[1:]


def reply(raw_id: bytes | None, result: Any, reply_as: ReplyAs, limits: Limits) -> Parts:
    """The whole message that answers with `result`, a reply struct or `Encoded`.

    Raises
    ------
    PayloadTooLarge
        It breaks a limit of the wire.
    ComputationError
        An array holds an infinity.
    """
    if reply_as == "binary" and not isinstance(result, Encoded):
        fields, sections = split_arrays(result, limits)
        if sections:
            return _binary(raw_id, encode(fields), sections, limits)
    if reply_as == "section":
        pieces = [result.fields] if isinstance(result, Encoded) else encode_in_pieces(result)
        size = sum(map(len, pieces))
        _check(size, limits.frame)
        heads = b',"bin":[{"name":"*","dtype":"json","shape":[%d]}]}' % size
        return joined([frame(head_of(raw_id) + heads), prefix(size), *pieces])
    text = _inline_fields(result)
    _check(len(text), limits.envelope - 256)
    return _envelope(head_of(raw_id), text)


def _envelope(head: bytes, text: bytes) -> Parts:
    """The message of an envelope that begins with `head` and has the members of the object `text`."""
    if len(text) < APART_FROM:
        return frame(with_fields(head, text))
    return [prefix(len(head) + len(text)) + head + b",", memoryview(text)[1:]]


def joined(parts: list[bytes | memoryview]) -> Parts:
    """The parts of a message as one piece, where copying them costs less than writing them apart."""
    return b"".join(parts) if sum(map(len, parts)) < APART_FROM else parts


def error(raw_id: bytes | None, failure: ChittiError) -> bytes:
    """The message of an error reply."""
    return frame(with_fields(head_of(raw_id, b"error"), encode(failure.to_dict())))


def partial(raw_id: bytes, part: int, progress: float, result: Reply, limits: Limits) -> Parts:
    """The message of one step of progress.

    Raises
    ------
    PayloadTooLarge, ComputationError
        As `reply`.
    """
    head = head_of(raw_id, b"partial") + b',"part":%d,"progress":%.6g' % (part, progress)
    text = _inline_fields(result)
    _check(len(text), limits.envelope - 256)
    return _envelope(head, text)


def event(raw_id: bytes, tail: bytes) -> bytes:
    """The message of one pushed event; `tail` is its fields without braces."""
    return frame(b'{"id":' + raw_id + b"," + tail + b"}")


def split_arrays(value: msgspec.Struct, limits: Limits) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """A struct's fields without its arrays of float or int32, and these; the rest of them, beyond 16, stay."""
    fields: dict[str, Any] = {}
    sections: dict[str, np.ndarray] = {}
    for name, encoded in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
        item = getattr(value, name)
        if item is msgspec.UNSET:
            continue
        apart = isinstance(item, np.ndarray) and item.ndim and (item.dtype.kind == "f" or item.dtype == np.int32)
        if apart and len(sections) < limits.sections:
            sections[encoded] = item
        elif encoded not in _OWN:
            fields[encoded] = item
    return fields, sections


def section_frames(
    sections: Iterable[tuple[str, np.ndarray]], limits: Limits
) -> tuple[bytes, list[bytes | memoryview]]:
    """The `bin` list and the frames of arrays: int32 as `<i4`, other numbers as `<f8`, bytes as `|u1`."""
    heads: list[dict[str, Any]] = []
    frames: list[bytes | memoryview] = []
    for name, values in sections:
        if values.dtype == np.uint8:
            dtype, data = "|u1", np.ascontiguousarray(values)
        else:
            if values.dtype == np.int32:
                dtype, data = "<i4", np.ascontiguousarray(values, dtype="<i4")
            else:
                dtype, data = "<f8", as_series(name, values).astype("<f8", copy=False)
            if data.ndim and data.shape[-1] > limits.elements:
                raise PayloadTooLarge(
                    f"{name} has {data.shape[-1]} elements: ask for only_last",
                    field=name,
                    constraint=f"length <= {limits.elements}",
                )
        _check(data.nbytes, limits.frame)
        heads.append({"name": name, "dtype": dtype, "shape": list(data.shape)})
        frames += [prefix(data.nbytes), data.reshape(-1).view(np.uint8).data]
    return msgspec.json.encode(heads), frames


def _binary(raw_id: bytes | None, text: bytes, sections: dict[str, np.ndarray], limits: Limits) -> Parts:
    for name, values in sections.items():
        if not np.isfinite(values).all() and np.isinf(values).any():
            raise ComputationError(f"{name}: a result is infinite", field=name)
    heads, frames = section_frames(sections.items(), limits)
    _check(len(text), limits.envelope - 4096)
    envelope = with_fields(head_of(raw_id) + b',"bin":' + heads, text)
    return joined([frame(envelope), *frames])


def _inline_fields(result: Any) -> bytes:
    """The fields without those the envelope has of its own (a feed's `status` is the envelope's)."""
    if isinstance(result, Encoded):
        return result.fields
    kind = type(result)
    clashes = _clashes.get(kind)
    if clashes is None:
        clashes = _clashes[kind] = any(name in _OWN for name in kind.__struct_encode_fields__)
    return encode(_without_own(result) if clashes else result)


_clashes: dict[type[msgspec.Struct], bool] = {}


def _without_own(value: msgspec.Struct) -> dict[str, Any]:
    """A struct's fields but those that are envelope keys."""
    return {
        encoded: item
        for name, encoded in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
        if encoded not in _OWN and (item := getattr(value, name)) is not msgspec.UNSET
    }


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise PayloadTooLarge(
            f"the reply has {size} bytes, at most {limit} fit: ask with reply_as section or binary, or only_last",
            constraint=f"reply <= {limit} bytes",
        )
