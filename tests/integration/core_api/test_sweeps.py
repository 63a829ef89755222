"""Sweeps and walks forward over HTTP, from a real mojo-compute behind the gateway."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from chitti_shared.json import encode
from chitti_shared.testing.waiting import first_true
from support.backtest_requests import wandering

pytestmark = pytest.mark.integration

SWEEP, WALK = "/api/backtest/sweep", "/api/backtest/walk-forward"
PRICES = json.loads(encode(wandering(300)))
BODY: dict[str, Any] = {
    "strategy_id": "sma_crossover",
    "symbol": "TCS",
    "prices": PRICES,
    "grid": {"fast_period": [3, 5, 8], "slow_period": {"from": 8, "to": 20, "step": 4}},
    "heatmaps": [{"x": "fast_period", "y": "slow_period", "aggregate": "max"}],
}


async def test_a_sweep_answers_columns_the_best_and_a_heat_map(http: httpx.AsyncClient) -> None:
    reply = await http.post(SWEEP, json=BODY)
    assert reply.status_code == 200, reply.text
    found = reply.json()
    assert (found["status"], found["count"], found["invalid"]) == ("completed", 11, 1)
    assert {len(column) for column in found["trials"].values()} == {11}
    assert list(found["trials"])[:3] == ["fast_period", "slow_period", "sharpe_ratio"]
    best = max(one for one in found["trials"]["sharpe_ratio"] if one is not None)
    assert found["best"]["metrics"]["sharpe_ratio"] == best
    assert found["top"][0]["results"]["sharpe_ratio"] == best
    assert len(found["top"][0]["equity_curve"]) == 300
    assert max(cell for row in found["heatmaps"][0]["values"] for cell in row if cell is not None) == best
    assert "NaN" not in reply.text


async def test_progress_comes_in_lines_and_the_reply_is_the_last(http: httpx.AsyncClient) -> None:
    grid = {"fast_period": {"from": 2, "to": 101, "step": 1}, "slow_period": {"from": 102, "to": 301, "step": 1}}
    body = {**BODY, "prices": json.loads(encode(wandering(3000))), "grid": grid, "heatmaps": [], "progress": True}
    lines = [json.loads(line) for line in (await http.post(SWEEP, json=body)).text.splitlines()]
    assert lines[-1]["count"] == 20_000
    steps = lines[:-1]
    assert steps
    assert [one["progress"] for one in steps] == sorted(one["progress"] for one in steps)
    assert all(one["of"] == 20_000 and set(one["best"]["parameters"]) == set(grid) for one in steps)


async def test_a_sweep_of_a_milliard_points_is_refused_with_its_size(http: httpx.AsyncClient) -> None:
    spans = {"fast_period": {"from": 2, "to": 1001, "step": 1}, "slow_period": {"from": 1002, "to": 2001, "step": 1}}
    grid = {**spans, "position_size": {"from": 0.001, "to": 1, "step": 0.001}}
    reply = await http.post(SWEEP, json={**BODY, "grid": grid})
    assert reply.status_code == 400
    error = reply.json()
    assert (error["error"], error["details"]["size"]) == ("invalid_input", 10**9)


async def test_a_walk_forward_answers_its_windows_and_the_whole(http: httpx.AsyncClient) -> None:
    body = {name: value for name, value in BODY.items() if name != "heatmaps"} | {"train": 120, "test": 60}
    reply = await http.post(WALK, json=body)
    assert reply.status_code == 200, reply.text
    found = reply.json()
    assert len(found["windows"]) == 3
    assert len(found["equity_curve"]) == len(found["dates"]) == 180
    assert set(found["stability"]) == {"fast_period", "slow_period"}


@pytest.mark.parametrize("path", [SWEEP, WALK])
async def test_a_job_is_handed_in_and_its_result_read_by_its_id(http: httpx.AsyncClient, path: str) -> None:
    body = dict(BODY) if path == SWEEP else {**BODY, "train": 120, "test": 60, "heatmaps": None}
    body = {name: value for name, value in body.items() if value is not None}
    handed = (await http.post(path, params={"async": "true"}, json=body)).json()
    assert handed["status"] in ("pending", "running", "completed")

    async def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = (await http.get(f"/api/backtest/results/{handed['run_id']}")).json()
        return None if found["status"] in ("pending", "running") else found

    done = await first_true(ended, 30)
    assert done is not None
    now = (await http.post(path, json=body)).json()
    assert done["status"] == "completed"
    for name in ("count", "objective", *(["best", "trials", "top"] if path == SWEEP else ["windows", "equity_curve"])):
        assert done["result"][name] == now[name], name
