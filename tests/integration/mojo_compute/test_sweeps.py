"""Sweeps and walks forward over the socket: what they answer, tell, refuse, and how they end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts import backtests, sweeps
from chitti_shared.contracts.arrays import Document
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.contracts.sweeps import HeatmapWish, Span, SweepRequest, WalkForwardRequest
from chitti_shared.errors import ChittiError, Conflict, InvalidInput, PayloadTooLarge
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true
from distributed import LocalCluster
from mojo_compute.__main__ import wire
from mojo_compute.backtesting.sweeps.grids import Axis
from prometheus_client import CollectorRegistry
from support.backtest_requests import wandering

pytestmark = pytest.mark.integration

GRID: dict[str, Any] = {"fast_period": [3, 5, 8], "slow_period": Span(from_=8, to=20, step=4)}
WIDE: dict[str, Any] = {"fast_period": Span(from_=2, to=201, step=1), "slow_period": Span(from_=202, to=501, step=1)}


def wanted(**fields: Any) -> SweepRequest:
    given = {"symbol": "TCS", "prices": wandering(300), "grid": GRID, "strategy_id": "sma_crossover"}
    return SweepRequest(**{**given, **fields})


async def swept(client: Client, **fields: Any) -> sweeps.SweepReply:
    reply: sweeps.SweepReply = await client.call(sweeps.SWEEP, wanted(**fields), timeout_s=60)
    return reply


async def walked(client: Client, **fields: Any) -> sweeps.WalkForwardReply:
    given = {"symbol": "TCS", "prices": wandering(400), "grid": GRID, "strategy_id": "sma_crossover"}
    request = WalkForwardRequest(**{**given, "train": 120, "test": 60, **fields})
    reply: sweeps.WalkForwardReply = await client.call(sweeps.WALK_FORWARD, request, timeout_s=60)
    return reply


async def one_run(client: Client, **fields: Any) -> backtests.BacktestReply:
    request = backtests.BacktestRequest(strategy_id="sma_crossover", keep=False, **fields)
    reply: backtests.BacktestReply = await client.call(backtests.BACKTEST, request, timeout_s=60)
    return reply


def trial(reply: sweeps.SweepReply, at: int) -> dict[str, Any]:
    assert isinstance(reply.trials, dict)
    return {name: column[at] for name, column in reply.trials.items()}


async def test_every_trial_is_what_a_backtest_with_its_parameters_answers(client: Client) -> None:
    reply = await swept(client, parameters={"position_size": 0.5}, costs="nse_delivery")
    assert (reply.state, reply.count, reply.invalid, reply.failed, reply.size) == ("completed", 11, 1, 0, 12)
    assert (reply.objective, reply.goal, reply.search) == ("sharpe_ratio", "maximise", "grid")
    assert reply.executor == "threads"
    for at in (0, 4, 10):
        found = trial(reply, at)
        parameters = {name: found.pop(name) for name in GRID} | {"position_size": 0.5}
        run = await one_run(client, prices=wandering(300), parameters=parameters, costs="nse_delivery")
        assert isinstance(run.results, dict)
        expected = {name: run.results[name] for name in found}
        assert found == expected


async def test_the_best_trials_come_as_whole_runs_with_their_proof(client: Client) -> None:
    reply = await swept(client, top=3)
    assert isinstance(reply.top, list)
    assert isinstance(reply.best, sweeps.Trial)
    assert [one.rank for one in reply.top] == [1, 2, 3]
    assert reply.top[0].parameters == reply.best.parameters
    assert reply.top[0].results["sharpe_ratio"] == reply.best.metrics["sharpe_ratio"]
    for one in reply.top:
        assert len(one.equity_curve) == len(one.drawdown_curve) == 300
        assert one.dates is not None
        assert one.dates[0] == "2015-01-01"
        assert (one.lookahead.checked, one.lookahead.ok) == (True, True)
        assert one.manifest["parameters"] == one.parameters
    deflated = reply.deflated_sharpe
    assert isinstance(deflated, sweeps.DeflatedSharpe)
    assert deflated.trials == 11
    assert deflated.probability is not None
    assert 0 <= deflated.probability <= 1


async def test_symbols_are_swept_each_for_itself_and_named(client: Client) -> None:
    panel = {"TCS": wandering(300), "INFY": wandering(250, 1)}
    reply = await swept(
        client, symbol=None, prices=None, panel=panel, heatmaps=[HeatmapWish(x="fast_period", y="slow_period")]
    )
    assert reply.count == 22
    assert isinstance(reply.trials, dict)
    assert reply.trials["symbol"] == ["TCS"] * 11 + ["INFY"] * 11
    assert isinstance(reply.best_by_symbol, list)
    assert [one.symbol for one in reply.best_by_symbol] == ["TCS", "INFY"]
    assert isinstance(reply.heatmaps, list)
    (heatmap,) = reply.heatmaps
    assert heatmap.trials == [[2, 2, 0], [2, 2, 2], [2, 2, 2], [2, 2, 2]]
    assert heatmap.values[0][2] is None
    assert heatmap.y_values == [8, 12, 16, 20]


async def test_stored_bars_are_swept_by_symbol(market_client: Client) -> None:
    grid: dict[str, Any] = {"fast_period": [2, 3], "slow_period": [5, 8]}
    reply = await swept(market_client, symbol="INFY", prices=None, grid=grid, top=1)
    assert reply.count == 4
    assert isinstance(reply.top, list)
    assert reply.top[0].symbol == "INFY"
    assert reply.top[0].dates is not None
    assert reply.top[0].dates[0].startswith("2025-07")


async def test_strategies_as_data_and_portfolios_are_swept_too(client: Client) -> None:
    strategy = {
        "parameters": {"length": 10},
        "entry": {"crosses_above": ["close", {"sma": {"period": {"param": "length"}}}]},
        "exit": {"crosses_below": ["close", {"sma": {"period": {"param": "length"}}}]},
    }
    grid: dict[str, Any] = {"length": [5, 10, 15], "stop_loss": [None, 0.05]}
    written = await swept(client, strategy_id=None, strategy=strategy, grid=grid)
    assert written.count == 6
    assert written.strategy_id is None
    panel = {name: wandering(300, seed) for seed, name in enumerate(("A", "B", "C"))}
    together = await swept(
        client,
        symbol=None,
        prices=None,
        panel=panel,
        strategy_id="momentum_rank",
        grid={"lookback": [20, 60], "top": [1, 2]},
    )
    assert together.count == 4
    assert isinstance(together.best, sweeps.Trial)
    assert together.best.symbol is None


@pytest.mark.parametrize("search", ["random", "tpe"])
async def test_searches_try_so_many_and_repeat_by_their_seed(client: Client, search: str) -> None:
    first, second, other = [await swept(client, search=search, trials=20, seed=seed, grid=WIDE, prices=wandering(600))
                            for seed in (1, 1, 2)]  # fmt: skip
    assert first.count == 20
    assert isinstance(first.trials, dict)
    assert isinstance(second.trials, dict)
    assert isinstance(other.trials, dict)
    assert first.trials["fast_period"] == second.trials["fast_period"] != other.trials["fast_period"]


async def test_progress_is_told_with_the_best_so_far(client: Client) -> None:
    parts: list[tuple[float, sweeps.SweepPart]] = []

    def told(progress: float, fields: Any) -> None:
        parts.append((progress, fields))

    request = wanted(grid=WIDE, prices=wandering(3000), progress=True)
    reply = await client.call(sweeps.SWEEP, request, on_partial=told, timeout_s=60)
    assert reply.count == 60_000
    assert len(parts) > 1
    assert [one[0] for one in parts] == sorted(one[0] for one in parts)
    for _progress, part in parts:
        assert part.of == 60_000
        assert part.best is not None
        assert set(part.best.parameters) == set(GRID)
    assert len(reply.trials["fast_period"]) == 10_000


async def test_a_sweep_that_nobody_waits_for_stops(client: Client) -> None:
    grid = WIDE | {"position_size": Span(from_=0.1, to=1.0, step=0.1)}
    begun = asyncio.Event()
    request = wanted(grid=grid, prices=wandering(20_000, minutes=True), progress=True)  # 600,000 trials: half a minute
    work = asyncio.create_task(
        client.call(sweeps.SWEEP, request, on_partial=lambda _progress, _fields: begun.set(), timeout_s=100)
    )
    await asyncio.wait_for(begun.wait(), 30)
    assert not work.done()
    work.cancel()
    await asyncio.wait((work,))
    reply = await asyncio.wait_for(swept(client), 20)  # both threads of the lane are free again
    assert reply.count == 11


async def test_a_sweep_of_a_milliard_points_is_refused_with_its_size(client: Client) -> None:
    grid: dict[str, Any] = {
        "fast_period": Span(from_=2, to=1001, step=1),
        "slow_period": Span(from_=1002, to=2001, step=1),
        "position_size": Span(from_=0.001, to=1.0, step=0.001),
    }
    with pytest.raises(InvalidInput, match="the grid has 1000000000 trials") as caught:
        await swept(client, grid=grid)
    assert caught.value.details["size"] == 10**9
    assert caught.value.details["field"] == "grid"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"grid": {"fast_period": [30], "slow_period": [10, 20]}}, "grid"),
        ({"grid": {"fast": [3]}}, "grid.fast"),
        ({"grid": {"fast_period": [3, 3]}}, "grid.fast_period"),
        ({"grid": {"fast_period": [{"INFY": 1.0}]}}, "grid.fast_period"),
        ({"grid": {"fast_period": Span(from_=9, to=3, step=1)}}, "grid.fast_period"),
        ({"grid": {"fast_period": [3]}, "parameters": {"fast_period": 4}}, "grid.fast_period"),
        ({"parameters": {"position_size": 0}}, "position_size"),
        ({"objective": "sharp"}, "objective"),
        ({"metrics": ["cagr", "nothing"]}, "metrics"),
        ({"trials": 5}, "trials"),
        ({"heatmaps": [HeatmapWish(x="fast_period", y="fast_period")]}, "heatmap.y"),
        ({"strategy_id": None}, "strategy_id"),
        ({"prices": None, "symbol": None}, "prices"),
        ({"adjusted": False}, "adjusted"),
        ({"idempotency_key": "k"}, "idempotency_key"),
    ],
)
async def test_bad_requests_are_refused_by_the_name_of_what_is_wrong(
    client: Client, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(ChittiError) as caught:
        await swept(client, **fields)
    assert caught.value.code == "invalid_input"
    assert caught.value.details["field"] == field


async def test_long_axes_are_judged_beside_the_loop(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    span = Axis.span

    def noting(name: str, first: float, last: float, step: float) -> Axis:
        judged.append(threading.current_thread().name)
        return span(name, first, last, step)

    monkeypatch.setattr(Axis, "span", staticmethod(noting))
    grid = {"fast_period": Span(from_=2, to=20_000, step=1), "slow_period": Span(from_=3, to=20_000, step=1)}
    assert (await swept(client, search="random", trials=5, grid=grid, prices=wandering(20_100, minutes=True))).count
    with pytest.raises(InvalidInput, match="bars, found 400"):
        await walked(client, search="random", trials=5, grid=grid, train=9_000)
    assert len(judged) == 4
    assert {name.rpartition("_")[0] for name in judged} == {"lane-bulk"}


async def test_a_reply_that_would_be_too_large_is_refused(client: Client) -> None:
    with pytest.raises(PayloadTooLarge) as caught:
        await swept(client, prices=wandering(50_000, minutes=True), top=100)
    assert caught.value.details["field"] == "top"


async def over(client: Client, run_id: str) -> backtests.BacktestReply:
    async def ended() -> backtests.BacktestReply | None:
        request = backtests.GetBacktestRequest(run_id=run_id)
        reply: backtests.BacktestReply = await client.call(backtests.GET_BACKTEST, request)
        return reply if reply.state not in ("pending", "running") else None

    reply = await first_true(ended, 60)
    assert reply is not None
    return reply


async def test_a_sweep_as_a_job_comes_to_the_same(client: Client) -> None:
    handed = await swept(client, async_=True, idempotency_key="one")
    assert handed.state in ("pending", "running", "completed")
    assert isinstance(handed.run_id, str)
    again = await swept(client, async_=True, idempotency_key="one")
    assert again.run_id == handed.run_id
    with pytest.raises(Conflict):
        await swept(client, async_=True, idempotency_key="one", top=2)
    done = await over(client, handed.run_id)
    assert (done.state, done.kind) == ("completed", "sweep")
    now = await swept(client)
    assert isinstance(done.result, Document)
    assert isinstance(now.trials, dict)
    assert isinstance(now.best, sweeps.Trial)
    assert done.result.fields["count"] == now.count
    assert done.result.fields["best"]["metrics"] == now.best.metrics
    assert done.result.fields["trials"]["fast_period"] == now.trials["fast_period"]
    assert done.result.fields["trials"]["total_return"] == now.trials["total_return"]
    assert isinstance(now.top, list)
    assert done.result.fields["top"][0]["equity_curve"] == now.top[0].equity_curve.tolist()


async def test_a_sweep_as_a_job_is_cancelled_half_way(client: Client) -> None:
    grid = WIDE | {"position_size": Span(from_=0.1, to=1.0, step=0.1)}
    handed = await swept(client, async_=True, grid=grid, prices=wandering(20_000, minutes=True))
    assert isinstance(handed.run_id, str)

    async def under_way() -> bool:
        request = backtests.GetBacktestRequest(run_id=str(handed.run_id))
        reply = await client.call(backtests.GET_BACKTEST, request)
        return bool(reply.state == "running" and reply.progress > 0)

    await first_true(under_way, 60)
    ended = await client.call(backtests.CANCEL_BACKTEST, backtests.CancelBacktestRequest(run_id=handed.run_id))
    assert (ended.state, ended.cancelled) == ("cancelled", True)
    assert (await over(client, handed.run_id)).state == "cancelled"
    assert (await asyncio.wait_for(swept(client), 30)).count == 11


async def test_a_walk_forward_tells_each_window_and_the_whole(client: Client) -> None:
    reply = await walked(client, embargo=5)
    assert isinstance(reply.windows, list)
    assert len(reply.windows) == 4
    first = reply.windows[0]
    assert (first.train.first, first.train.last, first.test.first, first.test.last) == (0, 119, 125, 184)
    assert first.test.first_date == "2015-05-06"
    assert first.parameters is not None
    assert set(first.parameters) == set(GRID)
    assert isinstance(reply.results, dict)
    assert isinstance(reply.equity_curve, np.ndarray)
    assert len(reply.equity_curve) == 240
    assert reply.results["final_equity"] == reply.equity_curve[-1]
    assert isinstance(reply.dates, list)
    assert reply.dates[0] == first.test.first_date
    assert isinstance(reply.degradation, dict)
    assert reply.degradation["sharpe_ratio"].windows == 4
    assert isinstance(reply.stability, dict)
    assert len(reply.stability["fast_period"].values) == 4
    assert reply.count == 4 * 11


async def test_a_walk_forward_is_refused_where_the_windows_do_not_fit(client: Client) -> None:
    with pytest.raises(InvalidInput, match="need 401 bars, found 400") as caught:
        await walked(client, train=300, test=101)
    assert caught.value.details["field"] == "train"


async def test_a_walk_forward_as_a_job_comes_to_the_same(client: Client) -> None:
    handed = await walked(client, async_=True)
    assert isinstance(handed.run_id, str)
    done = await over(client, handed.run_id)
    now = await walked(client)
    assert (done.state, done.kind) == ("completed", "walk_forward")
    assert isinstance(done.result, Document)
    assert isinstance(now.equity_curve, np.ndarray)
    assert done.result.fields["equity_curve"] == now.equity_curve.tolist()
    assert done.result.fields["results"] == now.results


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[LocalCluster]:
    """Two worker processes."""
    ways = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "local_directory": str(tmp_path)}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **ways) as made:
        yield made


@pytest.fixture
async def dask_client(database: Database, folder: Path, cluster: LocalCluster) -> AsyncIterator[Client]:
    """A client of a daemon that spreads its sweeps over them."""
    runtime = folder / "d"
    runtime.mkdir(mode=0o700)
    settings = Settings(
        _env_file=None,
        chitti_runtime_dir=runtime,
        database_url_mojo_compute=database.url_of("mojo-compute"),
        chitti_dask_scheduler=cluster.scheduler_address,
    )
    async with AsyncExitStack() as stack:
        server = await wire(settings, stack)
        await server.start(settings.listen_of("mojo-compute"))
        stack.push_async_callback(server.close, 1)
        made = Client(MOJO_COMPUTE, settings.listen_of("mojo-compute"), registry=CollectorRegistry())
        stack.push_async_callback(made.close)
        yield made


async def test_a_cluster_answers_what_threads_answer(dask_client: Client, client: Client) -> None:
    fields: dict[str, Any] = {"grid": WIDE, "prices": wandering(2000), "trials_limit": 100_000, "top": 1}
    there, here = await swept(dask_client, **fields), await swept(client, **fields)
    assert (there.executor, here.executor) == ("dask", "threads")
    assert there.count == here.count == 60_000
    assert isinstance(there.trials, dict)
    assert isinstance(here.trials, dict)
    assert there.trials == here.trials
    assert there.deflated_sharpe == here.deflated_sharpe
    assert there.best == here.best
