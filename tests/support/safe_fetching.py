"""A server on loopback that is reached under made-up names, and a client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from chitti_shared.errors import ChittiError
from chitti_shared.http import Limits, SafeClient

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

QUICK = Limits(backoff_s=0.01)
NAMES = {
    "metadata.example": ["169.254.169.254"],
    "inside.example": ["127.0.0.1"],
    "mixed.example": ["93.184.216.34", "10.0.0.1"],
    "carried.example": ["64:ff9b::a9fe:a9fe"],
}


async def resolve(host: str, port: int) -> list[str]:
    if host in NAMES:
        return NAMES[host]
    if host == "allowed.example":
        return ["127.0.0.1"]
    raise OSError(f"{host} is unknown here")


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[int]:
    runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def fetching(handler: Handler, limits: Limits | None = None) -> AsyncIterator[tuple[SafeClient, str]]:
    async with serving(handler) as port:
        client = SafeClient(allow={f"allowed.example:{port}"}, resolve=resolve, limits=limits or QUICK)
        async with client:
            yield client, f"http://allowed.example:{port}"


async def error_of(handler: Handler, path: str = "/", limits: Limits | None = None) -> ChittiError:
    async with fetching(handler, limits) as (client, base):
        with pytest.raises(ChittiError) as raised:
            await client.get(base + path)
    return raised.value


def answering(status: int = 200, body: bytes = b"<rss/>", **headers: str) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return handler
