"""Rules, mutes, webhooks, patterns and records over HTTP, from real daemons behind the gateway."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from aiohttp import web
from support.markets import real_bars
from support.signal_gateway import logged_in

from tests.support.safe_fetching import serving

pytestmark = pytest.mark.integration

RISE = {"name": "my_rise", "title": "A rise of mine", "bullish": {">": ["close", {"ago": ["close", 1]}]}, "horizon": 3}
Refused = tuple[str, str, dict[str, Any] | None, int, str, str]  # method, path, body, status, error, words


class Receiver:
    """Takes what webhooks send."""

    def __init__(self) -> None:
        self.address = ""
        self.taken: list[tuple[dict[str, str], bytes]] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.taken.append((dict(request.headers), await request.read()))
        return web.Response(status=204)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    taker = Receiver()
    async with serving(taker.handle) as port:
        taker.address = f"127.0.0.1:{port}"
        yield taker


@pytest.fixture
async def http(start: Any, database: Any, folder: Any, receiver: Receiver) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is logged in to a gateway whose mojo-compute and signal-service are the real ones."""
    async with logged_in(await start(), database, folder, chitti_webhook_allow=[receiver.address]) as client:
        yield client


async def answered(http: httpx.AsyncClient, method: str, path: str, body: Any = None, **more: Any) -> Any:
    reply = await http.request(method, path, **({} if body is None else {"json": body}), **more)
    assert reply.status_code == 200, reply.text[:300]
    return reply.json()


async def refused(http: httpx.AsyncClient, *cases: Refused) -> None:
    """Each request is refused as it says, in words that help."""
    for method, path, body, status, error, words in cases:
        reply = await http.request(method, path, **({} if body is None else {"json": body}))
        assert (reply.status_code, reply.json()["error"]) == (status, error), (method, path, reply.text)
        assert words in reply.json()["message"], (method, path)


async def import_bars(http: httpx.AsyncClient, symbol: str) -> None:
    bars = real_bars(symbol, 300)
    days = [(datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)).date() for number in range(300)]
    columns = [bars[name].tolist() for name in ("open", "high", "low", "close", "volume")]
    rows = "\n".join(",".join(map(str, row)) for row in zip(days, *columns, strict=True))
    text = f"date,open,high,low,close,volume\n{rows}\n"
    reply = await http.post(
        "/api/prices/import", params={"symbol": symbol}, content=text, headers={"Content-Type": "text/csv"}
    )
    assert reply.status_code == 200, reply.text[:300]


async def test_rules_are_checked_stored_switched_listed_and_removed(http: httpx.AsyncClient) -> None:
    checked = await answered(http, "POST", "/api/rules/check", {"rule": RISE})
    assert (checked["valid"], checked["rule"]["title"]) == (True, "A rise of mine")
    made = await answered(http, "PUT", "/api/rules/my_rise", {"rule": RISE})
    assert (made["created"], made["rule"]["origin"]) == (True, "user")
    off = await answered(http, "PATCH", "/api/rules/my_rise", {"enabled": False})
    assert off["rule"]["enabled"] is False
    assert (await answered(http, "GET", "/api/rules/my_rise"))["rule"]["document"] == RISE
    own = await answered(http, "GET", "/api/rules", params={"origin": "user", "enabled": "false"})
    assert [one["name"] for one in own["rules"]] == ["my_rise"]
    assert (await answered(http, "GET", "/api/rules", params={"origin": "shipped"}))["count"] == 25
    assert (await answered(http, "DELETE", "/api/rules/my_rise"))["removed"] is True

    misspelt = {**RISE, "bullish": {">": ["clos", 1]}}
    problem = (await answered(http, "POST", "/api/rules/check", {"rule": misspelt}))["errors"][0]
    assert problem["field"].startswith("bullish")
    assert "did you mean 'close'" in problem["message"]
    near = "did you mean 'golden_cross'"
    await refused(
        http,
        ("GET", "/api/rules/golden_cros", None, 404, "not_found", near),
        ("PATCH", "/api/rules/golden_cros", {"enabled": False}, 404, "not_found", near),
        ("DELETE", "/api/rules/golden_cros", None, 404, "not_found", near),
        ("PUT", "/api/rules/my_rise", {"rule": misspelt}, 400, "invalid_input", "did you mean 'close'"),
        ("PUT", "/api/rules/my_rise", {"rle": RISE}, 400, "invalid_input", "rule"),
        ("GET", "/api/rules?orgin=user", None, 400, "invalid_input", "origin"),
    )


