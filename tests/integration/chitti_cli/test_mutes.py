"""`chitti mute`, `unmute` and `mutes` as their user types them, against a real daemon."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from support.terminal import Chitti

pytestmark = pytest.mark.integration


@pytest.mark.usefixtures("daemon")
async def test_mutes_are_made_given_another_end_listed_and_ended(chitti: Chitti):
    assert "nothing is muted" in (await chitti("mutes"))[1]
    assert (await chitti("mute", "tcs"))[1].strip() == "muted: TCS, for good"
    code, said, _ = await chitti("mute", "--rule", "golden_cross", "--until", "2099-12-31T15:30", "--reason", "noisy")
    assert (code, said.strip()) == (0, "muted: rule golden_cross, until 31 Dec 2099 15:30")
    before = datetime.now(UTC)
    code, line, _ = await chitti("mute", "TCS", "--rule", "golden_cross", "--until", "2d", "--json")
    made = json.loads(line)
    assert (code, made["symbol"], made["rule"]) == (0, "TCS", "golden_cross")
    assert before <= datetime.fromisoformat(made["until"]) - timedelta(days=2) <= datetime.now(UTC)

    assert "until 31 Dec 2099 00:00" in (await chitti("mute", "TCS", "--until", "2099-12-31"))[1]  # another end
    listed = [json.loads(line) for line in (await chitti("mutes", "--json"))[1].splitlines()]
    assert [(one["symbol"], one["rule"]) for one in listed] == [
        ("TCS", None), (None, "golden_cross"), ("TCS", "golden_cross")
    ]  # fmt: skip
    page = (await chitti("mutes"))[1].splitlines()
    assert page[2].split() == ["all", "golden_cross", "until", "31", "Dec", "2099", "15:30", "noisy"]

    assert (await chitti("unmute", "tcs"))[1].strip() == "heard again: TCS"
    assert (await chitti("unmute", "TCS", "--rule", "golden_cross"))[1].strip() == "heard again: golden_cross on TCS"
    code, _, complaints = await chitti("unmute", "INFY", "--rule", "golden_cross")
    assert (code, "golden_cross on INFY is not muted" in complaints) == (1, True)
    assert "muted: rule golden_cross" in complaints
    assert (await chitti("unmute", "--rule", "golden_cross"))[1].strip() == "heard again: rule golden_cross"
    assert "nothing is muted" in (await chitti("mutes"))[1]


@pytest.mark.usefixtures("daemon")
async def test_what_makes_no_sense_is_told(chitti: Chitti):
    for arguments, status, words in (
        (("mute",), 1, "expected symbol, rule or both"),
        (("mute", "NOSUCHCO"), 1, "no instrument has the symbol NOSUCHCO"),
        (("mute", "--rule", "golden_cros"), 1, "golden_cross"),
        (("mute", "TCS", "--until", "2020-01-01"), 1, "expected a later time"),
        (("mute", "TCS", "--until", "soon"), 2, "in 90m, 6h, 2d"),
        (("mute", "TC S"), 1, "can't be asked for"),
        (("unmute",), 1, "name a company"),
        (("unmute", "TCS"), 1, "TCS is not muted"),
    ):
        code, _, complaints = await chitti(*arguments)
        assert code == status, (arguments, complaints)
        assert words in complaints
