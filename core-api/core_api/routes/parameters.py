"""Query and path parameters, typed by the request struct of an action."""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Literal, NoReturn, Union, get_args, get_origin
from uuid import UUID

import msgspec
from chitti_shared.errors import InvalidInput
from chitti_shared.json import explained
from chitti_shared.names import nearest
from msgspec import UnsetType

from core_api.query import split_query

# what one text can stand for
_TEXTUAL = (str, int, float, bool, date, datetime, Enum, UUID)
_CACHED = 2048
_MAX_ERRORS = 20


class Parameters:
    """The parameters that an address may give to an action.

    Scalars, and lists of scalars as `a,b` or repeated, are taken from the query; arrays and
    records come in a body only. Each value is checked by its own field's type and bounds; what
    concerns several fields is left to the daemon, which checks the whole.

    Parameters
    ----------
    request : type
        The action's request struct.
    path : sequence of str
        Names of the path's `{name}` segments.
    """

    def __init__(self, request: type[msgspec.Struct], path: Sequence[str] = ()) -> None:
        self.fields: dict[str, _Field] = {}
        hints = typing.get_type_hints(request, include_extras=True)
        for field in msgspec.structs.fields(request):
            listed = _list_of_scalars(hints[field.name])
            if listed is not None:
                self.fields[field.encode_name] = _Field(field.encode_name, hints[field.name], listed)
        self._path = tuple(path)
        if missing := [name for name in self._path if name not in self.fields]:
            raise TypeError(f"{request.__name__} has no field for the path's {missing}")
        self._in_query = {name: field for name, field in self.fields.items() if name not in self._path}
        # the same few queries come again and again: their JSON is kept
        self.encoded = lru_cache(_CACHED)(self._encoded)

    def typed(self, query: bytes, values: tuple[str, ...] = ()) -> dict[str, Any]:
        """Parameters by name. Errors: invalid_input naming each unknown, repeated or bad one."""
        typed: dict[str, Any] = {}
        refused: list[InvalidInput] = []
        in_path = [(self.fields[name], name, [value]) for name, value in zip(self._path, values, strict=True)]
        in_query = [(self._in_query.get(name), name, texts) for name, texts in split_query(query).items()]
        for field, name, texts in (*in_path, *in_query):
            try:
                typed[name] = field.convert(texts) if field is not None else self._unknown(name)
            except InvalidInput as error:
                refused.append(error)
        if refused:
            raise _together(refused)
        return typed

    def _encoded(self, query: bytes, values: tuple[str, ...] = ()) -> bytes:
        return msgspec.json.encode(self.typed(query, values))

    def _unknown(self, name: str) -> NoReturn:
        constraint = "one of: " + ", ".join(self._in_query) if self._in_query else "no query parameters"
        meant = nearest(name, self._in_query)
        raise InvalidInput(f"unknown parameter {name!r}{meant}", field=name, constraint=constraint)


class _Field:
    __slots__ = ("_kind", "_listed", "_name")

    def __init__(self, name: str, kind: Any, listed: bool) -> None:
        self._name = name
        self._kind = kind
        self._listed = listed

    def convert(self, texts: list[str]) -> Any:
        value: Any = texts[0]
        if self._listed:
            value = [part for text in texts for part in text.split(",")]
        elif len(texts) > 1:
            raise InvalidInput(f"{self._name} is given {len(texts)} times", field=self._name, constraint="once")
        try:
            return msgspec.to_builtins(msgspec.convert(value, self._kind, strict=False))
        except msgspec.ValidationError as error:
            raise explained(error, self._name, self._kind) from error


def _together(refused: list[InvalidInput]) -> InvalidInput:
    """One error for all; its `details.errors` has each where there are several."""
    if len(refused) == 1:
        return refused[0]
    first = refused[0]
    errors = [error.details for error in refused[:_MAX_ERRORS]]
    return InvalidInput("; ".join(error.message for error in refused[:_MAX_ERRORS]), **first.details, errors=errors)


def _list_of_scalars(kind: Any) -> bool | None:
    """Whether a field takes a list of scalars (True) or one scalar (False); None: neither."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _list_of_scalars(get_args(kind)[0])
    if origin in (Union, types.UnionType):
        inner = [_list_of_scalars(one) for one in get_args(kind) if one not in (type(None), UnsetType)]
        return inner[0] if len(inner) == 1 else (False if inner and all(one is False for one in inner) else None)
    if origin is list:
        return True if _list_of_scalars(get_args(kind)[0]) is False else None
    if origin is Literal:
        return False
    return False if isinstance(kind, type) and issubclass(kind, _TEXTUAL) else None
