"""The alert stream and those who use it badly: nobody else notices, and nothing of them stays behind."""

from __future__ import annotations

import asyncio
import socket

import pytest
from chitti_shared.contracts import signals
from chitti_shared.testing.waiting import until

EPOCH = "00000000000000aa"


async def request_bytes(stack, *paths: str) -> bytes:
    """One GET of each path, all of admin's, to be sent in one piece."""
    token = await stack.token()
    return "".join(
        f"GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n" for path in paths
    ).encode()


def open_streams(stack) -> int:
    return sum(len(streams) for streams in stack.gateway.hub._streams.values())


@pytest.mark.parametrize("behind", [[], ["/api/alerts/stream"], ["/health", "/health", "/health"]])
async def test_a_client_that_leaves_is_forgotten_whatever_it_sent_behind_its_request(stack, behind):
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    writer.write(await request_bytes(stack, "/api/alerts/stream", *behind))
    await reader.readuntil(b"event: hb")
    assert open_streams(stack) == 1
    writer.close()
    await until(lambda: open_streams(stack) == 0)


async def test_a_client_that_is_gone_without_reading_is_forgotten_too(stack):
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    writer.write(await request_bytes(stack, "/api/alerts/stream", "/health"))
    await reader.readuntil(b"event: hb")
    writer.transport.abort()
    await until(lambda: open_streams(stack) == 0)


async def test_a_request_behind_a_stream_is_answered_after_it(stack):
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    writer.write(await request_bytes(stack, "/api/alerts/stream", "/api/alerts/none"))
    await reader.readuntil(b"event: hb")
    for streams in stack.gateway.hub._streams.values():
        for connection in streams:
            connection.end("time")
    rest = await asyncio.wait_for(reader.readuntil(b'"error"'), 5)
    assert rest.index(b"0\r\n\r\n") < rest.index(b"HTTP/1.1 4")
    writer.close()


async def test_nonsense_behind_a_stream_ends_it_and_no_other(stack):
    async with stack.stream() as other:
        await other.next()
        reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
        writer.write(await request_bytes(stack, "/api/alerts/stream"))
        await reader.readuntil(b"event: hb")
        writer.write(b"\x16\x03\x01\x02\x00 no HTTP \r\n\r\n")
        await asyncio.wait_for(reader.read(), 5)
        await until(lambda: open_streams(stack) == 1)
        await stack.log.add()
        assert (await other.alerts(1))[0].data["seq"] == 1
        writer.close()


async def test_a_body_that_never_ends_holds_neither_the_stream_nor_its_memory(stack):
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    head = await request_bytes(stack, "/api/alerts/stream")
    writer.write(head.replace(b"host: x", b"host: x\r\ncontent-length: 1000000000"))
    await reader.readuntil(b"event: hb")
    for _ in range(64):
        writer.write(bytes(65536))
        await writer.drain()
    await stack.log.add()
    await asyncio.wait_for(reader.readuntil(b"event: new_alert"), 5)
    writer.close()
    await until(lambda: open_streams(stack) == 0)


@pytest.mark.parametrize("cursor", ["\xff\xfe\x80", "a b", "\t", "-", f"{EPOCH}-1\x7f", f"{EPOCH}-\xb9", '"', "%00"])
async def test_odd_bytes_of_a_header_reset_the_reader_and_make_an_id_that_a_header_can_carry(stack, cursor):
    for _ in range(3):
        await stack.log.add()
    async with stack.stream(headers={"last-event-id": cursor}) as sse:
        if sse.status == 400:  # bytes that no header may hold
            return
        first = await sse.next()
        if not cursor.strip():  # an empty header is none
            assert first.id == f"{EPOCH}-3"
            return
        assert first.id.isascii()
        assert first.id.isprintable()
        (reset,) = await sse.alerts(1)
        assert (reset.event, reset.data["reason"]) == ("reset", "unknown")


