"""Companies' figures: from a file into the database, and out again."""

from __future__ import annotations

import asyncio

import pytest
from chitti_shared.contracts import fundamentals
from chitti_shared.contracts.action import Blob, Empty
from chitti_shared.db import Listener, Pool
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.testing.database import Database

pytestmark = pytest.mark.integration


async def take(client, text: str, **parameters) -> fundamentals.ImportFundamentalsReply:
    request = fundamentals.ImportFundamentalsRequest(document=Blob(text.encode()), filename="f.csv", **parameters)
    return await client.call(fundamentals.IMPORT_FUNDAMENTALS, request)


async def figures(client, symbol: str, **parameters) -> list[tuple[str, float, str]]:
    request = fundamentals.GetFundamentalsRequest(symbol=symbol, **parameters)
    reply = await client.call(fundamentals.GET_FUNDAMENTALS, request)
    assert reply.count == len(reply.figures)
    return [(one.metric, one.value, one.as_of) for one in reply.figures]


async def counter(pool: Pool) -> int:
    return await pool.fetchval("SELECT seq FROM md.fundamentals_counter")


async def test_imported_figures_are_served_by_metric(client):
    reply = await take(
        client, "Symbol,P/E,ROE %,Last_Updated\nTCS,28.5,46.9,2026-08-01 05:24:30\nINFY,24,,2026-08-01\n"
    )
    assert (reply.rows_read, reply.rows_stored, reply.figures_stored, reply.figures_missing) == (2, 2, 3, 1)
    assert (reply.symbols, reply.first_date, reply.last_date) == (["INFY", "TCS"], "2026-08-01", "2026-08-01")
    assert [(one.header, one.metric, one.unit) for one in reply.columns] == [
        ("P/E", "pe", "number"),
        ("ROE %", "roe", "percent"),
    ]
    assert await figures(client, "TCS") == [("pe", 28.5, "2026-08-01"), ("roe", 46.9, "2026-08-01")]
    listed = await client.call(fundamentals.LIST_FUNDAMENTALS, Empty())
    assert [(one.metric, one.companies, one.unit) for one in listed.metrics] == [
        ("pe", 2, "number"),
        ("roe", 1, "percent"),
    ]


async def test_importing_again_changes_what_differs_and_tells_only_then(client, pool: Pool):
    text = "symbol,P/E,ROE\nTCS,28,40\nINFY,24,30\n"
    await take(client, text, as_of="2026-06-30")
    first = await counter(pool)
    again = await take(client, text, as_of="2026-06-30")
    assert (again.rows_stored, again.rows_unchanged, again.figures_unchanged) == (0, 2, 4)
    assert await counter(pool) == first
    changed = await take(client, "symbol,P/E\nTCS,29\n", as_of="2026-06-30")
    assert (changed.rows_stored, changed.figures_stored) == (1, 1)
    assert await counter(pool) == first + 1


async def test_figures_of_other_days_stand_beside_each_other(client):
    await take(client, "symbol,P/E,as_of\nTCS,28,2026-03-31\nTCS,30,2026-06-30\n")
    assert await figures(client, "TCS") == [("pe", 30.0, "2026-06-30")]
    assert await figures(client, "TCS", end="2026-05-01") == [("pe", 28.0, "2026-03-31")]
    assert await figures(client, "TCS", history=True) == [("pe", 28.0, "2026-03-31"), ("pe", 30.0, "2026-06-30")]
    assert await figures(client, "TCS", metrics=["roe"]) == []


async def test_former_symbols_isins_and_cut_names_find_their_company(client):
    reply = await take(client, "symbol,isin,name,P/E,as_of\nTATAMOTORS,,,9,2024-01-01\n,INE155A01022,,10,2026-01-01\n")
    assert reply.symbols == ["TMPV"]
    named = await take(client, "Name,P/E\nReliance Industr,22\nInfosys,24\n")
    assert named.symbols == ["INFY", "RELIANCE"]
    assert await figures(client, "TATAMOTORS", history=True) == [("pe", 9.0, "2024-01-01"), ("pe", 10.0, "2026-01-01")]


async def test_unknown_companies_repeats_and_placeholders_are_kept_out(client):
    reply = await take(
        client,
        "symbol,name,P/E\nNOSUCH,,1\nDUMMYABC,,1\nTCS,,2\nTCS,,3\n,Adani Enterpri,4\n,Nobody at all,4\n,HDFC,1\n",
    )
    assert (reply.rows_read, reply.rows_stored, reply.rows_skipped, reply.rows_rejected) == (7, 2, 1, 4)
    assert [(one.line, one.reason) for one in reply.rejected] == [
        (2, "symbol: no instrument is NOSUCH"),
        (5, "repeats the company and day of line 4"),
        (7, "name: no company is called 'Nobody at all'"),
        (8, "name: no company is called 'HDFC'"),
    ]


async def test_a_name_that_several_companies_begin_with_is_not_guessed(client):
    reply = await take(client, "Name,P/E\nBajaj Finserv,1\nBajaj Fin,1\nHDFC Life Insurance,1\nTata Cons,2\n")
    assert [one.reason.partition(":")[0] for one in reply.rejected] == ["name", "name"]
    assert "are called 'Tata Cons'" in reply.rejected[1].reason


async def test_a_wrong_header_or_day_is_refused_and_nothing_is_stored(client, pool: Pool):
    with pytest.raises(InvalidInput) as refused:
        await take(client, "sym,P/E\nTCS,1\n")
    assert refused.value.details["field"] == "document"
    with pytest.raises(InvalidInput) as refused:
        await take(client, "symbol,P/E\nTCS,1\n", as_of="2126-01-01")
    assert refused.value.details["field"] == "as_of"
    assert await pool.fetchval("SELECT count(*) FROM md.fundamentals") == 0
    with pytest.raises(NotFound):
        await figures(client, "NOSUCH")


async def test_an_import_wakes_who_listens(client, database: Database):
    woken = asyncio.Event()
    channels = {"fundamentals_imported": woken.set}
    async with Listener(database.url_of("signal-service"), channels, application_name="test"):
        await take(client, "symbol,P/E\nTCS,28\n")
        async with asyncio.timeout(15):
            await woken.wait()


async def test_imports_at_once_of_one_company_all_count(client):
    texts = [f"symbol,P/E,as_of\nTCS,{day},2026-06-{day:02}\n" for day in range(1, 9)]
    await asyncio.gather(*(take(client, text) for text in texts))
    assert len(await figures(client, "TCS", history=True)) == 8
