"""Forwarded routes: what reaches the daemon, what comes back, and every error on the way."""

from __future__ import annotations

import asyncio
import gzip
import json

import numpy as np
import pytest
from chitti_shared import errors
from chitti_shared.contracts import compute, market, news, signals
from chitti_shared.ipc import call


def sma_reply(request) -> compute.ComputeReply:
    return compute.SMA.reply(
        symbol=request.symbol,
        indicator="sma",
        period=request.period,
        values=np.concatenate([[np.nan], request.prices[1:]]),
        computation_time_ms=0.1,
        time_ms=0.1,
        engine="cython",
        mojo_used=False,
        cache_hit=False,
        lookback=1,
        stable_from=1,
    )


async def test_a_body_reaches_the_daemon_and_its_result_comes_back(stack):
    async def answer(request):
        return sma_reply(request)

    stack.daemons["mojo-compute"].answers["compute_sma"] = answer
    client = await stack.logged_in()
    prices = [1.5, 2.5, None, 4.0]
    reply = await client.post("/api/compute/sma", json={"symbol": "TCS", "prices": prices, "period": 2})
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    body = reply.json()
    assert body["values"] == [None, 2.5, None, 4.0]
    assert not {"id", "status", "action"} & set(body)
    (name, request), *_ = stack.daemons["mojo-compute"].asked
    assert name == "compute_sma"
    assert request.period == 2
    np.testing.assert_array_equal(request.prices, [1.5, 2.5, np.nan, 4.0])


async def test_the_query_of_a_get_is_typed_and_its_path_joined(stack):
    client = await stack.logged_in()
    await client.get("/api/prices/M%26M?bars=5&adjusted=false&start=2025-01-01")
    request = stack.daemons["mojo-compute"].asked[-1][1]
    assert request == market.GetPricesRequest(symbol="M&M", bars=5, adjusted=False, start="2025-01-01")
    await client.get("/api/alerts?limit=1&min_impact=2.5&watchlist=true")
    request = stack.daemons["signal-service"].asked[-1][1]
    assert request == signals.GetAlertsRequest(limit=1, min_impact=2.5, watchlist=True)


async def test_the_path_of_a_body_route_rides_beside_the_body(stack):
    client = await stack.logged_in()
    for content in (b"", b"{}"):
        await client.post(f"/api/alerts/{'a' * 32}/ack", content=content)
        assert stack.daemons["signal-service"].asked[-1][1] == signals.AcknowledgeAlertRequest(alert_id="a" * 32)
    await client.put("/api/watchlist/TCS")
    assert stack.daemons["signal-service"].asked[-1][1] == signals.WatchlistRequest(symbol="TCS")
    reply = await client.post(f"/api/alerts/{'a' * 32}/ack", json={"alert_id": "b" * 32})
    assert reply.status_code == 400
    assert reply.json()["details"]["field"] == "alert_id"


@pytest.mark.parametrize(
    "kind", ["application/xml", "text/xml; charset=utf-8", "Application/RSS+XML", "application/feed+json"]
)
async def test_a_raw_feed_reaches_the_daemon_as_it_is(stack, kind):
    client = await stack.logged_in()
    document = b"<?xml version='1.0'?><rss>\xff\x00</rss>"
    await client.post("/api/news/ingest", content=document, headers={"content-type": kind})
    request = stack.daemons["news-nlp"].asked[-1][1]
    assert isinstance(request, news.INGEST_RSS.request)
    assert bytes(request.document.data) == document


async def test_a_raw_file_of_prices_comes_with_its_name(stack):
    client = await stack.logged_in()
    document = b"PK\x03\x04 \x00\xff"
    await client.post(
        "/api/prices/import?filename=bhav%20copy.zip&series=EQ,BE&symbol=TCS",
        content=document,
        headers={"content-type": "application/zip"},
    )
    request = stack.daemons["mojo-compute"].asked[-1][1]
    assert bytes(request.document.data) == document
    assert (request.filename, request.series, request.symbol) == ("bhav copy.zip", ["EQ", "BE"], "TCS")
    reply = await client.post("/api/prices/import", content=b"", headers={"content-type": "text/csv"})
    assert reply.status_code == 400
    assert reply.json()["details"]["field"] == "document"


