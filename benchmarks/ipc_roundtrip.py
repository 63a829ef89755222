"""A small request and its reply over a Unix socket, beside grpc.aio and pyzmq in the same run.

Each peer is a process of its own that answers the same bytes; the three are measured in
turns, so that what else the machine does hits all of them alike.

    python -m benchmarks.ipc_roundtrip [--rounds 20] [--calls 300]
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import grpc
import uvloop
import zmq
import zmq.asyncio
from chitti_shared.contracts.action import Action, Reply, Request, Service
from chitti_shared.contracts.system import SYSTEM
from chitti_shared.ipc import Client, Router, Server
from chitti_shared.logs import configure_logging
from chitti_shared.testing.waiting import until

from benchmarks.results import Row, against, plain


class EchoRequest(Request, frozen=True):
    text: str


class EchoReply(Reply, frozen=True):
    text: str


ECHO = Action("echo", EchoRequest, EchoReply)
SERVICE = Service("echo", 0, (ECHO, *SYSTEM))
TEXT = "TCS" * 8
PAYLOAD = b'{"text":"%b"}' % TEXT.encode()
WARM_UP = 200

Ask = Callable[[], Awaitable[object]]


async def _serve_chitti(path: str) -> None:
    configure_logging("echo", "INFO")  # as every daemon has it
    router: Router[None] = Router(SERVICE)

    @router.handles(ECHO)
    async def echo(request: EchoRequest, _ctx: None) -> EchoReply:
        return EchoReply(text=request.text)

    await Server(router, None, name="echo", version="1").start(f"unix://{path}")
    await asyncio.Event().wait()


async def _serve_grpc(path: str) -> None:
    async def echo(request: bytes, _context: grpc.aio.ServicerContext) -> bytes:
        return request

    server = grpc.aio.server()
    handlers = {"Echo": grpc.unary_unary_rpc_method_handler(echo)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench", handlers),))
    server.add_insecure_port(f"unix://{path}")
    await server.start()
    await server.wait_for_termination()


async def _serve_zmq(path: str) -> None:
    socket = zmq.asyncio.Context.instance().socket(zmq.REP)
    socket.bind(f"ipc://{path}")
    while True:
        await socket.send(await socket.recv())


def _run(serve: Callable[[str], Awaitable[None]], path: str, use_uvloop: bool) -> None:
    runner = uvloop.run if use_uvloop else asyncio.run
    runner(serve(path))


async def _measure(ask: Ask, calls: int) -> list[float]:
    took = []
    for _ in range(calls):
        start = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - start) * 1e6)
    return took


async def _wait_for(path: str) -> None:
    await until(Path(path).exists)
    await asyncio.sleep(0.2)  # grpc and zmq listen a moment after their file stands


async def _compare(folder: Path, rounds: int, calls: int) -> dict[str, float]:
    paths = {name: str(folder / name) for name in ("chitti", "grpc", "zmq")}
    for path in paths.values():
        await _wait_for(path)
    client = Client(SERVICE, f"unix://{paths['chitti']}")
    channel = grpc.aio.insecure_channel(f"unix://{paths['grpc']}")
    over_grpc = channel.unary_unary("/bench/Echo")
    socket = zmq.asyncio.Context.instance().socket(zmq.REQ)
    socket.connect(f"ipc://{paths['zmq']}")
    request = EchoRequest(text=TEXT)

    async def ask_chitti() -> None:
        reply = await client.call(ECHO, request)
        assert reply.text == TEXT

    async def ask_grpc() -> None:
        assert await over_grpc(PAYLOAD) == PAYLOAD

    async def ask_zmq() -> None:
        await socket.send(PAYLOAD)
        assert await socket.recv() == PAYLOAD

    asks: dict[str, Ask] = {"chitti": ask_chitti, "grpc": ask_grpc, "zmq": ask_zmq}
    for ask in asks.values():
        await _measure(ask, WARM_UP)
    took: dict[str, list[float]] = {name: [] for name in asks}
    for _ in range(rounds):
        for name, ask in asks.items():
            took[name] += await _measure(ask, calls)
    await client.close()
    await channel.close()
    socket.close(linger=0)
    return {name: statistics.median(times) for name, times in took.items()}


def measure(rounds: int = 20, calls: int = 300) -> list[Row]:
    """Medians of the three, over `rounds` turns of `calls` round trips each."""
    with tempfile.TemporaryDirectory(prefix="cb-", dir="/tmp") as folder:
        context = multiprocessing.get_context("spawn")
        # grpc.aio brings its own event engine; the others are on the loop they are faster with
        peers = [(_serve_chitti, "chitti", True), (_serve_grpc, "grpc", False), (_serve_zmq, "zmq", True)]
        processes = [
            context.Process(target=_run, args=(serve, str(Path(folder) / name), fast), daemon=True)
            for serve, name, fast in peers
        ]
        for process in processes:
            process.start()
        try:
            took = uvloop.run(_compare(Path(folder), rounds, calls))
        finally:
            for process in processes:
                process.terminate()
                process.join()
    what = "small round trip over a Unix socket, p50"
    return [
        against(what, took["chitti"], took["grpc"], "grpc.aio", unit="us", least_ratio=8),
        against(what, took["chitti"], took["zmq"], "pyzmq", unit="us", least_ratio=2),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ipc_roundtrip")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--calls", type=int, default=300)
    options = parser.parse_args()
    print(plain(measure(options.rounds, options.calls)))


if __name__ == "__main__":
    main()
