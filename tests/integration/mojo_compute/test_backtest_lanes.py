"""Where backtests are computed: long ones never among the short requests."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from chitti_shared.contracts import backtests as contract
from chitti_shared.ipc import Client
from mojo_compute.actions import backtest_runs
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