async def test_rules_are_backtested_and_their_records_told(http: httpx.AsyncClient) -> None:
    await import_bars(http, "TCS")
    tested = await answered(http, "POST", "/api/rules/backtest", {"rule": RISE, "symbol": "TCS", "keep": False})
    assert (tested["rule"], tested["direction"], tested["hit_rate"]["horizon"]) == ("my_rise", "bullish", 3)
    assert 0 < tested["hit_rate"]["hits"] < tested["hit_rate"]["cases"]
    assert tested["backtest"]["trades"]
    asked = {"rule": "sma_crossover", "direction": "bullish", "symbol": "TCS"}
    told = await answered(http, "GET", "/api/rules/statistics", params=asked)
    assert (told["symbols"], [one["rule"] for one in told["rules"]]) == (1, ["sma_crossover"])
    assert told["rules"][0]["history"]["cases"] > 0
    await refused(
        http,
        ("POST", "/api/rules/backtest", {"rule": "golden_cros", "symbol": "TCS"}, 404, "not_found", "golden_cross"),
        ("POST", "/api/rules/backtest", {"rule": RISE}, 400, "invalid_input", "expected symbol or symbols"),
        ("GET", "/api/rules/statistics?rule=golden_cros", None, 404, "not_found", "golden_cross"),
        ("GET", "/api/rules/statistics?symbol=INFY", None, 404, "not_found", "no bars are stored for INFY"),
    )


async def test_mutes_are_made_listed_and_ended(http: httpx.AsyncClient) -> None:
    until = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    body = {"symbol": "TCS", "rule": "golden_cross", "until": until, "reason": "results"}
    mute = (await answered(http, "POST", "/api/mutes", body))["mute"]
    assert (mute["symbol"], mute["rule"], mute["reason"]) == ("TCS", "golden_cross", "results")
    assert datetime.fromisoformat(mute["until"]) - datetime.fromisoformat(until) < timedelta(milliseconds=1)
    assert await answered(http, "GET", "/api/mutes") == {"mutes": [mute], "count": 1}
    path = f"/api/mutes/{mute['mute_id']}"
    assert await answered(http, "DELETE", path) == {"mute_id": mute["mute_id"], "removed": True}
    assert (await answered(http, "DELETE", path))["removed"] is False
    assert (await answered(http, "GET", "/api/mutes"))["count"] == 0
    await refused(
        http,
        ("POST", "/api/mutes", {}, 400, "invalid_input", "expected symbol, rule or both"),
        ("POST", "/api/mutes", {"rule": "golden_cros"}, 404, "not_found", "did you mean 'golden_cross'"),
        ("POST", "/api/mutes", {"symbol": "NOSUCHCO"}, 404, "not_found", "NOSUCHCO"),
        ("POST", "/api/mutes", {"symbl": "TCS"}, 400, "invalid_input", "symbol"),
        ("DELETE", "/api/mutes/one", None, 400, "invalid_input", "mute_id"),
    )


