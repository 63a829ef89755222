"""What the client makes of bodies: compressed, broken, endless, dripping."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable

import pytest
from aiohttp import web
from chitti_shared.errors import InvalidInput, PayloadTooLarge, Timeout
from chitti_shared.http import Limits

from tests.support.safe_fetching import answering, error_of, fetching

pytestmark = pytest.mark.integration


async def test_a_gzip_body_of_several_members_is_inflated_whole():
    body = gzip.compress(b"<rss>") + gzip.compress(b"") + gzip.compress(b"</rss>") + bytes(100)
    async with fetching(answering(body=body, Content_Encoding="gzip")) as (client, base):
        assert (await client.get(base)).body == b"<rss></rss>"


async def test_a_gzip_body_of_countless_members_is_refused():
    error = await error_of(answering(body=gzip.compress(b"") * 2_000, Content_Encoding="gzip"))
    assert isinstance(error, InvalidInput)
    assert "members" in error.message


async def test_validators_come_back_and_are_sent_again():
    async def conditional(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304, headers={"ETag": '"v1"'})
        return web.Response(body=b"<rss/>", headers={"ETag": '"v1"', "Last-Modified": "Tue, 30 Sep 2025 10:00:00 GMT"})

    async with fetching(conditional) as (client, base):
        first = await client.get(base)
        assert (first.etag, first.last_modified) == ('"v1"', "Tue, 30 Sep 2025 10:00:00 GMT")
        second = await client.get(base, etag=first.etag)
        assert second.not_modified
        assert second.body == b""


@pytest.mark.parametrize(
    "pack", [gzip.compress, zlib.compress, lambda body: zlib.compress(body)[2:-4]], ids=["gzip", "zlib", "raw deflate"]
)
async def test_compressed_bodies_are_inflated(pack: Callable[[bytes], bytes]):
    body = b"<rss>" + b"news " * 10_000 + b"</rss>"
    encoding = "gzip" if pack is gzip.compress else "deflate"
    async with fetching(answering(body=pack(body), Content_Encoding=encoding)) as (client, base):
        assert (await client.get(base)).body == body


async def test_a_gzip_bomb_is_cut_off_at_the_limit():
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    assert len(bomb) < 100_000
    error = await error_of(answering(body=bomb, Content_Encoding="gzip"))
    assert isinstance(error, PayloadTooLarge)
    assert error.message.endswith("bytes when inflated")
    assert error.details["status"] == 200


async def test_a_body_beyond_the_limit_is_refused_by_its_announced_length():
    error = await error_of(answering(body=bytes(2_000)), limits=Limits(raw_bytes=1_000))
    assert isinstance(error, PayloadTooLarge)


async def test_an_endless_body_is_cut_off_at_the_limit():
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(65_536))
        except ConnectionError:
            return response

    error = await error_of(endless, limits=Limits(raw_bytes=1_000_000))
    assert isinstance(error, PayloadTooLarge)


async def test_a_dripping_server_is_left_when_time_is_up():
    async def dripping(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x")
                await asyncio.sleep(0.02)
        except ConnectionError:
            return response

    error = await error_of(dripping, limits=Limits(total_s=0.3))
    assert isinstance(error, Timeout)
    assert "did not finish its answer in time" in error.message


@pytest.mark.parametrize("body", [b"not gzip at all", gzip.compress(b"x" * 1000)[:-12]], ids=["no gzip", "cut short"])
async def test_a_broken_compression_is_an_error_of_the_address(body: bytes):
    assert isinstance(await error_of(answering(body=body, Content_Encoding="gzip")), InvalidInput)
