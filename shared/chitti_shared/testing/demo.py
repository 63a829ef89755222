"""A small service that uses every part of the wire, and a client that writes bytes as it pleases."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from prometheus_client import CollectorRegistry

from chitti_shared.contracts.action import Action, Blob, LongRequest, Reply, Request, Service
from chitti_shared.contracts.arrays import Integers
from chitti_shared.contracts.system import SYSTEM
from chitti_shared.errors import ComputationError, NotFound
from chitti_shared.ipc import Client, Encoded, Lanes, Progress, Router, Server, Stream, call


class ScaleRequest(Request, frozen=True):
    prices: np.ndarray
    factor: float = 2.0


class ScaleReply(Reply, frozen=True):
    values: np.ndarray
    counts: Integers
    note: str = "scaled"


class TextRequest(Request, frozen=True):
    text: str = ""


class TextReply(Reply, frozen=True):
    text: str
    status: str = "ok"


class SizeRequest(Request, frozen=True):
    document: Blob


class SizeReply(Reply, frozen=True):
    size: int


class WaitRequest(Request, frozen=True):
    name: str


class StepsRequest(LongRequest, frozen=True):
    """Makes `steps` partial replies of `values` numbers each."""

    steps: int = 3
    values: int = 0


class StepsPart(Reply, frozen=True):
    done: int
    values: np.ndarray


class FactReply(Reply, frozen=True):
    fact: float
    facts: dict[str, list[float]] = msgspec.field(default_factory=dict)


class NestedRequest(Request, frozen=True):
    """Arrays below other parameters."""

    items: list[ScaleRequest]
    named: dict[str, np.ndarray] = msgspec.field(default_factory=dict)


class SubscribeReply(Reply, frozen=True):
    at: str


SCALE = Action("scale", ScaleRequest, ScaleReply)
ECHO = Action("echo", TextRequest, TextReply)
FAIL = Action("fail", TextRequest, TextReply)
SIZE = Action("size", SizeRequest, SizeReply)
WAIT = Action("wait", WaitRequest, TextReply)
ONCE = Action("once", WaitRequest, TextReply, idempotent=False)
SPIN = Action("spin", WaitRequest, TextReply)
PROGRESS = Action("progress", StepsRequest, TextReply, partial=StepsPart)
DIVIDE = Action("divide", ScaleRequest, FactReply)
SUM = Action("sum", NestedRequest, FactReply)
SUBSCRIBE = Action("subscribe", WaitRequest, SubscribeReply, stream=True)
DEMO = Service("demo", 0, (SCALE, ECHO, FAIL, SIZE, WAIT, ONCE, SPIN, PROGRESS, DIVIDE, SUM, SUBSCRIBE, *SYSTEM))


@dataclass
class Context:
    """What the handlers do, as the tests see it."""

    lanes: Lanes
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    spun: int = 0

    def gate(self, name: str) -> asyncio.Event:
        return self.gates.setdefault(name, asyncio.Event())


router: Router[Context] = Router(DEMO)


@router.handles(SCALE)
async def scale(request: ScaleRequest, _ctx: Context) -> ScaleReply:
    counts = np.arange(request.prices.shape[-1], dtype=np.int32).view(Integers)
    return ScaleReply(values=request.prices * request.factor, counts=counts)


@router.handles(ECHO)
async def echo(request: TextRequest, _ctx: Context) -> TextReply | Encoded:
    if request.text == "encoded":
        return Encoded(b'{"text":"as it is"}')
    return TextReply(text=request.text)


@router.handles(FAIL)
async def fail(request: TextRequest, _ctx: Context) -> TextReply:
    if request.text == "not found":
        raise NotFound("no such thing", kind="thing")
    if request.text == "kernel":
        raise ComputationError("a kernel failed")
    raise RuntimeError("a secret of the daemon")


@router.handles(SIZE)
async def size(request: SizeRequest, _ctx: Context) -> SizeReply:
    return SizeReply(size=len(request.document.data))


@router.handles(WAIT)
@router.handles(ONCE)
async def wait(request: WaitRequest, ctx: Context) -> TextReply:
    ctx.started.append(request.name)
    try:
        await ctx.gate(request.name).wait()
        return TextReply(text=request.name)
    finally:
        ctx.ended.append(request.name)


@router.handles(SPIN)
async def spin(request: WaitRequest, ctx: Context) -> TextReply:
    current = call()
    assert current is not None

    def work() -> None:
        ctx.started.append(request.name)
        while True:
            ctx.spun += 1
            current.raise_if_cancelled()

    try:
        await ctx.lanes.run(work)
    finally:
        ctx.ended.append(request.name)
    return TextReply(text="never")


@router.handles(PROGRESS)
async def progress(request: StepsRequest, ctx: Context) -> TextReply:
    telling = Progress(request)
    ctx.started.append("progress")
    for step in range(request.steps):
        part = StepsPart(done=step, values=np.full(request.values, 1.5))
        await telling.tell_results(step / request.steps, part)
        ctx.spun = step + 1
    return TextReply(text="done")


@router.handles(DIVIDE)
async def divide(request: ScaleRequest, _ctx: Context) -> FactReply:
    quotient = math.inf if request.factor == 0 else 1 / request.factor
    return FactReply(fact=1.0, facts={"quotients": [math.nan, quotient]})


@router.handles(SUM)
async def total(request: NestedRequest, _ctx: Context) -> FactReply:
    arrays = [*(item.prices for item in request.items), *request.named.values()]
    return FactReply(fact=float(sum(array.sum() for array in arrays)))


@router.streams(SUBSCRIBE)
async def subscribe(request: WaitRequest, ctx: Context, stream: Stream) -> None:
    ctx.started.append(request.name)
    try:
        if request.name == "refused":
            raise NotFound("no such topic", kind="topic")
        await stream.accept(SubscribeReply(at="e-0"))
        if request.name == "endless":
            while True:
                await stream.send(b'"event":"new_alert","event_id":"e-1","data":"%b"' % (b"x" * 10_000))
        for n in range(1, 4):
            await stream.send(b'"event":"new_alert","event_id":"e-%d","data":{"n":%d}' % (n, n))
        if request.name == "short":
            return
        await ctx.gate(request.name).wait()
    finally:
        ctx.ended.append(request.name)


class Raw:
    """A connection that sends whatever bytes a test wants."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def write(self, data: bytes) -> None:
        self.writer.write(data)

    def send(self, *sections: bytes, **fields: Any) -> None:
        """One message; `sections` are the frames behind the envelope."""
        self.write(frame(json.dumps(fields).encode()) + b"".join(map(frame, sections)))

    async def frame(self) -> bytes:
        async with asyncio.timeout(10):
            return await self.reader.readexactly(int.from_bytes(await self.reader.readexactly(4)))

    async def receive(self) -> dict[str, Any]:
        """The next envelope; a member that is not JSON's would fail here."""
        found = json.loads(await self.frame(), parse_constant=_refuse)
        assert isinstance(found, dict)
        return found

    async def ask(self, *sections: bytes, **fields: Any) -> dict[str, Any]:
        self.send(*sections, **fields)
        return await self.receive()

    async def ended(self) -> bool:
        """Whether the server closes the connection without another byte."""
        async with asyncio.timeout(10):
            try:
                return await self.reader.read(1) == b""
            except ConnectionError:
                return True

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


def frame(data: bytes) -> bytes:
    return len(data).to_bytes(4) + data


def _refuse(name: str) -> float:
    raise ValueError(name)


@dataclass
class Demo:
    """A running server and how to reach it."""

    server: Server[Context]
    ctx: Context
    path: Path
    address: str
    clients: list[Client] = field(default_factory=list)
    raws: list[Raw] = field(default_factory=list)

    async def raw(self) -> Raw:
        raw = Raw(*await asyncio.open_unix_connection(self.path))
        self.raws.append(raw)
        return raw

    def client(self, **options: Any) -> Client:
        client = Client(DEMO, self.address, registry=CollectorRegistry(), **options)
        self.clients.append(client)
        return client

    async def close(self) -> None:
        for client in self.clients:
            await client.close()
        for raw in self.raws:
            await raw.close()
        await self.server.close(0)
        self.ctx.lanes.close()
