import json

import pytest
from chitti_cli.app import app
from chitti_cli.asked import json_of, parameters_of
from chitti_cli.problem import Problem
from support.replies import crossings_reply
from typer.testing import CliRunner


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "run.json"
    path.write_text(json.dumps(crossings_reply()))
    return path


def test_parameters_are_numbers_where_they_are_numbers():
    given = ["fast_period=10", "stop_loss=0.05", "size_type=cash", "take_profit=null", "tick_size=nse", "a=b=c"]
    assert parameters_of(given) == {
        "fast_period": 10,
        "stop_loss": 0.05,
        "size_type": "cash",
        "take_profit": None,
        "tick_size": "nse",
        "a": "b=c",
    }


@pytest.mark.parametrize("text", ["fast_period", "=10", ""])
def test_a_parameter_without_a_name_or_value_is_refused(text):
    with pytest.raises(Problem, match="NAME=VALUE"):
        parameters_of([text])


def test_a_file_that_is_no_json_is_refused(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(Problem, match="no JSON"):
        json_of(tmp_path / "broken.json")
    with pytest.raises(Problem, match="can't read"):
        json_of(tmp_path / "absent.json")


def test_a_saved_run_is_shown_and_drawn(saved, tmp_path):
    page, folder = tmp_path / "out.html", tmp_path / "plots"
    done = CliRunner().invoke(app, ["report", str(saved), "--out", str(page), "--plots", str(folder)])
    assert done.exit_code == 0
    assert "Max drawdown" in done.stdout
    assert str(page) in done.stderr.replace("\n", "")
    assert page.read_text().startswith("<!doctype html>")
    assert (folder / "equity.png").exists()


def test_as_json_the_reply_is_printed_as_it_came(saved):
    done = CliRunner().invoke(app, ["report", str(saved), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == json.loads(saved.read_text())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["report", "absent.json"], "can't read absent.json"),
        (["backtest", "TCS", "--param", "fast"], "NAME=VALUE"),
        (["backtest", "TCS", "--strategy-file", "absent.json"], "can't read absent.json"),
        (["backtest", "TCS", "--costs", "cheap"], "can't be asked for"),
        (["backtest", "TCS", "--start", "yesterday"], "can't be asked for"),
    ],
)
def test_what_is_wrong_is_told_with_the_way_out(arguments, told):
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 1
    assert told in done.stderr
