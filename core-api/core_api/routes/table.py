"""Which handler answers a method and a path."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core_api.asgi import Receive, Scope, Send

Handler = Callable[[Scope, Receive, Send, tuple[str, ...]], Awaitable[None]]
_SEGMENT = re.compile(r"\A\{([a-z_]+)\}\Z")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A handler, the path pattern it is declared with and its rate class."""

    path: str
    handler: Handler
    rate_class: str


class Found:
    """A look-up's result: no `endpoint` when the path exists but not with this method."""

    __slots__ = ("allowed", "endpoint", "values")

    def __init__(self, endpoint: Endpoint | None, values: tuple[str, ...], allowed: tuple[str, ...]) -> None:
        self.endpoint = endpoint
        self.values = values
        self.allowed = allowed


class RouteTable:
    """Paths without variables are one dictionary look-up; the others are walked by segment.

    A literal segment wins over a `{name}` one (`/api/alerts/stream` over `/api/alerts/{id}`).
    """

    def __init__(self) -> None:
        self._static: dict[str, dict[str, Endpoint]] = {}
        self._root = _Node()

    def add(self, method: str, path: str, handler: Handler, rate_class: str) -> None:
        """Declare an endpoint. TypeError: it is declared already."""
        endpoint = Endpoint(path, handler, rate_class)
        methods = self._methods_of(path)
        if method in methods:
            raise TypeError(f"{method} {path} is declared twice")
        methods[method] = endpoint
        if method == "GET":
            methods["HEAD"] = endpoint

    def find(self, method: str, path: str) -> Found | None:
        """What answers; None: no such path."""
        methods = self._static.get(path)
        values: tuple[str, ...] = ()
        if methods is None:
            walked = self._root.walk(path.split("/"), 1)
            if walked is None:
                return None
            methods, values = walked
        return Found(methods.get(method), values, tuple(methods))

    def _methods_of(self, path: str) -> dict[str, Endpoint]:
        if "{" not in path:
            return self._static.setdefault(path, {})
        node = self._root
        for segment in path.split("/")[1:]:
            node = node.child(segment)
        return node.methods


class _Node:
    __slots__ = ("_literal", "_variable", "methods")

    def __init__(self) -> None:
        self.methods: dict[str, Endpoint] = {}
        self._literal: dict[str, _Node] = {}
        self._variable: _Node | None = None

    def child(self, segment: str) -> _Node:
        if _SEGMENT.match(segment):
            self._variable = self._variable or _Node()
            return self._variable
        return self._literal.setdefault(segment, _Node())

    def walk(
        self, segments: list[str], at: int, values: tuple[str, ...] = ()
    ) -> tuple[dict[str, Endpoint], tuple[str, ...]] | None:
        if at == len(segments):
            return (self.methods, values) if self.methods else None
        literal = self._literal.get(segments[at])
        found = literal.walk(segments, at + 1, values) if literal else None
        if found is None and self._variable is not None and segments[at]:
            found = self._variable.walk(segments, at + 1, (*values, segments[at]))
        return found


def path_names(path: str) -> tuple[str, ...]:
    """The `{name}`s of a path, in order."""
    return tuple(found[1] for segment in path.split("/") if (found := _SEGMENT.match(segment)))
