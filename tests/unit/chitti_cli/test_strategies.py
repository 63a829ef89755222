import io

import pytest
from chitti_cli.app import app
from chitti_cli.strategies import parameters_of, table_of
from chitti_shared.contracts.strategies import STRATEGIES
from rich.console import Console
from typer.testing import CliRunner


def shown(table):
    console = Console(file=io.StringIO(), width=300)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_all_strategies_are_named_with_their_defaults():
    text = shown(table_of(STRATEGIES))
    for one in STRATEGIES:
        assert one.name in text
        assert one.summary[:30] in text
    assert "fast_period 10, slow_period 20" in text
    assert "rebalance monthly" in text


@pytest.mark.parametrize("declared", STRATEGIES, ids=lambda one: one.name)
def test_each_tells_its_parameters_with_their_bounds(declared):
    text = shown(parameters_of(declared))
    for parameter in declared.parameters:
        assert parameter.name in text
        assert f"{parameter.le:g}" in text
    for first, _ in declared.ordered:
        assert f"above {first}" in text


@pytest.mark.parametrize("arguments", [[], ["sma_crossover"]])
def test_the_command_names_them(arguments):
    done = CliRunner().invoke(app, ["strategies", *arguments])
    assert done.exit_code == 0
    assert "sma_crossover" in done.stdout


def test_an_unknown_one_ends_the_command_with_a_near_name():
    done = CliRunner().invoke(app, ["strategies", "sma_crosover"])
    assert done.exit_code == 1
    assert "did you mean 'sma_crossover'" in done.stderr
