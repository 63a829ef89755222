"""A client of one daemon: a pool of connections, pipelining, retries, a breaker."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from prometheus_client import REGISTRY, CollectorRegistry

from chitti_shared.contracts.action import Action, Request, Service
from chitti_shared.errors import ServiceUnavailable, Timeout
from chitti_shared.ipc.addresses import Tls, UnixAddress, parse_address
from chitti_shared.ipc.calls import ReplyAs
from chitti_shared.ipc.channel import REPLY_KEYS, Channel, ConnectionLost, OnPartial
from chitti_shared.ipc.limits import Limits
from chitti_shared.ipc.messages import NO_KEYS, Message
from chitti_shared.ipc.metrics import ClientMetrics
from chitti_shared.ipc.outgoing import (
    Heard,
    Outgoing,
    decoded_reply,
    forwarded,
    heard_by,
    outgoing,
    reply_as_of,
    reply_keys_of,
)
from chitti_shared.ipc.retries import Breaker, RetryBudget, Room, full_jitter
from chitti_shared.ipc.session import Session
from chitti_shared.ipc.subscription import Subscription
from chitti_shared.ipc.timers import Wheel

C = TypeVar("C", bound=Channel)
ATTEMPTS = 3
CONNECT_S = 5.0
GROW_PAUSE_S = 1.0  # after a second connection could not be had


class Client:
    """Calls the actions of one service.

    Connections are made when first needed and again, after a random pause, when lost. A
    call whose connection is lost is sent again only if its action is idempotent, and only
    while retries are few beside calls.

    Parameters
    ----------
    service : Service
    address : str
        `unix:///path.sock` or `tcp://host:port`.
    pool_size : int
        Connections at most; more than one is opened only when one is busy.
    timeout_s : float
        For calls that name none.
    tls : Tls, optional
        For TCP; the server's certificate must name the address' host.
    """

    def __init__(
        self,
        service: Service,
        address: str,
        *,
        pool_size: int = 2,
        timeout_s: float = 30.0,
        limits: Limits | None = None,
        tls: Tls | None = None,
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        self.service = service
        self.address = address
        self.limits = limits or Limits()
        self.timeout_s = timeout_s
        self._where = parse_address(address)
        self._tls = tls
        self._pool_size = pool_size
        self._channels: list[Channel] = []
        self._connecting: asyncio.Task[None] | None = None
        self._grow_after = 0.0
        self._opened = False
        self._closed = False
        self._budget = RetryBudget()
        self._room = Room(pool_size * self.limits.in_flight)
        self._connected_before = False
        metrics = ClientMetrics.of(registry)
        self._reconnects = metrics.reconnects.labels(service.name)
        self._retries = metrics.retries.labels(service.name)
        self._refused = metrics.refused.labels(service.name)

    async def call(
        self,
        action: Action,
        request: Request,
        *,
        timeout_s: float | None = None,
        reply_as: ReplyAs | None = None,
        request_id: str | None = None,
        on_partial: Heard | None = None,
    ) -> Any:
        """Ask for an action and wait for its reply.

        Parameters
        ----------
        timeout_s : float, optional
            Sent along as `deadline_ms`.
        reply_as : optional
            By default float arrays come as binary sections.
        request_id : str, optional
            For the daemon's logs.
        on_partial : callable, optional
            Called with (progress, the action's `partial` struct) for each partial reply.

        Returns
        -------
        The action's reply struct.

        Raises
        ------
        ChittiError
            The error that the daemon answered, `Timeout`, or `ServiceUnavailable`.
        """
        out = outgoing(action, request, reply_as or reply_as_of(action), request_id, self.limits)
        told = None if on_partial is None else heard_by(on_partial, action)
        message = await self._send(out, reply_keys_of(action), timeout_s, action.idempotent, told)
        return decoded_reply(action.reply, message)

    async def forward(
        self,
        action: str,
        body: bytes | memoryview | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        sections: Mapping[str, bytes] | None = None,
        timeout_s: float | None = None,
        request_id: str | None = None,
    ) -> bytes | memoryview:
        """Pass a request on without parsing it.

        Parameters
        ----------
        body : bytes-like, optional
            JSON object of parameters; rides as the `*` section.
        params : mapping, optional
            Further parameters, small; a name given in two places is `invalid_input`.
        sections : mapping of str to bytes, optional
            Parameters that are raw bytes (`|u1`).

        Returns
        -------
        bytes or memoryview
            The JSON object of the result fields, as the daemon wrote it; a large one where it was received.
        """
        declared = self.service.by_name.get(action)
        out = forwarded(action, body, params or {}, sections or {}, request_id, self.limits)
        message = await self._send(out, NO_KEYS, timeout_s, declared is not None and declared.idempotent, None)
        if not message.sections:
            return message.scanned.rest
        text = message.sections[0]
        return text if isinstance(text, bytes) else memoryview(text)

    def subscribe(self, action: Action, request: Request) -> Subscription:
        """`async with client.subscribe(...) as sub`: `sub.first`, then `async for event in sub`."""
        return Subscription(self, action, request)

    def session(self) -> Session:
        """`async with client.session() as session`: uploads and calls over one connection of its own."""
        return Session(self)

    async def close(self) -> None:
        """Close all connections; calls in flight fail."""
        self._closed = True
        if self._connecting is not None:
            self._connecting.cancel()
        for channel in self._channels:
            channel.close()
        self._channels.clear()
        if self._opened:
            self.wheel.close()
            self.pool.shutdown(wait=False, cancel_futures=True)

    # sending

    async def _send(
        self,
        out: Outgoing,
        keys: frozenset[str],
        timeout_s: float | None,
        idempotent: bool,
        on_partial: OnPartial | None,
    ) -> Message:
        if not self._opened or self._closed:
            self.open()
        deadline = self.loop.time() + (self.timeout_s if timeout_s is None else timeout_s)
        self._budget.earn()
        attempt = 0
        while True:
            attempt += 1
            try:
                message = await self._ask(out, keys, deadline, on_partial)
            except ConnectionLost as error:
                if not idempotent:
                    raise self._unavailable(f"lost the connection, {out.action} may have been done: {error}") from None
                reason = f"lost the connection: {error}"
            except OSError as error:  # nothing was sent, so any action may try again
                reason = f"cannot connect: {error.strerror or error}"
            else:
                return message
            pause_s = full_jitter(attempt, base_s=0.05, cap_s=1.0)
            if attempt >= ATTEMPTS or self.loop.time() + pause_s >= deadline or not self._budget.spend():
                raise self._unavailable(reason)
            self._retries.inc()
            await asyncio.sleep(pause_s)

    async def _ask(self, out: Outgoing, keys: frozenset[str], deadline: float, on_partial: OnPartial | None) -> Message:
        """One attempt."""
        await self._room.enter(deadline)
        try:
            while (channel := self._free_channel()) is None:
                await self._connected(deadline)
            pending = channel.begin(out, keys, deadline, on_partial)
            try:
                return await pending.future
            finally:
                channel.end(pending)
        finally:
            self._room.leave()

    def _unavailable(self, reason: str) -> ServiceUnavailable:
        return ServiceUnavailable(f"{self.service.name}: {reason}", service=self.service.name)

    def _check_breaker(self) -> None:
        try:
            self.breaker.check()
        except ServiceUnavailable:
            self._refused.inc()
            raise

    # connecting

    def open(self) -> Client:
        """Bind to the running event loop, at the first use."""
        if self._closed:
            raise ServiceUnavailable(f"the client of {self.service.name} is closed")
        if not self._opened:
            self.loop = asyncio.get_running_loop()
            self.wheel = Wheel(self.loop)
            self.pool = ThreadPoolExecutor(1, thread_name_prefix="json")
            self.breaker = Breaker(self.service.name, self.loop.time)
            self._opened = True
        return self

    def _free_channel(self) -> Channel | None:
        """The least busy connection that has room; where all are busy, one more is on its way then."""
        best: Channel | None = None
        for channel in self._channels:
            if channel.ready and (best is None or len(channel.pending) < len(best.pending)):
                best = channel
        if best is None or not best.pending:
            return best
        if len(self._channels) < self._pool_size and self._connecting is None and self.loop.time() >= self._grow_after:
            self._start_connecting()
        return best if len(best.pending) < self.limits.in_flight else None

    async def _connected(self, deadline: float) -> None:
        """Wait for a new connection, which all that wait share."""
        if self._closed:
            raise ServiceUnavailable(f"the client of {self.service.name} is closed")
        task = self._connecting
        if task is None:
            self._check_breaker()
            task = self._start_connecting()
        try:
            async with asyncio.timeout_at(deadline):
                await asyncio.wait((task,))
        except TimeoutError:
            raise Timeout(f"no connection to {self.service.name} in time") from None
        if task.cancelled():
            raise ServiceUnavailable(f"the client of {self.service.name} is closed")
        task.result()

    def _start_connecting(self) -> asyncio.Task[None]:
        self._channels = [channel for channel in self._channels if channel.ready]
        self._connecting = self.loop.create_task(self._connect_pooled())
        self._connecting.add_done_callback(self._connect_done)
        return self._connecting

    def _connect_done(self, task: asyncio.Task[None]) -> None:
        self._connecting = None
        if task.cancelled():
            self.breaker.abandoned()
        elif task.exception() is not None:  # told to those who wait for it
            self.breaker.failed()
            self._grow_after = self.loop.time() + GROW_PAUSE_S
        else:
            self.breaker.connected()

    async def _connect_pooled(self) -> None:
        channel = await self.connect(Channel(self, REPLY_KEYS))
        self._channels.append(channel)
        if self._connected_before and len(self._channels) == 1:
            self._reconnects.inc()
        self._connected_before = True

    async def connect_apart(self, channel: C) -> C:
        """Connect a channel that is not of the pool. Raises ServiceUnavailable."""
        try:
            return await self.connect(channel)
        except OSError as error:
            raise self._unavailable(f"cannot connect: {error.strerror or error}") from None

    async def connect(self, channel: C) -> C:
        """Connect a channel to the address. Raises OSError."""
        try:
            async with asyncio.timeout(CONNECT_S):
                return await self._connect(channel)
        except TimeoutError:
            channel.abort()
            raise TimeoutError(errno.ETIMEDOUT, f"nobody answers within {CONNECT_S:g} s") from None

    async def _connect(self, channel: C) -> C:
        if isinstance(self._where, UnixAddress):
            await self.loop.create_unix_connection(lambda: channel, str(self._where.path))
        else:
            context = self._tls.client_context() if self._tls is not None else None
            await self.loop.create_connection(lambda: channel, self._where.host, self._where.port, ssl=context)
        if not channel.ready:
            raise ConnectionRefusedError("the peer runs as another user")
        return channel
