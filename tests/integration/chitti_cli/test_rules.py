"""`chitti rules` as its user types it, against a real daemon."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.terminal import Chitti

pytestmark = pytest.mark.integration

DIP = {"name": "my_dip", "title": "A dip", "bullish": {"<": [{"rsi": 2}, 10]}, "horizon": 3}


def written(folder: Path, document: object) -> str:
    path = folder / "rule.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


async def test_a_rule_is_checked_put_shown_switched_and_deleted(daemon: None, chitti: Chitti, folder: Path):
    file = written(folder, DIP)
    code, text, _ = await chitti("rules", "check", file)
    assert code == 0
    assert "when RSI(2) < 10" in text
    assert await chitti("rules", "put", file) == (0, "added: my_dip\n", "")
    assert await chitti("rules", "put", file, "--disabled") == (0, "replaced: my_dip (disabled)\n", "")
    code, text, _ = await chitti("rules", "show", "my_dip")
    assert code == 0
    assert "A dip" in text
    assert "judged right or wrong after 3" in " ".join(text.split())
    assert await chitti("rules", "enable", "my_dip") == (0, "enabled: my_dip\n", "")
    assert await chitti("rules", "disable", "rsi_reversal") == (0, "disabled: rsi_reversal\n", "")
    code, text, _ = await chitti("rules", "--json")
    listed = {rule["name"]: rule for rule in map(json.loads, text.splitlines())}
    assert len(listed) == 26
    assert (listed["my_dip"]["enabled"], listed["rsi_reversal"]["enabled"]) == (True, False)
    code, text, _ = await chitti("rules", "list")
    assert "sma_crossover" in text
    assert await chitti("rules", "delete", "my_dip") == (0, "removed: my_dip\n", "")


async def test_a_rule_that_reads_a_figure_nobody_has_is_put_with_a_warning(daemon: None, chitti: Chitti, folder: Path):
    file = written(folder, {**DIP, "bullish": {"<": [{"fundamental": "pee"}, 10]}})
    code, text, _ = await chitti("rules", "put", file)
    assert (code, text.splitlines()[0]) == (0, "added: my_dip")
    assert "warning: no company has the figure 'pee' yet" in text


async def test_what_makes_no_sense_is_told(daemon: None, chitti: Chitti, folder: Path):
    wrong = written(folder, {**DIP, "bullish": {"<": [{"rsii": 2}, 10]}})
    for arguments, wanted in (
        (("check", wrong), "did you mean 'rsi'"),
        (("put", wrong), "rule.bullish.<[0].rsii"),
        (("show", "sma_crosover"), "did you mean 'sma_crossover'"),
        (("delete", "rsi_reversal"), "it can be switched off, not removed"),
        (("check", "/nowhere.json"), "can't read /nowhere.json"),
        (("backtest", "sma_crossover", "TCS", "--direction", "sideways"), "invalid_input"),
    ):
        code, _, complaints = await chitti("rules", *arguments)
        assert code == 1
        assert wanted in complaints
    nameless = written(folder, {"bullish": True})
    assert "the rule has no name" in (await chitti("rules", "put", nameless))[2]
    assert "holds no rule document" in (await chitti("rules", "put", written(folder, [1])))[2]
