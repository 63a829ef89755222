"""What is sent is no good request: heads, chunks, trailers, time."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest
from chitti_shared.testing.waiting import until
from core_api.server import HEAD_TIMEOUT_S, KEEP_ALIVE_S, GatewayProtocol

CHUNKED = b"POST /api/auth/token HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"


@asynccontextmanager
async def connection(stack) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def reply_of(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status and body of one reply."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length: "))
    return int(head.split()[1]), await reader.readexactly(int(length.split()[1]))


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nx: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nlast-event-id: a\0b\r\n\r\n", 400),
    ],
)
async def test_heads_that_are_none_are_refused_in_the_one_shape(stack, sent, status):
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    writer.write(sent)
    reply = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    assert reply.startswith(b"HTTP/1.1 %d " % status)
    assert json.loads(reply.partition(b"\r\n\r\n")[2])["error"] == "invalid_input"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /health HTTP/1.1\r\n", 400),
        (b"GET /health HTTP/1.1\r\nhost: a\r\nhost: b\r\n", 400),
        (b"GET /health HTTP/1.1\r\nhost: a\r\nx: 1\r\nHost: a\r\n", 400),
        (b"GET /health HTTP/1.0\r\nhost: a\r\nhost: b\r\n", 400),
        (b"GET /health HTTP/1.1\r\nhost: a\r\nx: 1\r\nx: 2\r\n", 200),
        (b"GET /health HTTP/1.0\r\n", 200),
    ],
)
async def test_a_request_has_one_host(stack, head, status):
    async with connection(stack) as (reader, writer):
        writer.write(head + b"\r\n")
        got, body = await reply_of(reader)
        assert got == status
        if status == 400:
            refused = json.loads(body)
            assert set(refused) == {"error", "message", "details", "timestamp", "retryable"}
            assert refused["error"] == "invalid_input"
            assert refused["details"] == {"field": "host", "constraint": "one Host header"}


async def test_a_refused_host_ends_no_connection(stack):
    async with connection(stack) as (reader, writer):
        writer.write(b"GET /health HTTP/1.1\r\n\r\n")
        assert (await reply_of(reader))[0] == 400
        writer.write(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n")
        assert (await reply_of(reader))[0] == 200


async def test_an_old_client_gets_a_stream_without_chunks_until_the_end(stack):
    """HTTP/1.0 knows no chunks: its end is the connection's."""
    token = (await stack.token()).encode()
    async with connection(stack) as (reader, writer):
        writer.write(b"GET /api/alerts/stream HTTP/1.0\r\nauthorization: Bearer " + token + b"\r\n\r\n")
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)).lower()
        assert head.startswith(b"http/1.1 200 ")
        assert b"\r\nconnection: close\r\n" in head
        assert b"transfer-encoding" not in head
        assert b"content-length" not in head
        assert (await reader.readuntil(b"\n\n")).startswith(b"retry: ")  # no chunk's size before it
        await asyncio.wait_for(reader.readuntil(b"\n\n"), 5)
        last = await stack.log.add("TCS")
        text = await asyncio.wait_for(reader.readuntil(b"\n\n"), 5)
        assert f"id: {last}\n".encode() in text
        stack.gateway.hub.end_streams()
        assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_a_head_that_comes_in_pieces_is_counted_as_a_whole(stack):
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    writer.write(b"GET / HTTP/1.1\r\nx: ")
    for _ in range(15):
        writer.write(b"a" * 1000)
        await writer.drain()
        await asyncio.sleep(0)
    writer.write(b"a" * 1000)
    writer.write(b"a" * 1000)
    reply = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert reply.startswith(b"HTTP/1.1 431 ")


async def test_a_head_whose_end_is_split_is_not_counted_into_its_body(stack):
    length = 200_000
    head = b"POST /api/auth/token HTTP/1.1\r\nhost: x\r\ncontent-length: %d" % length
    for cut in range(1, 4):
        async with connection(stack) as (reader, writer):
            end = b"\r\n\r\n"
            writer.write(head + end[:cut])
            (protocol,) = await _protocols(stack, 1)
            await until(lambda protocol=protocol: protocol.head_bytes)
            writer.write(end[cut:] + b"a" * length)
            status, body = await reply_of(reader)
            assert (status, json.loads(body)["error"]) == (413, "payload_too_large")
        await _protocols(stack, 0)


@pytest.mark.parametrize("line", [b"x-%d: y\r\n", b"%d"])
async def test_endless_trailers_are_cut_before_they_are_kept(stack, line):
    """Lines of their own, and one line that never ends."""
    process = psutil.Process()
    async with connection(stack) as (_, writer):
        writer.write(CHUNKED + b"0\r\nx: y")
        before = process.memory_info().rss
        with pytest.raises(ConnectionError):
            await _written_for_ever(writer, line)
        assert process.memory_info().rss - before < 32 * 2**20
    await _protocols(stack, 0)


