"""The page on sweeps says what is so: its examples run, its request is one."""

import json
import re
from pathlib import Path

from chitti_shared.contracts.sweeps import SweepRequest
from chitti_shared.json import decode
from support.series import series

PAGE = (Path(__file__).parents[3] / "docs" / "SWEEPS.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_examples_run():
    names = {"bars": series(700).bars}
    for block in blocks("python"):
        exec(block, names)
    assert names["found"].count > 1000
    assert names["best"]["position_size"] == 0.5
    assert 0 <= names["luck"] <= 1
    assert len(names["walked"].steps) == 7


def test_the_request_is_one():
    (text,) = blocks("json")
    request = decode(SweepRequest, text.encode())
    assert set(request.grid) == {"fast_period", "slow_period"}
    assert json.loads(text)["objective"] == request.objective
