"""Backtests over HTTP, from a real mojo-compute behind the gateway."""

from __future__ import annotations

import json
from typing import Any

import httpx
import numpy as np
import pytest
from chitti_shared.contracts.backtests import BacktestRequest
from chitti_shared.contracts.strategies import STRATEGIES
from chitti_shared.json import encode
from chitti_shared.testing.waiting import first_true
from support.backtest_requests import crossing, wandering

pytestmark = pytest.mark.integration

RUN, RESULTS = "/api/backtest/run", "/api/backtest/results"
NOBODY = "00000000-0000-4000-8000-000000000000"


def body_of(request: BacktestRequest) -> dict[str, Any]:
    """What a client would send: without what has its default."""
    fields: dict[str, Any] = json.loads(encode(request))
    plain = json.loads(encode(BacktestRequest()))
    return {name: value for name, value in fields.items() if value != plain[name]}


BODY = body_of(crossing())


async def over(http: httpx.AsyncClient, run_id: str) -> dict[str, Any]:
    """The run when it is over."""

    async def ended() -> dict[str, Any] | None:
        reply: dict[str, Any] = (await http.get(f"{RESULTS}/{run_id}")).json()
        assert reply["status"] == reply["state"]
        return None if reply["status"] in ("pending", "running") else reply

    found = await first_true(ended, 30)
    assert found is not None
    return found


async def test_the_request_of_the_api_is_answered_with_its_fields(http: httpx.AsyncClient) -> None:
    prices = json.loads(encode(wandering(252)))
    request = {
        "strategy_id": "sma_crossover",
        "symbol": "TCS",
        "prices": prices,
        "parameters": {
            "fast_period": 10,
            "slow_period": 20,
            "initial_capital": 100000,
            "position_size": 0.1,
            "transaction_cost": 0.001,
        },
    }
    reply = await http.post(RUN, json=request)
    assert reply.status_code == 200, reply.text
    result = reply.json()
    assert (result["status"], result["state"]) == ("completed", "completed")
    assert len(result["equity_curve"]) == len(result["dates"]) == 252
    assert result["trades"][0].keys() >= {"date", "type", "price", "quantity", "pnl"}
    closed = result["results"]["profitable_trades"] + result["results"]["losing_trades"]
    assert closed == result["results"]["total_trades"] == len(result["round_trips"])
    assert result["lookahead"]["ok"] is True
    assert result["mojo_used"] is False
    assert "NaN" not in reply.text
    assert "Infinity" not in reply.text


async def test_a_run_handed_in_is_polled_until_it_is_completed(http: httpx.AsyncClient) -> None:
    handed_in = (await http.post(RUN, params={"async": "true"}, json=BODY)).json()
    # a run of a millisecond may be over before its row is read
    assert handed_in["status"] in ("pending", "running", "completed")
    assert ("results" in handed_in) == (handed_in["status"] == "completed")
    done = await over(http, handed_in["run_id"])
    at_once = (await http.post(RUN, json=BODY)).json()
    assert done["status"] == "completed"
    for name in ("results", "equity_curve", "trades", "round_trips", "manifest", "lookahead"):
        assert done[name] == at_once[name], name


async def test_runs_are_listed_read_in_pages_and_deleted(http: httpx.AsyncClient) -> None:
    ids = [(await http.post(RUN, json={**BODY, "symbol": symbol})).json()["run_id"] for symbol in ("TCS", "INFY")]
    listed = (await http.get(RESULTS, params={"limit": 1})).json()
    assert [one["run_id"] for one in listed["runs"]] == ids[1:]
    rest = (await http.get(RESULTS, params={"cursor": listed["next_cursor"]})).json()
    assert [one["run_id"] for one in rest["runs"]] == ids[:1]
    of_symbol = (await http.get(RESULTS, params={"symbol": "INFY", "state": "completed"})).json()
    assert [one["symbols"] for one in of_symbol["runs"]] == [["INFY"]]

    whole = (await http.get(f"{RESULTS}/{ids[0]}")).json()
    page = (await http.get(f"{RESULTS}/{ids[0]}", params={"curve_after": 100, "curve_limit": 50})).json()
    np.testing.assert_array_equal(page["equity_curve"], whole["equity_curve"][100:150])
    assert (page["dates"], page["next_curve"]) == (whole["dates"][100:150], 150)

    deleted = await http.delete(f"{RESULTS}/{ids[0]}")
    assert deleted.json() == {"run_id": ids[0], "state": "completed", "cancelled": False, "deleted": True}
    assert (await http.get(f"{RESULTS}/{ids[0]}")).status_code == 404


async def test_the_strategies_are_listed(http: httpx.AsyncClient) -> None:
    listed = (await http.get("/api/backtest/strategies")).json()
    assert [one["strategy_id"] for one in listed["strategies"]] == [one.name for one in STRATEGIES]
    assert "properties" in json.dumps(listed["execution"])


@pytest.mark.parametrize(
    ("query", "body", "status", "code", "field"),
    [
        ("", {**BODY, "strategy_id": "nothing_alike_xyz"}, 404, "not_found", None),
        ("", {**BODY, "parameters": {"initial_capital": -1}}, 400, "invalid_input", "initial_capital"),
        ("", {**BODY, "costs": "cheap"}, 400, "invalid_input", "costs"),
        ("", {**BODY, "verify_causality": 101}, 400, "invalid_input", "verify_causality"),
        ("", {**BODY, "symbol": "tcs"}, 400, "invalid_input", "symbol"),
        ("", {**BODY, "unheard_of": 1}, 400, "invalid_input", "unheard_of"),
        ("?async=perhaps", BODY, 400, "invalid_input", "async"),
        ("?async=true", {**BODY, "parameters": {"slow": 3}}, 400, "invalid_input", "slow"),
    ],
)
async def test_bad_input_is_refused_before_anything_is_stored(
    http: httpx.AsyncClient, query: str, body: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    reply = await http.post(RUN + query, json=body)
    assert (reply.status_code, reply.json()["error"]) == (status, code)
    assert reply.json()["details"].get("field") == field
    assert (await http.get(RESULTS)).json()["count"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{RESULTS}/{NOBODY}", 404),
        ("DELETE", f"{RESULTS}/{NOBODY}", 404),
        ("GET", f"{RESULTS}/abc", 400),
        ("GET", f"{RESULTS}?state=done", 400),
        ("GET", f"{RESULTS}?cursor=x", 400),
        ("GET", f"{RESULTS}/{NOBODY}?trades_after=-1", 400),
    ],
)
async def test_a_run_that_is_not_there_or_asked_for_wrongly_is_an_error(
    http: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    assert (await http.request(method, path)).status_code == status


async def test_progress_comes_in_lines_and_the_result_last(http: httpx.AsyncClient) -> None:
    panel = {f"S{n}": json.loads(encode(wandering(4_000, n))) for n in range(10)}
    body = {"strategy_id": "sma_crossover", "panel": panel, "mode": "apart", "progress": True, "curve_limit": 0}
    reply = await http.post(RUN, json={**body, "verify_causality": 100}, timeout=60)
    assert reply.headers["content-type"] == "application/x-ndjson"
    *parts, last = [json.loads(line) for line in reply.text.splitlines()]
    assert all(0 <= one["progress"] <= 1 and one["of"] == 10 for one in parts)
    assert last["status"] == "completed"
    assert [one["symbol"] for one in last["apart"]] == list(panel)


async def test_nobody_runs_anything_without_a_login(real: Any) -> None:
    client = real[0].client()
    assert (await client.post(RUN, json=BODY)).status_code == 401
    assert (await client.get(RESULTS)).status_code == 401
