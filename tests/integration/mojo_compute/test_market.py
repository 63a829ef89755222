"""Imports, stored prices and symbol search over a real socket."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from chitti_shared.contracts import compute, market
from chitti_shared.contracts.action import Blob
from chitti_shared.db import Listener, Pool
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.testing.database import Database

from .conftest import SAMPLE, upload

pytestmark = pytest.mark.integration


async def prices(client, symbol: str, **parameters) -> market.GetPricesReply:
    return await client.call(market.GET_PRICES, market.GetPricesRequest(symbol=symbol, **parameters))


def reasons(reply: market.ImportPricesReply) -> dict[int, str]:
    return {row.line: row.reason for row in reply.rejected}


async def test_a_plain_file_takes_its_symbol_from_its_name(client):
    reply = await upload(client, "INFY.csv")
    assert (reply.format, reply.symbols, reply.rows_stored, reply.rows_rejected) == ("plain", ["INFY"], 64, 0)
    assert (reply.first_date, reply.last_date) == ("2025-07-01", "2025-09-30")
    stored = await prices(client, "INFY")
    assert (stored.isin, stored.name, stored.count) == ("INE009A01021", "Infosys Ltd.", 64)
    assert (stored.dates[-1], stored.close[-1], stored.volume[-1]) == ("2025-09-30", 1441.8, 7556305.0)
    assert stored.sources == {"plain": 64}


async def test_importing_a_file_again_changes_nothing(client):
    await upload(client, "INFY.csv")
    reply = await upload(client, "INFY.csv")
    assert (reply.rows_read, reply.rows_stored, reply.rows_unchanged) == (64, 0, 64)


async def test_an_import_tells_how_far_it_is(client):
    days = np.arange(np.datetime64("1990-01-01"), np.datetime64("2025-01-01"))
    rows = "".join(f"{day},1,2,1,2,5\n" for day in days)
    told = []
    request = market.ImportPricesRequest(
        document=Blob(f"date,open,high,low,close,volume\n{rows}".encode()), filename="INFY.csv", progress=True
    )
    reply = await client.call(market.IMPORT_PRICES, request, timeout_s=60, on_partial=lambda *step: told.append(step))
    assert reply.rows_stored == len(days)
    assert [part.stage for _progress, part in told][:1] == ["reading"]
    assert [progress for progress, _part in told] == sorted(progress for progress, _part in told)
    assert all(0 <= progress <= 1 for progress, _part in told)
    assert all(part.rows_stored <= len(days) for _progress, part in told)


async def test_a_renamed_company_answers_under_both_symbols(market_client):
    old, new = await prices(market_client, "TATAMOTORS"), await prices(market_client, "TMPV")
    assert (old.symbol, old.isin) == ("TMPV", "INE155A01022")
    np.testing.assert_array_equal(old.close, new.close)
    reply = await market_client.call(compute.SMA, compute.SMA.request(symbol="TATAMOTORS", period=5, only_last=1))
    assert reply.values[0] == pytest.approx(new.close[-5:].mean())


async def test_a_udiff_bhavcopy_keeps_its_good_rows_and_reports_the_bad_ones(client):
    reply = await upload(client, "udiff_broken.csv")
    assert (reply.format, reply.symbols) == ("udiff", ["INFY", "NESTLEIND", "NEWCO", "TCS"])
    assert (reply.rows_read, reply.rows_stored, reply.rows_skipped, reply.rows_rejected) == (13, 4, 1, 8)
    found = reasons(reply)
    assert sorted(found) == [5, 6, 7, 8, 9, 10, 11, 13]
    assert "expected 34 fields" in found[5]
    assert "high: below" in found[6]
    assert "open: not above 0" in found[7]
    assert "open: not a number: 'abc'" in found[8]
    assert "in the future" in found[9]
    assert "repeats the bar of line 3" in found[10]
    assert "isin" in found[11]
    assert "another issuer" in found[13]
    assert (await prices(client, "INFY")).close.tolist() == [1455.2]
    assert (await prices(client, "NEWCO")).isin == "INE999Z01011"


async def test_a_legacy_bhavcopy_resolves_old_names_by_isin(client):
    reply = await upload(client, "legacy.csv")
    assert (reply.format, reply.rows_stored, reply.rows_skipped, reply.rows_rejected) == ("legacy", 3, 1, 1)
    assert "close: missing" in reasons(reply)[6]
    assert (await prices(client, "ETERNAL")).close.tolist() == [208.55]
    assert (await prices(client, "ZOMATO")).symbol == "ETERNAL"
    assert (await prices(client, "TMPV")).dates == ["2024-07-05"]


async def test_a_full_bhavcopy_has_spaces_after_its_commas(client):
    reply = await upload(client, "full.csv")
    assert (reply.format, reply.symbols, reply.rows_skipped) == ("full", ["INFY", "TCS"], 1)
    assert "volume: not a number" in reasons(reply)[5]
    assert (await prices(client, "TCS")).open.tolist() == [2905.0]


async def test_broken_lines_of_a_csv_dont_take_good_ones_with_them(client):
    reply = await upload(client, "plain_broken.csv")
    assert (reply.rows_stored, reply.rows_rejected, reply.symbols) == (3, 7, ["SBIN", "TCS"])
    assert sorted(reasons(reply)) == [3, 5, 6, 7, 9, 10, 11]
    assert (await prices(client, "TCS")).dates == ["2025-10-01", "2025-10-03"]


async def test_repeated_rows_are_all_counted_and_the_first_of_them_listed(client):
    text = "date,open,high,low,close,volume\n" + "2025-10-01,10,12,9,11,100\n" * 3_000 + "2025-10-02,10,12,9,x,100\n"
    request = market.ImportPricesRequest(document=Blob(text.encode()), symbol="MYOWN")
    reply = await client.call(market.IMPORT_PRICES, request)
    assert (reply.rows_read, reply.rows_stored, reply.rows_rejected) == (3_001, 1, 3_000)
    assert len(reply.rejected) == 1_000
    assert [(row.line, row.reason) for row in reply.rejected[:2]] == [
        (3_002, "close: not a number: 'x'"),
        (3, "repeats the bar of line 2"),
    ]


async def test_files_of_several_origins_are_stored_together(client, pool: Pool):
    days = np.arange(np.datetime64("1991-01-01"), np.datetime64("2025-01-01"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for symbol in ("AAA", "BBB"):
            rows = "".join(f"{day},{row}.25,{row + 2},{row},{row + 1},{row}\n" for row, day in enumerate(days, start=1))
            archive.writestr(f"{symbol}.csv", f"date,open,high,low,close,volume\n{rows}")
        archive.write(SAMPLE / "full.csv", "full.csv")
    request = market.ImportPricesRequest(document=Blob(packed.getvalue()), filename="all.zip")
    reply = await client.call(market.IMPORT_PRICES, request, timeout_s=60)
    assert reply.rows_stored == 2 * len(days) + 2
    found = await prices(client, "BBB")
    numbers = np.arange(1, len(days) + 1)
    assert found.dates == days.astype(str).tolist()
    np.testing.assert_array_equal(found.open, numbers + 0.25)
    np.testing.assert_array_equal(found.volume, numbers)
    origins = await pool.fetch("SELECT source, adjusted, count(*) FROM md.eod_prices GROUP BY 1, 2 ORDER BY 1")
    assert [tuple(one) for one in origins] == [("full", False, 2), ("plain", True, 2 * len(days))]


async def test_a_zip_holds_many_files_of_several_formats(client):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("INFY.csv", "TATAMOTORS.csv", "full.csv"):
            archive.write(SAMPLE / name, f"nested/{name}")
        archive.writestr("readme.txt", "not a table")
    request = market.ImportPricesRequest(document=Blob(packed.getvalue()), filename="all.zip")
    reply = await client.call(market.IMPORT_PRICES, request)
    assert (reply.format, reply.files, reply.symbols) == ("plain, full", 3, ["INFY", "TCS", "TMPV"])
    assert [(row.file, row.line) for row in reply.rejected if row.line == 0] == [("readme.txt", 0)]
    assert reply.rows_read == reply.rows_stored + reply.rows_unchanged + reply.rows_skipped + reply.rows_rejected
    assert (await prices(client, "INFY")).sources == {"full": 1, "plain": 64}


async def test_parquet_and_gzip_are_read_too(client):
    table = pa.table(
        {
            "date": pa.array(np.array(["2025-10-01", "2025-10-03"], dtype="datetime64[D]")),
            "symbol": pa.array(["TCS", "TCS"]).dictionary_encode(),
            **{name: pa.array([100.0, None]) for name in ("open", "high", "low", "close")},
            "volume": pa.array([5, 6]),
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    reply = await client.call(market.IMPORT_PRICES, market.ImportPricesRequest(document=Blob(sink.getvalue())))
    assert (reply.rows_stored, reasons(reply)) == (1, {2: "open: missing or not finite"})
    packed = gzip.compress((SAMPLE / "INFY.csv").read_bytes())
    request = market.ImportPricesRequest(document=Blob(packed), filename="INFY.csv.gz")
    assert (await client.call(market.IMPORT_PRICES, request)).symbols == ["INFY"]


async def test_a_document_may_come_as_a_json_string_with_its_symbol(client):
    text = "date,open,high,low,close,volume\n2025-10-01,10,12,9,11,100\n"
    body = json.dumps({"document": text, "symbol": "MYOWN", "source": "by-hand", "adjusted": False}).encode()
    reply = json.loads(await client.forward("import_prices", body))
    assert (reply["symbols"], reply["rows_stored"]) == (["MYOWN"], 1)
    stored = await prices(client, "MYOWN")
    assert (stored.isin, stored.sources) == (None, {"by-hand": 1})


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"hello",
        b"<html><body>no</body></html>",
        b"PK\x03\x04broken",
        b"\x1f\x8bbroken",
        b"PAR1broken",
        b"\xff\xfe\x00",
    ],
)
async def test_a_document_that_is_no_table_is_refused(client, document):
    with pytest.raises(InvalidInput) as refused:
        await client.call(market.IMPORT_PRICES, market.ImportPricesRequest(document=Blob(document)))
    assert refused.value.details["field"] == "document"


async def test_adjustments_apply_to_raw_rows_only(client, pool: Pool):
    header = "date,open,high,low,close,volume\n"
    raw, done = header + "2025-10-01,100,120,90,110,1000\n", header + "2025-10-03,11,12,9,11,100\n"
    for text, adjusted in ((raw, False), (done, True)):
        body = json.dumps({"document": text, "symbol": "TCS", "adjusted": adjusted}).encode()
        await client.forward("import_prices", body)
    assert (await prices(client, "TCS")).close.tolist() == [110.0, 11.0]
    await pool.execute(
        "INSERT INTO md.adjustments SELECT instrument_id, '2025-10-10', 'split', 0.1, 10"
        " FROM md.instruments WHERE symbol = 'TCS'"
    )
    read = await prices(client, "TCS")
    assert (read.close.tolist(), read.volume.tolist()) == ([11.0, 11.0], [10000.0, 100.0])
    assert (await prices(client, "TCS", adjusted=False)).close.tolist() == [110.0, 11.0]


async def test_bars_of_many_years_get_their_partitions(client):
    text = "date,open,high,low,close,volume\n" + "".join(f"{year}-06-15,1,2,1,2,5\n" for year in range(1995, 2026))
    body = json.dumps({"document": text, "symbol": "TCS"}).encode()
    assert json.loads(await client.forward("import_prices", body))["rows_stored"] == 31
    span = await prices(client, "TCS", start="1999-01-01", end="2001-12-31")
    assert span.dates == ["1999-06-15", "2000-06-15", "2001-06-15"]


async def test_the_newest_import_wins_and_says_so_to_listeners(client, database: Database, pool: Pool):
    woken = asyncio.Event()
    async with Listener(database.url_of("signal-service"), {"prices_imported": woken.set}, application_name="t") as ear:
        await asyncio.wait_for(ear.connected.wait(), 5)
        woken.clear()
        before = await pool.fetchval("SELECT seq FROM md.price_counter")
        await upload(client, "INFY.csv")
        await asyncio.wait_for(woken.wait(), 5)
    assert await pool.fetchval("SELECT seq FROM md.price_counter") == before + 1
    changed = await pool.fetch("SELECT symbol FROM md.instruments WHERE changed_seq > $1", before)
    assert [row["symbol"] for row in changed] == ["INFY"]
    assert (await prices(client, "INFY")).close[-1] == 1441.8
    body = {"document": "date,open,high,low,close,volume\n2025-09-30,1,2,1,2,5\n", "symbol": "INFY"}
    await client.forward("import_prices", json.dumps(body).encode())
    assert (await prices(client, "INFY")).close[-1] == 2.0


async def test_imports_at_the_same_time_store_each_bar_once(client):
    replies = await asyncio.gather(*(upload(client, name) for name in ("INFY.csv", "TATAMOTORS.csv", "INFY.csv")))
    assert sorted(reply.rows_stored for reply in replies) == [0, 64, 64]


async def test_prices_come_as_candles_for_lightweight_charts(market_client):
    reply = await prices(market_client, "INFY", bars=2, format="lwc")
    assert [candle.time for candle in reply.series] == ["2025-09-29", "2025-09-30"]
    assert reply.series[-1].close == 1441.8


@pytest.mark.parametrize(("symbol", "kind"), [("NOSUCH", "symbol"), ("TCS", "prices")])
async def test_prices_of_a_symbol_without_bars_are_not_found(client, symbol, kind):
    with pytest.raises(NotFound) as refused:
        await prices(client, symbol)
    assert refused.value.details["kind"] == kind


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("TCS", "TCS"),
        ("tata mot", "TMPV"),
        ("TATAMOTORS", "TMPV"),
        ("INE009A01021", "INFY"),
        ("infosys", "INFY"),
        ("M&M", "M&M"),
    ],
)
async def test_symbols_are_found_by_symbol_old_symbol_isin_and_name(market_client, q, first):
    reply = await market_client.call(market.SEARCH_SYMBOLS, market.SearchSymbolsRequest(q=q))
    assert reply.symbols[0].symbol == first


async def test_of_equal_matches_those_with_bars_come_first(market_client):
    reply = await market_client.call(market.SEARCH_SYMBOLS, market.SearchSymbolsRequest(q="in"))
    assert [one.symbol for one in reply.symbols[:2]] == ["INFY", "INDGN"]


async def test_a_better_match_comes_before_one_with_bars(market_client):
    reply = await market_client.call(market.SEARCH_SYMBOLS, market.SearchSymbolsRequest(q="tata"))
    found = [one.symbol for one in reply.symbols]
    assert found[0] == "TATACHEM"  # TMPV has the bars, but TATAMOTORS was its symbol only once
    assert "TMPV" in found


async def test_a_search_may_be_kept_to_symbols_with_prices(market_client):
    reply = await market_client.call(market.SEARCH_SYMBOLS, market.SearchSymbolsRequest(with_prices=True))
    assert [(one.symbol, one.first_date) for one in reply.symbols] == [("INFY", "2025-07-01"), ("TMPV", "2025-07-01")]


async def test_a_search_text_with_control_characters_is_refused_by_name(client):
    with pytest.raises(InvalidInput) as refused:
        await client.forward("search_symbols", b'{"q":"\\u0000"}')
    assert refused.value.details["field"] == "q"


async def test_a_percent_sign_in_a_search_is_only_a_sign(client):
    reply = await client.call(market.SEARCH_SYMBOLS, market.SearchSymbolsRequest(q="%"))
    assert reply.count == 0
