"""A daemon as a process: claims, serves, stops."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import HEALTH
from chitti_shared.errors import ServiceUnavailable, Timeout
from chitti_shared.ipc import Client
from chitti_shared.testing.demo import DEMO, WAIT, WaitRequest
from chitti_shared.testing.waiting import first_true, until
from prometheus_client import CollectorRegistry

PROGRAM = """
import asyncio
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from chitti_shared.ipc import Lanes, Server, run_daemon
from chitti_shared.settings import Settings
from chitti_shared.testing.demo import Context, router


async def wire(settings, stack):
    stack.callback(lambda: (settings.chitti_runtime_dir.parent / "closed").touch())
    ctx = Context(Lanes())
    stack.callback(ctx.lanes.close)
    return Server(router, ctx, name="mojo-compute", version="1")


run_daemon("mojo-compute", wire, Settings(_env_file=None))
"""

Spawn = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def spawn(folder: Path) -> AsyncIterator[Spawn]:
    processes: list[asyncio.subprocess.Process] = []

    async def start(**environment: str) -> asyncio.subprocess.Process:
        env = {**os.environ, "CHITTI_RUNTIME_DIR": str(folder / "run"), **environment}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, env=env, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.communicate()


async def healthy(client: Client) -> bool:
    try:
        return bool((await client.call(HEALTH, Empty(), timeout_s=2)).health == "healthy")
    except (ServiceUnavailable, Timeout):
        return False


def client_of(address: str) -> Client:
    return Client(DEMO, address, registry=CollectorRegistry())


async def test_it_serves_until_told_to_stop_and_leaves_nothing(folder: Path, spawn: Spawn) -> None:
    daemon = await spawn()
    path = folder / "run" / "mojo-compute.sock"
    await until(path.exists, timeout_s=30)
    client = client_of(f"unix://{path}")
    assert (await client.call(HEALTH, Empty())).health == "healthy"
    waiting = asyncio.ensure_future(client.call(WAIT, WaitRequest(name="a"), timeout_s=1.0))

    second = await spawn()
    _, complaint = await asyncio.wait_for(second.communicate(), 30)
    assert second.returncode == 1
    assert complaint.decode().splitlines()[-1].startswith("mojo-compute: already running")
    assert b"Traceback" not in complaint
    assert (await client.call(HEALTH, Empty())).health == "healthy"  # the first one is served on

    daemon.send_signal(signal.SIGTERM)
    with contextlib.suppress(Exception):
        await waiting  # it had its time to finish
    _, log = await asyncio.wait_for(daemon.communicate(), 30)
    assert daemon.returncode == 0
    assert b'"ready"' in log
    assert not path.exists()
    assert (folder / "closed").exists()
    await client.close()


async def test_a_killed_daemons_socket_is_taken_over(folder: Path, spawn: Spawn) -> None:
    path = folder / "run" / "mojo-compute.sock"
    first = await spawn()
    await until(path.exists, timeout_s=30)
    first.kill()
    await first.communicate()
    assert path.exists()
    await spawn()
    client = client_of(f"unix://{path}")

    await first_true(partial(healthy, client))
    await client.close()


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"CHITTI_RUNTIME_DIR": "/tmp/" + "x" * 100}, "longer than 103 bytes"),
        ({"MOJO_COMPUTE_LISTEN": "tcp://0.0.0.0:0"}, "without mutual TLS"),
        ({"MOJO_COMPUTE_LISTEN": "http://x"}, "not an address"),
        ({"CHITTI_TLS_CERT": "/nowhere"}, "all three"),
    ],
)
async def test_a_bad_address_is_one_clear_line(spawn: Spawn, environment: dict[str, str], complaint: str) -> None:
    daemon = await spawn(**environment)
    _, said = await asyncio.wait_for(daemon.communicate(), 30)
    assert daemon.returncode == 1
    assert complaint in said.decode().splitlines()[-1]
    assert b"Traceback" not in said
    if "CHITTI_RUNTIME_DIR" in environment:
        os.rmdir(environment["CHITTI_RUNTIME_DIR"])  # noqa: PTH106  nothing else runs on this loop


async def test_a_path_owned_by_another_file_is_left_alone(folder: Path, spawn: Spawn) -> None:
    path = folder / "run" / "mojo-compute.sock"
    path.parent.mkdir(mode=0o700)
    path.write_text("precious")
    daemon = await spawn()
    _, said = await asyncio.wait_for(daemon.communicate(), 30)
    assert daemon.returncode == 1
    assert b"not a socket" in said
    assert path.read_text() == "precious"


async def test_tcp_on_loopback_needs_nothing(spawn: Spawn) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    daemon = await spawn(MOJO_COMPUTE_LISTEN=f"tcp://127.0.0.1:{port}")
    client = client_of(f"tcp://127.0.0.1:{port}")

    await first_true(partial(healthy, client))
    daemon.send_signal(signal.SIGINT)
    _, said = await asyncio.wait_for(daemon.communicate(), 30)
    assert daemon.returncode == 0, said
    await client.close()
