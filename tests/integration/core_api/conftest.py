"""A gateway on a loopback port, its daemons played by real servers with small handlers."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from argon2 import PasswordHasher
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Action, Service
from chitti_shared.contracts.services import SERVICES
from chitti_shared.contracts.system import SYSTEM
from chitti_shared.db import connect_pool
from chitti_shared.errors import NotFound
from chitti_shared.ipc import Client, Router, Server, Stream
from chitti_shared.settings import Settings
from chitti_shared.testing.waiting import until
from core_api.app import Gateway, build_gateway
from core_api.security import passwords
from core_api.server import GatewayServer, bind, server_config
from core_api.settings import GatewaySettings
from core_api.storage.accounts import Accounts
from mojo_compute.__main__ import wire
from prometheus_client import CollectorRegistry

KEY = b"k" * 48
PASSWORD = "correct horse battery"
Answer = Callable[[Any], Awaitable[Any]]


class Log:
    """An alert log in memory, with positions, retention and epochs as signal-service has them."""

    def __init__(self, epoch: str = "00000000000000aa") -> None:
        self.epoch = epoch
        self.events: list[tuple[int, str, bytes]] = []  # seq, symbol, JSON
        self.top = 0
        self.oldest = 1
        self.changed = asyncio.Condition()
        self.beats = 0
        self.reads = 0

    def at(self, seq: int) -> str:
        return f"{self.epoch}-{seq}"

    async def add(self, symbol: str = "TCS", **fields: Any) -> str:
        self.top += 1
        data = json.dumps({"symbol": symbol, "seq": self.top, **fields}).encode()
        self.events.append((self.top, symbol, data))
        await self._wake()
        return self.at(self.top)

    async def beat(self) -> None:
        self.beats += 1
        await self._wake()

    async def restore(self, epoch: str) -> None:
        """Another life of the log, empty."""
        self.epoch, self.events, self.top, self.oldest = epoch, [], 0, 1
        await self._wake()

    async def _wake(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def start_of(self, after: str | None) -> tuple[int, str | None]:
        if after is None:
            return self.top, None
        epoch, _, seq = after.rpartition("-")
        if len(epoch) != 16 or not seq.isdigit() or str(int(seq)) != seq:
            return self.top, "unknown"
        if epoch != self.epoch:
            return self.top, "epoch"
        if int(seq) > self.top:
            return self.top, "unknown"
        return (self.top, "expired") if int(seq) < self.oldest - 1 else (int(seq), None)

    def reset(self, reason: str) -> signals.Reset:
        return signals.Reset(reason=reason, oldest=self.at(self.oldest), top=self.at(self.top))  # type: ignore[arg-type]

    def after(self, seq: int, wanted: signals.AlertFilter | None) -> list[tuple[int, str, bytes]]:
        symbols = wanted.symbols if wanted else None
        return [one for one in self.events if one[0] > seq and (symbols is None or one[1] in symbols)]

    async def read_events(self, request: signals.ReadEventsRequest) -> signals.ReadEventsReply:
        self.reads += 1
        seq, reason = self.start_of(request.after)
        page = [one for one in self.events if one[0] > seq][: request.limit] if reason is None else []
        wanted = {one[0] for one in self.after(seq, request.filter)}
        return signals.ReadEventsReply(
            events=[signals.Event(event_id=self.at(n), data=msgspec.Raw(d)) for n, _, d in page if n in wanted],
            at=self.at(page[-1][0]) if page else self.at(seq),
            top=self.at(self.top),
            oldest=self.at(self.oldest),
            reset=self.reset(reason) if reason else None,
        )

    async def subscribe(self, request: signals.SubscribeRequest, _ctx: Any, stream: Stream) -> None:
        seq, reason = self.start_of(request.after)
        epoch, beats = self.epoch, self.beats
        await stream.accept(signals.SubscribeReply(at=self.at(seq)))
        if reason is not None:
            await stream.send(self._reset_tail(reason))
        while True:
            if epoch != self.epoch:
                epoch, seq = self.epoch, self.top
                await stream.send(self._reset_tail("epoch"))
            for n, _, data in self.after(seq, request.filter):
                await stream.send(b'"event":"new_alert","event_id":"%s","data":%s' % (self.at(n).encode(), data))
            seq = self.top
            if beats != self.beats:
                beats = self.beats
                beat = msgspec.json.encode({"top": self.at(seq), "ts": "2026-01-01T00:00:00Z"})
                await stream.send(b'"event":"hb","event_id":"%s","data":%s' % (self.at(seq).encode(), beat))
            async with self.changed:
                await self.changed.wait_for(lambda: (self.top, self.epoch, self.beats) != (seq, epoch, beats))  # noqa: B023

    def _reset_tail(self, reason: str) -> bytes:
        data = msgspec.json.encode(self.reset(reason))
        return b'"event":"reset","event_id":"%s","data":%s' % (self.at(self.top).encode(), data)


class Daemon:
    """A real server of one service; `answers` gives the handlers that a test cares about."""

    def __init__(self, service: Service, address: str, log: Log) -> None:
        self.service = service
        self.address = address
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, Any]] = []
        self._log = log
        self._server: Server[None] | None = None

    async def start(self) -> None:
        router: Router[None] = Router(self.service)
        for action in self.service.actions:
            if action in SYSTEM:
                continue
            if action is signals.SUBSCRIBE:
                router.streams(action)(self._log.subscribe)
            else:
                router.handles(action)(self._handler(action))
        self._server = Server(router, None, name=self.service.name, version="9.9", health=self._health)
        await self._server.start(self.address)

    async def stop(self) -> None:
        if self._server is not None:
            server, self._server = self._server, None
            await server.close(grace_s=0.0)

    async def _health(self) -> tuple[dict[str, str], dict[str, Any]]:
        return {}, {"engine": "cython", "mojo_available": False}

    def _handler(self, action: Action) -> Any:
        async def handle(request: Any, _ctx: None) -> Any:
            self.asked.append((action.name, request))
            answer = self.answers.get(action.name)
            if action is signals.READ_EVENTS:
                answer = self._log.read_events
            if answer is None:
                raise NotFound("the test answers nothing here", kind="test")
            return await answer(request)

        return handle


@dataclass
class Event:
    event: str
    id: str | None
    data: Any


class Sse:
    """Reads events off a socket; any chunking is undone first."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.status = 0
        self.headers: dict[str, str] = {}
        self.retry_ms: int | None = None
        self._text = b""
        self.ended = False

    async def head(self) -> None:
        raw = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        self.status = int(raw[0].split()[1])
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in raw[1:] if line)}

    async def next(self, timeout_s: float = 5.0) -> Event | None:
        """The next event; None at the stream's end."""
        async with asyncio.timeout(timeout_s):
            while True:
                block, found, rest = self._text.partition(b"\n\n")
                if found:
                    self._text = rest
                    event = self._event(block.decode())
                    if event is not None:
                        return event
                elif not await self._chunk():
                    return None

    async def alerts(self, count: int) -> list[Event]:
        """The next `count` events that are no heartbeat."""
        found: list[Event] = []
        while len(found) < count:
            event = await self.next()
            assert event is not None, f"the stream ended after {len(found)} of {count}"
            if event.event != "hb":
                found.append(event)
        return found

    async def _chunk(self) -> bool:
        try:
            size = int(await self.reader.readuntil(b"\r\n"), 16)
            self._text += (await self.reader.readexactly(size + 2))[:-2]
        except (asyncio.IncompleteReadError, ConnectionError):
            size = 0
        self.ended = size == 0
        return size > 0

    def _event(self, block: str) -> Event | None:
        fields: dict[str, list[str]] = {}
        for line in block.split("\n"):
            name, _, value = line.partition(": ")
            fields.setdefault(name, []).append(value)
        if "retry" in fields:
            self.retry_ms = int(fields["retry"][0])
        if "data" not in fields:
            return None
        return Event(fields["event"][0], fields.get("id", [None])[0], json.loads("\n".join(fields["data"])))


