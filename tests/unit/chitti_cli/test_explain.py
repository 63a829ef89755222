"""`chitti explain`: strategies and rules told in English, wrong ones with their place."""

import json

import pytest
from chitti_cli.app import app
from chitti_cli.explain import explanation_of
from chitti_shared.contracts.indicators import INDICATORS
from chitti_shared.errors import InvalidInput
from typer.testing import CliRunner

TREND = {
    "name": "trend",
    "entry": {"crosses_above": ["close", {"sma": {"period": {"param": "bars"}}}]},
    "exit": {">": [{"macd": {}, "output": "histogram"}, {"sentiment": 3}]},
    "parameters": {"bars": {"default": 50, "max": 90}},
}


def explained(tmp_path, document, *options):
    path = tmp_path / "document.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return CliRunner().invoke(app, ["explain", str(path), *options])


def test_a_strategy_is_told_in_english(tmp_path):
    done = explained(tmp_path, TREND, "--param", "bars=70")
    assert done.exit_code == 0
    told = " ".join(done.stdout.split())
    assert "enter long when close crosses above SMA(bars); leave long when MACD(12, 26, 9) histogram > " in told
    assert "sma(period 70), macd(fast_period 12, slow_period 26, signal_period 9)" in told
    assert "with bars = 70 (at most 90)" in told
    assert "parameters bars = 70" in told
    assert "reads close, news" in told
    assert "70 bars before it can decide everything" in told


def test_a_program_reads_json(tmp_path):
    told = json.loads(explained(tmp_path, TREND, "--json").stdout)
    assert (told["kind"], told["name"], told["direction"], told["lookback"]) == ("strategy", "trend", "long", 50)
    assert (told["needs_news"], told["needs_dates"], told["nodes"]) == (True, False, 6)
    assert explanation_of(told["canonical"], {})["fingerprint"] == told["fingerprint"]
    rule = json.loads(explained(tmp_path, {">": [{"obv": {}}, {"+": ["day", 1]}]}, "--json").stdout)
    assert (rule["kind"], rule["settling"], rule["needs_dates"]) == ("rule", None, True)
    assert "name" not in rule


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"entry": {"<": [{"rsi": 1}, 30]}}, "entry.<[0].rsi.period: period (1) must lie in 2 to 100000"),
        ({"<": ["close"]}, "<: expected a list of 2 numbers, found a list of 1"),
        ([1], "the expression: expected a number, a name or an object"),
        ("{", "no JSON"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, document, told):
    done = explained(tmp_path, document)
    assert done.exit_code == 1
    assert told in " ".join(done.stderr.split())


def test_parameters_are_checked(tmp_path):
    done = explained(tmp_path, TREND, "--param", "bars=91")
    assert "bars (91) must lie in -inf to 90" in done.stderr
    with pytest.raises(InvalidInput, match="has no parameter 'bar'"):
        explanation_of(TREND, {"bar": 3})


@pytest.mark.parametrize("indicator", [one for one in INDICATORS if not one.repaints], ids=lambda one: one.name)
def test_every_indicator_can_be_explained(indicator):
    inputs = dict.fromkeys(indicator.inputs, "close")
    call = {indicator.name: {"of": inputs if len(inputs) > 1 else "close"}, "output": indicator.outputs[0]}
    told = explanation_of({">": [call, 0]}, {})
    assert indicator.name.upper() in told["description"]
    assert told["indicators"][0]["name"] == indicator.name
