"""The demo service on a real socket."""

from __future__ import annotations

import tempfile
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop
from chitti_shared.ipc import Lanes, Limits, Server
from chitti_shared.testing.demo import Context, Demo, router


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], AbstractEventLoop]]:
    """Run on the event loop that the daemons have."""
    return {"uvloop": uvloop.new_event_loop}


StartDemo = Callable[..., Awaitable[Demo]]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="ci-", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture
async def start_demo(folder: Path) -> AsyncIterator[StartDemo]:
    running: list[Demo] = []

    async def start(limits: Limits | None = None, path: Path | None = None, **options: Any) -> Demo:
        ctx = Context(Lanes())
        server = Server(router, ctx, name="demo", version="1.2.3", limits=limits, **options)
        path = path or folder / f"demo{len(running)}.sock"
        await server.start(f"unix://{path}")
        demo = Demo(server, ctx, path, f"unix://{path}")
        running.append(demo)
        return demo

    yield start
    for demo in running:
        await demo.close()


@pytest.fixture
async def demo(start_demo: StartDemo) -> Demo:
    return await start_demo()
