"""Figures of companies and screens over HTTP, from real daemons behind the gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from chitti_shared.testing.waiting import first_true
from support.markets import real_bars
from support.signal_gateway import logged_in

pytestmark = pytest.mark.integration

FIGURES = "Symbol,P/E,ROE %,Last_Updated\nTCS,28.5,46.9,2025-09-30\nINFY,24,-,2025-09-30\nNOSUCH,1,1,2025-09-30\n"


@pytest.fixture
async def http(start: Any, database: Any, folder: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is logged in to a gateway whose mojo-compute and signal-service are the real ones."""
    async with logged_in(await start(), database, folder) as client:
        yield client


async def import_bars(http: httpx.AsyncClient, symbol: str) -> None:
    bars = real_bars(symbol, 300)
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(300)]
    columns = [bars[name].tolist() for name in ("open", "high", "low", "close", "volume")]
    rows = "\n".join(",".join(map(str, row)) for row in zip(days, *columns, strict=True))
    reply = await http.post(
        "/api/prices/import",
        params={"symbol": symbol},
        content=f"date,open,high,low,close,volume\n{rows}\n",
        headers={"Content-Type": "text/csv"},
    )
    assert reply.status_code == 200, reply.text[:300]


async def test_an_uploaded_table_is_served_by_symbol_and_found_by_screens(http: httpx.AsyncClient) -> None:
    for symbol in ("TCS", "INFY"):
        await import_bars(http, symbol)
    made = await http.post("/api/fundamentals/import", content=FIGURES, headers={"Content-Type": "text/csv"})
    assert made.status_code == 200, made.text[:300]
    assert (made.json()["figures_stored"], made.json()["rows_rejected"]) == (3, 1)
    assert made.json()["rejected"][0]["reason"] == "symbol: no instrument is NOSUCH"
    told = (await http.get("/api/fundamentals/TCS")).json()
    assert {one["metric"]: one["value"] for one in told["figures"]} == {"pe": 28.5, "roe": 46.9}
    assert {one["metric"] for one in (await http.get("/api/fundamentals")).json()["metrics"]} == {"pe", "roe"}

    async def found() -> dict[str, Any] | None:
        body = {"criteria": [{"field": "close", "op": ">", "value": 0}, {"field": "pe", "op": "<", "value": 100}],
                "sort": "pe", "descending": True}  # fmt: skip
        reply = await http.post("/api/signals/screen", json=body)
        return reply.json() if reply.status_code == 200 and reply.json()["matched"] == 2 else None

    screened = await first_true(found, 60)
    assert [row["symbol"] for row in screened["rows"]] == ["TCS", "INFY"]
    assert screened["rows"][0]["values"]["pe"] == 28.5
    fields = (await http.get("/api/signals/screen/fields")).json()
    assert {"rsi_14", "pe", "pe_sector_rank", "news_3"} <= {one["name"] for one in fields["fields"]}


async def test_wrong_files_and_criteria_are_refused_with_what_was_meant(http: httpx.AsyncClient) -> None:
    reply = await http.post("/api/fundamentals/import", content="symbl,P/E\n", headers={"Content-Type": "text/csv"})
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_input")
    assert "did you mean 'symbol'" in reply.json()["message"]
    body = {"criteria": [{"field": "rsi14", "op": "<", "value": 30}]}
    reply = await http.post("/api/signals/screen", json=body)
    assert (reply.status_code, reply.json()["details"]["field"]) == (400, "criteria[0].field")
    assert "did you mean 'rsi_14'" in reply.json()["message"]
    assert (await http.get("/api/fundamentals/NOSUCH")).status_code == 404


async def test_progress_comes_in_lines_before_the_rows(http: httpx.AsyncClient) -> None:
    reply = await http.post("/api/signals/screen?progress=true", json={})
    assert reply.status_code == 200
    assert reply.text.splitlines()[-1].startswith("{")
    assert '"matched":0' in reply.text.splitlines()[-1]
