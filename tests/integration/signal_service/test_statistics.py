"""How the rules did, asked over the socket."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts import signals
from chitti_shared.errors import NotFound
from chitti_shared.testing.waiting import first_true

pytestmark = pytest.mark.integration

BANKS = ("SBIN", "HDFCBANK", "ICICIBANK", "AXISBANK", "KOTAKBANK", "INDUSINDBK")
OTHERS = ("TCS", "INFY", "ITC", "TITAN", "LT", "CIPLA")
RISING = [100.0 + 0.1 * i + (0.3 if i % 2 else 0.0) for i in range(59)] + [108.0]
TIMEOUT_S = 15


async def store_walks(stock_market: Any, length: int = 700) -> None:
    """Companies whose prices walk at random, so that every price rule has its cases."""
    for number, symbol in enumerate((*BANKS, *OTHERS)):
        random = np.random.default_rng(number)
        close = 100.0 * np.exp(np.cumsum(random.normal(0.0, 0.02, length)))
        await stock_market.store(symbol, close.tolist(), volume=random.uniform(100.0, 900.0, length).tolist())


async def statistics(service: Any, **asked: Any) -> signals.GetRuleStatisticsReply:
    request = signals.GetRuleStatisticsRequest(**asked)
    return await service.client.call(signals.GET_RULE_STATISTICS, request)  # type: ignore[no-any-return]


async def test_records_are_told_of_all_companies_and_of_one(
    start_service: Any, serve_market: Any, stock_market: Any
) -> None:
    await serve_market()
    await store_walks(stock_market)
    service = await start_service()
    everyone = await statistics(service)
    assert everyone.symbols == 12
    assert {one.rule for one in everyone.rules} >= {"sma_crossover", "rsi_reversal", "volume_surge", "news_burst"}
    (crossing,) = (await statistics(service, rule="sma_crossover", direction="bullish")).rules
    assert crossing.confidence is None
    assert crossing.history.cases > 30
    assert crossing.history.hit_rate == crossing.history.hits / crossing.history.cases
    assert 0.3 < (crossing.history.expected_rate or 0.0) < 0.7
    assert 0.4 < crossing.base_rate < 0.6

    (bank,) = (await statistics(service, rule="sma_crossover", direction="bullish", symbol="SBIN")).rules
    assert 0 < bank.history.cases < crossing.history.cases
    assert bank.confidence is not None
    assert bank.confidence == pytest.approx(bank.base_rate, abs=0.05)
    assert "earlier cases on the company and its industry" in bank.confidence_basis
    (silent,) = (await statistics(service, rule="news_burst", direction="bullish", symbol="SBIN")).rules
    assert silent.confidence is None
    assert silent.history.hit_rate is None


async def test_unknown_rules_and_symbols_are_said(start_service: Any, serve_market: Any, stock_market: Any) -> None:
    await serve_market()
    await stock_market.store("TCS", RISING)
    service = await start_service()
    with pytest.raises(NotFound, match=r"'sma_crosover'.*sma_crossover"):
        await statistics(service, rule="sma_crosover")
    with pytest.raises(NotFound, match="no bars are stored for INFY"):
        await statistics(service, symbol="INFY")


async def test_an_alert_is_found_right_when_the_bars_of_its_horizon_are_in(
    start_service: Any, serve_market: Any, stock_market: Any, newsroom: Any
) -> None:
    await serve_market()
    await stock_market.store("TCS", RISING)
    service = await start_service()
    await newsroom.publish("TCS")

    async def raised() -> bool:
        return (await told()).alerts == 1

    async def told() -> signals.AlertOutcomes:
        return (await statistics(service, rule="news_with_trend", direction="bullish")).rules[0].outcomes

    await first_true(raised, TIMEOUT_S)
    assert (await told()).pending == 1
    await stock_market._pool.execute("SELECT md.ensure_years('md.eod_prices', '2025-01-01', '2025-12-31')")
    for step, close in enumerate((108.0, 107.0, 109.0, 110.0, 111.0, 113.4)):
        await stock_market._pool.execute(
            "INSERT INTO md.eod_prices"
            " (instrument_id, trade_date, open, high, low, close, volume, adjusted, source)"
            " SELECT instrument_id, $1, $2, $2, $2, $2, 1, true, 'test' FROM md.instruments WHERE symbol = 'TCS'",
            date.fromordinal(date(2025, 9, 30).toordinal() + step), close,
        )  # fmt: skip
    await stock_market.store("TCS", RISING)  # an import: the leader looks

    async def over() -> signals.AlertOutcomes | None:
        found = await told()
        return found if found.pending == 0 else None

    found = await first_true(over, TIMEOUT_S)
    assert (found.hits, found.misses, found.hit_rate) == (1, 0, 1.0)
    assert found.mean_return == pytest.approx(0.05)
    (alert,) = (await service.client.call(signals.GET_ALERTS, signals.GetAlertsRequest(outcome="hit"))).alerts
    assert (alert.outcome, alert.outcome_bar, alert.horizon) == ("hit", date(2025, 10, 5), 5)
    assert alert.outcome_return == pytest.approx(0.05)
