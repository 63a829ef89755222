import pytest
from chitti_cli.app import app
from chitti_shared.contracts.strategies import STRATEGIES
from typer.testing import CliRunner


def said(*arguments):
    return CliRunner().invoke(app, ["strategies", *arguments], env={"COLUMNS": "160"})


def test_all_strategies_are_named_with_their_defaults():
    done = said()
    assert done.exit_code == 0
    for one in STRATEGIES:
        assert one.name in done.stdout
    assert "fast_period 10, slow_period 20" in done.stdout


@pytest.mark.parametrize("name", [one.name for one in STRATEGIES])
def test_each_tells_its_parameters(name):
    done = said(name)
    assert done.exit_code == 0
    (declared,) = (one for one in STRATEGIES if one.name == name)
    for parameter in declared.parameters:
        assert parameter.name in done.stdout


def test_an_unknown_one_ends_the_command_with_a_near_name():
    done = said("sma_crosover")
    assert done.exit_code == 1
    assert "did you mean 'sma_crossover'" in done.stderr
