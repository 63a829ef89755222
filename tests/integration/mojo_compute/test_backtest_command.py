"""`chitti backtest`, `sweep`, `walk-forward` against a daemon with a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from chitti_cli import runs
from chitti_cli.app import app
from chitti_shared.ipc import Client
from typer.testing import CliRunner

pytestmark = pytest.mark.integration

Said = tuple[int, str, str]
Chitti = Callable[..., Awaitable[Said]]


@pytest.fixture
def chitti(market_client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Chitti:
    """The command line in a thread of its own: exit code, output, errors."""
    monkeypatch.setenv("CHITTI_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("COLUMNS", "200")

    async def say(*arguments: str) -> Said:
        done = await asyncio.to_thread(CliRunner().invoke, app, arguments)
        return done.exit_code, done.stdout, done.stderr

    return say


CROSSING = ("backtest", "infy", "--param", "fast_period=3", "--param", "slow_period=8")


async def test_stored_prices_become_a_summary_a_tear_sheet_and_plots(chitti: Chitti, tmp_path: Path):
    page, folder = tmp_path / "out.html", tmp_path / "plots"
    code, text, errors = await chitti(
        *CROSSING, "--costs", "nse_delivery", "--report", str(page), "--plots", str(folder)
    )
    assert code == 0, errors
    assert "INFY" in text
    assert "Max drawdown" in text
    assert "none at 3 points" in text
    assert "sma_crossover" in page.read_text(encoding="utf-8")
    assert (folder / "equity.png").exists()


async def test_a_kept_run_is_found_again_by_its_id(chitti: Chitti, tmp_path: Path):
    code, text, errors = await chitti(*CROSSING, "--json")
    assert code == 0, errors
    reply = json.loads(text)
    assert reply["state"] == "completed"
    code, again, errors = await chitti("report", reply["run_id"], "--json")
    assert code == 0, errors
    assert json.loads(again)["results"] == reply["results"]
    saved = tmp_path / "run.json"
    saved.write_text(text, encoding="utf-8")
    assert (await chitti("report", str(saved)))[0] == 0


async def test_a_run_in_the_background_is_a_job_that_is_found_by_its_id(chitti: Chitti):
    code, text, errors = await chitti(*CROSSING, "--background")
    assert code == 0, errors
    code, reply, errors = await chitti("report", text.strip(), "--json")
    assert code == 0, errors
    assert json.loads(reply)["run_id"] == text.strip()
    assert json.loads(reply)["state"] in {"pending", "running", "completed"}


async def test_what_one_reply_has_no_room_for_is_read_page_by_page(chitti: Chitti, monkeypatch: pytest.MonkeyPatch):
    usual = json.loads((await chitti(*CROSSING, "--json"))[1])
    monkeypatch.setattr(runs, "MOST_BARS", 25)
    monkeypatch.setattr(runs, "MOST_TRADES", 1)
    code, text, errors = await chitti(*CROSSING, "--json")
    assert code == 0, errors
    paged = json.loads(text)
    assert len(usual["equity_curve"]) > 50
    assert len(usual["trades"]) >= 4
    for name in ("dates", "equity_curve", "drawdown_curve", "benchmark_curve", "trades", "round_trips", "counts"):
        assert paged[name] == usual[name], name
    assert paged["next_curve"] is None
    assert paged["next_trades"] is None


async def test_a_strategy_from_a_file_and_several_symbols(chitti: Chitti, tmp_path: Path):
    strategy = {"entry": {">": ["close", {"sma": 5}]}, "exit": {"<": ["close", {"sma": 5}]}}
    path = tmp_path / "strategy.json"
    path.write_text(json.dumps(strategy), encoding="utf-8")
    code, text, errors = await chitti("backtest", "INFY", "TATAMOTORS", "--strategy-file", str(path))
    assert code == 0, errors
    assert "INFY, TATAMOTORS" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("backtest", "NOSUCH"), "not_found"),
        (("backtest", "INFY", "--strategy", "sma_crosover"), "sma_crossover"),
        (("backtest", "INFY", "--param", "fast_perid=3"), "fast_period"),
        (("backtest", "INFY", "--param", "fast_period=30"), "slow_period"),
        (("backtest", "INFY", "--benchmark", "NOSUCH"), "NOSUCH"),
    ],
)
async def test_what_the_daemon_refuses_is_told_in_its_words(chitti: Chitti, arguments: tuple[str, ...], told: str):
    code, _, errors = await chitti(*arguments)
    assert code == 1
    assert told in errors


GRID = ("--grid", "fast_period=2:5", "--grid", "slow_period=4,8,12")


async def test_a_sweep_tells_the_best_and_draws_the_map(chitti: Chitti, tmp_path: Path):
    code, text, errors = await chitti("sweep", "INFY", *GRID, "--plots", str(tmp_path))
    assert code == 0, errors
    assert "10 trials, grid of 12 combinations" in text
    assert "2 combinations out of order" in text
    assert "Deflated Sharpe" in text
    assert (tmp_path / "heatmap_fast_period_slow_period.png").exists()


async def test_a_sweep_as_json_is_the_daemons_reply(chitti: Chitti):
    code, text, errors = await chitti(
        "sweep", "INFY", "TATAMOTORS", *GRID, "--search", "random", "--trials", "4", "--json"
    )
    assert code == 0, errors
    reply = json.loads(text)
    assert reply["count"] == 8
    assert set(reply["trials"]["symbol"]) == {"INFY", "TATAMOTORS"}


async def test_a_walk_forward_tells_each_window(chitti: Chitti):
    code, text, errors = await chitti("walk-forward", "INFY", *GRID, "--train", "30", "--test", "10")
    assert code == 0, errors
    assert "Out of sample" in text
    assert "Choice of fast_period" in text


async def test_a_grid_too_large_is_refused_with_its_size(chitti: Chitti):
    code, _, errors = await chitti("sweep", "INFY", "--grid", "fast_period=2:60000", "--grid", "slow_period=3:60000")
    assert code == 1
    assert str(59_999 * 59_998) in errors
