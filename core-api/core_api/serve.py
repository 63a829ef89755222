"""One gateway process, from its settings to its clean end."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

import uvloop
from chitti_shared.allocator import keep_freed_memory
from chitti_shared.contracts.services import SERVICES
from chitti_shared.db import Pool, connect_pool
from chitti_shared.descriptors import allow_descriptors
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.ipc import Client, tls_of
from chitti_shared.logs import get_logger
from chitti_shared.metrics import build_registry

from core_api import __version__
from core_api.app import build_gateway
from core_api.security.secret import load_secret
from core_api.server import BACKLOG, GatewayServer, bind, server_config
from core_api.settings import GatewaySettings
from core_api.workers import Workers

_log = get_logger(__name__)
SERVICE = "core-api"
_OTHER_FILES = 256  # other requests, daemons, the database
# A request makes and frees some hundred objects, few of them in cycles
_GC_THRESHOLD = (10_000, 20, 50)


def run(settings: GatewaySettings, listen_fd: int | None = None, life_fd: int | None = None) -> int:
    """Serve until SIGTERM or SIGINT, in `CHITTI_HTTP_WORKERS` processes; the exit status.

    Parameters
    ----------
    settings : GatewaySettings
    listen_fd : int, optional
        A listening socket from a parent: this process is one of its workers.
    life_fd : int, optional
        A pipe's read end, closed by the parent's end: this process then ends too.

    Raises
    ------
    OSError
        The address is taken.
    SecretError
        No signing key.
    ServiceUnavailable
        The database can't be reached.
    """
    load_secret(settings)  # before any worker starts: a generated key is made once
    with bind(settings) if listen_fd is None else socket.socket(fileno=listen_fd) as listener:
        if listen_fd is None and settings.chitti_http_workers > 1:
            return asyncio.run(_supervise(settings.chitti_http_workers, listener))
        keep_freed_memory()
        _allow_files_for(settings.chitti_stream_limit)
        uvloop.run(serve(settings, listener, life_fd))
        return 0


def _allow_files_for(streams: int) -> None:
    wanted = streams + _OTHER_FILES
    files = allow_descriptors(wanted)
    if files < wanted:
        _log.warning(
            "fewer files may be opened than streams are allowed",
            streams=streams,
            files=files,
            hint=f"raise the limit of open files to {wanted}, or lower CHITTI_STREAM_LIMIT",
        )


async def _supervise(count: int, listener: socket.socket) -> int:
    return await Workers(count, listener).run()


async def serve(settings: GatewaySettings, listener: socket.socket, life_fd: int | None = None) -> None:
    """Serve on `listener` until a signal asks to stop, or `life_fd` is closed at its other end."""
    registry = build_registry(SERVICE, __version__)
    async with AsyncExitStack() as stack:
        pool = await connected(settings)
        stack.push_async_callback(pool.close)
        tls = tls_of(settings)
        clients = {
            name: Client(service, settings.listen_of(name), tls=tls, registry=registry)
            for name, service in SERVICES.items()
        }
        for client in clients.values():
            stack.push_async_callback(client.close)
        gateway = build_gateway(settings, load_secret(settings), pool, SERVICES, clients, registry)
        stack.callback(gateway.passwords.close)
        stack.push_async_callback(gateway.hub.close)
        server = GatewayServer(server_config(gateway.app, settings), gateway.hub.end_streams)
        for work in (gateway.hub.run(), gateway.logins.follow_revocations()):
            stack.push_async_callback(_ended, _beside(server, work))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop, server)
        if life_fd is not None:
            loop.add_reader(life_fd, _orphaned, loop, life_fd, server)
        gc.collect()
        gc.freeze()  # what stands now stays: later collections need not look at it
        gc.set_threshold(*_GC_THRESHOLD)
        host, port = listener.getsockname()[:2]
        listener.listen(BACKLOG)  # before it says so: who connects now waits for the server's first turn
        _log.info("ready", host=host, port=port)
        await server.serve(sockets=[listener])
    _log.info("stopped")


async def connected(settings: GatewaySettings) -> Pool:
    """A pool logged in as core-api. Errors: service_unavailable."""
    url = settings.database_url_of(SERVICE)
    if url is None:
        raise ServiceUnavailable("no database: set DATABASE_URL, or start the whole stack with `chitti up`")
    return await connect_pool(url, application_name=SERVICE)


def _stop(server: GatewayServer) -> None:
    if server.should_exit:
        server.force_exit = True
    server.should_exit = True


def _orphaned(loop: asyncio.AbstractEventLoop, life_fd: int, server: GatewayServer) -> None:
    loop.remove_reader(life_fd)  # it stays readable
    _log.warning("the parent process is gone, stopping")
    _stop(server)


def _beside(server: GatewayServer, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Run `work` beside the server; when it fails the server stops, rather than serve without it."""

    def stopped(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("background work failed, stopping", exc_info=error)
            server.should_exit = True

    task = asyncio.create_task(work)
    task.add_done_callback(stopped)
    return task


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))
