"""A mojo-compute that serves on a real socket from a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from chitti_shared.contracts import market
from chitti_shared.contracts.action import Blob
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from mojo_compute.__main__ import wire
from prometheus_client import CollectorRegistry

SAMPLE = Path(__file__).parents[2] / "data" / "mojo_compute"


@pytest.fixture
async def client(database: Database, folder: Path) -> AsyncIterator[Client]:
    """A client of a daemon with an empty market."""
    settings = Settings(
        _env_file=None, chitti_runtime_dir=folder, database_url_mojo_compute=database.url_of("mojo-compute")
    )
    async with AsyncExitStack() as stack:
        server = await wire(settings, stack)
        await server.start(settings.listen_of("mojo-compute"))
        stack.push_async_callback(server.close, 1)
        made = Client(MOJO_COMPUTE, settings.listen_of("mojo-compute"), registry=CollectorRegistry())
        stack.push_async_callback(made.close)
        yield made


@pytest.fixture
async def market_client(client: Client) -> Client:
    """A client of a daemon that has INFY's and TATAMOTORS' bars of the third quarter of 2025."""
    for name in ("INFY.csv", "TATAMOTORS.csv"):
        await upload(client, name)
    return client


async def upload(client: Client, name: str, **parameters: object) -> market.ImportPricesReply:
    """Import one of the test files."""
    request = market.ImportPricesRequest(
        document=Blob((SAMPLE / name).read_bytes()),
        filename=name,
        **parameters,  # type: ignore[arg-type]
    )
    reply: market.ImportPricesReply = await client.call(market.IMPORT_PRICES, request)
    return reply
