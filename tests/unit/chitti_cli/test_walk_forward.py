import io
import json

import pytest
from chitti_cli.app import app
from chitti_cli.problem import Problem
from chitti_cli.report.walks import read_walk, summary_of_walk
from rich.console import Console
from typer.testing import CliRunner


def walked(**fields):
    """A walk's reply of two windows."""
    window = {"first": 504, "last": 629, "first_date": "2022-10-10", "last_date": "2023-04-13"}
    figures = {"sharpe_ratio": 1.5, "total_return": 0.2}
    reply = {
        "state": "completed",
        "strategy_id": "sma_crossover",
        "symbols": ["TCS"],
        "objective": "sharpe_ratio",
        "count": 120,
        "windows": [
            {
                "train": {"first": 0, "last": 503, "first_date": None, "last_date": None},
                "test": window,
                "parameters": {"fast_period": 5, "slow_period": 40.5},
                "in_sample": figures,
                "out_of_sample": {"sharpe_ratio": 0.4, "total_return": -0.03},
            },
            {
                "train": {"first": 126, "last": 629, "first_date": None, "last_date": None},
                "test": {"first": 630, "last": 755, "first_date": None, "last_date": None},
                "parameters": None,
                "in_sample": {"sharpe_ratio": None},
                "out_of_sample": {"sharpe_ratio": None},
            },
        ],
        "degradation": {"sharpe_ratio": {"in_sample": 1.5, "out_of_sample": 0.4, "ratio": 0.27, "windows": 1}},
        "stability": {"fast_period": {"values": [5, None], "distinct": 1, "changes": 1}},
        "results": {"total_return": -0.03, "sharpe_ratio": -0.2, "max_drawdown": -0.1},
        "equity_curve": [100_000.0, 99_000.0, 97_000.0],
        "executor": "threads",
        "engine": "cython",
        **fields,
    }
    return read_walk(json.dumps(reply).encode())


def shown(found):
    console = Console(file=io.StringIO(), width=200)
    console.print(summary_of_walk(found))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_summary_tells_each_window_and_what_is_lost():
    text = shown(walked())
    for told in ("2022-10-10 to 2023-04-13", "fast_period 5, slow_period 40.5", "1.50", "0.40", "bars 630 to 755"):
        assert told in text, told
    for told in (
        "nothing",
        "1.50 where it was chosen by, 0.40 where it was tried",
        "1 different in 2 windows",
        "₹97,000",
        "-3.00%",
    ):
        assert told in text, told


def test_without_a_curve_or_a_ratio_the_rest_is_told():
    text = shown(walked(equity_curve=[], degradation={}, strategy_id=None))
    assert "strategy as data" in text
    assert "Out of sample  " not in text


def test_what_is_no_completed_walk_is_refused():
    with pytest.raises(Problem, match="no reply of a completed walk forward"):
        read_walk(b'{"state": "running", "run_id": "1"}')


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["walk-forward", "TCS", "--grid", "fast_period"], "NAME=VALUES"),
        (["walk-forward", "TCS", "--grid", "fast_period=5:9", "--search", "luck"], "see: chitti walk-forward --help"),
    ],
)
def test_what_is_wrong_is_told_with_the_way_out(arguments, told):
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 1
    assert told in done.stderr
