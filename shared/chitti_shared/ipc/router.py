"""Which function answers which action."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from chitti_shared.contracts.action import Action, Service
from chitti_shared.contracts.system import SYSTEM
from chitti_shared.json import array_keys_of

if TYPE_CHECKING:
    from chitti_shared.ipc.streams import Stream

Ctx = TypeVar("Ctx")
Handler = Callable[[Any, Ctx], Coroutine[Any, Any, Any]]
StreamHandler = Callable[[Any, Ctx, "Stream"], Coroutine[Any, Any, None]]
H = TypeVar("H", bound=Callable[..., Awaitable[Any]])


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[Ctx]):
    """An action and what answers it; exactly one of `handler` and `stream`."""

    action: Action
    array_keys: frozenset[str]
    handler: Handler[Ctx] | None = None
    stream: StreamHandler[Ctx] | None = None
    of_connection: bool = False  # the handler gets the connection, not the context

    @property
    def may_be_large(self) -> bool:
        """Whether its reply can hold number arrays."""
        return bool(array_keys_of(self.action.reply))


class Router(Generic[Ctx]):
    """The handlers of one service.

    `health`, `metrics`, `describe` and `cancel` are the server's own.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.endpoints: dict[str, Endpoint[Ctx]] = {}

    def handles(self, action: Action) -> Callable[[H], H]:
        """Register `async (request, ctx) -> reply` for an action."""

        def register(handler: H) -> H:
            self._add(Endpoint(action, array_keys_of(action.request), handler=handler))  # type: ignore[arg-type]
            return handler

        return register

    def streams(self, action: Action) -> Callable[[H], H]:
        """Register `async (request, ctx, stream) -> None` for an action; it is cancelled on unsubscribe or close."""

        def register(handler: H) -> H:
            self._add(Endpoint(action, array_keys_of(action.request), stream=handler))  # type: ignore[arg-type]
            return handler

        return register

    def check_complete(self) -> None:
        """Raise TypeError unless every action of the service has a handler."""
        expected = {action.name for action in self.service.actions} - {action.name for action in SYSTEM}
        missing = sorted(expected - self.endpoints.keys())
        if missing:
            raise TypeError(f"{self.service.name} has no handler for {', '.join(missing)}")

    def _add(self, endpoint: Endpoint[Ctx]) -> None:
        action = endpoint.action
        if self.service.by_name.get(action.name) is not action:
            raise TypeError(f"{action.name!r} is not an action of {self.service.name}")
        if action in SYSTEM or action.name in self.endpoints:
            raise TypeError(f"{action.name!r} has a handler already")
        if action.stream != (endpoint.stream is not None):
            raise TypeError(f"{action.name!r} wants router.{'streams' if action.stream else 'handles'}")
        self.endpoints[action.name] = endpoint
