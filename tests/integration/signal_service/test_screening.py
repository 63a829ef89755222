"""Screens over the shipped sample market, by the real daemons: what they find, and that they stay current."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import threading
import zipfile
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest
import talib
from chitti_shared.contracts import fundamentals, market, signals
from chitti_shared.contracts.action import Blob, Empty
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.errors import InvalidInput, ServiceUnavailable
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from chitti_shared.testing.waiting import first_true
from mojo_compute.__main__ import wire as wire_compute
from signal_service.work import snapshot as snapshots

pytestmark = pytest.mark.integration

SAMPLE = Path(__file__).parents[3] / "cli" / "chitti_cli" / "sample" / "nifty50_eod.csv.zip"
# Five figures of one industry and one of another: nobody has five others, but with the sixth
FIGURES = (
    "symbol,P/E,ROE %\nHDFCBANK,20,17\nICICIBANK,18,18\nAXISBANK,12,16\nKOTAKBANK,22,13\nSBIN,9,19\n"
    "INDUSINDBK,11,\nTCS,28,47\n"
)


def bars_of_sample():
    """symbol -> column -> values, oldest first."""
    with zipfile.ZipFile(SAMPLE) as archive:
        found: dict[str, dict[str, list[float]]] = {}
        for name in archive.namelist():
            rows = list(csv.DictReader(io.TextIOWrapper(archive.open(name), encoding="utf-8")))
            for row in rows:
                own = found.setdefault(row.get("symbol") or Path(name).stem, {})
                for column in ("open", "high", "low", "close", "volume"):
                    own.setdefault(column, []).append(float(row[column]))
    return {symbol: {name: np.array(column) for name, column in own.items()} for symbol, own in found.items()}


@pytest.fixture
async def compute(database, folder):
    """mojo-compute in this process, with the sample's bars."""
    settings = Settings(
        database_url_mojo_compute=database.url_of("mojo-compute"),
        chitti_runtime_dir=folder,
        chitti_data_dir=folder / "data",
        _env_file=None,
    )
    async with AsyncExitStack() as stack:
        server = await wire_compute(settings, stack)
        address = f"unix://{folder}/mojo-compute.sock"
        await server.start(address)
        stack.push_async_callback(server.close, 0)
        client = Client(MOJO_COMPUTE, address)
        stack.push_async_callback(client.close)
        document = market.ImportPricesRequest(document=Blob(SAMPLE.read_bytes()))
        await client.call(market.IMPORT_PRICES, document, timeout_s=60)
        yield client


async def screen(service, *criteria, progress=True, **parameters):
    """A screen; it waits for the first snapshot however long that takes, as one that wants to be told does."""
    told = {"criteria": [dict(zip(("field", "op", "value"), one, strict=True)) for one in criteria], **parameters}
    request = msgspec.convert({**told, "progress": progress}, signals.ScreenRequest)
    return await service.client.call(signals.SCREEN, request, timeout_s=60)


async def import_figures(compute, text=FIGURES):
    request = fundamentals.ImportFundamentalsRequest(document=Blob(text.encode()))
    return await compute.call(fundamentals.IMPORT_FUNDAMENTALS, request)


async def test_rows_have_the_values_of_the_newest_bars(compute, start_service):
    service = await start_service()
    names = ["close", "change", "return_1y", "from_high_52w", "volume_ratio", "sma_200", "rsi_14", "macd_histogram",
             "atr_pct", "bollinger_b", "adx_14", "volatility_20", "stoch_k", "mfi_14", "cci_20"]  # fmt: skip
    reply = await screen(service, limit=1000, fields=names)
    assert (reply.matched, reply.symbols, len(reply.rows), reply.as_of) == (50, 50, 50, "2025-09-30")
    for symbol, bars in bars_of_sample().items():
        row = next(one for one in reply.rows if one.symbol in (symbol, "TMPV" if symbol == "TATAMOTORS" else symbol))
        open_, high, low, close, volume = bars.values()
        upper, _middle, lower = talib.BBANDS(close, 20, 2, 2)
        expected = {
            "close": close[-1],
            "change": 100 * (close[-1] / close[-2] - 1),
            "return_1y": 100 * (close[-1] / close[-253] - 1),
            "from_high_52w": 100 * (close[-1] / high[-252:].max() - 1),
            "volume_ratio": volume[-1] / volume[-21:-1].mean(),
            "sma_200": talib.SMA(close, 200)[-1],
            "rsi_14": talib.RSI(close, 14)[-1],
            "macd_histogram": talib.MACD(close)[2][-1],
            "atr_pct": 100 * talib.ATR(high, low, close, 14)[-1] / close[-1],
            "bollinger_b": (close[-1] - lower[-1]) / (upper[-1] - lower[-1]),
            "adx_14": talib.ADX(high, low, close, 14)[-1],
            "volatility_20": 100 * np.std(close[-20:] / close[-21:-1] - 1) * 252**0.5,
            "stoch_k": talib.STOCH(high, low, close)[0][-1],
            "mfi_14": talib.MFI(high, low, close, volume, 14)[-1],
            "cci_20": talib.CCI(high, low, close, 20)[-1],
        }
        assert row.bar_date == "2025-09-30"
        assert row.values == pytest.approx(expected, rel=1e-6, abs=1e-6)
        assert len(open_) == len(close)


