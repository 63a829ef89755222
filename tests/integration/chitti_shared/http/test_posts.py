"""Posts to receivers that answer badly: the status they gave counts, and they hold nobody up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from chitti_shared.errors import ChittiError, InvalidInput, ServiceUnavailable, Timeout
from chitti_shared.http import Limits, SafeClient

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SHORT = Limits(connect_s=1.0, total_s=1.5, attempts=1)
OK = b"HTTP/1.1 200 OK\r\n"


@asynccontextmanager
async def posting(talk: Talk) -> AsyncIterator[tuple[SafeClient, str]]:
    """A client, and the address of a receiver that says what `talk` writes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n{}")
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has left, as it should
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, SafeClient(allow={address}, limits=SHORT) as client:
        yield client, f"http://{address}/"


def saying(*parts: bytes, every_s: float = 0.0) -> Talk:
    """Write these parts, then nothing more, and stay."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(every_s)
        await reader.read()  # until the client leaves

    return talk


@pytest.mark.parametrize(
    "body",
    [
        b"content-length: 1000000000\r\n\r\n",
        b"content-length: 5\r\n\r\nab",
        b"transfer-encoding: chunked\r\n\r\n",
        b"content-encoding: gzip\r\ncontent-length: 4\r\n\r\nnone",
    ],
    ids=["announced and never sent", "cut", "chunks that never come", "broken gzip"],
)
async def test_a_status_counts_whatever_becomes_of_the_body(body: bytes):
    async with posting(saying(OK + body)) as (client, url):
        assert (await client.post(url, b"{}", {})).status == 200


async def test_a_body_without_end_is_not_read_to_its_end():
    written = 0

    async def pour(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(OK + b"\r\n")
        while True:
            writer.write(bytes(65536))
            await writer.drain()
            written += 65536

    async with posting(pour) as (client, url):
        assert (await client.post(url, b"{}", {})).status == 200
    assert written < 64 * 2**20  # what sockets hold, and no more


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_not_followed(status: int):
    asked = 0

    async def away(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.write(b"HTTP/1.1 %d Away\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n" % status)
        await writer.drain()

    async with posting(away) as (client, url):
        assert (await client.post(url, b"{}", {})).status == status
    assert asked == 1


@pytest.mark.parametrize(
    ("talk", "kind"),
    [
        (saying(), Timeout),
        (saying(OK[:-2], *[b"\r\nx-drip: 1"] * 100, every_s=0.05), Timeout),
        (saying(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 100, every_s=0.05), Timeout),
        (saying(OK + b"x: " + b"x" * 2**20 + b"\r\n\r\n"), ServiceUnavailable),
        (saying(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"), ServiceUnavailable),
    ],
    ids=["silence", "dripping head", "endless interim answers", "huge head", "another protocol"],
)
async def test_what_is_no_answer_in_time_is_a_failure(talk: Talk, kind: type[ChittiError]):
    async with posting(talk) as (client, url):
        with pytest.raises(kind):
            await client.post(url, b"{}", {})


@pytest.mark.parametrize(
    "host",
    ["[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::1]", "0177.0.0.1", "127.1"],
)
async def test_addresses_that_carry_a_private_one_are_refused(host: str):
    async with SafeClient(limits=SHORT) as client:
        with pytest.raises(InvalidInput) as raised:
            await client.post(f"http://{host}/", b"{}", {})
    assert raised.value.details["constraint"] == "public address"


async def test_a_name_that_is_rebound_between_check_and_post_is_not_connected_to():
    answers = [["93.184.216.34"], ["127.0.0.1"]]

    async def rebinding(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    async with SafeClient(resolve=rebinding, limits=SHORT) as client:
        await client.check("http://rebound.example/")
        with pytest.raises(InvalidInput, match="not a public address"):
            await client.post("http://rebound.example/", b"{}", {})
    assert answers == []
