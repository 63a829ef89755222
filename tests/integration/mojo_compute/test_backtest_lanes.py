"""Where backtests are computed: long ones never among the short requests."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from chitti_shared.contracts import backtests as contract
from chitti_shared.ipc import Client
from mojo_compute.actions import backtest_runs, backtests
from support.backtest_requests import crossing

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("bars", "points", "lane"), [(252, 3, "fast"), (20_000, 3, "fast"), (60_000, 3, "bulk"), (20_000, 100, "bulk")]
)
async def test_what_the_proof_of_causality_costs_counts_for_the_lane(
    client: Client, monkeypatch: pytest.MonkeyPatch, bars: int, points: int, lane: str
) -> None:
    threads: list[str] = []
    computed = backtest_runs.computed

    def noting(*given: Any) -> Any:
        threads.append(threading.current_thread().name)
        return computed(*given)

    monkeypatch.setattr(backtest_runs, "computed", noting)
    reply = await client.call(contract.BACKTEST, crossing(bars, verify_causality=points, keep=False), timeout_s=60)
    assert reply.lookahead.ok is True
    assert [name.rpartition("_")[0] for name in threads] == [f"lane-{lane}"]


async def test_long_replies_are_made_beside_the_loop(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []

    def noted(make: Any) -> Any:
        def noting(*given: Any, **facts: Any) -> Any:
            threads.append(threading.current_thread().name.rpartition("_")[0])
            return make(*given, **facts)

        return noting

    for name in ("reply_of", "reply_of_stored"):
        monkeypatch.setattr(backtests, name, noted(getattr(backtests, name)))
    long = await client.call(contract.BACKTEST, crossing(40_000), timeout_s=60)
    again = await client.call(contract.GET_BACKTEST, contract.GetBacktestRequest(run_id=long.run_id))
    assert again.equity_curve.tobytes() == long.equity_curve.tobytes()
    assert threads == ["lane-bulk", "lane-bulk"]
    await client.call(contract.GET_BACKTEST, contract.GetBacktestRequest(run_id=long.run_id, curve_limit=5_000))
    short = await client.call(contract.BACKTEST, crossing())
    await client.call(contract.GET_BACKTEST, contract.GetBacktestRequest(run_id=short.run_id))
    assert threads[2:] == ["lane-fast", "", ""]
