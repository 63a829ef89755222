"""Many peers at once that send requests with bytes flipped, lost and added."""

import asyncio
import contextlib
import json
import random
from typing import Any

import pytest
from chitti_shared.ipc import Limits
from chitti_shared.testing.demo import Demo, Raw, frame
from chitti_shared.testing.waiting import until

from .conftest import StartDemo

QUICK = Limits(
    frame=200_000,
    envelope=50_000,
    connection_bytes=300_000,
    daemon_bytes=600_000,
    arrival_s=0.05,
    drain_s=0.3,
    offload_bytes=2_000,
    offload_values=50,
)


def some_request(rng: random.Random) -> bytes:
    prices = [rng.random() for _ in range(rng.randrange(300))]
    document = {"name": "document", "dtype": "|u1", "shape": [90_000]}
    kinds: list[tuple[dict[str, Any], bytes]] = [
        ({"id": rng.randrange(5), "action": "echo", "text": "x" * rng.randrange(3_000)}, b""),
        (
            {
                "id": rng.randrange(5),
                "action": "scale",
                "prices": prices,
                "reply_as": rng.choice(["section", "binary"]),
            },
            b"",
        ),
        ({"action": "size", "bin": [document]}, frame(bytes(90_000))),
        ({"id": 7, "action": "wait", "name": "w", "deadline_ms": rng.randrange(40)}, b""),
        ({"id": 9, "action": "subscribe", "name": rng.choice(["a", "short", "endless"])}, b""),
        ({"action": "cancel", "target": rng.choice([7, 9, 1])}, b""),
        ({"id": 3, "action": "spin", "name": "s", "deadline_ms": 20}, b""),
        ({"action": "progress", "id": 11}, b""),
    ]
    envelope, sections = rng.choice(kinds)
    return frame(json.dumps(envelope).encode()) + sections


def mangled(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        at = min(len(out), rng.randrange(80) if rng.random() < 0.5 else rng.randrange(len(data)))
        out[at : at + rng.randrange(4)] = rng.randbytes(rng.randrange(4))
    return bytes(out)


async def misbehave(rng: random.Random, raw: Raw) -> None:
    with contextlib.suppress(ConnectionError, TimeoutError):
        for _ in range(rng.randrange(1, 12)):
            if raw.writer.is_closing():
                return
            data = some_request(rng)
            raw.write(mangled(rng, data) if rng.random() < 0.35 else data)
            if rng.random() < 0.5:
                async with asyncio.timeout(0.02):
                    await raw.reader.read(100_000)
    await raw.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_daemon_outlives_mangled_requests_and_forgets_them(start_demo: StartDemo, seed: int) -> None:
    rng = random.Random(seed)
    demo: Demo = await start_demo(QUICK)
    failures: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: failures.append(context))
    good = await demo.raw()
    for n in range(10):
        await asyncio.gather(*[misbehave(rng, await demo.raw()) for _ in range(10)])
        assert (await good.ask(id=n, action="echo", text="x"))["text"] == "x"
    await until(lambda: len(demo.server.connections) == 1 and demo.server.in_flight == 0)
    assert demo.server._budget.used == 0
    await until(lambda: demo.ctx.lanes._lanes["fast"].taken == 0)
    assert failures == []