async def test_a_ticket_that_many_present_at_once_opens_one_stream(stack):
    ticket = (await (await stack.logged_in()).post("/api/auth/stream-ticket")).json()["ticket"]

    async def status() -> int:
        async with stack.stream(f"?ticket={ticket}", own="") as sse:
            return int(sse.status)

    assert sorted(await asyncio.gather(*(status() for _ in range(20)))) == [200] + 19 * [401]


async def test_a_full_house_says_when_to_come_back_and_a_leaver_makes_room(start):
    stack = await start(chitti_stream_limit=2)
    async with stack.stream() as one, stack.stream():
        await one.next()
        async with stack.stream() as refused:
            assert (refused.status, refused.headers["retry-after"]) == (503, "5")
            body = await refused.reader.readexactly(int(refused.headers["content-length"]))
            assert b'"overloaded"' in body
            assert b'"limit":2' in body
        await stack.log.add()
        assert (await one.alerts(1))[0].data["seq"] == 1
    await until(lambda: open_streams(stack) == 0)
    async with stack.stream() as again:
        assert again.status == 200


async def test_a_log_restored_while_a_reader_joins_resets_it_once_and_loses_nothing_after(stack):
    """Its first page is of the life before, what follows of the next one."""
    for _ in range(3):
        await stack.log.add()
    asked, answer = asyncio.Event(), asyncio.Event()
    read = stack.log.read_events

    async def held(request: signals.ReadEventsRequest) -> signals.ReadEventsReply:
        page = await read(request)
        asked.set()
        await answer.wait()
        return page

    stack.log.read_events = held
    async with stack.stream(f"?last_event_id={EPOCH}-0") as sse:
        await asked.wait()
        await stack.log.restore("00000000000000bb")
        await stack.log.add()
        await until(lambda: all(f.position.epoch.endswith("bb") for f in stack.gateway.hub._feeds.values()))
        answer.set()
        got = await sse.alerts(4)
        await stack.log.add()
        got += await sse.alerts(1)
    assert [event.event for event in got] == ["new_alert"] * 3 + ["reset", "new_alert"]
    assert got[3].data["reason"] == "epoch"
    assert got[4].id == "00000000000000bb-2"  # the first is in what the reader reloads: `as_of` reaches it
    assert got[3].data["top"] == "00000000000000bb-1"


async def test_a_log_restored_between_two_pages_resets_the_reader_once(stack):
    for _ in range(700):
        await stack.log.add()
    read = stack.log.read_events

    async def restored_after(request: signals.ReadEventsRequest) -> signals.ReadEventsReply:
        page = await read(request)
        if stack.log.epoch == EPOCH:
            await stack.log.restore("00000000000000bb")
        return page

    stack.log.read_events = restored_after
    async with stack.stream(f"?last_event_id={EPOCH}-0") as sse:
        got = await sse.alerts(501)
        await stack.log.add()
        got += await sse.alerts(1)
    assert [event.event for event in got] == ["new_alert"] * 500 + ["reset", "new_alert"]
    assert got[-1].id == "00000000000000bb-1"


async def test_a_login_that_ends_while_its_reader_waits_for_the_daemon_ends_the_stream(stack):
    async with stack.stream() as first:
        await first.next()
        await stack.daemons["signal-service"].stop()
        async with stack.stream("?last_event_id=00000000000000bb-1") as late:
            assert (await late.next()).event == "hb"
            ((one, other),) = stack.gateway.hub._streams.values()
            for connection in (one, other):
                connection._ends_at = 0.0
            assert await late.next() is None
            assert late.ended
            assert await first.next() is None


async def test_a_client_that_closes_its_side_only_is_forgotten(stack):
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    writer.write(await request_bytes(stack, "/api/alerts/stream", "/health"))
    await reader.readuntil(b"event: hb")
    writer.get_extra_info("socket").shutdown(socket.SHUT_WR)
    await asyncio.wait_for(reader.read(), 5)
    await until(lambda: open_streams(stack) == 0)
    writer.close()
