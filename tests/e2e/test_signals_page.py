"""What docs/SIGNALS.md tells the author of a rule to run does what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from chitti_shared.testing.stack import LiveStack

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]

PAGE = (Path(__file__).parents[2] / "docs" / "SIGNALS.md").read_text(encoding="utf-8")
STEPS = PAGE.partition("### One's own, step by step")[2].partition("\n### ")[0]
SAID = {
    "rules check": "when close > SMA(200) and RSI(2) < 10",
    "rules backtest": "27 of 62 times the close was higher 5 bars later: 43.5% (all bars: 53.3%)",
    "rules put": "added: dip_in_an_uptrend",
    "rules show": "silent for 5 sessions after an alert",
    "screen": "of 50 symbols match",
    "call signal-service": '"signals"',
    "rules statistics": "dip_in_an_uptrend bullish",
    "mute": "muted: dip_in_an_uptrend on TCS",
    "mutes": "dip_in_an_uptrend",
    "unmute": "heard again: dip_in_an_uptrend on TCS",
    "rules disable": "disabled: dip_in_an_uptrend",
    "rules enable": "enabled: dip_in_an_uptrend",
    "rules delete": "removed: dip_in_an_uptrend",
}


def test_a_rule_of_ones_own_goes_the_way_of_the_page(
    stack: LiveStack, chitti: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    document = next(block for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if '"name"' in block)
    Path("dip.json").write_text(document, encoding="utf-8")
    Path("typo.json").write_text(document.replace('"rsi"', '"rsii"'), encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", STEPS, re.MULTILINE | re.DOTALL)
    commands = [shlex.split(line, comments=True)[1:] for block in blocks for line in block.splitlines()]
    assert len(commands) == len(SAID)
    for command, (beginning, said) in zip(commands, SAID.items(), strict=True):
        assert " ".join(command).startswith(beginning)
        done = chitti(*command, stack=stack)
        assert (done.returncode, done.stderr) == (0, ""), command
        assert said in " ".join(done.stdout.split()), command
    wrong = chitti("rules", "check", "typo.json", stack=stack)
    assert wrong.returncode == 1
    assert "`" + " ".join(wrong.stderr.split()).removeprefix("error: ").partition(" expected:")[0] + "`" in PAGE
