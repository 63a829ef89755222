"""From a commit to its readers: a subscriber's socket, and thousands of event streams over HTTP.

python -m benchmarks.fan_out

Every reader is a process apart from the server; times are the machine's monotonic clock, from just
before the commit is sent to the bytes' arrival..
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import select
import socket
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

import numpy as np
import psutil
from chitti_shared.contracts import signals
from chitti_shared.ipc import Client
from chitti_shared.testing.database import DatabaseServer, short_folder

from benchmarks.news_storage import DURABLE
from benchmarks.results import Row, below, plain
from tests.soak.scene import Scene, running
from tests.soak.writer import Committed

SOCKET_MS = 20.0
STREAMS = ((1_000, 50.0), (10_000, 500.0))
MOST_KB = 20.0
EVENTS = 40
PAUSE_S = 0.25
WARM_UP = 5
_SPARE = 500  # descriptors of everything else
_MARK = b'data: {"alert_id": "'


def measure(events: int = EVENTS) -> list[Row]:
    """Rows of the socket, and of each number of streams that the limit of descriptors allows."""
    with short_folder() as folder:
        server = DatabaseServer(folder / "db", DURABLE)
        server.start()
        try:
            return asyncio.run(_measure(server, folder, events))
        finally:
            server.stop()


async def _measure(server: DatabaseServer, folder: Path, events: int) -> list[Row]:
    rows = []
    async with running(server.create(), folder) as scene:
        rows.append(await _socket_row(scene, events))
        for count, most_ms in STREAMS:
            if count + _SPARE > resource.getrlimit(resource.RLIMIT_NOFILE)[0]:
                print(f"... {count:,} streams are left out: too few descriptors (ulimit -n)")
                continue
            rows += await _stream_rows(scene, count, most_ms, events)
    return rows


async def _socket_row(scene: Scene, events: int) -> Row:
    """p99 of a subscriber in another process."""
    with _Reader(_subscribe, scene.socket_address, WARM_UP + 5 * events) as reader:
        await reader.ready()
        await _publish(scene, WARM_UP + 5 * events, 0.02)
        arrived = await reader.result()
    late = _lateness(scene.writer.committed[-len(arrived) :], [arrived])
    return below("commit to a socket subscriber, p99", _p99_ms(late), SOCKET_MS, unit="ms")


async def _stream_rows(scene: Scene, count: int, most_ms: float, events: int) -> list[Row]:
    """p99 over all streams and events, and the memory that a stream costs."""
    process = psutil.Process(scene.processes["core_api"].pid)
    with _Reader(_read_streams, ("127.0.0.1", scene.port), scene.stream_head, 64, 1) as first:
        await first.ready()
        await _publish(scene, 1, 0)
        await first.result()
    before = process.memory_info().rss
    with _Reader(_read_streams, ("127.0.0.1", scene.port), scene.stream_head, count, WARM_UP + events) as reader:
        await reader.ready()
        idle = process.memory_info().rss
        await _publish(scene, WARM_UP + events, PAUSE_S + count / 10_000)
        arrived = await reader.result()
        after = process.memory_info().rss
    late = _lateness(scene.writer.committed[-(WARM_UP + events) :], arrived)
    kb = (max(idle, after) - before) / count / 1024
    return [
        below(f"commit to {count:,} event streams, p99 of all", _p99_ms(late), most_ms, unit="ms"),
        below(f"memory of core-api a stream, {count:,} open", kb, MOST_KB, unit="KB"),
    ]


async def _publish(scene: Scene, events: int, pause_s: float) -> None:
    for _ in range(events):
        await scene.writer.commit()
        await asyncio.sleep(pause_s)


def _lateness(committed: Sequence[Committed], arrived: Sequence[Sequence[float]]) -> np.ndarray:
    """Seconds of each event at each reader, the first few left out."""
    sent = np.array([one.at for one in committed])
    return (np.array(arrived) - sent)[:, WARM_UP:].ravel()


def _p99_ms(seconds: np.ndarray) -> float:
    return float(np.quantile(seconds, 0.99)) * 1e3


class _Reader:
    """A function in a process of its own that says when it is ready, and then what it saw."""

    def __init__(self, function: object, *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=function, args=(theirs, *arguments), daemon=True)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._process.terminate()
        self._process.join()

    async def ready(self) -> None:
        assert await asyncio.to_thread(self._receive) == "ready"

    async def result(self) -> list[list[float]]:
        found: list[list[float]] = await asyncio.to_thread(self._receive)  # type: ignore[assignment]
        return found

    def _receive(self) -> object:
        if not self._pipe.poll(120):
            raise TimeoutError("the reading process is silent")
        return self._pipe.recv()


def _subscribe(pipe: Connection, address: str, events: int) -> None:
    asyncio.run(_subscribed(pipe, address, events))


async def _subscribed(pipe: Connection, address: str, events: int) -> None:
    client = Client(signals.SIGNAL_SERVICE, address)
    arrived: list[float] = []
    async with client.subscribe(signals.SUBSCRIBE, signals.SubscribeRequest()) as stream:
        pipe.send("ready")
        async for event in stream:
            if event.event == "new_alert":
                arrived.append(time.monotonic())
                if len(arrived) == events:
                    break
    await client.close()
    pipe.send(arrived)


def _read_streams(pipe: Connection, address: tuple[str, int], head: bytes, count: int, events: int) -> None:
    """Open `count` streams and note when each event's bytes arrived at each.

    Sockets and one epoll, no event loop: what the client costs is not what is measured.
    """
    waiting = select.epoll()
    streams: dict[int, socket.socket] = {}
    for _ in range(count):
        stream = socket.create_connection(address)
        stream.sendall(head + b"\r\n")
        stream.setblocking(False)
        streams[stream.fileno()] = stream
        waiting.register(stream.fileno(), select.EPOLLIN)
    arrived: dict[int, list[float]] = {number: [] for number in streams}
    begun: set[int] = set()
    left = count * events
    while left:
        for number, _ in waiting.poll():
            data = streams[number].recv(65536)
            if not data:
                raise ConnectionError("a stream ended")
            if number not in begun:
                if b"event: hb" in data:
                    begun.add(number)
                    if len(begun) == count:
                        pipe.send("ready")
                continue
            seen = data.count(_MARK)
            if seen:
                arrived[number] += [time.monotonic()] * seen
                left -= seen
    pipe.send(list(arrived.values()))
    pipe.recv()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fan_out")
    parser.add_argument("--events", type=int, default=EVENTS)
    print(plain(measure(parser.parse_args().events)))


if __name__ == "__main__":
    main()
