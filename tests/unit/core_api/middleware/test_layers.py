"""The ASGI layers around small applications."""

import gzip
import json

import pytest
from chitti_shared.errors import ComputationError, Internal, Overloaded, RateLimited, Unauthorized
from chitti_shared.metrics import exposition
from core_api.asgi import send_bytes, send_json
from core_api.metrics import HttpMetrics
from core_api.middleware.compression import Compression
from core_api.middleware.cors import Cors
from core_api.middleware.edge import Edge
from core_api.middleware.errors import Errors
from prometheus_client import CollectorRegistry


async def ask(app, method="GET", path="/x", headers=()):
    """One request; status, headers, body."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(dict(message))

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "client": ("10.0.0.1", 1),
    }
    await app(scope, receive, send)
    replied = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], replied, b"".join(message["body"] for message in sent[1:])


def edge(app, registry=None):
    return Edge(Errors(app), HttpMetrics(registry or CollectorRegistry()))


async def fine(_scope, _receive, send):
    await send_json(send, 200, {"a": 1})


def failing(error):
    async def app(_scope, _receive, _send):
        raise error

    return app


async def test_a_reply_carries_an_id_and_security_headers():
    status, headers, body = await ask(edge(fine))
    assert (status, body) == (200, b'{"a":1}')
    assert headers["x-request-id"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-length"] == "7"


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc-1.2_3", True), ("a" * 64, True), ("a" * 65, False), ("a b", False), ("", False), ("é", False)],
)
async def test_a_sane_request_id_of_the_client_is_kept(given, kept):
    _, headers, _ = await ask(edge(fine), headers=[("x-request-id", given)])
    assert (headers["x-request-id"] == given) is kept


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        (Unauthorized("no"), 401, ("www-authenticate", "Bearer")),
        (RateLimited("slow down", retry_after_ms=1200), 429, ("retry-after", "2")),
        (Overloaded("full", retry_after_ms=10), 503, ("retry-after", "1")),
        (ComputationError("nan"), 500, None),
    ],
)
async def test_an_expected_error_has_its_status_and_headers(error, status, header):
    got, headers, body = await ask(edge(failing(error)))
    assert got == status
    assert json.loads(body)["error"] == error.code
    assert set(json.loads(body)) == {"error", "message", "details", "timestamp", "retryable"}
    if header:
        assert headers[header[0]] == header[1]


@pytest.mark.parametrize("error", [KeyError("secret"), Internal("secret"), RuntimeError("secret")])
async def test_an_unexpected_error_is_opaque_but_for_the_request_id(error, capfd):
    status, headers, body = await ask(edge(failing(error)))
    assert status == 500
    assert b"secret" not in body
    told = json.loads(body)
    assert told["error"] == "internal"
    assert told["details"] == {"request_id": headers["x-request-id"]}


async def test_an_error_after_the_replys_start_goes_on_to_the_server():
    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await ask(edge(app))


async def test_requests_are_counted_by_route_and_never_by_path():
    registry = CollectorRegistry()
    layer = edge(fine, registry)
    await ask(layer, path="/made/up")
    await ask(layer, method="BREW", path="/made/up")
    text = exposition(registry).decode()
    assert 'chitti_http_requests_total{method="GET",route="unmatched",status="200"} 1.0' in text
    assert 'method="other"' in text
    assert "/made/up" not in text
    assert "BREW" not in text
    assert "chitti_http_in_flight 0.0" in text


async def large(_scope, _receive, send):
    await send_bytes(send, 200, b"[" + b"1," * 5000 + b"1]")


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, br", False),
    ],
)
async def test_a_large_body_is_compressed_when_the_client_asks(accepted, compressed):
    app = Edge(Compression(large, 1000), HttpMetrics(CollectorRegistry()))
    _, headers, body = await ask(app, headers=[("accept-encoding", accepted)])
    assert (headers.get("content-encoding") == "gzip") is compressed
    assert int(headers["content-length"]) == len(body)
    assert len(gzip.decompress(body) if compressed else body) == 10_003


async def test_a_small_body_and_a_stream_are_not_compressed():
    async def stream(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await send({"type": "http.response.body", "body": b"x" * 5000, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    for app in (fine, stream):
        layered = Edge(Compression(app, 1000), HttpMetrics(CollectorRegistry()))
        _, headers, _ = await ask(layered, headers=[("accept-encoding", "gzip")])
        assert "content-encoding" not in headers


async def test_only_the_origins_in_the_settings_may_read():
    app = Edge(Cors(Errors(failing(Unauthorized("no"))), ["https://a.example"]), HttpMetrics(CollectorRegistry()))
    _, headers, _ = await ask(app, headers=[("origin", "https://a.example")])
    assert headers["access-control-allow-origin"] == "https://a.example"
    assert headers["vary"] == "origin"
    for origin in ("https://b.example", "https://a.example.b", "null"):
        _, headers, _ = await ask(app, headers=[("origin", origin)])
        assert "access-control-allow-origin" not in headers


async def test_a_preflight_is_answered_without_a_login():
    app = Edge(Cors(failing(AssertionError("not asked")), ["https://a.example"]), HttpMetrics(CollectorRegistry()))
    asked = [("access-control-request-method", "PUT")]
    status, headers, _ = await ask(app, "OPTIONS", headers=[("origin", "https://a.example"), *asked])
    assert status == 204
    assert "PUT" in headers["access-control-allow-methods"]
    assert "authorization" in headers["access-control-allow-headers"]
    status, headers, _ = await ask(app, "OPTIONS", headers=[("origin", "https://b.example"), *asked])
    assert status == 403
    assert "access-control-allow-methods" not in headers