async def test_a_raw_file_of_splits_and_dividends_comes_with_its_name(stack):
    client = await stack.logged_in()
    document = b"symbol,ex_date,kind,amount\nTCS,2024-01-19,dividend,27\n"
    await client.post(
        "/api/prices/adjustments?filename=actions.csv", content=document, headers={"content-type": "text/csv"}
    )
    request = stack.daemons["mojo-compute"].asked[-1][1]
    assert (bytes(request.document.data), request.filename) == (document, "actions.csv")


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code", "field"),
    [
        ("GET", "/api/alerts?limit=x", b"", 400, "invalid_input", "limit"),
        ("GET", "/api/alerts?colour=red", b"", 400, "invalid_input", "colour"),
        ("GET", "/api/prices/lower", b"", 400, "invalid_input", "symbol"),
        ("POST", "/api/compute/sma?colour=red", b"{}", 400, "invalid_input", "colour"),
        ("POST", "/api/compute/sma", b"{", 400, "invalid_input", None),
        ("POST", "/api/compute/sma", b"[1]", 400, "invalid_input", None),
        ("POST", "/api/compute/sma", b'{"prices":[NaN]}', 400, "invalid_input", None),
        ("POST", "/api/compute/sma", b'{"prices":[1],"colour":1}', 400, "invalid_input", "colour"),
        ("POST", "/api/compute/sma", b'{"prices":[1],"period":"x"}', 400, "invalid_input", "period"),
        ("POST", "/api/compute/sma", b'{"prices":[1,"x"]}', 400, "invalid_input", "prices[1]"),
        ("POST", "/api/compute/sma", b"\xff", 400, "invalid_input", None),
        ("POST", "/api/compute/sma", b"<rss/>", 400, "invalid_input", None),
        ("POST", "/api/compute/wma_of_my_own", b"{}", 404, "not_found", "indicator"),
        ("GET", "/api/nothing/here", b"", 404, "not_found", None),
        ("GET", "/nothing/here", b"", 404, "not_found", None),
        ("GET", "/api/compute/sma", b"", 405, "invalid_input", "method"),
        ("DELETE", "/api/auth/token", b"", 405, "invalid_input", "method"),
    ],
)
async def test_bad_requests_are_answered_in_the_one_shape(stack, method, path, content, status, code, field):
    client = await stack.logged_in()
    reply = await client.request(method, path, content=content)
    assert reply.status_code == status, reply.text
    body = reply.json()
    assert set(body) == {"error", "message", "details", "timestamp", "retryable"}
    assert body["error"] == code
    assert body["details"].get("field") == field or field is None
    if status == 405:
        assert "POST" in reply.headers["allow"]


ERRORS = [
    (errors.InvalidInput, 400),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.PayloadTooLarge, 413),
    (errors.Cancelled, 499),
    (errors.ComputationError, 500),
    (errors.EngineUnavailable, 503),
    (errors.ServiceUnavailable, 503),
    (errors.Overloaded, 503),
    (errors.Timeout, 504),
]


@pytest.mark.parametrize(("kind", "status"), ERRORS)
async def test_each_error_of_a_daemon_has_its_status(stack, kind, status):
    async def answer(_request):
        raise kind("told so", why="because", retry_after_ms=2500)

    stack.daemons["signal-service"].answers["get_alerts"] = answer
    reply = await (await stack.logged_in()).get("/api/alerts")
    assert reply.status_code == status
    body = reply.json()
    assert (body["error"], body["message"], body["details"]["why"]) == (kind.code, "told so", "because")
    assert body["retryable"] is kind.retryable
    assert reply.headers["retry-after"] == "3"


async def test_a_daemons_own_failure_is_opaque(stack):
    async def answer(_request):
        raise ZeroDivisionError("the secret of the house")

    stack.daemons["signal-service"].answers["get_alerts"] = answer
    reply = await (await stack.logged_in()).get("/api/alerts", headers={"x-request-id": "abc-1"})
    assert reply.status_code == 500
    assert reply.json()["error"] == "internal"
    assert reply.json()["details"]["request_id"] == "abc-1"
    assert "secret" not in reply.text


