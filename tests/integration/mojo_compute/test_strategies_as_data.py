"""Strategies as data over the socket: what they read of the database, what is said of wrong ones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from chitti_shared.contracts import backtests as contract
from chitti_shared.contracts import sweeps
from chitti_shared.errors import InvalidInput, PayloadTooLarge
from chitti_shared.ipc import Client
from chitti_shared.testing.database import Database
from mojo_compute.storage import news

from tests.support.backtest_requests import wandering

pytestmark = pytest.mark.integration

LOOP = {"entry": "up", "define": {"up": {"not": "down"}, "down": {"not": "up"}}}
FOLLOWING = {
    "entry": {">": ["close", {"sma": {"period": {"param": "bars"}}}]},
    "parameters": {"bars": {"default": 20, "max": 50}},
}


async def run(client: Client, strategy: dict[str, Any], **fields: Any) -> contract.BacktestReply:
    request = contract.BacktestRequest(strategy=strategy, **fields)
    reply: contract.BacktestReply = await client.call(contract.BACKTEST, request, timeout_s=60)
    return reply


async def tell(database: Database, symbol: str, *seen: str) -> None:
    """Store good news about a symbol, as first seen at those times (UTC)."""
    connection = await asyncpg.connect(database.superuser_url)
    for number, one in enumerate(seen, 1):
        await connection.execute(
            "INSERT INTO news.articles (article_id, identity, title, summary, url, source, source_host, first_seen_at,"
            " cluster_id, price_move, sentiment, score, confidence, phrases, model)"
            " VALUES ($1, $2, 't', '', '', '', '', $3, $1, false, 'bullish', 0.9, 0.9, '[]', 'm')",
            number,
            bytes([number] * 16),
            datetime.fromisoformat(one).replace(tzinfo=UTC),
        )
        await connection.execute(
            "INSERT INTO news.sentiments (article_id, symbol, sentiment, score, confidence)"
            " VALUES ($1, $2, 'bullish', 0.9, 0.9)",
            number,
            symbol,
        )
    await connection.close()


async def test_articles_are_read_where_a_strategy_asks_for_them(market_client: Client, database: Database) -> None:
    await tell(database, "INFY", "2025-08-11T04:00", "2025-08-11T09:00", "2025-08-12T10:00")
    strategy = {"entry": {">=": [{"articles": 1}, 2]}, "exit": {"not": {">": [{"sentiment": 2}, 0.5]}}, "max_bars": 3}
    reply = await run(market_client, strategy, symbol="INFY", start="2025-08-01")
    assert isinstance(reply.manifest, dict)
    assert reply.manifest["articles"] == 3
    assert isinstance(reply.trades, list)
    assert [(trade.type, trade.date) for trade in reply.trades] == [("buy", "2025-08-12"), ("sell", "2025-08-18")]
    assert reply.lookahead.ok is True  # type: ignore[union-attr]


async def test_more_articles_than_are_read_are_refused(
    market_client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "MOST", 2)
    strategy = {"entry": {">=": [{"articles": 1}, 2]}}
    await tell(database, "INFY", "2025-08-11T04:00", "2025-08-11T09:00", "2025-08-12T10:00")
    with pytest.raises(PayloadTooLarge, match="more than 2 articles") as refused:
        await run(market_client, strategy, symbol="INFY")
    assert refused.value.details["field"] == "symbols"
    monkeypatch.setattr(news, "MOST", 3)
    assert (await run(market_client, strategy, symbol="INFY")).manifest["articles"] == 3  # type: ignore[index]


async def test_a_sweep_varies_what_articles_must_say(market_client: Client, database: Database) -> None:
    await tell(database, "INFY", "2025-08-11T04:00", "2025-08-11T09:00", "2025-08-12T10:00")
    strategy = {
        "entry": {">=": [{"sentiment": {"param": "bars"}}, {"param": "level"}]},
        "max_bars": 2,
        "parameters": {"bars": 1, "level": 0.5},
    }
    grid: Any = {"bars": [1, 5], "level": [0.5, 0.95]}
    request = sweeps.SweepRequest(strategy=strategy, symbol="INFY", grid=grid)
    reply: sweeps.SweepReply = await market_client.call(sweeps.SWEEP, request, timeout_s=60)
    assert isinstance(reply.trials, dict)
    trials = reply.trials
    traded = {
        (bars, level): count
        for bars, level, count in zip(trials["bars"], trials["level"], trials["total_trades"], strict=True)
    }
    assert {key: count > 0 for key, count in traded.items()} == {
        (1, 0.5): True,
        (5, 0.5): True,
        (1, 0.95): False,
        (5, 0.95): False,
    }
    for (bars, level), count in traded.items():
        one = await run(market_client, strategy, symbol="INFY", parameters={"bars": bars, "level": level})
        assert isinstance(one.results, dict)
        assert one.results["total_trades"] == count


async def test_the_manifest_holds_the_strategy_as_it_can_be_sent_again(client: Client) -> None:
    prices = wandering(252)
    first = await run(client, FOLLOWING | {"name": "above", "max_bars": 9}, prices=prices, parameters={"bars": 30})
    assert isinstance(first.manifest, dict)
    again = await run(client, first.manifest["definition"], prices=prices, parameters=first.manifest["parameters"])
    assert isinstance(again.manifest, dict)
    assert again.results == first.results
    assert again.manifest == first.manifest


@pytest.mark.parametrize(
    ("strategy", "parameters", "field"),
    [
        (LOOP, {}, "strategy.define.up"),
        ({"entry": {">": [{"zigzag": {}}, 0]}}, {}, "strategy.entry.>[0].zigzag"),
        ({"entry": {">": ["close", {"ago": ["close", -1]}]}}, {}, "strategy.entry.>[1].ago[1]"),
        (FOLLOWING, {"bars": 51}, "parameters.bars"),
        (FOLLOWING, {"bras": 5}, "parameters.bras"),
        (FOLLOWING, {"position_size": 0}, "position_size"),
        ({"entry": True, "stop_loss": 5}, {}, "strategy.stop_loss"),
    ],
)
async def test_what_is_wrong_is_named(client: Client, strategy: Any, parameters: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await run(client, strategy, prices=wandering(60), parameters=parameters)
    assert refused.value.details["field"] == field
    assert refused.value.details["constraint"]