async def test_criteria_orders_and_pages_work_over_the_wire(compute, start_service):
    service = await start_service()
    await import_figures(compute)

    async def ranked():
        reply = await screen(service, ("industry", "=", "Banking"), ("close", ">", 0), sort="return_1y", limit=1000)
        return reply if reply.matched else None

    every = await first_true(ranked, 60)
    assert {one.industry for one in every.rows} == {"Financial Services"}
    years = [one.values["return_1y"] for one in every.rows]
    assert years == sorted(years)
    first = await screen(service, ("sector", "=", "Banking"), sort="return_1y", limit=3)
    second = await screen(service, ("sector", "=", "Banking"), sort="return_1y", limit=3, cursor=first.next_cursor)
    assert [one.symbol for one in first.rows + second.rows] == [one.symbol for one in every.rows[:6]]
    trending = await screen(service, ("close", ">", "sma_200"), any=[{"field": "rsi_14", "op": ">", "value": 60}],
                            none=[{"field": "industry", "op": "=", "value": "IT"}], limit=1000)  # fmt: skip
    for row in trending.rows:
        assert row.values["close"] > row.values["sma_200"]
        assert row.values["rsi_14"] > 60
        assert row.industry != "Information Technology"
    assert trending.fields == ["close", "change", "sma_200", "rsi_14"]


async def test_figures_count_as_soon_as_they_are_imported_with_ranks_in_their_industry(compute, start_service):
    service = await start_service()
    assert (await screen(service)).symbols == 50
    with pytest.raises(InvalidInput, match="no company has the figure 'roe' yet"):
        await screen(service, ("roe", ">", 15))
    await import_figures(compute)

    async def told():
        fields = await service.client.call(signals.LIST_SCREEN_FIELDS, Empty())
        return fields if "roe" in {one.name for one in fields.fields} else None

    listed = {one.name: one for one in (await first_true(told, 60)).fields}
    assert (listed["pe"].title, listed["pe"].known, listed["pe"].group) == ("Price / earnings", 7, "fundamental")
    assert listed["roe"].known == 6
    assert "Financial Services" in listed["industry"].names
    reply = await screen(
        service, ("pe", "between", [9, 20]), ("roe", ">", 15), sort="pe", fields=["pe", "pe_sector_rank"]
    )
    assert [(one.symbol, one.values) for one in reply.rows] == [
        ("SBIN", {"pe": 9.0, "pe_sector_rank": 0.0}),
        ("AXISBANK", {"pe": 12.0, "pe_sector_rank": 40.0}),
        ("ICICIBANK", {"pe": 18.0, "pe_sector_rank": 60.0}),
        ("HDFCBANK", {"pe": 20.0, "pe_sector_rank": 80.0}),
    ]
    # the only one of its industry that has a figure has no rank, and what isn't known matches nothing
    assert (await screen(service, ("pe", ">", 25), ("pe_sector_rank", ">=", 0))).matched == 0


async def test_the_snapshot_waits_for_no_long_work_that_is_under_way(compute, start_service):
    service = await start_service()
    assert (await screen(service)).symbols == 50
    done = threading.Event()
    working = asyncio.create_task(service.server.ctx.cpu.run(done.wait, 60, cost_us=1e6, lane="bulk"))
    try:
        await import_figures(compute)

        async def told():
            fields = await service.client.call(signals.LIST_SCREEN_FIELDS, Empty())
            return "roe" in {one.name for one in fields.fields}

        assert await first_true(told, 30)
        assert not done.is_set()
    finally:
        done.set()
        await working


