"""Indicators over HTTP, from a real mojo-compute behind the gateway."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import httpx
import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS
from chitti_shared.testing.waiting import until
from mojo_compute import indicators as ta
from support.indicators import inputs_of
from support.markets import real_bars

pytestmark = pytest.mark.integration

BARS = real_bars("INFY", 300)
SMALL = {"prices": [1.0, 2.0, 4.0], "period": 2}


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
    ("sma", {"prices": [0.0, 2.0], "period": 2}, 400, "invalid_input", "must be > 0"),
    ("obv", body_of("obv") | {"volume": [-1.0] * 300}, 400, "invalid_input", "volume must be >= 0"),
    ("ln", {"prices": [1.0, 0.0]}, 400, "invalid_input", "ln of prices 0.0 at index 1 is infinite"),
    ("div", {"prices": [1.0], "prices2": [0.0]}, 400, "invalid_input", "at index 0 is infinite"),
    ("exp", {"prices": [710.0]}, 400, "invalid_input", "exp of prices 710.0"),
    ("bollinger", {"prices": [1.0, 2.0], "ma_type": "emma"}, 400, "invalid_input", "did you mean 'ema'"),
    ("bollinger", {"prices": [1.0, 2.0], "ma_type": 14}, 400, "invalid_input", "<= 13"),
    ("sma", {"prices": [[1.0], 2.0]}, 400, "invalid_input", "prices[1]"),
    ("sma", {"prices": [[1.0, 2.0], [3.0]], "period": 3}, 400, "invalid_input", "exceeds data length (2)"),
    ("add", {"prices": [[1.0]], "prices2": [[1.0, 2.0]]}, 400, "invalid_input", "row 0 of prices2"),
    ("atr", body_of("atr") | {"high": [1.0]}, 400, "invalid_input", "one length"),
    ("atr", body_of("atr") | {"high": body_of("atr")["low"], "low": body_of("atr")["high"]}, 400,
     "invalid_input", "is below low"),
    ("atr", {"close": [1.0]}, 400, "invalid_input", "high is missing"),
    ("add", {"symbol": "INFY"}, 400, "invalid_input", "other"),
    ("sma", {"prices": [1.0] * 1_000_001}, 413, "payload_too_large", "1000000"),
    ("sma", {"prices": [[1.0, 2.0], [1.0] * 1_000_001]}, 413, "payload_too_large", "1000000"),
    ("sma", {"prices": [[1.0, 2.0]] * 1001}, 413, "payload_too_large", "1000 rows"),
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
        for name, values in properties.items():
            if name in {parameter.name for parameter in one.parameters if parameter.names}:
                assert values["anyOf"][1]["enum"][:3] == ["sma", "ema", "wma"]


async def test_each_indicator_refuses_what_it_cannot_compute(http: httpx.AsyncClient) -> None:
    for one in INDICATORS:
        body = body_of(one.name)
        needed = one.lookback({parameter.name: parameter.default for parameter in one.parameters}) + 1
        first, last = one.inputs[0], one.inputs[-1]
        refused = [
            ({name: [] for name in body}, "needed"),
            ({name: values[: needed - 1] for name, values in body.items()}, "needed"),
            (body | {"perod": 3}, "field"),
        ]
        if first != last:
            refused.append((body | {last: body[last][:-1]}, "field"))
        if {"high", "low"} <= body.keys():
            refused.append((body | {"high": body["low"], "low": body["high"]}, "index"))
        for bad, fact in refused:
            reply = await http.post(f"/api/compute/{one.name}", json=bad)
            assert (reply.status_code, reply.json()["error"]) == (400, "invalid_input"), (one.name, reply.text[:200])
            assert fact in reply.json()["details"]


async def test_prices_are_above_zero_and_other_numbers_need_not_be(http: httpx.AsyncClient) -> None:
    for one in INDICATORS:
        for column in one.inputs:
            body = body_of(one.name)
            body[column][9] = -2.5
            if column == "high" and "low" in body:
                body["low"][9] = -2.5
            reply = await http.post(f"/api/compute/{one.name}", json=body)
            if one.positive and column != "other":
                assert (reply.status_code, reply.json()["details"]["index"]) == (400, 9), (one.name, column)
            else:
                assert reply.status_code == 200, (one.name, column, reply.text[:200])


async def test_an_average_may_be_named(http: httpx.AsyncClient) -> None:
    prices = BARS["close"].tolist()
    named, numbered = [
        (await http.post("/api/compute/bollinger", json={"prices": prices, "ma_type": kind})).json()
        for kind in ("EMA", 1)
    ]
    assert (named["ma_type"], named["lookback"]) == (1, 19)
    assert all(named[name] == numbered[name] for name in BY_NAME["bollinger"].outputs)
    assert named["stable_from"] > 19
    kinds = [{"type": "ma", "params": {"ma_type": kind}} for kind in (2, "wma", "Wma", "t3")]
    item = {"prices": prices, "indicators": [*kinds, {"type": "ma", "params": {"ma_type": "wmaa"}, "label": "bad"}]}
    reply = (await http.post("/api/compute/batch", json={"requests": [item]})).json()["results"][0]["indicators"]
    assert set(reply) == {"ma_30_2", "ma_30_8", "bad"}
    assert reply["ma_30_2"]["ma_type"] == 2
    assert "did you mean 'wma'" in reply["bad"]["message"]
    entries = {entry["name"]: entry for entry in (await http.get("/api/compute/indicators")).json()["indicators"]}
    (kind,) = [parameter for parameter in entries["bollinger"]["parameters"] if parameter["name"] == "ma_type"]
    assert (kind["names"][1], kind["names"][13], kind["default"]) == ("ema", "rma", 0)
    assert (entries["bollinger"]["recursive"], entries["bollinger"]["recursive_by"]) == (False, ["ma_type"])


async def test_a_panel_answers_in_rows_and_an_error_stays_with_its_row(http: httpx.AsyncClient) -> None:
    closes = [BARS["close"][:90], BARS["close"][:5], BARS["close"][100:]]
    rows = [values.tolist() for values in closes]
    rows[2][3] = None
    reply = (await http.post("/api/compute/ema", json={"prices": rows, "period": 10, "only_last": 80})).json()
    assert [len(row) for row in reply["values"]] == [80, 5, 80]
    assert list(reply["errors"]) == ["1"]
    assert "exceeds data length (5)" in reply["errors"]["1"]["message"]
    closes[2] = np.where(np.arange(200) == 3, np.nan, closes[2])
    for number in (0, 2):
        found = np.array(reply["values"][number], dtype=float)
        np.testing.assert_array_equal(found, ta.ema(closes[number], 10)[-80:])


async def test_a_batch_of_a_million_bars_whose_client_leaves_is_stopped(real: Any) -> None:
    stack, server = real
    http = await stack.logged_in()
    wanted = [{"type": "hurst", "params": {"period": 200 + n}, "label": f"h{n}"} for n in range(64)]
    row = ",".join(map(repr, (100.0 + np.sin(np.arange(2_000) / 50.0)).round(4).tolist()))
    item = f'{{"prices":[{row}],"indicators":{json.dumps(wanted)}}}'
    content = f'{{"only_last":1,"requests":[{",".join([item] * 500)}]}}'.encode()
    work = asyncio.create_task(http.post("/api/compute/batch", content=content, timeout=60))
    await until(lambda: server.in_flight > 0 or work.done(), 30)

    async def served() -> bool:
        good = await http.post("/api/compute/sma", json=SMALL)
        return bool(good.json()["values"] == [None, 1.5, 3.0])

    for _ in range(5):
        assert await served()
    assert not work.done()
    work.cancel()
    await asyncio.wait((work,))
    await until(lambda: server.in_flight == 0, 10)
    assert await served()
    assert server._budget.used == 0