async def test_a_daemon_that_is_away_is_unavailable_and_back_without_a_restart(stack):
    client = await stack.logged_in()
    await stack.daemons["signal-service"].stop()
    reply = await client.get("/api/watchlist")
    assert reply.status_code == 503
    assert reply.json()["error"] == "service_unavailable"
    await stack.daemons["signal-service"].start()

    async with asyncio.timeout(10):
        while (await client.get("/api/watchlist")).status_code != 404:
            pass


async def test_a_daemon_that_does_not_answer_is_a_timeout(start):
    stack = await start(chitti_request_timeout_s=0.2)

    async def answer(_request):
        await asyncio.Event().wait()

    stack.daemons["signal-service"].answers["get_alerts"] = answer
    reply = await (await stack.logged_in()).get("/api/alerts")
    assert reply.status_code == 504
    assert reply.json()["error"] == "timeout"


async def test_a_client_that_leaves_cancels_its_request_in_the_daemon(stack):
    began, ended = asyncio.Event(), asyncio.Event()

    async def answer(_request):
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    stack.daemons["signal-service"].answers["get_alerts"] = answer
    token = await stack.token()
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    writer.write(f"GET /api/alerts HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n".encode())
    await asyncio.wait_for(began.wait(), 5)
    writer.close()
    await writer.wait_closed()
    await asyncio.wait_for(ended.wait(), 5)
    assert not await reader.read()


async def test_a_body_over_the_limit_is_refused(start):
    stack = await start(chitti_body_limit_bytes=2000)
    client = await stack.logged_in()

    async def chunks():
        for _ in range(100):
            yield b"x" * 100

    for content in (b"x" * 2001, chunks()):
        reply = await client.post("/api/compute/sma", content=content)
        assert reply.status_code == 413
        assert reply.json()["error"] == "payload_too_large"
    assert not stack.daemons["mojo-compute"].asked


async def test_requests_over_the_rate_are_told_when_to_come_back(start):
    stack = await start(chitti_rate_fast="2/m:2")
    client = await stack.logged_in()
    replies = [await client.get("/api/watchlist") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [404, 404, 429]
    assert replies[2].json()["details"]["limit"] == "fast"
    assert 1 <= int(replies[2].headers["retry-after"]) <= 30
    assert (await (await stack.logged_in("asha")).get("/api/watchlist")).status_code == 404


async def test_a_large_reply_is_compressed_only_when_asked(start):
    stack = await start(chitti_gzip_min_bytes=1000)

    async def answer(request):
        return sma_reply(request)

    stack.daemons["mojo-compute"].answers["compute_sma"] = answer
    client = await stack.logged_in()
    content = json.dumps({"prices": [1.25] * 5000, "period": 2}).encode()
    plain = await client.post("/api/compute/sma", content=content, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    async with client.stream("POST", "/api/compute/sma", content=content, headers={"accept-encoding": "gzip"}) as reply:
        raw = b"".join([part async for part in reply.aiter_raw()])
        assert reply.headers["content-encoding"] == "gzip"
    assert len(raw) < len(plain.content) / 5
    assert json.loads(gzip.decompress(raw))["values"] == plain.json()["values"]


async def test_the_request_id_reaches_the_daemon_and_comes_back(stack):
    seen = []

    async def answer(_request):
        seen.append(call().request_id)
        raise errors.NotFound("nothing")

    stack.daemons["signal-service"].answers["get_alerts"] = answer
    reply = await (await stack.logged_in()).get("/api/alerts", headers={"x-request-id": "my-own-id.1"})
    assert reply.headers["x-request-id"] == "my-own-id.1"
    assert seen == ["my-own-id.1"]


async def test_a_head_request_gets_the_head_only(stack):
    reply = await (await stack.logged_in()).head("/api/watchlist")
    assert reply.status_code == 404
    assert not reply.content
