"""Imports the packaged market into an empty database, by the action that any import takes."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources

from chitti_shared.contracts import market
from chitti_shared.contracts.action import Blob
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings

from chitti_cli.import_bar import note_of
from chitti_cli.sockets import client_of

SAMPLE = "nifty50_eod.csv.zip"
SOURCE = "sample"


async def has_prices(client: Client) -> bool:
    """Whether any bar is stored."""
    found = await client.call(market.SEARCH_SYMBOLS, market.SearchSymbolsRequest(with_prices=True, limit=1))
    return bool(found.count)


async def import_sample(settings: Settings, tell: Callable[[str], None]) -> str | None:
    """Import the sample when no bar is stored; a sentence on what was done, None when there was nothing to do.

    `tell` is given a few words on how far it is.
    """
    async with client_of(MOJO_COMPUTE, settings) as client:
        if await has_prices(client):
            return None
        data = resources.files("chitti_cli").joinpath("sample", SAMPLE).read_bytes()
        request = market.ImportPricesRequest(
            document=Blob(data), filename=SAMPLE, source=SOURCE, adjusted=True, progress=True
        )
        done = await client.call(
            market.IMPORT_PRICES,
            request,
            timeout_s=120.0,
            on_partial=lambda progress, part: tell(f"{progress:.0%}, {note_of(part)}"),
        )
        return f"{done.rows_stored:,} daily bars of {len(done.symbols)} symbols, {done.first_date} to {done.last_date}"