async def test_webhooks_are_put_tested_listed_and_removed(http: httpx.AsyncClient, receiver: Receiver) -> None:
    url = f"http://{receiver.address}/alerts"
    made = await answered(http, "PUT", "/api/webhooks/bot", {"url": url, "filter": {"sectors": ["IT"]}})
    assert (made["created"], made["webhook"]["state"]) == (True, "delivering")
    tested = await answered(http, "POST", "/api/webhooks/bot/test")
    assert (tested["accepted"], tested["http_status"]) == (True, 204)
    ((headers, body),) = receiver.taken
    stamp, signature = (part.partition("=")[2] for part in headers["Chitti-Signature"].split(","))
    signed = hmac.new(made["secret"].encode(), stamp.encode() + b"." + body, hashlib.sha256)
    assert signature == signed.hexdigest()
    assert json.loads(body)["event"] == "test"
    listed = await answered(http, "GET", "/api/webhooks")
    assert [(one["name"], one["filter"]["sectors"]) for one in listed["webhooks"]] == [("bot", ["IT"])]
    assert "secret" not in listed["webhooks"][0]
    near = "did you mean 'bot'"
    await refused(
        http,
        ("POST", "/api/webhooks/bott/test", None, 404, "not_found", near),
        ("DELETE", "/api/webhooks/bott", None, 404, "not_found", near),
        ("PUT", "/api/webhooks/far", {"url": "http://10.0.0.1/"}, 400, "invalid_input", "public address"),
        ("PUT", "/api/webhooks/far", {"url": url, "filter": {"sectors": ["Bankin"]}}, 400, "invalid_input", "Banking"),
        ("PUT", "/api/webhooks/far", {"ulr": url}, 400, "invalid_input", "url"),
    )
    assert await answered(http, "DELETE", "/api/webhooks/bot") == {"name": "bot", "url": url}
    assert (await answered(http, "GET", "/api/webhooks"))["count"] == 0


async def test_patterns_of_a_symbol_are_told_by_name_and_day(http: httpx.AsyncClient) -> None:
    await import_bars(http, "TCS")
    asked = {"families": "gap,candlestick", "since": "2024-06-01", "limit": "5"}
    told = await answered(http, "GET", "/api/signals/patterns/TCS", params=asked)
    assert (told["symbol"], told["bars"], len(told["patterns"])) == ("TCS", 300, 5)
    assert told["matched"] > 5
    assert {one["family"] for one in told["patterns"]} <= {"gap", "candlestick"}
    assert all(one["last_date"] >= "2024-06-01" for one in told["patterns"])
    await refused(
        http,
        ("GET", "/api/signals/patterns/TCS?names=double_botom", None, 400, "invalid_input", "double_bottom"),
        ("GET", "/api/signals/patterns/TCS?since=2024-02-31", None, 400, "invalid_input", "2024-02-31 is no day"),
        ("GET", "/api/signals/patterns/NOSUCHCO", None, 404, "not_found", "NOSUCHCO"),
        ("GET", "/api/signals/patterns/TCS?nams=hammer", None, 400, "invalid_input", "names"),
    )


async def test_errors_of_a_filter_name_the_parameter_that_was_written(http: httpx.AsyncClient) -> None:
    stream = "/api/alerts/stream"
    for path, field, words in (
        (f"{stream}?rules=golden_cros", "rules", "rules: no rule is called 'golden_cros'; did you mean 'golden_cross'"),
        (f"{stream}?symbols=TCSS", "symbols", "symbols: no company goes by 'TCSS'; did you mean 'TCS'"),
        (f"{stream}?sectors=Bankin", "sectors", "sectors names Bankin"),
        ("/api/alerts?symbols=INFY,TCSS", "symbols", "symbols: no company goes by 'TCSS'; did you mean 'TCS'"),
        ("/api/alerts?symbol=TCSS", "symbol", "symbol: no company goes by 'TCSS'"),
        ("/api/alerts?sector=Bankin", "sector", "sector names Bankin"),
        ("/api/alerts?rule=golden_cros", "rule", "rule: no rule is called 'golden_cros'"),
    ):
        reply = await http.get(path)
        told = reply.json()
        assert (reply.status_code, told["error"], told["details"]["field"]) == (400, "invalid_input", field), path
        assert words in told["message"], path


async def test_a_stream_comes_back_to_a_fresh_gateway_though_its_rule_was_removed(
    start: Any, database: Any, folder: Any
) -> None:
    stack = await start()
    async with logged_in(stack, database, folder) as http:
        await answered(http, "PUT", "/api/rules/my_rise", {"rule": RISE})
        cursor = (await answered(http, "GET", "/api/alerts"))["as_of"]
        await answered(http, "DELETE", "/api/rules/my_rise")
        async with stack.stream("?rules=my_rise") as fresh:
            assert fresh.status == 400
        async with stack.stream("?rules=my_rise", {"last-event-id": cursor}) as sse:
            assert sse.status == 200
            assert (await sse.next()).id == cursor