QUALITY = {"name": "my_quality", "bullish": {">": [{"fundamental": "roe"}, 15]}}
CHEAP = {"name": "my_cheap", "bullish": {"<": [{"sector_rank": "pe"}, 10]}}
# Known since the sample's last day
LATE_FIGURES = "".join(f"{line},{end}\n" for line, end in zip(
    FIGURES.splitlines(), ["Last_Updated", *["2025-09-30"] * 7], strict=True
))  # fmt: skip


async def raised_by_own_rules(service, count):
    """The alerts of the two rules, once there are so many."""

    async def told():
        reply = await service.client.call(signals.GET_ALERTS, signals.GetAlertsRequest(limit=1000))
        own = [one for one in reply.alerts if one.rule.startswith("my_")]
        return (own,) if len(own) >= count else None

    (own,) = await first_true(told, 20)
    return sorted((one.rule, one.symbol) for one in own)


async def test_rules_over_figures_are_judged_as_soon_as_these_are_imported(compute, start_service):
    service = await start_service()
    for rule in (QUALITY, CHEAP):
        await service.client.call(signals.PUT_RULE, signals.PutRuleRequest(name=rule["name"], rule=rule))
    judged = await service.client.call(signals.GENERATE_SIGNALS, signals.GenerateSignalsRequest(), timeout_s=60)
    assert judged.symbols == 50
    assert await raised_by_own_rules(service, 0) == []
    await import_figures(compute, LATE_FIGURES)
    expected = [("my_cheap", "SBIN")]
    expected += [("my_quality", symbol) for symbol in ("AXISBANK", "HDFCBANK", "ICICIBANK", "SBIN", "TCS")]
    assert await raised_by_own_rules(service, len(expected)) == expected

    async def found():
        reply = await screen(service, ("rule.my_quality", "=", 1), sort="roe")
        return reply if reply.matched == 5 else None

    assert [one.symbol for one in (await first_true(found, 60)).rows] == [
        "AXISBANK", "HDFCBANK", "ICICIBANK", "SBIN", "TCS"
    ]  # fmt: skip


async def test_figures_that_came_while_nobody_judged_are_judged_at_the_next_start(compute, start_service, pool):
    service = await start_service()
    await service.client.call(signals.PUT_RULE, signals.PutRuleRequest(name="my_quality", rule=QUALITY))
    await service.client.call(signals.GENERATE_SIGNALS, signals.GenerateSignalsRequest(), timeout_s=60)
    await service.kill()
    await import_figures(compute, LATE_FIGURES)
    service = await start_service()
    assert len(await raised_by_own_rules(service, 5)) == 5

    async def kept():
        return await pool.fetchval("SELECT position FROM signals.cursors WHERE source = 'fundamentals'") == 1

    assert await first_true(kept, 60)


async def test_new_bars_and_news_and_rules_count_at_once(compute, start_service, newsroom):
    service = await start_service()
    before = await screen(service, ("symbol", "=", "TCS"), fields=["close", "news_3", "news_sentiment_3"])
    assert before.rows[0].values["news_3"] == 0.0
    await newsroom.publish("TCS")
    day = date(2025, 10, 1)
    text = f"date,open,high,low,close,volume\n{day},9000,9100,8900,9050,1000\n"
    await compute.call(market.IMPORT_PRICES, market.ImportPricesRequest(document=Blob(text.encode()), symbol="TCS"))

    async def current():
        fields = ["close", "news_3", "news_sentiment_3", "rule.new_52_week_high"]
        reply = await screen(service, ("symbol", "=", "TCS"), fields=fields)
        wanted = {"close": 9050.0, "news_3": 1.0, "news_sentiment_3": pytest.approx(0.8), "rule.new_52_week_high": 1.0}
        return reply if reply.rows[0].values == wanted and reply.rows[0].bar_date == day.isoformat() else None

    reply = await first_true(current, 60)
    assert reply.as_of == day.isoformat()
    found = await screen(service, ("rule.new_52_week_high", "=", 1), ("news_3", ">=", 1))
    assert [one.symbol for one in found.rows] == ["TCS"]


