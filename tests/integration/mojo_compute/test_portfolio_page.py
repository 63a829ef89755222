"""Every command of docs/PORTFOLIO.md, over the sample market's prices."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args
from zipfile import ZipFile

import pytest
from chitti_shared.contracts import market
from chitti_shared.contracts.action import Blob
from chitti_shared.ipc import Client
from mojo_compute.portfolio.optimise import Method
from mojo_compute.portfolio.risk.scenarios import windows

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "PORTFOLIO.md").read_text(encoding="utf-8")
SAMPLE = ROOT / "cli" / "chitti_cli" / "sample" / "nifty50_eod.csv.zip"
COMMANDS = re.findall(r"^chitti call mojo-compute (\w+) --json '(.*)'$", PAGE, re.MULTILINE)


def newest_bars(symbols: set[str]) -> bytes:
    """The sample's bars of some symbols since 2024."""
    with ZipFile(SAMPLE) as archive:
        header, *lines = archive.read(archive.namelist()[0]).decode().splitlines()
    kept = [line for line in lines if line.split(",")[0] in symbols and line.split(",")[1] >= "2024-01-01"]
    return "\n".join([header, *kept]).encode()


async def test_every_command_answers(client: Client) -> None:
    assert len(COMMANDS) >= 8
    symbols = set(re.findall(r'"([A-Z]{3,})"', "".join(body for _action, body in COMMANDS)))
    request = market.ImportPricesRequest(document=Blob(newest_bars(symbols)))
    await client.call(market.IMPORT_PRICES, request, timeout_s=60)
    for action, body in COMMANDS:
        reply = json.loads(await client.forward(action, body.encode()))
        assert reply["volatility"] > 0, body
        for told in ("allocation", "beliefs", "frontier"):
            assert (told in reply) == (
                {"allocation": "capital", "beliefs": "views", "frontier": "points"}[told] in body
            )


def test_every_method_and_window_of_the_page_exists() -> None:
    methods = re.findall(r"^\| `(\w+)` \|", PAGE.split("## Methods")[1].split("**Black")[0], re.MULTILINE)
    assert set(methods) - {"method"} == set(get_args(Method))
    named = set(re.findall(r"`(\w+_20\d\d)`", PAGE))
    assert named <= {one.name for one in windows()}
