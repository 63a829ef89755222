"""Rows that cannot be: refused by the database itself. And who may read."""

from __future__ import annotations

import asyncpg
import pytest
from chitti_shared.contracts import market
from chitti_shared.db import Pool, connect_pool
from chitti_shared.testing.database import Database

pytestmark = pytest.mark.integration

GOOD = {
    "trade_date": "'2025-10-01'",
    "open": "10",
    "high": "12",
    "low": "9",
    "close": "11",
    "volume": "5",
    "adjusted": "true",
    "source": "'plain'",
}


async def insert_bar(pool: Pool, **changed: str) -> None:
    values = {**GOOD, **changed}
    await pool.execute("INSERT INTO md.instruments (symbol) VALUES ('TCS') ON CONFLICT DO NOTHING")
    await pool.execute("SELECT md.ensure_years('md.eod_prices', '2020-01-01', '2030-01-01')")
    await pool.execute(
        f"INSERT INTO md.eod_prices (instrument_id, {', '.join(values)})"
        f" SELECT instrument_id, {', '.join(values.values())} FROM md.instruments WHERE symbol = 'TCS'"
    )


async def test_a_good_bar_is_taken_once(pool):
    await insert_bar(pool)
    with pytest.raises(asyncpg.UniqueViolationError):
        await insert_bar(pool)


@pytest.mark.parametrize(
    "changed",
    [
        {"open": "0"},
        {"close": "-1"},
        {"high": "'NaN'"},
        {"high": "'Infinity'"},
        {"low": "'-Infinity'"},
        {"high": "10.5"},
        {"low": "10.5"},
        {"volume": "-1"},
        {"volume": "'NaN'"},
        {"source": "'no spaces'"},
        {"trade_date": "current_date + 2"},
        {"close": "null"},
        {"adjusted": "null"},
    ],
)
async def test_an_impossible_bar_is_refused(pool, changed):
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await insert_bar(pool, **changed)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO md.instruments (symbol) VALUES ('lower')",
        "INSERT INTO md.instruments (symbol, isin) VALUES ('X', 'INE467')",
        "INSERT INTO md.instruments (symbol, first_bar) VALUES ('X', '2025-01-01')",
        "INSERT INTO md.price_counter (only_row) VALUES (false)",
        "INSERT INTO md.price_counter DEFAULT VALUES",
        "INSERT INTO md.eod_prices VALUES (-1, '2026-01-02', 1, 1, 1, 1, 1, true, 'x')",
        "INSERT INTO ml.models (model_id, algorithm, target, horizon_bars, features, artifact, artifact_sha256,"
        " trained_from, trained_to) VALUES ('m', 'a', 't', 1, '{}', 'f', '', '2020-01-01', '2020-01-02')",
        "INSERT INTO ml.predictions (model_id, instrument_id, as_of, prediction, confidence, bullish, bearish, neutral)"
        " VALUES ('none', 1, '2025-01-01', 'bullish', 0.5, 0.5, 0.5, 0.5)",
    ],
)
async def test_other_impossible_rows_are_refused(pool, statement):
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await pool.execute(statement)


async def test_signal_service_reads_adjusted_bars_and_writes_none(market_client, database: Database):
    async with await connect_pool(database.url_of("signal-service"), application_name="test") as reader:
        newest = await reader.fetchrow("SELECT symbol, close FROM md.bars ORDER BY trade_date DESC, symbol LIMIT 1")
        assert tuple(newest) == ("INFY", 1441.8)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reader.execute("UPDATE md.price_counter SET seq = 0")
    reply = await market_client.call(market.GET_PRICES, market.GetPricesRequest(symbol="INFY", bars=1))
    assert reply.close.tolist() == [1441.8]
