"""`chitti patterns` as its user types it, against real daemons with shipped bars."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from chitti_shared.contracts import market
from chitti_shared.contracts.action import Blob
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.ipc import Client
from chitti_shared.testing.database import Database
from PIL import Image
from support.real_daemons import WIRES, settings_of, start
from support.terminal import Chitti

pytestmark = pytest.mark.integration

SAMPLE = Path(__file__).parents[3] / "cli" / "chitti_cli" / "sample" / "nifty50_eod.csv.zip"


def bars_of_two_symbols() -> bytes:
    with zipfile.ZipFile(SAMPLE) as archive:
        lines = archive.read(archive.namelist()[0]).decode().splitlines()
    return "\n".join([lines[0], *(line for line in lines if line.startswith(("TCS,", "ITC,")))]).encode()


@pytest.fixture
async def daemons(database: Database, folder: Path) -> AsyncIterator[None]:
    """mojo-compute with the bars of two symbols, and signal-service."""
    settings = settings_of(database, folder)
    async with AsyncExitStack() as stack:
        for name in WIRES:
            await start(name, settings, stack)
        client = Client(MOJO_COMPUTE, settings.listen_of("mojo-compute"))
        stack.push_async_callback(client.close)
        await client.call(market.IMPORT_PRICES, market.ImportPricesRequest(document=Blob(bars_of_two_symbols())))
        yield


async def test_patterns_are_listed_the_newest_last_and_drawn(daemons: None, chitti: Chitti, folder: Path):
    picture = folder / "charts" / "tcs.png"
    code, text, complaints = await chitti(
        "patterns", "tcs", "--family", "level", "--family", "gap", "--limit", "8", "--plot", str(picture)
    )
    assert (code, complaints) == (0, "")
    header, *rows = text.splitlines()
    assert header.split() == ["since", "until", "pattern", "quality", "target", "fails", "beyond", "stands"]
    assert len(rows) == 8
    days = [row.split()[1] for row in rows]
    assert days == sorted(days)
    drawn = Image.open(io.BytesIO(picture.read_bytes()))
    assert (drawn.format, drawn.mode) == ("PNG", "P")
    assert drawn.width > 800
    assert len(drawn.getcolors() or []) > 5


async def test_json_has_a_line_for_each_pattern_and_filters_are_passed_on(daemons: None, chitti: Chitti):
    code, text, _ = await chitti(
        "patterns", "ITC", "--name", "golden_cross", "--name", "death_cross", "--since", "2022-01-01", "--json"
    )
    assert code == 0
    found = [json.loads(line) for line in text.splitlines()]
    assert found
    assert {one["name"] for one in found} <= {"golden_cross", "death_cross"}
    assert all(one["last_date"] >= "2022-01-01" and one["points"][0]["role"] == "crossing" for one in found)
    code, text, _ = await chitti(
        "patterns", "ITC", "--name", "golden_cross", "--min-quality", "1.0", "--status", "reached"
    )
    assert (code, text.split(" in ")[0]) == (0, "no such patterns")


WRONG = (
    (("TCS", "--name", "goldencross"), "no pattern is called 'goldencross'; did you mean 'golden_cross'"),
    (("TCS", "--family", "shapes"), "what was asked for is not understood"),
    (("TCS", "--since", "yesterday"), "what was asked for is not understood"),
    (("NOSUCH",), "not_found"),
    (("TCS", "--plot", "/proc/nowhere/tcs.png"), "can't write /proc/nowhere/tcs.png"),
)


async def test_what_is_wrong_is_told(daemons: None, chitti: Chitti):
    for arguments, said in WRONG:
        code, _, complaints = await chitti("patterns", *arguments)
        assert code == 1, arguments
        assert said in " ".join(complaints.split())
        assert "Traceback" not in complaints
