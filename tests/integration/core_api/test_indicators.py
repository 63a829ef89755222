"""Indicators over HTTP, from a real mojo-compute behind the gateway."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS
from chitti_shared.settings import Settings
from mojo_compute import indicators as ta
from mojo_compute.__main__ import wire
from support.indicators import inputs_of
from support.markets import real_bars

pytestmark = pytest.mark.integration

BARS = real_bars("INFY", 300)
SMALL = {"prices": [1.0, 2.0, 4.0], "period": 2}


@pytest.fixture
async def http(start: Any, database: Any, folder: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is logged in to a gateway whose mojo-compute is the real one."""
    stack = await start()
    await stack.daemons["mojo-compute"].stop()
    settings = Settings(
        _env_file=None, chitti_runtime_dir=folder, database_url_mojo_compute=database.url_of("mojo-compute")
    )
    async with AsyncExitStack() as daemon:
        server = await wire(settings, daemon)
        await server.start(settings.listen_of("mojo-compute"))
        daemon.push_async_callback(server.close, 1)
        yield await stack.logged_in()


def body_of(name: str) -> dict[str, Any]:
    return {column: values.tolist() for column, values in inputs_of(BY_NAME[name], BARS).items()}


async def test_every_indicator_has_its_route_and_answers_what_the_import_answers(http: httpx.AsyncClient) -> None:
    for one in INDICATORS:
        reply = await http.post(f"/api/compute/{one.name}", json=body_of(one.name))
        assert reply.status_code == 200, (one.name, reply.text[:200])
        found = getattr(ta, one.name)(*inputs_of(one, BARS).values())
        for name, values in zip(one.outputs, found if isinstance(found, tuple) else (found,), strict=True):
            np.testing.assert_array_equal(np.array(reply.json()[name], dtype=float), values, err_msg=one.name)


async def test_the_list_names_each_of_them(http: httpx.AsyncClient) -> None:
    listed = (await http.get("/api/compute/indicators")).json()
    assert [entry["name"] for entry in listed["indicators"]] == [one.name for one in INDICATORS]
    assert listed["count"] == len(INDICATORS)


BAD: list[tuple[str, dict[str, Any], int, str, str]] = [
    ("smaa", SMALL, 404, "not_found", "did you mean 'sma'"),
    ("bolinger", SMALL, 404, "not_found", "did you mean 'bollinger'"),
    ("xyzzyxyzzy", SMALL, 404, "not_found", "/api/compute/indicators lists them"),
    ("sma", {"prices": [1.0, 2.0], "timeperiod": 2}, 400, "invalid_input", "did you mean 'period'"),
    ("sma", {"prices": [], "period": 2}, 400, "invalid_input", "exceeds data length (0)"),
    ("sma", {"prices": [1.0], "period": 2}, 400, "invalid_input", "exceeds data length (1)"),
    ("sma", {"prices": [1.0, 2.0], "period": 1}, 400, "invalid_input", ">= 2"),
    ("sma", {"prices": [1.0, -2.0], "period": 2}, 400, "invalid_input", "must be > 0"),
    ("atr", body_of("atr") | {"high": [1.0]}, 400, "invalid_input", "one length"),
    ("atr", body_of("atr") | {"high": body_of("atr")["low"], "low": body_of("atr")["high"]}, 400,
     "invalid_input", "is below low"),
    ("atr", {"close": [1.0]}, 400, "invalid_input", "high is missing"),
    ("add", {"symbol": "INFY"}, 400, "invalid_input", "other"),
    ("sma", {"prices": [1.0] * 1_000_001}, 413, "payload_too_large", "1000000"),
    ("batch", {"requests": [{"prices": [1.0, 2.0], "indicators": [{"type": "sma"}]}] * 1001}, 413,
     "payload_too_large", "1001"),
]  # fmt: skip


async def test_bad_requests_have_one_shape_and_disturb_nobody(http: httpx.AsyncClient) -> None:
    for name, body, status, code, message in BAD:
        reply = await http.post(f"/api/compute/{name}", json=body)
        error = reply.json()
        assert (reply.status_code, error["error"]) == (status, code), message
        assert message in error["message"]
        assert set(error) == {"error", "message", "details", "timestamp", "retryable"}
        good = await http.post("/api/compute/sma", json=SMALL)
        assert good.json()["values"] == [None, 1.5, 3.0]


async def test_what_is_no_json_number_is_refused(http: httpx.AsyncClient) -> None:
    for number in ("NaN", "Infinity", "-Infinity", "1e999"):
        reply = await http.post("/api/compute/sma", content=f'{{"prices":[1.0,{number},2.0],"period":2}}'.encode())
        assert (reply.status_code, reply.json()["error"]) == (400, "invalid_input")


async def test_several_outputs_are_compressed_when_asked(http: httpx.AsyncClient) -> None:
    content = json.dumps({"prices": np.resize(BARS["close"], 5000).tolist()}).encode()
    plain = await http.post("/api/compute/bollinger", content=content, headers={"accept-encoding": "identity"})
    async with http.stream(
        "POST", "/api/compute/bollinger", content=content, headers={"accept-encoding": "gzip"}
    ) as reply:
        raw = b"".join([part async for part in reply.aiter_raw()])
    assert reply.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    for name in BY_NAME["bollinger"].outputs:
        assert json.loads(gzip.decompress(raw))[name] == plain.json()[name]


async def test_a_batch_with_progress_comes_in_lines(http: httpx.AsyncClient) -> None:
    items = [
        {"symbol": f"S{n}", **body_of("atr"), "indicators": [{"type": "atr"}, {"type": "rsi"}, {"type": "smaa"}]}
        for n in range(40)
    ]
    reply = await http.post("/api/compute/batch?progress=true", json={"requests": items, "only_last": 2})
    assert reply.headers["content-type"] == "application/x-ndjson"
    *parts, last = [json.loads(line) for line in reply.text.splitlines()]
    assert [part["status"] for part in parts] == ["partial"] * 3
    assert [part["first"] for part in parts] == [0, 16, 32]
    assert [part["progress"] for part in parts] == [0.4, 0.8, 1.0]
    results = [result for part in parts for result in part["results"]]
    assert [result["symbol"] for result in results] == [item["symbol"] for item in items]
    expected = {"atr": ta.atr(BARS["high"], BARS["low"], BARS["close"])[-2:], "rsi": ta.rsi(BARS["close"])[-2:]}
    for result in results:
        assert {name: result["indicators"][name]["values"] for name in expected} == {
            name: values.tolist() for name, values in expected.items()
        }
        assert "did you mean 'sma'" in result["indicators"]["smaa"]["message"]
    assert (last["results"], last["symbols_processed"], last["indicators_computed"], last["failed"]) == ([], 40, 80, 40)


async def test_the_openapi_document_has_every_indicator(http: httpx.AsyncClient) -> None:
    reply = await http.get("/openapi.json")
    assert len(reply.content) < 3_000_000
    document = reply.json()
    for one in INDICATORS:
        operation = document["paths"][f"/api/compute/{one.name}"]["post"]
        assert operation["summary"] == one.summary
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        properties = document["components"]["schemas"][name]["properties"]
        assert {parameter.name for parameter in one.parameters} <= properties.keys()
