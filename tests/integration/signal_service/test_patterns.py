"""Patterns over the socket: found on the shipped bars by the real daemons, kept as imports complete them."""

from __future__ import annotations

from collections import Counter
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from chitti_shared.contracts import market, signals
from chitti_shared.contracts.action import Blob
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.contracts.signals.patterns import BY_NAME
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from chitti_shared.testing.waiting import first_true
from mojo_compute.__main__ import wire as wire_compute

pytestmark = pytest.mark.integration

SAMPLE = Path(__file__).parents[3] / "cli" / "chitti_cli" / "sample" / "nifty50_eod.csv.zip"


@pytest.fixture
async def compute(database, folder):
    """mojo-compute with the shipped bars, on the socket that signal-service expects."""
    settings = Settings(
        database_url_mojo_compute=database.url_of("mojo-compute"),
        chitti_runtime_dir=folder,
        chitti_data_dir=folder / "data",
        _env_file=None,
    )
    async with AsyncExitStack() as stack:
        server = await wire_compute(settings, stack)
        await server.start(f"unix://{folder}/mojo-compute.sock")
        stack.push_async_callback(server.close, 0)
        client = Client(MOJO_COMPUTE, f"unix://{folder}/mojo-compute.sock")
        stack.push_async_callback(client.close)
        request = market.ImportPricesRequest(document=Blob(SAMPLE.read_bytes()))
        assert len((await client.call(market.IMPORT_PRICES, request, timeout_s=60)).symbols) == 50
        yield client


async def scanned(service: Any, symbol: str = "TCS", **wanted: Any) -> signals.ScanPatternsReply:
    reply: signals.ScanPatternsReply = await service.client.call(
        signals.SCAN_PATTERNS, signals.ScanPatternsRequest(symbol=symbol, **wanted)
    )
    return reply


async def test_a_scan_tells_every_family_with_points_and_where_it_stands(compute, start_service):
    service = await start_service()
    reply = await scanned(service, limit=1000)
    assert reply.matched > 1000
    assert len(reply.patterns) == 1000
    days = [one.last_date for one in reply.patterns]
    assert days == sorted(days, reverse=True)
    assert reply.as_of >= days[0]
    for one in reply.patterns:
        kind = BY_NAME[one.name]
        assert (one.title, one.family, one.direction) == (kind.title, kind.family, kind.direction)
        assert one.first_date <= one.last_date
        assert one.points
        assert all(one.points[0].date <= point.date <= one.last_date for point in one.points)
        assert 0.0 <= one.quality <= 1.0
        assert (one.settled_date is not None) == (one.status in ("reached", "failed"))
        if one.settled_date is not None:
            assert one.settled_date > one.last_date
    families = Counter(one.family for one in (await scanned(service, min_quality=0.3, limit=1000)).patterns)
    assert {"candlestick", "level", "crossing", "divergence"} <= set(families)


async def test_filters_leave_what_they_say(compute, start_service):
    service = await start_service()
    everything = await scanned(service, families=["level", "gap"], limit=1000)
    assert {one.family for one in everything.patterns} == {"level", "gap"}
    assert everything.matched == len(everything.patterns)
    for wanted in ({"direction": "bearish"}, {"status": "failed"}):
        ((name, value),) = wanted.items()
        kept = await scanned(service, families=["level", "gap"], limit=1000, **wanted)
        assert kept.patterns == [one for one in everything.patterns if getattr(one, name) == value]
    since = everything.patterns[20].last_date
    kept = await scanned(service, families=["level", "gap"], since=since.isoformat(), min_quality=0.5, limit=3)
    fitting = [one for one in everything.patterns if one.last_date >= since and one.quality >= 0.5]
    assert kept.patterns == fitting[:3]
    assert kept.matched == len(fitting)


async def test_a_scan_answers_under_the_name_of_today(compute, start_service):
    service = await start_service()
    assert (await scanned(service, "TATAMOTORS")).symbol == "TMPV"


async def test_what_cannot_be_scanned_is_told(compute, start_service):
    service = await start_service()
    with pytest.raises(InvalidInput, match="no pattern is called 'double_botom'; did you mean 'double_bottom'") as told:
        await scanned(service, names=["double_botom"])
    assert told.value.details["field"] == "names"
    with pytest.raises(InvalidInput, match="2025-02-30 is no day"):
        await scanned(service, since="2025-02-30")
    with pytest.raises(InvalidInput, match="no pattern is of the names, families and direction"):
        await scanned(service, names=["double_bottom"], direction="bearish")
    with pytest.raises(NotFound):
        await scanned(service, "NOSUCHSYMBOL")


