"""Long work over HTTP: a line for each step, the result last."""

from __future__ import annotations

import asyncio
import json

import httpx
import numpy as np
import pytest
from chitti_shared.contracts import compute, market
from chitti_shared.errors import ComputationError, InvalidInput
from chitti_shared.ipc import Progress
from chitti_shared.testing.waiting import until

ITEM = {"symbol": "TCS", "indicators": [{"type": "sma"}]}
NDJSON = "application/x-ndjson"


def result(symbol: str, values: int = 3) -> compute.BatchResult:
    record = compute.BatchIndicator(indicator="sma", values=np.full(values, 1.5))
    return compute.BatchResult(symbol=symbol, indicators={"sma": record})


def totals(results: list[compute.BatchResult]) -> compute.ComputeBatchReply:
    return compute.ComputeBatchReply(
        results=results,
        total_computation_time_ms=1.0,
        time_ms=1.0,
        symbols_processed=2,
        indicators_computed=2,
        failed=0,
        engine="cython",
        mojo_used=False,
    )


async def batch(request: compute.ComputeBatchRequest) -> compute.ComputeBatchReply:
    progress = Progress(request)
    if not progress.wanted:
        return totals([result("A"), result("B")])
    for number, symbol in enumerate("AB"):
        part = compute.ComputeBatchPart(first=number, results=[result(symbol)])
        await progress.tell_results((number + 1) / 2, part)
    return totals([])


def lines_of(reply: httpx.Response) -> list[dict]:
    assert reply.headers["content-type"] == NDJSON
    assert reply.text.endswith("\n")
    return [json.loads(line) for line in reply.text.splitlines()]


@pytest.mark.parametrize("in_query", [True, False])
@pytest.mark.parametrize("length", [10, 100_000])
async def test_steps_come_as_lines_and_the_result_last(stack, in_query, length):
    stack.daemons["mojo-compute"].answers["compute_batch"] = batch
    client = await stack.logged_in()
    body = {"requests": [{**ITEM, "close": [1.5] * length}]}
    if in_query:
        reply = await client.post("/api/compute/batch?progress=true", json=body)
    else:
        reply = await client.post("/api/compute/batch", json={**body, "progress": True})
    assert reply.status_code == 200
    one, two, last = lines_of(reply)
    assert (one["status"], one["part"], one["progress"], one["first"]) == ("partial", 1, 0.5, 0)
    assert one["results"][0]["symbol"] == "A"
    assert (two["part"], two["progress"], two["results"][0]["symbol"]) == (2, 1.0, "B")
    assert "status" not in last
    assert (last["results"], last["symbols_processed"]) == ([], 2)


@pytest.mark.parametrize("length", [10, 100_000])
@pytest.mark.parametrize("asked", [{}, {"progress": False}])
async def test_without_progress_the_result_is_one_object(stack, length, asked):
    stack.daemons["mojo-compute"].answers["compute_batch"] = batch
    client = await stack.logged_in()
    reply = await client.post("/api/compute/batch", json={"requests": [{**ITEM, "close": [1.5] * length}], **asked})
    assert reply.headers["content-type"] == "application/json"
    assert [one["symbol"] for one in reply.json()["results"]] == ["A", "B"]


async def test_progress_in_query_and_body_is_refused(stack):
    client = await stack.logged_in()
    body = {"requests": [ITEM], "progress": True}
    reply = await client.post("/api/compute/batch?progress=true", json=body)
    assert reply.status_code == 400
    assert reply.json()["details"]["field"] == "progress"


async def test_an_error_before_the_first_step_has_its_own_status(stack):
    async def refuse(_request):
        raise InvalidInput("not this", field="requests", constraint="another")

    stack.daemons["mojo-compute"].answers["compute_batch"] = refuse
    client = await stack.logged_in()
    reply = await client.post("/api/compute/batch?progress=true", json={"requests": [ITEM]})
    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/json"
    assert reply.json()["error"] == "invalid_input"


