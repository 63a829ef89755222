from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web
from chitti_shared.contracts.news import NEWS_NLP
from chitti_shared.db import Pool, connect_pool
from chitti_shared.http import Limits, Resolve, system_resolve
from chitti_shared.ipc import Client, Server
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from news_nlp.__main__ import wire
from news_nlp.context import NewsContext

QUICK = Limits(backoff_s=0.01)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def host() -> AsyncIterator[Callable[[Handler], Awaitable[str]]]:
    """Serve a handler on loopback; answers its address."""
    async with AsyncExitStack() as stack:

        async def serve(handler: Handler) -> str:
            runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0.1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            return f"http://127.0.0.1:{runner.addresses[0][1]}"

        yield serve


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
async def own_pool(database: Database) -> AsyncIterator[Pool]:
    """A pool logged in as news-nlp."""
    async with await connect_pool(database.url_of("news-nlp"), application_name="test") as pool:
        yield pool


@pytest.fixture
async def start(database: Database, folder: Path) -> AsyncIterator[Callable[..., Awaitable[Client]]]:
    """Start the daemon with these settings and its own database role; answers a connected client."""
    async with AsyncExitStack() as stack:

        async def serve(
            *, resolve: Resolve = system_resolve, limits: Limits | None = None, **settings: object
        ) -> Client:
            chosen = {
                "chitti_feeds": [],
                "chitti_feed_host_pause_s": 0,
                "database_url_news_nlp": database.url_of("news-nlp"),
            } | settings
            server: Server[NewsContext] = await wire(
                Settings(_env_file=None, **chosen), stack, resolve=resolve, limits=limits or QUICK
            )
            address = f"unix://{folder}/n.sock"
            await server.start(address)
            stack.push_async_callback(server.close)
            client = Client(NEWS_NLP, address)
            stack.push_async_callback(client.close)
            return client

        yield serve
