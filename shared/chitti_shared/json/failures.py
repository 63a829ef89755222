"""Msgspec's refusals as errors that name the field and what it must be: all of them, not the first alone."""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, get_args, get_origin

import msgspec

from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest

MOST_NAMED = 20

_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*?)`(?: - at `(?P<path>\$[^`]*)`)?\Z", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*?)`(?: - at `(?P<path>.*)`)?\Z", re.DOTALL)
_EXPECTED = re.compile(r"Expected (?P<constraint>.*?)(?:, got (?P<got>.*?))?(?: - at `(?P<path>.*)`)?\Z", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|(\[[^\]]*\])")
_CONTAINERS = (list, tuple, set, frozenset, dict)
_OTHER = re.compile(r"(?P<constraint>.*?)(?: - at `(?P<path>.*)`)?\Z", re.DOTALL)


def explained(error: msgspec.DecodeError, field: str = "", kind: Any = None) -> InvalidInput:
    """One refusal in words.

    Parameters
    ----------
    error : msgspec.DecodeError
    field : str
        What was converted, where it was not a whole request.
    kind : type, optional
        Its type; names the values that a choice allows.
    """
    text = str(error)
    if found := _UNKNOWN.match(text):
        known = _members(kind, _steps(found["path"]))
        return _unknown(_joined(field, found["path"], found["name"]), found["name"], known)
    if found := _MISSING.match(text):
        return _missing(_joined(field, found["path"], found["name"]))
    found = _EXPECTED.match(text) or _OTHER.match(text)
    assert found is not None
    facts = found.groupdict()
    message = text.split(" - at `")[0].replace("`", "")
    constraint = facts["constraint"].replace("`", "")
    if text.startswith("Invalid enum value") and (choices := sorted(_choices(kind, _steps(facts["path"])))):
        constraint = "one of " + ", ".join(choices)
        message = f"expected {constraint}, found{message.removeprefix('Invalid enum value')}"
    field = _joined(field, facts["path"], "")
    if not field:
        return InvalidInput(message, constraint=constraint)
    return InvalidInput(f"{field}: {message[:1].lower()}{message[1:]}", field=field, constraint=constraint)


def all_explained(
    kind: type,
    text: bytes,
    error: msgspec.DecodeError,
    resolve: Callable[[type, Any], Any],
) -> InvalidInput:
    """Every field of a request that its struct refuses; the first one's facts stand in front.

    With several, `details.errors` lists `{field, constraint}` of each, 20 at the most.
    """
    refused = list(_refusals(kind, text, resolve))
    if not refused:  # the text is no object, or what is wrong concerns several fields together
        return explained(error)
    first = refused[0]
    if len(refused) > 1:
        first.details["errors"] = [dict(one.details) for one in refused[:MOST_NAMED]]
        first.message = "; ".join(one.message for one in refused[:MOST_NAMED])
    return first


def _refusals(kind: type, text: bytes, resolve: Callable[[type, Any], Any]) -> Iterator[InvalidInput]:
    try:
        members = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name, raw in members.items():
        if name not in fields:
            yield _unknown(name, name, fields)
            continue
        wanted = hints[fields[name].name]
        try:
            msgspec.json.Decoder(wanted, dec_hook=resolve).decode(raw)
        except msgspec.DecodeError as error:
            yield explained(error, name, wanted)
    for name, field in fields.items():
        if field.required and name not in members:
            yield _missing(name)


def _unknown(field: str, name: str, known: Iterable[str]) -> InvalidInput:
    meant = nearest(name, known)
    return InvalidInput(f"unknown parameter {field!r}{meant}", field=field, constraint="known parameter")


def _missing(field: str) -> InvalidInput:
    return InvalidInput(f"{field} is required", field=field, constraint="required")


def _steps(path: str | None) -> list[str]:
    """The members on the way to a place: `$.items[0].kind` is `items`, `[0]`, `kind`."""
    return [name or index for name, index in _STEP.findall(path or "")]


def _choices(kind: Any, steps: list[str]) -> set[str]:
    """The values of every `Literal` that may stand at a place inside a type."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if not steps:
            return set()
        hints = typing.get_type_hints(kind, include_extras=True)
        names = {field.encode_name: field.name for field in msgspec.structs.fields(kind)}
        return _choices(hints[names[steps[0]]], steps[1:]) if steps[0] in names else set()
    if get_origin(kind) is Literal:
        return set() if steps else set(map(str, get_args(kind)))
    if steps and get_origin(kind) in _CONTAINERS:
        steps = steps[1:]
    return set().union(*(_choices(part, steps) for part in get_args(kind)))


def _members(kind: Any, steps: list[str]) -> set[str]:
    """The names that an object at a place inside a type may have."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = {field.encode_name: field.name for field in msgspec.structs.fields(kind)}
        if not steps:
            return set(fields)
        hints = typing.get_type_hints(kind, include_extras=True)
        return _members(hints[fields[steps[0]]], steps[1:]) if steps[0] in fields else set()
    if steps and get_origin(kind) in _CONTAINERS:
        steps = steps[1:]
    return set().union(*(_members(part, steps) for part in get_args(kind)))


def _joined(field: str, path: str | None, name: str) -> str:
    """`requests`, `$[0]` and `period` as `requests[0].period`."""
    where = (path or "").removeprefix("$").removeprefix(".")
    parts = [part for part in (field, where, name) if part]
    return ".".join(parts).replace(".[", "[")
