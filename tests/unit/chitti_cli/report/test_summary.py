import io
import json
import subprocess
import sys

from chitti_cli.report.result import read
from chitti_cli.report.summary import sparkline, summary_of
from rich.console import Console
from support.replies import crossings_reply


def shown(**fields):
    console = Console(file=io.StringIO(), width=120)
    console.print(summary_of(read(json.dumps(crossings_reply(**fields)).encode())))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_sparkline_goes_from_the_lowest_to_the_highest_block():
    assert sparkline([1.0, 2.0, 3.0]) == "▁▅█"
    assert sparkline([5.0, 5.0]) == "▄▄"
    assert sparkline([]) == ""
    assert len(sparkline(list(range(10_000)), 64)) == 64


def test_the_summary_tells_figures_benchmark_costs_and_proof():
    text = shown()
    for told in (
        "TCS",
        "sma_crossover",
        "Sharpe",
        "Max drawdown",
        "Win rate",
        "buy and hold",
        "2x",
        "none at 3 points",
    ):
        assert told in text, told
    assert "size zero 2" in text


def test_a_strategy_as_data_is_told_in_english():
    rules = {"entry": {"<": [{"rsi": {"period": {"param": "n"}}}, 30]}, "parameters": {"n": 14}}
    manifest = {"strategy": "dip", "definition": rules, "parameters": {"n": 9}}
    assert "enter long when RSI(n) < 30, with n = 9" in shown(strategy_id=None, manifest=manifest)
    unknown = manifest | {"definition": {"entry": {"whenever": []}}}
    assert "enter" not in shown(strategy_id=None, manifest=unknown)


def test_a_leak_is_told_with_its_day():
    difference = {"bar": 40, "date": "2021-03-01"}
    proof = {"checked": True, "ok": False, "points": [40], "first_difference": difference}
    assert "FOUND, first at 2021-03-01" in shown(lookahead=proof)
    assert "not checked: ready-made" in shown(lookahead={"checked": False, "reason": "ready-made arrays"})


def test_names_are_no_markup_and_move_no_cursor():
    text = shown(symbol="[red]X[/]", symbols=["[red]X[/]"], strategy_id="a\x1b[2Jb", notes=["[/nor this]\x07"])
    assert "[red]X[/]" in text
    assert "[/nor this]" in text
    assert "\x1b[2J" not in text
    assert "\x07" not in text


def test_a_summary_does_not_wait_for_the_drawing_library():
    program = "import sys, chitti_cli.report.summary, chitti_cli.report.trials, chitti_cli.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "chitti_cli.report.summary" in loaded
    assert not {"matplotlib", "jinja2"} & set(loaded)
