"""Portfolios and risks over HTTP, from a real mojo-compute behind the gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from chitti_shared.settings import Settings
from mojo_compute.__main__ import wire
from support.markets import real_bars

pytestmark = pytest.mark.integration

PRICES = {symbol: real_bars(symbol, 260)["close"].tolist() for symbol in ("INFY", "TCS", "HDFCBANK", "ITC")}


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


async def test_a_portfolio_and_its_risks_are_served(http: httpx.AsyncClient) -> None:
    made = await http.post("/api/portfolio/optimize", json={"prices": PRICES, "method": "risk_parity", "capital": 1e5})
    assert made.status_code == 200, made.text[:300]
    weights = made.json()["weights"]
    assert sum(weights.values()) == pytest.approx(1)
    assert made.json()["allocation"]["leftover_cash"] >= 0
    told = await http.post(
        "/api/portfolio/risk", json={"prices": PRICES, "weights": weights, "covariance": "ledoit_wolf"}
    )
    assert told.status_code == 200, told.text[:300]
    assert told.json()["volatility"] == pytest.approx(made.json()["volatility"])
    shares = [one["share"] for one in told.json()["contributions"].values()]
    assert shares == pytest.approx([0.25] * 4, rel=1e-4)


async def test_constraints_that_contradict_each_other_are_named(http: httpx.AsyncClient) -> None:
    body = {"prices": PRICES, "sector_caps": {"IT": 0.1}, "bounds": {"INFY": [0.2, 0.5]}}
    reply = await http.post("/api/portfolio/optimize", json=body)
    error = reply.json()
    assert (reply.status_code, error["error"]) == (400, "invalid_input")
    assert "sector_caps by at least 0.1 (Information Technology); or min_weight by at least" in error["message"]
    lacking = {one["constraint"]: one["by"] for one in error["details"]["conflicts"]}
    assert lacking == {"sector_caps": pytest.approx(0.1), "min_weight": pytest.approx(0.1)}


async def test_a_portfolio_needs_a_login(http: httpx.AsyncClient) -> None:
    for path in ("optimize", "risk"):
        reply = await http.post(f"/api/portfolio/{path}", json={}, headers={"authorization": ""})
        assert reply.status_code == 401
