"""A daemon's server: who is connected, what it answers, how it stops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from prometheus_client import CollectorRegistry

from chitti_shared.contracts.action import Action, Empty, schema_of
from chitti_shared.contracts.system import (
    DESCRIBE,
    HEALTH,
    METRICS,
    SYSTEM,
    UPLOAD_BEGIN,
    UPLOAD_PART,
    UPLOADS,
    DescribeReply,
    HealthReply,
    MetricsReply,
)
from chitti_shared.errors import NotFound, ServiceUnavailable
from chitti_shared.ipc import uploads
from chitti_shared.ipc._budget import Budget
from chitti_shared.ipc.addresses import Tls, UnixAddress, check_listen, parse_address
from chitti_shared.ipc.connection import Connection
from chitti_shared.ipc.limits import Limits
from chitti_shared.ipc.messages import NO_KEYS
from chitti_shared.ipc.metrics import ServerMetrics
from chitti_shared.ipc.replies import Encoded
from chitti_shared.ipc.router import Endpoint, Handler, Router
from chitti_shared.ipc.sockets import Claim, StartupError, claim_socket
from chitti_shared.ipc.timers import Wheel
from chitti_shared.json import array_keys_of, encode, peek
from chitti_shared.json._block import Block
from chitti_shared.logs import get_logger
from chitti_shared.metrics import build_registry, exposition
from chitti_shared.names import nearest

Ctx = TypeVar("Ctx")
Health = Callable[[], Awaitable[tuple[dict[str, str], dict[str, Any]]]]
Observe = Callable[[str, str, float], None]

log = get_logger(__name__)
HEALTHY = "ok"


async def _always_healthy() -> tuple[dict[str, str], dict[str, Any]]:
    return {}, {}


class Server(Generic[Ctx]):
    """Serves a router's actions on one address.

    Parameters
    ----------
    router : Router
        Complete: every action of its service has a handler.
    ctx
        What handlers get as their second argument.
    name, version : str
        Told by `health` and `describe`.
    health : async callable
        Returns (checks, info): the state of each dependency, "ok" or what is wrong with
        it, and facts for the reader. Any check that is not "ok" makes it `degraded`.
    limits : Limits
    registry : CollectorRegistry, optional
        Where it counts; `metrics` answers all of it. By default one of its own.
    observe : callable, optional
        Called with (action, status, seconds) for each answer.
    """

    def __init__(
        self,
        router: Router[Ctx],
        ctx: Ctx,
        *,
        name: str,
        version: str,
        health: Health = _always_healthy,
        limits: Limits | None = None,
        registry: CollectorRegistry | None = None,
        observe: Observe | None = None,
    ) -> None:
        router.check_complete()
        self.ctx = ctx
        self.name = name
        self.version = version
        self.limits = limits or Limits()
        self.registry = registry if registry is not None else build_registry(name, version)
        self.in_flight = 0
        self.closing = False
        self.connections: set[Connection] = set()
        self.metrics = ServerMetrics(self.registry, lambda: self.in_flight, lambda: len(self.connections))
        self.address: str | None = None
        self._health = health
        self._observe = observe
        self._router = router
        self._endpoints: dict[str, Endpoint[Any]] = {**router.endpoints, **self._own_endpoints()}
        # by the name in JSON: what an envelope shows before it is judged
        self._array_keys = {encode(name): e.array_keys for name, e in self._endpoints.items() if e.array_keys}
        self._budget = Budget(self.limits.daemon_bytes)
        self._uploads_budget = Budget(self.limits.daemon_bytes // 2)
        self._since = time.monotonic()
        self._listener: asyncio.AbstractServer | None = None
        self._claim: Claim | None = None
        self._description: Encoded | None = None
        self._quiet: asyncio.Event | None = None

    # what connections ask

    def endpoint(self, action: str) -> Endpoint[Any] | None:
        return self._endpoints.get(action)

    def unknown(self, action: str) -> NotFound:
        """What to say to an action that this service doesn't have."""
        meant = nearest(action, self._endpoints, alike=0.8)  # most begin with the same verb
        return NotFound(f"unknown action {action!r}{meant}", kind="action", action=action)

    def array_keys_for(self, envelope: bytes | Block) -> frozenset[str]:
        """The number-array parameters of the action that an envelope, not yet judged, seems to ask for."""
        action = peek(envelope, b"action")
        return NO_KEYS if action is None else self._array_keys.get(action, NO_KEYS)

    def label_of(self, action: str) -> str:
        """An action's name for metrics; a caller's inventions count as one."""
        return action if action in self._endpoints or action in ("cancel", "unsubscribe") else "unknown"

    def new_budget(self) -> Budget:
        return Budget(self.limits.connection_bytes, self._budget)

    def new_uploads_budget(self) -> Budget:
        return Budget(self.limits.connection_bytes // 2, self._uploads_budget)

    def admit(self, connection: Connection) -> bool:
        """Whether there is room for one more connection."""
        if len(self.connections) >= self.limits.connections or self.closing:
            return False
        self.connections.add(connection)
        return True

    def forget(self, connection: Connection) -> None:
        self.connections.discard(connection)
        self._check_quiet()

    def answered(self, action: str, status: str, seconds: float) -> None:
        self.metrics.answered(action, status, seconds)
        if self._observe is not None:
            self._observe(action, status, seconds)
        if self.closing:
            self._check_quiet()

    # starting and stopping

    async def start(self, address: str, *, tls: Tls | None = None, claim: Claim | None = None) -> None:
        """Listen at `unix:///path.sock` or `tcp://host:port`.

        Parameters
        ----------
        tls : Tls, optional
            Mutual TLS for TCP; demanded beyond loopback.
        claim : Claim, optional
            The socket file, where the caller has claimed it already.

        Raises
        ------
        StartupError
            The address cannot be taken; `AlreadyRunning` if another process has it.
        """
        self.loop = asyncio.get_running_loop()
        self.wheel = Wheel(self.loop)
        self.pool = ThreadPoolExecutor(2, thread_name_prefix="json")
        where = parse_address(address)
        if isinstance(where, UnixAddress):
            self._claim = claim or claim_socket(where.path)
            self._listener = await self.loop.create_unix_server(self._connection, sock=self._claim.socket)
            self.address = address
            return
        check_listen(where, tls)
        context = tls.server_context() if tls is not None else None
        try:
            self._listener = await self.loop.create_server(self._connection, where.host, where.port, ssl=context)
        except OSError as error:
            raise StartupError(f"cannot listen at {address}: {error.strerror or error}") from error
        host, port = self._listener.sockets[0].getsockname()[:2]
        self.address = f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}"

    async def close(self, grace_s: float = 10.0) -> None:
        """Stop listening, let running requests finish for `grace_s` seconds, then cancel them and disconnect."""
        if self._listener is None or self.closing:
            return
        self.closing = True
        self._listener.close()
        if self._claim is not None:
            self._claim.release()
        await self._wait(lambda: not any(c.busy for c in self.connections), grace_s)
        for connection in list(self.connections):
            connection.stop_all(ServiceUnavailable("the daemon is shutting down", retry_after_ms=1000))
        await self._wait(lambda: self.in_flight == 0, 1.0)
        for connection in list(self.connections):
            connection.close()
        await self._wait(lambda: not self.connections, 1.0)
        for connection in list(self.connections):
            connection.abort()
        await self._wait(lambda: not self.connections, 1.0)
        self.wheel.close()
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _connection(self) -> Connection:
        return Connection(self)

    async def _wait(self, condition: Callable[[], bool], timeout_s: float) -> None:
        """Wait for a condition that a finished request or a lost connection can bring about."""
        deadline = self.loop.time() + timeout_s
        while not condition():
            self._quiet = asyncio.Event()
            try:
                async with asyncio.timeout_at(deadline):
                    await self._quiet.wait()
            except TimeoutError:
                return

    def _check_quiet(self) -> None:
        if self._quiet is not None:
            self._quiet.set()

    # its own actions

    def _own_endpoints(self) -> dict[str, Endpoint[Any]]:
        handlers = {HEALTH: self._answer_health, METRICS: self._answer_metrics, DESCRIBE: self._answer_describe}
        own: dict[str, Endpoint[Any]] = {
            a.name: Endpoint(a, array_keys_of(a.request), handler=h) for a, h in handlers.items()
        }
        if self._takes_arrays():
            takes: dict[Action, Handler[Any]] = {UPLOAD_BEGIN: uploads.begin, UPLOAD_PART: uploads.put}
            for action, answer in takes.items():
                keys = array_keys_of(action.request)
                own[action.name] = Endpoint(action, keys, handler=answer, of_connection=True)
        return own

    def _takes_arrays(self) -> bool:
        return any(endpoint.array_keys for endpoint in self._router.endpoints.values())

    async def _answer_health(self, _request: Empty, _ctx: Ctx) -> HealthReply:
        checks, info = await self._health()
        return HealthReply(
            service=self.name,
            health="healthy" if all(state == HEALTHY for state in checks.values()) else "degraded",
            version=self.version,
            uptime_s=round(time.monotonic() - self._since, 3),
            checks=checks,
            info=info,
        )

    async def _answer_metrics(self, _request: Empty, _ctx: Ctx) -> MetricsReply:
        return MetricsReply(text=exposition(self.registry).decode())

    async def _answer_describe(self, _request: Empty, _ctx: Ctx) -> Encoded:
        if self._description is None:
            every = (*SYSTEM, *UPLOADS) if self._takes_arrays() else SYSTEM
            actions = {**self._router.service.by_name, **{action.name: action for action in every}}
            described = [_described(action) for action in actions.values()]
            self._description = Encoded(
                encode(DescribeReply(service=self.name, version=self.version, actions=described))
            )
        return self._description


def _described(action: Action) -> dict[str, Any]:
    route = action.route
    return {
        "name": action.name,
        "doc": action.doc,
        "idempotent": action.idempotent,
        "stream": action.stream,
        "http": None if route is None else {"method": route.method, "path": route.path},
        "request": schema_of(action.request),
        "reply": schema_of(action.reply),
        "partial": None if action.partial is None else schema_of(action.partial),
    }