async def test_patterns_count_for_five_sessions(compute, start_service, pool):
    service = await start_service()

    async def searched():
        return await pool.fetchval("SELECT position > 0 FROM signals.cursors WHERE source = 'patterns'")

    await first_true(searched, 60)
    store = (
        "INSERT INTO signals.patterns (symbol, pattern, direction, first_bar, last_bar, quality, points)"
        " VALUES ($1, 'double_bottom', 'bullish', '2025-09-01', $2, $3, '[[1, 2]]')"
    )
    made = [("TCS", 24, 0.6), ("TCS", 26, 0.8), ("INFY", 24, 0.5), ("ITC", 23, 0.9)]
    async with pool.transaction() as connection:
        await connection.execute("DELETE FROM signals.patterns")  # those of the bars are not asked for here
        await connection.executemany(store, [(symbol, date(2025, 9, day), quality) for symbol, day, quality in made])

    async def are_taken_in():
        try:
            reply = await screen(service, ("pattern.double_bottom", ">", 0), sort="pattern.double_bottom")
        except InvalidInput:  # no snapshot has patterns yet
            return False
        values = {one.symbol: one.values["pattern.double_bottom"] for one in reply.rows}
        # the sessions of the sample's last days: 24, 25, 26, 29 and 30 September
        return values == {"INFY": 0.5, "TCS": 0.8}

    await first_true(are_taken_in, 60)
    assert (await screen(service, ("pattern.double_bottom", "=", 0))).matched == 48
    assert (await screen(service, ("pattern.double_top", "=", 0))).matched == 50


async def test_an_empty_market_has_no_rows(start_service):
    service = await start_service()  # its mojo-compute is away: with nothing stored there is nothing to ask for
    empty = await screen(service)
    assert (empty.rows, empty.matched, empty.symbols, empty.as_of) == ([], 0, 0, None)


async def test_a_screen_says_what_the_snapshot_waits_for(stock_market, start_service, monkeypatch):
    monkeypatch.setattr(snapshots, "FIRST_WAIT_S", 0.5)
    await stock_market.store("TCS", [100.0] * 60)
    service = await start_service()
    with pytest.raises(ServiceUnavailable, match="the snapshot is being built: 0 of 1 symbols"):
        await screen(service, progress=False)


async def test_bad_screens_are_refused_and_others_served_on(compute, start_service):
    service = await start_service()
    for body, field in (
        ({"criteria": [{"field": "rsi", "op": "~", "value": 3}]}, "criteria[0].op"),
        ({"criteria": [{"field": "rsi14", "op": "<", "value": 3}]}, "criteria[0].field"),
        ({"criteria": [{"field": "close", "op": "<", "value": {"a": 1}}]}, "criteria[0].value"),
        ({"any": [{"field": "industry", "op": "=", "value": "Telecom stocks"}]}, "any[0].value"),
        ({"none": [{"field": "close", "op": "between", "value": [2, 1]}]}, "none[0].value"),
        ({"sort": "closee"}, "sort"),
        ({"cursor": "garbage"}, "cursor"),
        ({"limit": 0}, "limit"),
        ({"fields": ["nothing"]}, "fields[0]"),
    ):
        with pytest.raises(InvalidInput) as refused:
            await service.client.forward("screen", json.dumps(body).encode())
        assert refused.value.details["field"] == field
    assert (await screen(service)).matched == 50


async def test_a_company_with_a_new_symbol_is_listed_under_that_one_alone(compute, start_service, stock_market):
    service = await start_service()
    before = await screen(service, limit=1000)
    async with stock_market._pool.transaction() as connection:
        seq = await connection.fetchval("UPDATE md.price_counter SET seq = seq + 1 RETURNING seq")
        instrument = await connection.fetchval(
            "UPDATE md.instruments SET symbol = 'TATACON', changed_seq = $1 WHERE symbol = 'TCS'"
            " RETURNING instrument_id",
            seq,
        )
        await connection.execute("INSERT INTO md.symbol_aliases VALUES ('TCS', '2025-10-01', $1)", instrument)
        await connection.execute("SELECT pg_notify('prices_imported', $1)", str(seq))
    expected = {one.symbol for one in before.rows} - {"TCS"} | {"TATACON"}

    async def listed():
        found = {one.symbol for one in (await screen(service, limit=1000)).rows}
        return found if "TATACON" in found else None

    assert await first_true(listed, 60) == expected