async def _written_for_ever(writer: asyncio.StreamWriter, line: bytes) -> None:
    async with asyncio.timeout(10):
        for number in itertools.count():
            writer.write((line % number) * 100)
            await writer.drain()


async def test_endless_chunk_sizes_are_cut(stack):
    async with connection(stack) as (reader, writer):
        writer.write(CHUNKED + b"1;")
        (protocol,) = await _protocols(stack, 1)
        await until(lambda: protocol.in_body)
        writer.write(b"x" * 40_000)
        assert (await reply_of(reader))[0] == 431
        assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_trailers_change_no_header(stack):
    """Else a proxy that checks headers could be passed by."""
    token = (await stack.token()).encode()
    head = b"POST /api/auth/logout HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    async with connection(stack) as (reader, writer):
        writer.write(head + b"0\r\nauthorization: Bearer " + token + b"\r\n\r\n")
        assert (await reply_of(reader))[0] == 401


async def test_a_chunked_body_of_many_small_chunks_is_read(stack):
    client = await stack.logged_in()

    async def chunks():
        yield b'{"prices":['
        for _ in range(20_000):
            yield b"1,"
        yield b'"x"]}'

    reply = await client.post("/api/compute/sma", content=chunks())
    assert reply.json()["details"]["field"] == "prices[20000]"


async def test_what_comes_too_late_is_cut(stack):
    """A head under way, and the rest of a body whose reply is out."""
    loop = asyncio.get_running_loop()
    half = b"POST /api/auth/token HTTP/1.1\r\nhost: x\r\n"
    async with connection(stack) as (reader, writer):
        writer.write(half)
        (protocol,) = await _protocols(stack, 1)
        await until(lambda: protocol.head_bytes)
        protocol.look(loop.time() + HEAD_TIMEOUT_S + 1)
        status, body = await reply_of(reader)
        assert (status, json.loads(body)["error"]) == (408, "timeout")
        assert await asyncio.wait_for(reader.read(), 5) == b""
    await _protocols(stack, 0)
    async with connection(stack) as (reader, writer):
        writer.write(half + b"content-length: 100000\r\n\r\n" + b"a" * 10)
        assert (await reply_of(reader))[0] == 413
        (protocol,) = await _protocols(stack, 1)
        protocol.look(loop.time() + HEAD_TIMEOUT_S / 2)
        assert not protocol.transport.is_closing()
        protocol.look(loop.time() + HEAD_TIMEOUT_S + 1)
        assert await asyncio.wait_for(reader.read(), 5) == b""  # and no second reply


async def test_an_idle_connection_is_closed_and_a_busy_one_is_not(stack):
    loop = asyncio.get_running_loop()
    async with connection(stack) as (reader, writer):
        for asked in (KEEP_ALIVE_S / 2, KEEP_ALIVE_S + 1):
            writer.write(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
            assert (await reply_of(reader))[0] == 200
            (protocol,) = await _protocols(stack, 1)
            protocol.look(loop.time() + asked)
        assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_requests_sent_at_once_are_answered_in_their_order(stack):
    token = await stack.token()
    async with connection(stack) as (reader, writer):
        for number in range(20):
            lines = f"host: x\r\nauthorization: Bearer {token}\r\ncontent-length: 2"
            writer.write(f"PUT /api/watchlist/A{number} HTTP/1.1\r\n{lines}\r\n\r\n{{}}".encode())
        for _ in range(20):
            assert (await reply_of(reader))[0] == 404
    asked = [request.symbol for _, request in stack.daemons["signal-service"].asked]
    assert asked == [f"A{number}" for number in range(20)]


async def test_a_client_that_leaves_with_its_request_cancels_it_soon(stack):
    """Its connection is lost before the request is looked at, or while it runs."""
    stopped = []

    async def answer(_request):
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(1)

    stack.daemons["signal-service"].answers["get_watchlist"] = answer
    token = await stack.token()
    asked = stack.daemons["signal-service"].asked
    for abort_at_once in (True, False):
        async with connection(stack) as (_, writer):
            writer.write(f"GET /api/watchlist HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n".encode())
            if not abort_at_once:
                await until(lambda: len(asked) > len(stopped))
            writer.transport.abort()
        await until(lambda: not stack.server.server_state.tasks)
        await until(lambda: len(stopped) == len(asked))


async def test_an_upgrade_is_not_taken(stack):
    async with connection(stack) as (reader, writer):
        writer.write(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")
        assert (await reply_of(reader))[0] == 200


async def _protocols(stack, count: int) -> list[GatewayProtocol]:
    """The server's connections, once there are so many."""
    connections = stack.server.server_state.connections
    await until(lambda: len(connections) == count)
    return list(connections)
