"""The alert stream: resume, resets, filters, loss of the daemon, ends."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack

import pytest
from chitti_shared.testing.waiting import until

EPOCH = "00000000000000aa"


async def test_a_client_without_a_cursor_is_live_from_now(stack):
    for _ in range(3):
        await stack.log.add()
    async with stack.stream() as sse:
        assert sse.status == 200
        assert sse.headers["content-type"] == "text/event-stream"
        assert sse.headers["cache-control"] == "no-store"
        first = await sse.next()
        assert (first.event, first.id) == ("hb", f"{EPOCH}-3")
        assert first.data["top"] == f"{EPOCH}-3"
        assert 1000 <= sse.retry_ms <= 5000
        added = await stack.log.add("INFY")
        (event,) = await sse.alerts(1)
        assert (event.event, event.id, event.data["symbol"]) == ("new_alert", added, "INFY")


@pytest.mark.parametrize("how", ["header", "query", "both"])
async def test_a_client_that_comes_back_gets_what_it_missed(stack, how):
    for _ in range(7):
        await stack.log.add()
    cursor = f"{EPOCH}-2"
    query = {"header": "", "query": f"?last_event_id={cursor}", "both": f"?last_event_id={EPOCH}-6"}[how]
    headers = {} if how == "query" else {"last-event-id": cursor}  # the header wins
    async with stack.stream(query, headers) as sse:
        assert (await sse.next()).id == cursor
        await stack.log.add()
        assert [event.data["seq"] for event in await sse.alerts(6)] == [3, 4, 5, 6, 7, 8]


async def test_history_longer_than_a_page_and_the_ring_arrives_whole(stack):
    async with stack.stream() as early:
        await early.next()
        for _ in range(2300):
            await stack.log.add()
        async with stack.stream(f"?last_event_id={EPOCH}-0") as late:
            got = [event.data["seq"] for event in await late.alerts(2300)]
            assert got == list(range(1, 2301))


async def test_a_recent_cursor_is_served_from_the_ring_without_asking_the_daemon(stack):
    async with stack.stream() as first:
        await first.next()
        for _ in range(5):
            await stack.log.add()
        await first.alerts(5)
        async with stack.stream(f"?last_event_id={EPOCH}-3") as second:
            assert [event.data["seq"] for event in await second.alerts(2)] == [4, 5]
    assert stack.log.reads == 0


@pytest.mark.parametrize(
    ("cursor", "reason"),
    [
        ("garbage", "unknown"),
        (f"{EPOCH}-999", "unknown"),
        (f"{EPOCH}-03", "unknown"),
        ("null", "unknown"),
        ("%00%0A", "unknown"),
        (f"{EPOCH}--1", "unknown"),
        (f"{EPOCH}-9223372036854775808", "unknown"),
        ("x" * 9000, "unknown"),
        ("00000000000000bb-3", "epoch"),
        (f"{EPOCH}-1", "expired"),
    ],
)
async def test_a_cursor_that_cant_be_continued_is_told_in_band(stack, cursor, reason):
    for _ in range(5):
        await stack.log.add()
    stack.log.oldest = 4
    async with stack.stream(f"?last_event_id={cursor}") as sse:
        assert sse.status == 200
        first = await sse.next()
        assert first.event == "hb"
        assert first.id is not None
        (reset,) = await sse.alerts(1)
        assert (reset.event, reset.id) == ("reset", f"{EPOCH}-5")
        assert reset.data == {"reason": reason, "oldest": f"{EPOCH}-4", "top": f"{EPOCH}-5"}
        await stack.log.add()
        assert (await sse.alerts(1))[0].data["seq"] == 6


@pytest.mark.parametrize(("cursor", "status"), [("x" * 16_384, 431), ("a\0b", 400)])
async def test_a_cursor_that_no_header_can_carry_is_refused_and_others_are_served_on(stack, cursor, status):
    async with stack.stream() as other, stack.stream(headers={"last-event-id": cursor}) as sse:
        assert sse.status == status
        await stack.log.add()
        assert (await other.alerts(1))[0].data["seq"] == 1


async def test_a_query_too_long_for_a_head_is_refused(stack):
    async with stack.stream("?last_event_id=" + "x" * 17_000) as sse:
        assert sse.status == 431


async def test_only_wanted_symbols_arrive_and_equal_filters_share_one_subscription(stack):
    async with (
        stack.stream("?symbols=TCS,INFY") as one,
        stack.stream("?symbols=INFY&symbols=TCS") as two,
        stack.stream() as all_,
    ):
        for sse in (one, two, all_):
            await sse.next()
        assert len(stack.gateway.hub._feeds) == 2
        for symbol in ("TCS", "SBIN", "INFY"):
            await stack.log.add(symbol)
        for sse in (one, two):
            assert [event.data["symbol"] for event in await sse.alerts(2)] == ["TCS", "INFY"]
        assert [event.data["seq"] for event in await all_.alerts(3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?symbols=lower", "symbols[0]"),
        ("?kinds=odd", "kinds[0]"),
        ("?min_impact=101", "min_impact"),
        ("?colour=red", "colour"),
    ],
)
async def test_a_bad_filter_is_refused_before_the_stream_begins(stack, query, field):
    reply = await (await stack.logged_in()).get(f"/api/alerts/stream{query}")
    assert reply.status_code == 400
    assert reply.json()["details"]["field"] == field


async def test_a_heartbeat_moves_the_cursor_past_events_of_others(stack):
    hub = stack.gateway.hub
    hub._heartbeat_s, hub._beat_due = 0.05, 0.0
    async with stack.stream("?symbols=TCS") as sse:
        await sse.next()
        await stack.log.add("SBIN")
        await stack.log.beat()

        async def moved() -> bool:
            event = await sse.next()
            assert event.event == "hb"
            return event.id == f"{EPOCH}-1"

        async with asyncio.timeout(5):
            while not await moved():
                pass


async def test_a_daemon_killed_again_and_again_loses_and_repeats_nothing(stack):
    """Clients stay connected throughout; those that come in between resume."""
    order = random.Random(7)
    daemon = stack.daemons["signal-service"]
    async with stack.stream() as steady:
        await steady.next()
        got: list[int] = []
        for _ in range(12):
            for _ in range(order.randint(0, 5)):
                await stack.log.add()
            await daemon.stop()
            for _ in range(order.randint(0, 5)):
                await stack.log.add()
            await daemon.start()
            async with stack.stream(f"?last_event_id={EPOCH}-0") as resumed:
                seqs = [event.data["seq"] for event in await resumed.alerts(stack.log.top)]
                assert seqs == list(range(1, stack.log.top + 1))
        got = [event.data["seq"] for event in await steady.alerts(stack.log.top)]
        assert got == list(range(1, stack.log.top + 1))


async def test_a_client_that_resumes_while_the_daemon_is_away_waits_and_misses_nothing(stack):
    daemon = stack.daemons["signal-service"]
    async with stack.stream() as other:
        await other.next()
        for _ in range(3):
            await stack.log.add()
        await other.alerts(3)
        await daemon.stop()
        async with stack.stream(f"?last_event_id={EPOCH}-99") as sse:  # only the log can judge it
            assert (await sse.next()).event == "hb"
            await daemon.start()
            assert (await sse.alerts(1))[0].data["reason"] == "unknown"


async def test_without_the_daemon_a_first_stream_is_unavailable(stack):
    await stack.daemons["signal-service"].stop()
    async with stack.stream() as sse:
        assert sse.status == 503


async def test_a_restored_log_resets_every_client_once(stack):
    async with stack.stream() as one, stack.stream() as two:
        for sse in (one, two):
            await sse.next()
        await stack.log.add()
        for sse in (one, two):
            assert (await sse.alerts(1))[0].id == f"{EPOCH}-1"
        await stack.log.restore("00000000000000bb")
        for sse in (one, two):
            (reset,) = await sse.alerts(1)
            assert (reset.event, reset.id) == ("reset", "00000000000000bb-0")
            assert reset.data["reason"] == "epoch"
        await stack.log.add()
        for sse in (one, two):
            assert (await sse.alerts(1))[0].id == "00000000000000bb-1"
    async with stack.stream("?last_event_id=00000000000000bb-0") as sse:
        assert (await sse.alerts(1))[0].id == "00000000000000bb-1"


async def test_a_client_that_takes_no_data_is_cut_and_the_others_go_on(stack):
    hub = stack.gateway.hub
    hub._send_timeout_s = 0.5
    text = "x" * 20_000
    async with stack.stream() as slow, stack.stream() as quick:
        await quick.next()
        transport = slow.writer.transport
        transport.pause_reading()
        for _ in range(400):
            await stack.log.add(text=text)
            (event,) = await quick.alerts(1)
            assert event.data["seq"] == stack.log.top
            if hub._count == 1:
                break
        await until(lambda: hub._count == 1, timeout_s=10)
        assert (await quick.next(1)) is None if quick.ended else True


async def test_a_client_that_leaves_is_forgotten(stack):
    async with stack.stream() as sse:
        await sse.next()
        assert stack.gateway.hub._count == 1
    await until(lambda: stack.gateway.hub._count == 0)


async def test_a_connection_never_outlives_its_token(start):
    stack = await start(chitti_access_token_s=60)
    async with stack.stream() as sse:
        await sse.next()
        ((connection,),) = stack.gateway.hub._streams.values()
        assert connection._ends_at - asyncio.get_running_loop().time() <= 60
        connection._ends_at = 0.0
        assert await sse.next() is None
        assert sse.ended  # with its last chunk, not cut


async def test_connections_live_different_times_between_480_and_600_seconds(start):
    stack = await start(chitti_access_token_s=3600)
    before = asyncio.get_running_loop().time()
    async with AsyncExitStack() as streams:
        for _ in range(12):
            sse = await streams.enter_async_context(stack.stream())
            assert (await sse.next()).event == "hb"
        (connections,) = stack.gateway.hub._streams.values()
        ends = [connection._ends_at for connection in connections]
    assert len(set(ends)) == 12
    assert min(ends) >= before + 480
    assert max(ends) <= asyncio.get_running_loop().time() + 600


async def test_logging_out_ends_the_stream(stack):
    client = await stack.logged_in()
    async with stack.stream(headers={"authorization": client.headers["authorization"]}, own="") as sse:
        await sse.next()
        await client.post("/api/auth/logout")
        assert await sse.next() is None


async def test_a_ticket_opens_one_stream(stack):
    client = await stack.logged_in()
    reply = await client.post("/api/auth/stream-ticket")
    assert reply.json()["expires_in"] == 30
    ticket = reply.json()["ticket"]
    async with stack.stream(f"?ticket={ticket}", own="") as sse:
        assert sse.status == 200
        assert (await sse.next()).event == "hb"
    for spent in (ticket, "made-up", ""):
        async with stack.stream(f"?ticket={spent}", own="") as sse:
            assert sse.status == 401


async def test_an_expired_ticket_opens_none(stack, pool):
    ticket = (await (await stack.logged_in()).post("/api/auth/stream-ticket")).json()["ticket"]
    await pool.execute(
        "UPDATE auth.stream_tickets SET issued_at = now() - interval '31 s', expires_at = now() - interval '1 s'"
    )
    async with stack.stream(f"?ticket={ticket}", own="") as sse:
        assert sse.status == 401


async def test_the_logins_cookie_opens_a_stream_and_nothing_else(stack):
    form = {"username": "asha", "password": "correct horse battery"}
    reply = await stack.client().post("/api/auth/token", data=form)
    cookie = f"chitti_stream={reply.cookies['chitti_stream']}"
    async with stack.stream(cookie=cookie) as sse:
        assert sse.status == 200
    asked = await stack.client().get("/api/alerts", headers={"cookie": cookie})
    assert asked.status_code == 401
    bearer = {"authorization": f"Bearer {reply.cookies['chitti_stream']}"}
    assert (await stack.client().get("/api/alerts", headers=bearer)).status_code == 401


async def test_more_streams_than_allowed_are_overloaded(start):
    stack = await start(chitti_stream_limit=1)
    async with stack.stream() as one, stack.stream() as two:
        assert (one.status, two.status) == (200, 503)


async def test_shutting_down_ends_streams_cleanly(stack):
    async with stack.stream() as sse:
        await sse.next()
        stack.gateway.hub.end_streams()
        assert await sse.next() is None
        assert sse.ended


async def test_a_stream_is_never_compressed(start):
    stack = await start(chitti_gzip_min_bytes=0)
    async with stack.stream(headers={"accept-encoding": "gzip"}) as sse:
        assert "content-encoding" not in sse.headers
        assert (await sse.next()).event == "hb"
