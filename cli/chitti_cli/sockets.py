"""Commands that talk to a daemon by its socket."""

from __future__ import annotations

import difflib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from chitti_shared.contracts import market, news
from chitti_shared.contracts.action import Action, Blob, Service
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.contracts.news import NEWS_NLP
from chitti_shared.contracts.services import SERVICES
from chitti_shared.ipc import Client, tls_of
from chitti_shared.settings import Settings

from chitti_cli.import_bar import Show
from chitti_cli.problem import Problem

LONG_S = 300.0


@asynccontextmanager
async def client_of(service: Service, settings: Settings) -> AsyncIterator[Client]:
    """A client of one daemon, closed at the end."""
    client = Client(service, settings.listen_of(service.name), pool_size=1, tls=tls_of(settings))
    try:
        yield client
    finally:
        await client.close()


def find_service(name: str) -> Service:
    """The daemon called `name`; underscores do for hyphens.

    Raises
    ------
    Problem
        There is none; the nearest names are told.
    """
    service = SERVICES.get(name.replace("_", "-"))
    if service is None:
        raise Problem(f"no service is called {name!r}", f"services: {', '.join(SERVICES)}")
    return service


def find_action(service: Service, name: str) -> Action:
    """The action called `name`.

    Raises
    ------
    Problem
        There is none, or it is a stream.
    """
    action = service.by_name.get(name)
    if action is None:
        near = difflib.get_close_matches(name, service.by_name, n=4) or sorted(service.by_name)
        raise Problem(f"{service.name} has no action {name!r}", f"perhaps: {', '.join(near)}")
    if action.stream:
        raise Problem(f"{name} is a stream", "follow it with: chitti alerts --follow")
    return action


async def asked(
    settings: Settings,
    service: Service,
    action: Action,
    given: dict[str, Any],
    *,
    command: str,
    timeout_s: float = LONG_S,
) -> Any:
    """The reply of an action whose parameters are what a user gave to a command.

    Raises
    ------
    Problem
        They are none; the command's help is named.
    """
    try:
        request = msgspec.convert(given, action.request)
    except msgspec.ValidationError as error:
        raise Problem(f"this can't be asked for: {error}", f"see: {command} --help") from error
    async with client_of(service, settings) as client:
        return await client.call(action, request, timeout_s=timeout_s)


async def call(settings: Settings, service: Service, action: Action, params: bytes, timeout_s: float) -> bytes:
    """The result object of one action, as the daemon wrote it."""
    async with client_of(service, settings) as client:
        return bytes(await client.forward(action.name, params, timeout_s=timeout_s))


async def import_file(
    settings: Settings, path: Path, show: Show, *, symbol: str | None, adjusted: bool | None, source: str | None
) -> market.ImportPricesReply:
    """Import one file of daily bars; `show` is told how far it is."""
    request = market.ImportPricesRequest(
        document=Blob(read(path)), filename=path.name, symbol=symbol, adjusted=adjusted, source=source, progress=True
    )
    async with client_of(MOJO_COMPUTE, settings) as client:
        done: market.ImportPricesReply = await client.call(
            market.IMPORT_PRICES, request, timeout_s=LONG_S, on_partial=show
        )
        return done


async def import_adjustments(settings: Settings, path: Path) -> market.ImportAdjustmentsReply:
    """Import one file of splits and dividends."""
    request = market.ImportAdjustmentsRequest(document=Blob(read(path)), filename=path.name)
    async with client_of(MOJO_COMPUTE, settings) as client:
        done: market.ImportAdjustmentsReply = await client.call(market.IMPORT_ADJUSTMENTS, request, timeout_s=LONG_S)
        return done


async def ingest(settings: Settings, what: str) -> news.IngestRssReply:
    """Ingest a feed: an http(s) address, or a file."""
    if what.startswith(("http://", "https://")):
        request = news.IngestRssRequest(url=what)
    else:
        request = news.IngestRssRequest(document=Blob(read(Path(what))))
    async with client_of(NEWS_NLP, settings) as client:
        done: news.IngestRssReply = await client.call(news.INGEST_RSS, request, timeout_s=LONG_S)
        return done


def read(path: Path) -> bytes:
    """The file's bytes.

    Raises
    ------
    Problem
        It can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem(f"can't read {path}: {error.strerror}") from error