class Stack:
    """The gateway under test and what stands around it."""

    def __init__(self, url: str, gateway: Gateway, accounts: Accounts, daemons: dict[str, Daemon], log: Log) -> None:
        self.url = url
        self.port = 0
        self.server: GatewayServer
        self.gateway = gateway
        self.accounts = accounts
        self.daemons = daemons
        self.log = log
        self.clients: list[httpx.AsyncClient] = []
        self._tokens: dict[str, str] = {}

    def client(self, **options: Any) -> httpx.AsyncClient:
        made = httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=30, **options)
        self.clients.append(made)
        return made

    async def token(self, name: str = "admin", password: str = PASSWORD) -> str:
        """A login's token; the same one for the same name and password."""
        if (known := self._tokens.get(name + password)) is not None:
            return known
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=30) as client:
            reply = await client.post("/api/auth/token", data={"username": name, "password": password})
        assert reply.status_code == 200, reply.text
        token: str = reply.json()["access_token"]
        self._tokens[name + password] = token
        return token

    async def logged_in(self, name: str = "admin") -> httpx.AsyncClient:
        return self.client(headers={"authorization": f"Bearer {await self.token(name)}"})

    @asynccontextmanager
    async def stream(self, query: str = "", headers: dict[str, str] | None = None, **login: str) -> AsyncIterator[Sse]:
        """An open stream of admin's, or of another `login`: `cookie=`, or `own=""` for what query or headers hold."""
        given = dict(headers or {})
        if not login:
            given["authorization"] = f"Bearer {await self.token()}"
        if "cookie" in login:
            given["cookie"] = login["cookie"]
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET /api/alerts/stream{query} HTTP/1.1\r\nhost: x\r\n{lines}\r\n".encode("latin-1"))
        sse = Sse(reader, writer)
        try:
            await asyncio.wait_for(sse.head(), 10)
            yield sse
        finally:
            writer.close()


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2 at its lowest cost: these tests ask what a login does, not how long it takes."""
    monkeypatch.setattr(passwords, "PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


Start = Callable[..., Awaitable[Stack]]


@pytest.fixture
async def start(database: Any, folder: Path, cheap_hashes: None) -> AsyncIterator[Start]:
    """Start a gateway with these settings; all of it is stopped after the test."""
    async with AsyncExitStack() as stack:

        async def start_one(**given: Any) -> Stack:
            return await stack.enter_async_context(_stack(database.url_of("core-api"), folder, given))

        yield start_one


@pytest.fixture
async def stack(start: Start) -> Stack:
    """A gateway with default settings and its three daemons."""
    return await start()


@pytest.fixture
async def real(start: Any, database: Any, folder: Any) -> AsyncIterator[tuple[Any, Server[Any]]]:
    """A gateway, and its mojo-compute, which is the real one."""
    stack = await start()
    await stack.daemons["mojo-compute"].stop()
    settings = Settings(
        _env_file=None, chitti_runtime_dir=folder, database_url_mojo_compute=database.url_of("mojo-compute")
    )
    async with AsyncExitStack() as daemon:
        server = await wire(settings, daemon)
        await server.start(settings.listen_of("mojo-compute"))
        daemon.push_async_callback(server.close, 1)
        yield stack, server


@pytest.fixture
async def http(real: Any) -> httpx.AsyncClient:
    """A client that is logged in to that gateway."""
    client: httpx.AsyncClient = await real[0].logged_in()
    return client


@asynccontextmanager
async def _stack(database_url: str, folder: Path, given: dict[str, Any]) -> AsyncIterator[Stack]:
    given.setdefault("chitti_dashboard_dir", folder)  # none is built there, whatever the checkout holds
    statement_timeout_s = given.pop("statement_timeout_s", 30.0)
    settings = GatewaySettings(
        _env_file=None, chitti_http_port=0, chitti_data_dir=folder, chitti_runtime_dir=folder, **given
    )
    log = Log()
    async with AsyncExitStack() as stack:
        pool = await connect_pool(database_url, application_name="test", statement_timeout_s=statement_timeout_s)
        stack.push_async_callback(pool.close)
        daemons = {name: Daemon(service, settings.listen_of(name), log) for name, service in SERVICES.items()}
        for daemon in daemons.values():
            await daemon.start()
            stack.push_async_callback(daemon.stop)
        clients = {
            name: Client(service, settings.listen_of(name), registry=CollectorRegistry())
            for name, service in SERVICES.items()
        }
        for client in clients.values():
            stack.push_async_callback(client.close)
        gateway = build_gateway(settings, KEY, pool, SERVICES, clients, CollectorRegistry())
        stack.callback(gateway.passwords.close)
        accounts = Accounts(pool)
        await accounts.add("admin", await gateway.passwords.hash(PASSWORD), "admin")
        await accounts.add("asha", await gateway.passwords.hash(PASSWORD), "user")
        made = Stack("", gateway, accounts, daemons, log)
        await stack.enter_async_context(_serving(settings, gateway, made))
        stack.push_async_callback(_close_clients, made)
        yield made


async def _close_clients(made: Stack) -> None:
    for client in made.clients:
        await client.aclose()


@asynccontextmanager
async def _serving(settings: GatewaySettings, gateway: Gateway, made: Stack) -> AsyncIterator[None]:
    listener: socket.socket = bind(settings)
    made.port = listener.getsockname()[1]
    made.url = f"http://127.0.0.1:{made.port}"
    server = made.server = GatewayServer(server_config(gateway.app, settings), gateway.hub.end_streams)
    beside = [asyncio.create_task(gateway.hub.run()), asyncio.create_task(gateway.logins.follow_revocations())]
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        for task in beside:
            task.cancel()
        await asyncio.wait(beside)
        await gateway.hub.close()
        listener.close()
