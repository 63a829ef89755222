"""The client against a server on loopback that is reached under made-up names."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from chitti_shared.errors import ChittiError, InvalidInput, PayloadTooLarge, ServiceUnavailable, Timeout
from chitti_shared.http import Limits, SafeClient

pytestmark = pytest.mark.integration
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

NAMES = {
    "metadata.example": ["169.254.169.254"],
    "inside.example": ["127.0.0.1"],
    "mixed.example": ["93.184.216.34", "10.0.0.1"],
    "carried.example": ["64:ff9b::a9fe:a9fe"],
}


async def resolve(host: str, port: int) -> list[str]:
    if host in NAMES:
        return NAMES[host]
    if host == "allowed.example":
        return ["127.0.0.1"]
    raise OSError(f"{host} is unknown here")


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[int]:
    runner = web.ServerRunner(web.Server(handler))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def fetching(handler: Handler, limits: Limits | None = None) -> AsyncIterator[tuple[SafeClient, str]]:
    async with serving(handler) as port:
        client = SafeClient(allow={f"allowed.example:{port}"}, resolve=resolve, limits=limits)
        async with client:
            yield client, f"http://allowed.example:{port}"


async def error_of(handler: Handler, path: str = "/", limits: Limits | None = None) -> ChittiError:
    async with fetching(handler, limits) as (client, base):
        with pytest.raises(ChittiError) as raised:
            await client.get(base + path)
    return raised.value


def answering(status: int = 200, body: bytes = b"<rss/>", **headers: str) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return handler


@pytest.mark.parametrize("name", sorted(NAMES))
async def test_a_name_that_leads_inside_is_refused(name: str):
    async with SafeClient(resolve=resolve) as client:
        with pytest.raises(InvalidInput) as refused:
            await client.get(f"http://{name}/latest/meta-data")
    assert refused.value.details["constraint"] == "public address"
    assert "169" not in refused.value.message


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.0.0.1", "localhost"])
async def test_odd_spellings_of_loopback_are_refused_by_the_systems_resolver_too(host: str):
    async with SafeClient() as client:
        with pytest.raises((InvalidInput, ServiceUnavailable)):
            await client.get(f"http://{host}/")


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://metadata.example/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://allowed.example/",
        "//metadata.example/",
    ],
)
async def test_a_redirect_is_checked_like_the_first_address(target: str):
    error = await error_of(answering(302, Location=target))
    assert isinstance(error, InvalidInput)


async def test_three_redirects_are_followed_and_a_fourth_is_not():
    async def hops(request: web.Request) -> web.Response:
        left = int(request.path.strip("/"))
        if left == 0:
            return web.Response(body=b"<rss/>")
        return web.Response(status=302, headers={"Location": f"/{left - 1}"})

    async with fetching(hops) as (client, base):
        assert (await client.get(f"{base}/3")).body == b"<rss/>"
        with pytest.raises(InvalidInput, match="redirects"):
            await client.get(f"{base}/4")


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


@pytest.mark.parametrize("body", [b"not gzip at all", gzip.compress(b"x" * 1000)[:-12]], ids=["no gzip", "cut short"])
async def test_a_broken_compression_is_an_error_of_the_address(body: bytes):
    assert isinstance(await error_of(answering(body=body, Content_Encoding="gzip")), InvalidInput)


@pytest.mark.parametrize(("status", "kind"), [(404, InvalidInput), (410, InvalidInput), (500, ServiceUnavailable)])
async def test_an_answer_that_is_no_document_says_its_status(status: int, kind: type[ChittiError]):
    error = await error_of(answering(status))
    assert isinstance(error, kind)
    assert error.details["status"] == status


async def test_too_many_requests_says_when_to_come_back():
    error = await error_of(answering(429, Retry_After="120"))
    assert isinstance(error, ServiceUnavailable)
    assert error.details["retry_after_ms"] == 120_000


async def test_a_name_nobody_knows_and_a_closed_port_are_unavailable():
    async with SafeClient(resolve=resolve, allow={"allowed.example:9"}) as client:
        for url in ("http://unknown.example/", "http://allowed.example:9/"):
            with pytest.raises(ServiceUnavailable):
                await client.get(url)


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with fetching(answering()) as (client, base):
        assert (await client.get(base)).body == b"<rss/>"