async def test_an_error_after_a_step_is_the_last_line(stack):
    async def fail(request):
        await Progress(request).tell_results(0.5, compute.ComputeBatchPart(first=0, results=[result("A")]))
        raise ComputationError("a kernel failed")

    stack.daemons["mojo-compute"].answers["compute_batch"] = fail
    client = await stack.logged_in()
    reply = await client.post("/api/compute/batch?progress=true", json={"requests": [ITEM]})
    assert reply.status_code == 200
    one, last = lines_of(reply)
    assert one["status"] == "partial"
    assert set(last) == {"error", "message", "details", "timestamp", "retryable"}
    assert last["error"] == "computation_error"


async def test_a_daemon_that_is_lost_is_told_in_the_last_line(stack):
    async def leave(request):
        await Progress(request).tell_results(0.5, compute.ComputeBatchPart(first=0, results=[result("A")]))
        await asyncio.Event().wait()

    daemon = stack.daemons["mojo-compute"]
    daemon.answers["compute_batch"] = leave
    client = await stack.logged_in()
    async with client.stream("POST", "/api/compute/batch?progress=true", json={"requests": [ITEM]}) as reply:
        lines = reply.aiter_lines()
        assert json.loads(await anext(lines))["status"] == "partial"
        await daemon.stop()
        assert json.loads(await anext(lines))["error"] == "service_unavailable"


async def test_a_client_that_leaves_between_steps_cancels_the_work(stack):
    ended = asyncio.Event()

    async def endless(request):
        try:
            await Progress(request).tell_results(0.1, compute.ComputeBatchPart(first=0, results=[result("A")]))
            await asyncio.Event().wait()
        finally:
            ended.set()

    stack.daemons["mojo-compute"].answers["compute_batch"] = endless
    client = await stack.logged_in()
    async with client.stream("POST", "/api/compute/batch?progress=true", json={"requests": [ITEM]}) as reply:
        await anext(reply.aiter_lines())
    async with asyncio.timeout(10):
        await ended.wait()


async def test_work_goes_no_faster_than_its_client_reads(stack):
    told = 0

    async def many(request):
        nonlocal told
        progress = Progress(request)
        for number in range(500):
            part = compute.ComputeBatchPart(first=number, results=[result("A", 50_000)])  # 200 KB
            await progress.tell_results(number / 500, part)
            told += 1
        return totals([])

    stack.daemons["mojo-compute"].answers["compute_batch"] = many
    client = await stack.logged_in()
    async with client.stream("POST", "/api/compute/batch?progress=true", json={"requests": [ITEM]}) as reply:
        lines = reply.aiter_lines()
        await anext(lines)
        for _ in range(200):
            await client.get("/health")
        assert told < 250
        rest = [len(line) async for line in lines]
    assert len(rest) == 500


async def test_a_raw_upload_can_be_watched(stack):
    async def take(request):
        part = market.ImportPricesPart(stage="storing", rows_read=2, rows_stored=1, rows_unchanged=0)
        Progress(request).tell(0.5, part)
        return market.ImportPricesReply(
            format="plain",
            files=1,
            rows_read=2,
            rows_stored=2,
            rows_unchanged=0,
            rows_skipped=0,
            rows_rejected=0,
            rejected=[],
            symbols=["TCS"],
            first_date=None,
            last_date=None,
            time_ms=1.0,
        )

    stack.daemons["mojo-compute"].answers["import_prices"] = take
    client = await stack.logged_in()
    reply = await client.post(
        "/api/prices/import?filename=TCS.csv&progress=true", content=b"x", headers={"content-type": "text/csv"}
    )
    one, last = lines_of(reply)
    assert (one["stage"], one["rows_stored"], last["rows_stored"]) == ("storing", 1, 2)


async def test_openapi_names_the_steps(stack):
    document = (await stack.client().get("/openapi.json")).json()
    answer = document["paths"]["/api/compute/batch"]["post"]["responses"]["200"]
    assert NDJSON in answer["content"]
    assert "ComputeBatchPart" in answer["description"]
    assert "ComputeBatchPart" in document["components"]["schemas"]


async def test_nothing_is_left_of_sessions(stack):
    stack.daemons["mojo-compute"].answers["compute_batch"] = batch
    client = await stack.logged_in()
    for _ in range(5):
        await client.post("/api/compute/batch?progress=true", json={"requests": [ITEM]})
    server = stack.daemons["mojo-compute"]._server
    await until(lambda: not any(connection.jobs for connection in server.connections))
    await until(lambda: len(server.connections) <= 2)
