import io
import json

import numpy as np
import pytest
from chitti_cli.app import app
from chitti_cli.asked import axes_of
from chitti_cli.problem import Problem
from chitti_cli.report.heatmaps import write_heatmaps
from chitti_cli.report.trials import MOST_CELLS, order_of, read_sweep, summary_of_sweep
from chitti_cli.sweep import heatmap_of
from rich.console import Console
from typer.testing import CliRunner

FAST, SLOW = list(range(5, 30, 5)), list(range(10, 110, 10))


def sharpe(fast, slow):
    return None if fast == slow else float(np.sin(fast / 9.0) + np.cos(slow / 50.0))


def swept(fast=FAST, slow=SLOW, **fields):
    """A sweep's reply over two axes."""
    tried = [(x, y) for x in fast for y in slow if x < y]
    reply = {
        "state": "completed",
        "strategy_id": "sma_crossover",
        "symbols": ["TCS"],
        "size": len(fast) * len(slow),
        "count": len(tried),
        "invalid": len(fast) * len(slow) - len(tried),
        "trials": {
            "fast_period": [x for x, _ in tried],
            "slow_period": [y for _, y in tried],
            "sharpe_ratio": [sharpe(*one) for one in tried],
            "total_return": [0.1] * len(tried),
        },
        "heatmaps": [
            {
                "x": "fast_period",
                "y": "slow_period",
                "metric": "sharpe_ratio",
                "x_values": fast,
                "y_values": slow,
                "values": [[sharpe(x, y) if x < y else None for x in fast] for y in slow],
            }
        ],
        "deflated_sharpe": {"probability": 0.97, "sharpe_ratio": 1.9, "trials": len(tried), "deviation": 0.4},
        "executor": "threads",
        "engine": "cython",
        **fields,
    }
    return read_sweep(json.dumps(reply).encode())


def shown(found, top=3):
    console = Console(file=io.StringIO(), width=200)
    console.print(summary_of_sweep(found, top))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_axes_are_spans_or_lists_of_values():
    assert axes_of(["fast_period=5:50:5", "slow_period = 20,50", "fill=close,next_open", "stop_loss=null,0.02"]) == {
        "fast_period": {"from": 5.0, "to": 50.0, "step": 5.0},
        "slow_period": [20, 50],
        "fill": ["close", "next_open"],
        "stop_loss": [None, 0.02],
    }
    assert axes_of(["period=2:9"]) == {"period": {"from": 2.0, "to": 9.0, "step": 1.0}}


@pytest.mark.parametrize("text", ["fast_period", "=5:9", "fast_period=", "fast_period=a:b"])
def test_what_is_no_axis_is_refused(text):
    with pytest.raises(Problem, match=r"NAME=VALUES|from:to:step"):
        axes_of([text])


def test_a_heat_map_is_asked_for_of_the_first_two_axes():
    assert heatmap_of({"a": [1]}) == {}
    assert heatmap_of({"a": [1], "b": [2]})["heatmaps"] == [{"x": "a", "y": "b", "aggregate": "mean"}]
    assert heatmap_of({"a": [1], "b": [2], "c": [3]})["heatmaps"][0]["aggregate"] == "max"


def test_the_best_combinations_come_first_and_undefined_ones_last():
    found = swept(trials={"x": [1, 2, 3], "sharpe_ratio": [0.5, None, 2.0]})
    assert order_of(found) == [2, 0, 1]
    assert order_of(swept(trials={"x": [1, 2, 3], "sharpe_ratio": [0.5, None, 2.0]}, goal="minimise")) == [0, 2, 1]


def test_the_summary_tells_the_best_the_map_and_the_luck():
    text = shown(swept())
    for told in ("sma_crossover", "grid of 50 combinations", "Sharpe (mean)", "97.0%", "out of order", "threads"):
        assert told in text, told
    best = max(value for value in swept().trials["sharpe_ratio"] if value is not None)
    assert f"{best:.2f}" in text


def test_a_large_map_is_thinned_for_the_terminal():
    text = shown(swept(list(range(2, 202)), list(range(100, 300))))
    header = next(line for line in text.splitlines() if "\\" in line)
    assert len(header.split("\\")[1].split()) == MOST_CELLS + 1  # and the axis' name


def test_names_are_no_markup():
    assert "[red]X[/]" in shown(swept(strategy_id="[red]X[/]"))


@pytest.mark.parametrize("goal", ["maximise", "minimise"])
def test_heat_maps_are_png_files(tmp_path, goal):
    (path,) = write_heatmaps(swept(goal=goal), tmp_path / "plots")
    assert path.name == "heatmap_fast_period_slow_period.png"
    assert path.read_bytes().startswith(b"\x89PNG")


def test_without_two_axes_there_is_no_heat_map(tmp_path):
    with pytest.raises(Problem, match="two axes"):
        write_heatmaps(swept(heatmaps=[]), tmp_path)
    assert "Sharpe (mean)" not in shown(swept(heatmaps=[]))


def test_what_is_no_completed_sweep_is_refused():
    with pytest.raises(Problem, match="no reply of a completed sweep"):
        read_sweep(b'{"state": "running", "run_id": "1"}')


def test_a_wrong_axis_ends_the_command_with_the_way_out():
    done = CliRunner().invoke(app, ["sweep", "TCS", "--grid", "fast_period"])
    assert done.exit_code == 1
    assert "NAME=VALUES" in done.stderr
