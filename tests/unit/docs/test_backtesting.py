"""The page on backtests tells of everything there is, and its examples run."""

import json
import re
from pathlib import Path

import pytest
from chitti_cli.report.words import BENCHMARK
from chitti_shared.contracts.strategies import PRESETS, STRATEGIES, Execution
from chitti_shared.expressions import parse_strategy
from mojo_compute.backtesting.metrics import FIGURES
from mojo_compute.backtesting.runs import SKIPS
from typer.testing import CliRunner

PAGE = (Path(__file__).parents[3] / "docs" / "BACKTESTING.md").read_text(encoding="utf-8")
NAMES = set(re.findall(r"`([a-z][a-z0-9_]*)`", PAGE))


@pytest.mark.parametrize("name", [*FIGURES, *BENCHMARK, *SKIPS, *PRESETS, *(one.name for one in STRATEGIES)])
def test_every_figure_reason_preset_and_strategy_is_told(name):
    assert name in NAMES


@pytest.mark.parametrize("name", Execution.__struct_fields__)
def test_every_setting_is_told(name):
    assert re.search(rf"\b{name}\b", PAGE), name


def test_the_python_example_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(code, {})
    expected = re.findall(r"print\(.*\)  # (.*)", code)
    assert capsys.readouterr().out.splitlines() == expected


def test_the_strategy_as_data_is_one():
    (document,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert parse_strategy(json.loads(document)).rules.keys() == {"entry", "exit"}


def test_the_commands_take_the_options_that_the_page_gives_them():
    from chitti_cli.app import app

    commands = re.findall(r"^chitti ([a-z-]+) ([^#>\n]*)", PAGE, re.MULTILINE)
    assert {name for name, _ in commands} == {"backtest", "report", "sweep", "walk-forward"}
    for name, rest in commands:
        told = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "300"}).stdout
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in told, (name, option)
