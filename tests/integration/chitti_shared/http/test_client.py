"""The client against a server on loopback that is reached under made-up names."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web
from aiohttp.abc import ResolveResult
from chitti_shared.errors import ChittiError, InvalidInput, ServiceUnavailable, Timeout
from chitti_shared.http import Limits, SafeClient
from chitti_shared.http.client import _next
from chitti_shared.http.resolver import PublicResolver
from chitti_shared.testing.waiting import first_true
from yarl import URL

from tests.support.safe_fetching import NAMES, QUICK, answering, error_of, fetching, resolve, serving

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("name", sorted(NAMES))
async def test_a_name_that_leads_inside_is_refused(name: str):
    async with SafeClient(resolve=resolve) as client:
        with pytest.raises(InvalidInput) as refused:
            await client.get(f"http://{name}/latest/meta-data")
    assert refused.value.details["constraint"] == "public address"
    assert "169" not in refused.value.message


async def test_a_name_of_this_machine_is_refused_by_what_the_systems_resolver_says():
    async with SafeClient() as client:
        with pytest.raises(InvalidInput) as refused:
            await client.get("http://localhost/")
    assert refused.value.details["constraint"] == "public address"


async def test_a_name_that_changes_its_address_is_connected_to_the_one_that_was_checked():
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["192.0.2.1"] if len(asked) > 1 else ["127.0.0.1"]

    async with (
        serving(answering(body=b"<rss/>")) as port,
        SafeClient(allow={f"turns.example:{port}"}, resolve=rebinding) as client,
    ):
        assert (await client.get(f"http://turns.example:{port}/")).body == b"<rss/>"
    assert asked == ["turns.example"]


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


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "169.254.169.254"])
async def test_no_connection_begins_to_an_address_that_came_past_the_checks(
    address: str, monkeypatch: pytest.MonkeyPatch
):
    async def careless(self: PublicResolver, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=0)]

    monkeypatch.setattr(PublicResolver, "resolve", careless)
    async with SafeClient(limits=QUICK) as client:
        with pytest.raises(ServiceUnavailable, match=r"no connection \(Permission denied\)"):
            await client.get("http://past.example/")


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ((), None),
        ((301,), "/1"),
        ((308, 301), "/2"),
        ((302,), None),
        ((301, 307, 301), "/1"),
        ((303, 301), None),
    ],
)
async def test_a_document_has_moved_as_far_as_its_redirects_are_permanent_ones(
    statuses: tuple[int, ...], moved_to: str | None
):
    async def redirecting(request: web.Request) -> web.Response:
        hop = int(request.path[1:] or 0)
        if hop < len(statuses):
            return web.Response(status=statuses[hop], headers={"Location": f"/{hop + 1}"})
        return web.Response(text="here")

    async with fetching(redirecting) as (client, address):
        found = await client.get(f"{address}/0")
        assert found.url == f"{address}/{len(statuses)}"
        assert found.moved_to == (moved_to and address + moved_to)


async def test_a_redirect_never_leaves_a_protected_line():
    with pytest.raises(InvalidInput, match="from https to http"):
        _next(URL("https://a.example/feed"), "HTTP://a.example/feed")
    assert _next(URL("https://a.example/feed"), "/rss") == "https://a.example/rss"
    assert _next(URL("http://a.example/feed"), "https://a.example/rss") == "https://a.example/rss"


async def test_a_redirect_to_nonsense_is_refused():
    error = await error_of(answering(302, Location="http://[::1"))
    assert isinstance(error, InvalidInput)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_an_answer_that_may_pass_is_asked_for_again(status: int):
    statuses = [status, status, 200]

    async def recovering(_request: web.Request) -> web.Response:
        return web.Response(status=statuses.pop(0), body=b"<rss/>")

    async with fetching(recovering) as (client, base):
        assert (await client.get(base)).body == b"<rss/>"
    assert statuses == []


async def test_a_connection_that_breaks_is_tried_again_three_times_in_all():
    asked = 0

    async def breaking(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    assert isinstance(await error_of(breaking), ServiceUnavailable)
    # aiohttp itself repeats a request whose kept connection turns out to be closed
    assert asked >= 3


@pytest.mark.parametrize(
    ("status", "headers"),
    [(404, {}), (410, {}), (429, {}), (503, {"Retry_After": "7"})],
    ids=["404", "410", "429", "503"],
)
async def test_what_will_not_pass_in_seconds_is_asked_once(status: int, headers: dict[str, str]):
    asked = 0

    async def counting(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        return await answering(status, **headers)(request)

    await error_of(counting)
    assert asked == 1


async def test_attempts_end_when_the_time_is_up():
    async def silent(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    error = await error_of(silent, limits=Limits(total_s=0.3, attempts=50, backoff_s=0.01))
    assert isinstance(error, Timeout)


async def test_one_host_is_asked_one_thing_at_a_time():
    running = most = 0

    async def slow(_request: web.Request) -> web.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return web.Response(body=b"<rss/>")

    async with fetching(slow) as (client, base):
        await asyncio.gather(*(client.get(f"{base}/{number}") for number in range(5)))
    assert most == 1


async def test_waiting_for_a_hosts_turn_is_not_counted_as_its_slowness():
    async def slow(_request: web.Request) -> web.Response:
        await asyncio.sleep(0.15)
        return web.Response(body=b"<rss/>")

    async with fetching(slow, limits=Limits(total_s=0.5, attempts=1)) as (client, base):
        fetched = await asyncio.gather(*(client.get(f"{base}/{number}") for number in range(5)))
    assert [one.status for one in fetched] == [200] * 5


async def test_nothing_new_is_no_answer_to_who_has_nothing():
    error = await error_of(answering(304))
    assert isinstance(error, InvalidInput)
    assert error.details["status"] == 304


@pytest.mark.parametrize(
    "said",
    [b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"x" * 1000) for n in range(300)), b"SSH-2.0-x\r\n\r\n"],
    ids=["countless headers", "another protocol"],
)
async def test_a_server_that_speaks_no_proper_http_is_left(said: bytes):
    async def talkative(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(talkative, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, SafeClient(allow={f"127.0.0.1:{port}"}, limits=QUICK) as client:
        with pytest.raises(ServiceUnavailable, match=r"^127.0.0.1 cannot be fetched: its answer is no proper HTTP$"):
            await client.get(f"http://127.0.0.1:{port}/")


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
    async with SafeClient(resolve=resolve, allow={"allowed.example:9"}, limits=QUICK) as client:
        for url, why in (
            ("http://unknown.example/", "unknown.example cannot be fetched: its name is not known"),
            ("http://allowed.example:9/", r"allowed.example cannot be fetched: no connection \(.*refused.*\)"),
        ):
            with pytest.raises(ServiceUnavailable, match=why):
                await client.get(url)


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with fetching(answering()) as (client, base):
        assert (await client.get(base)).body == b"<rss/>"


async def test_posts_to_one_address_follow_one_another_and_others_on_its_host_do_not_wait():
    asked: list[str] = []
    hold = asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path == "/slow":
            await hold.wait()
        return web.Response()

    async def has_asked() -> bool:
        return bool(asked)

    async with fetching(handler) as (client, base):
        slow = [asyncio.create_task(client.post(f"{base}/slow", b"{}", {})) for _ in range(2)]
        await first_true(has_asked, 5)
        async with asyncio.timeout(5):
            assert (await client.post(f"{base}/quick", b"{}", {})).status == 200
        assert asked == ["/slow", "/quick"]
        hold.set()
        assert [posted.status for posted in await asyncio.gather(*slow)] == [200, 200]
