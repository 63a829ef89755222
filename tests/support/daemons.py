"""A daemon as a process of its own, and a client of it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from chitti_shared.contracts.action import Empty, Service
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.contracts.news import NEWS_NLP
from chitti_shared.contracts.system import HEALTH
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true
from prometheus_client import CollectorRegistry


@asynccontextmanager
async def daemon_process(
    service: Service, folder: Path, database: Database, **settings: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, Client]]:
    """The process with its socket in `folder`, once it is healthy; stopped at the end if it still runs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHITTI_", "DATABASE_"))}
    package = service.name.replace("-", "_")
    given = {"CHITTI_RUNTIME_DIR": str(folder), f"DATABASE_URL_{package.upper()}": database.url_of(service.name)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", package, env=kept | given | settings, stderr=asyncio.subprocess.DEVNULL
    )
    address = Settings(_env_file=None, chitti_runtime_dir=folder).listen_of(service.name)
    client = Client(service, address, registry=CollectorRegistry())

    async def answers() -> bool:
        try:
            return (await client.call(HEALTH, Empty())).health == "healthy"
        except ServiceUnavailable:
            return False

    try:
        await first_true(answers, 30)
        yield process, client
    finally:
        await client.close()
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 15)


def compute_process(
    folder: Path, database: Database
) -> AbstractAsyncContextManager[tuple[asyncio.subprocess.Process, Client]]:
    """A mojo-compute."""
    return daemon_process(MOJO_COMPUTE, folder, database)


def news_process(
    folder: Path, database: Database, **settings: str
) -> AbstractAsyncContextManager[tuple[asyncio.subprocess.Process, Client]]:
    """A news-nlp that fetches no feed of its own accord, and does not wait between two of one host."""
    quiet = {"CHITTI_FEEDS": "none", "CHITTI_FEED_HOST_PAUSE_S": "0"}
    return daemon_process(NEWS_NLP, folder, database, **(quiet | settings))