async def test_what_an_import_completes_is_kept_once_and_told_when_it_was_found(compute, start_service, pool):
    service = await start_service()
    await first_true(lambda: search_of(pool, 1), 30)
    kept = await pool.fetch("SELECT symbol, pattern, last_bar, points FROM signals.patterns")
    assert len({row["symbol"] for row in kept}) > 25
    assert "candlestick" not in {BY_NAME[row["pattern"]].family for row in kept}
    assert all(point["date"] <= row["last_bar"].isoformat() for row in kept for point in row["points"])
    symbol = kept[0]["symbol"]
    found = [one for one in (await scanned(service, symbol, limit=1000)).patterns if one.found_at is not None]
    assert Counter(one.name for one in found) == Counter(row["pattern"] for row in kept if row["symbol"] == symbol)

    # the same search again, as after a crash before its position was noted
    await pool.execute("UPDATE signals.cursors SET position = 0 WHERE source = 'patterns'")
    await first_true(lambda: search_of(pool, 1), 30)
    assert await pool.fetchval("SELECT count(*) FROM signals.patterns") == len(kept)


async def test_a_correction_of_prices_leaves_no_pattern_that_they_do_not_make(compute, start_service, pool):
    service = await start_service()
    await first_true(lambda: search_of(pool, 1), 30)
    newest = (await compute.call(market.GET_PRICES, market.GetPricesRequest(symbol="TCS"))).dates[-30:]
    since = date.fromisoformat(newest[-5])
    before = await kept_of(pool, "TCS", since)
    assert before

    # the newest 30 bars anew, as of a price that crept: whatever they had made is made no more
    lines = [f"{day},{c},{c + 1},{c - 1},{c},1000" for c, day in enumerate(newest, start=5000)]
    text = "\n".join(["date,open,high,low,close,volume", *lines])
    await compute.call(market.IMPORT_PRICES, market.ImportPricesRequest(document=Blob(text.encode()), symbol="TCS"))
    await first_true(lambda: search_of(pool, 2), 30)

    reply = await scanned(service, "TCS", since=since.isoformat(), limit=1000)
    made = {
        (one.name, one.first_date, one.last_date): (one.quality, one.target, one.invalidation)
        for one in reply.patterns
        if one.family != "candlestick"
    }
    after = await kept_of(pool, "TCS", since)
    assert {key: numbers for key, (numbers, _found) in after.items()} == made
    assert set(before) - set(after)

    name = max(set(before) - set(after))[0]

    async def forgotten():
        criterion = {"field": f"pattern.{name}", "op": ">", "value": 0}
        reply = await service.client.call(signals.SCREEN, signals.ScreenRequest(criteria=[criterion], limit=100))
        return "TCS" not in {row.symbol for row in reply.rows}

    await first_true(forgotten, 30)


async def test_a_pattern_that_a_correction_leaves_keeps_the_time_it_was_found(compute, start_service, pool):
    await start_service()
    await first_true(lambda: search_of(pool, 1), 30)
    before = {row["pattern_id"]: row for row in await pool.fetch("SELECT * FROM signals.patterns")}

    # every number of them wrong, and a search again
    await pool.execute("UPDATE signals.patterns SET quality = 0, target = 1, invalidation = 1, points = '[1]'")
    await pool.execute("UPDATE signals.cursors SET position = 0 WHERE source = 'patterns'")
    await first_true(lambda: search_of(pool, 1), 30)
    assert {row["pattern_id"]: row for row in await pool.fetch("SELECT * FROM signals.patterns")} == before


async def search_of(pool: Any, number: int) -> bool:
    """Whether the bars of that import have been searched."""
    position: int = await pool.fetchval("SELECT position FROM signals.cursors WHERE source = 'patterns'")
    return position >= number


async def kept_of(pool: Any, symbol: str, since: date) -> dict[tuple[str, str, str], Any]:
    rows = await pool.fetch("SELECT * FROM signals.patterns WHERE symbol = $1 AND last_bar >= $2", symbol, since)
    return {
        (row["pattern"], row["first_bar"].isoformat(), row["last_bar"].isoformat()): (
            (row["quality"], row["target"], row["invalidation"]),
            row["found_at"],
        )
        for row in rows
    }
