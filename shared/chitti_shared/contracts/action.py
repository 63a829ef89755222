"""What an action is: one name, one request, one reply, and where it is served."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

RESERVED_KEYS = frozenset({"id", "action", "deadline_ms", "reply_as", "bin", "trace", "api_version"})

# \Z, not $: a dollar also matches before a final newline
Symbol = Annotated[
    str,
    Meta(pattern=r"\A[A-Z0-9&.\-]{1,20}\Z", description="NSE symbol", examples=["TCS", "M&M"]),
]
IsoDate = Annotated[str, Meta(pattern=r"\A\d{4}-\d{2}-\d{2}\Z", examples=["2025-09-30"])]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all requests: the parameters only; the envelope's reserved keys are not here."""


class LongRequest(Request, frozen=True, kw_only=True):
    """Base of requests for long work; with `progress`, partial replies come ahead of the final one.

    A message that asks for it needs an `id`, by which its partial replies are told.
    """

    progress: bool = False


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all replies: the result fields only. New fields may appear at any time."""


class Blob:
    """A document sent as a JSON string (its UTF-8 bytes) or as the bytes of a `|u1` section."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


class Empty(Request, frozen=True):
    """A request without parameters."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where core-api serves an action.

    `path` may hold `{name}` segments: each supplies the parameter of that name. A GET or
    DELETE takes its other parameters from the query string, every other method takes them
    from the body, which is passed on unparsed.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str


@dataclass(frozen=True, slots=True)
class Action:
    """One declared action; daemon, gateway, client and OpenAPI all use this record.

    Parameters
    ----------
    name : str
        The envelope's `action`.
    request, reply : type
        msgspec structs of the parameters and of the result fields.
    idempotent : bool
        Whether a client may send it again after a lost connection.
    lane : {"fast", "bulk"}
        Which of the daemon's two queues its computation takes.
    route : Route or None
        The HTTP address; None for socket clients only.
    stream : bool
        Whether it pushes events after its first reply.
    partial : type or None
        msgspec struct of the fields of its partial replies, beside `part` and `progress`;
        its request is a `LongRequest` then.
    doc : str
        One line for `describe` and OpenAPI.
    """

    name: str
    request: type[Request]
    reply: type[Reply]
    idempotent: bool = True
    lane: Literal["fast", "bulk"] = "fast"
    route: Route | None = None
    stream: bool = False
    doc: str = ""
    partial: type[Reply] | None = None

    def __post_init__(self) -> None:
        if issubclass(self.request, LongRequest) != (self.partial is not None):
            raise TypeError(f"{self.name!r}: a LongRequest and `partial` go together")


@dataclass(frozen=True, slots=True)
class Service:
    """A daemon: its name, its default TCP port and the actions it answers."""

    name: str
    port: int
    actions: tuple[Action, ...]
    by_name: dict[str, Action] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table: dict[str, Action] = {}
        for action in self.actions:
            if action.name in table:
                raise TypeError(f"{self.name} declares {action.name!r} twice")
            table[action.name] = action
        object.__setattr__(self, "by_name", table)

    @property
    def package(self) -> str:
        """The Python package that implements it (`mojo_compute`)."""
        return self.name.replace("-", "_")


def schema_of(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """JSON Schema of a contract; number arrays are arrays of number or null, blobs are strings."""
    return msgspec.json.schema(kind, schema_hook=_array_schema)


def schema_components(
    kinds: Iterable[type[msgspec.Struct]], ref_template: str
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """JSON Schemas of several contracts, and the records they refer to by `ref_template` ("#/.../{name}")."""
    schemas, components = msgspec.json.schema_components(kinds, schema_hook=_array_schema, ref_template=ref_template)
    return list(schemas), components


def _array_schema(kind: type) -> dict[str, Any]:
    import numpy as np

    from chitti_shared.contracts.arrays import Document, Integers, Table

    if kind is np.ndarray:
        return {"type": "array", "items": {"type": ["number", "null"]}, "maxItems": 1_000_000}
    if kind is Integers:
        return {"type": "array", "items": {"type": "integer"}, "maxItems": 1_000_000}
    if kind is Document:
        return {"type": "object"}
    if kind is Table:
        series = _array_schema(np.ndarray)
        return {"anyOf": [{"type": "object", "additionalProperties": series}, {"type": "array", "items": series}]}
    if kind is Blob:
        return {"type": "string"}
    raise NotImplementedError(f"no schema for {kind!r}")
