"""The life of a daemon process: claim the address, wire, serve, stop on a signal."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import uvloop
from pydantic import ValidationError

from chitti_shared.allocator import keep_freed_memory
from chitti_shared.descriptors import allow_descriptors
from chitti_shared.errors import ChittiError
from chitti_shared.ipc.addresses import UnixAddress, check_listen, parse_address, tls_of
from chitti_shared.ipc.server import Server
from chitti_shared.ipc.sockets import Claim, StartupError, claim_socket, prepare_runtime_dir
from chitti_shared.logs import configure_logging, get_logger
from chitti_shared.settings import Settings, what_is_wrong

S = TypeVar("S", bound=Settings)
Wire = Callable[[S, AsyncExitStack], Awaitable[Server[Any]]]
GRACE_S = 10.0
_OTHER_FILES = 256  # the database, other daemons, what is fetched


def run_daemon(name: str, wire: Wire[S], settings: S | None = None) -> None:
    """Run a daemon until SIGTERM or SIGINT, then let requests finish for 10 s; never returns.

    Parameters
    ----------
    name : str
        The service ("mojo-compute").
    wire : async callable
        (settings, stack) -> Server: opens what the service needs, on the stack, which is
        closed after the server. The address is this process's own by then.
    settings : Settings, optional
        By default read from the environment.

    Exits 0 after a signal, 1 when a setting is wrong, the address cannot be taken or what the
    service needs is missing (one line says why).
    """
    try:
        chosen: Any = settings if settings is not None else Settings()
    except ValidationError as error:
        sys.stderr.write(f"{name}: a setting is wrong: {what_is_wrong(error)}\n")
        sys.exit(1)
    configure_logging(name, chosen.chitti_log_level)
    keep_freed_memory()
    try:
        uvloop.run(_serve(name, wire, chosen))
    except (StartupError, ChittiError) as error:
        sys.stderr.write(f"{name}: {error}\n")
        sys.exit(1)
    sys.exit(0)


async def _serve(name: str, wire: Wire[S], settings: S) -> None:
    log = get_logger(__name__)
    stop = _stop_on_signals()
    address = settings.listen_of(name)
    tls = tls_of(settings)
    claim = _claim(address)
    try:
        where = parse_address(address)
        if not isinstance(where, UnixAddress):
            check_listen(where, tls)
        async with AsyncExitStack() as stack:
            server = await _unless_stopped(wire(settings, stack), stop)
            if server is None:
                return
            await server.start(address, tls=tls, claim=claim)
            wanted = server.limits.connections + _OTHER_FILES
            if (files := allow_descriptors(wanted)) < wanted:
                log.warning("fewer files may be opened than connections are allowed", files=files, wanted=wanted)
            gc.freeze()  # what stands now stays: later collections need not look at it
            log.info("ready", address=server.address, version=server.version)
            await stop.wait()
            log.info("stopping")
            await server.close(GRACE_S)
    finally:
        if claim is not None:
            claim.release()
    log.info("stopped")


def _claim(address: str) -> Claim | None:
    where = parse_address(address)
    if not isinstance(where, UnixAddress):
        return None
    prepare_runtime_dir(where.path.parent)
    return claim_socket(where.path)


def _stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set; the second signal ends the process at once."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def on_signal(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    return stop


async def _unless_stopped(work: Awaitable[Server[Any]], stop: asyncio.Event) -> Server[Any] | None:
    """What `work` makes; None when the signal came first."""
    wiring = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((wiring, stopping), return_when=asyncio.FIRST_COMPLETED)
        if wiring.done():
            return wiring.result()
        return None
    finally:
        stopping.cancel()
        if not wiring.done():
            wiring.cancel()
            await asyncio.wait((wiring,))
