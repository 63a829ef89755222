"""Splits and dividends: from a file into the database, and out for backtests."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from chitti_shared.contracts import market
from chitti_shared.contracts.action import Blob
from chitti_shared.db import Pool
from chitti_shared.errors import InvalidInput
from mojo_compute.backtesting.corporate import Happening
from mojo_compute.storage import find_one, load_happenings

pytestmark = pytest.mark.integration

BARS = "date,open,high,low,close,volume\n2025-09-29,100,120,90,110,1000\n2025-10-01,55,60,50,56,2000\n"


async def take(client, rows: str, header: str = "symbol,ex_date,kind,ratio,amount") -> market.ImportAdjustmentsReply:
    request = market.ImportAdjustmentsRequest(document=Blob(f"{header}\n{rows}".encode()), filename="actions.csv")
    return await client.call(market.IMPORT_ADJUSTMENTS, request)


async def bars(client, symbol: str, text: str = BARS, *, adjusted: bool = False) -> None:
    request = market.ImportPricesRequest(document=Blob(text.encode()), symbol=symbol, adjusted=adjusted)
    await client.call(market.IMPORT_PRICES, request)


async def closes(client, symbol: str) -> list[float]:
    reply = await client.call(market.GET_PRICES, market.GetPricesRequest(symbol=symbol))
    return reply.close.tolist()


async def happenings(pool: Pool, symbol: str) -> list[Happening]:
    return await load_happenings(pool, {symbol: await find_one(pool, symbol)})


async def test_an_imported_split_adjusts_earlier_raw_bars_at_once(client, pool: Pool):
    await bars(client, "TCS")
    assert await closes(client, "TCS") == [110.0, 56.0]
    reply = await take(client, "TCS,2025-10-01,bonus,1:1,\nTCS,2025-09-30,dividend,,2.5\n")
    assert (reply.rows_read, reply.rows_stored, reply.rows_rejected, reply.symbols) == (2, 2, 0, ["TCS"])
    assert await closes(client, "TCS") == [55.0, 56.0]
    assert await happenings(pool, "TCS") == [
        Happening("TCS", date(2025, 9, 30), 1.0, 2.5),
        Happening("TCS", date(2025, 10, 1), 2.0, 0.0),
    ]


async def test_importing_again_changes_what_differs(client, pool: Pool):
    await bars(client, "TCS")
    await take(client, "TCS,2025-10-01,bonus,1:1,\nTCS,2025-10-01,dividend,,2.5\n")
    again = await take(client, "TCS,2025-10-01,bonus,1:1,\nTCS,2025-10-01,dividend,,3\n")
    assert (again.rows_stored, again.rows_unchanged) == (1, 1)
    assert [one.dividend for one in await happenings(pool, "TCS")] == [0.0, 3.0]


async def test_bad_and_unknown_rows_are_reported_in_their_order(client):
    reply = await take(
        client,
        "NOSUCH,2025-10-01,bonus,1:1,\nTCS,2025-10-01,bonus,one,\nTCS,2025-10-01,bonus,1:1,\nTCS,2025-10-01,bonus,2:1,\n",
    )
    assert (reply.rows_read, reply.rows_stored, reply.rows_rejected) == (4, 1, 3)
    assert [(one.line, one.reason.split(":")[0]) for one in reply.rejected] == [
        (2, "symbol"),
        (3, "ratio"),
        (5, "repeats the bonus of line 4"),
    ]


async def test_former_symbols_and_isins_find_their_company(client, pool: Pool):
    await bars(client, "TMPV")
    reply = await take(client, "TATAMOTORS,2025-09-30,dividend,,6\n")
    assert reply.symbols == ["TMPV"]
    by_isin = await take(client, "INE155A01022,2025-10-01,dividend,1\n", "isin,ex_date,kind,amount")
    assert by_isin.symbols == ["TMPV"]
    assert [one.dividend for one in await happenings(pool, "TATAMOTORS")] == [6.0, 1.0]


async def test_bars_that_are_adjusted_already_hold_their_splits(client, pool: Pool):
    await bars(client, "INFY", adjusted=True)
    await take(client, "INFY,2025-09-30,dividend,,8\nINFY,2025-10-01,split,1:4,\n")
    # a share of the day of the dividend is four of the prices that are stored
    assert await happenings(pool, "INFY") == [
        Happening("INFY", date(2025, 9, 30), 1.0, 2.0),
        Happening("INFY", date(2025, 10, 1), 1.0, 0.0),
    ]


async def test_actions_before_the_first_bar_concern_nobody(client, pool: Pool):
    await bars(client, "TCS")
    await take(client, "TCS,2025-09-29,bonus,1:1,\nTCS,2001-01-01,dividend,,1\n")
    assert await happenings(pool, "TCS") == []
    assert await happenings(pool, "INFY") == []


async def test_a_file_with_another_header_is_refused(client):
    with pytest.raises(InvalidInput) as refused:
        await take(client, "TCS,1\n", "symbol,price")
    assert refused.value.details["field"] == "document"


async def test_two_imports_at_once_both_count(client, pool: Pool):
    await bars(client, "TCS")
    await asyncio.gather(take(client, "TCS,2025-10-01,bonus,1:1,\n"), take(client, "TCS,2025-10-01,dividend,,1\n"))
    assert len(await happenings(pool, "TCS")) == 2
