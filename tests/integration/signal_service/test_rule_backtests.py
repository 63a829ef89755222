"""`backtest_rule` with a real mojo-compute: rules of prices go as strategies, rules of other facts as days."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import date, timedelta

import msgspec
import numpy as np
import pytest
from chitti_shared.contracts import backtests, market, signals
from chitti_shared.contracts.action import Blob
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from mojo_compute.__main__ import wire as wire_compute
from signal_service.rules import SHIPPED_BY_NAME

pytestmark = pytest.mark.integration

DAYS = 700
RISE = {"bullish": {">": [{"roc": 1}, 1.5]}}


def prices(symbol: str, seed: int) -> str:
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.015, DAYS)))
    opened = np.r_[100.0, close[:-1]]
    rows = ["symbol,date,open,high,low,close,volume"]
    day = date(2022, 1, 3)
    for i in range(DAYS):
        high, low = max(opened[i], close[i]) * 1.004, min(opened[i], close[i]) * 0.996
        rows.append(f"{symbol},{day},{opened[i]:.2f},{high:.2f},{low:.2f},{close[i]:.2f},{int(rng.lognormal(12, 0.4))}")
        day += timedelta(days=3 if day.weekday() == 4 else 1)
    return "\n".join(rows)


@pytest.fixture
async def compute(database, folder):
    """mojo-compute in this process with bars of two companies."""
    settings = Settings(
        database_url_mojo_compute=database.url_of("mojo-compute"),
        chitti_runtime_dir=folder,
        chitti_data_dir=folder / "data",
        _env_file=None,
    )
    async with AsyncExitStack() as stack:
        server = await wire_compute(settings, stack)
        address = f"unix://{folder}/mojo-compute.sock"
        await server.start(address)
        stack.push_async_callback(server.close, 0)
        client = Client(MOJO_COMPUTE, address)
        stack.push_async_callback(client.close)
        for seed, symbol in enumerate(("TCS", "INFY")):
            document = Blob(prices(symbol, seed).encode())
            await client.call(market.IMPORT_PRICES, market.ImportPricesRequest(document=document, adjusted=True))
        yield client


async def backtest(service, rule, **fields):
    return await service.client.call(signals.BACKTEST_RULE, signals.BacktestRuleRequest(rule=rule, **fields))


async def test_a_rule_of_prices_trades_as_the_same_strategy_does(compute, start_service):
    service = await start_service()
    reply = await backtest(service, "rsi_reversal", direction="bullish", symbol="TCS")
    assert (reply.rule, reply.direction, reply.description) == ("rsi_reversal", "bullish", "RSI(14) crosses above 30")
    strategy = {"entry": {"crosses_above": [{"rsi": 14}, 30]}, "max_bars": 5}
    expected = await compute.call(backtests.BACKTEST, backtests.BacktestRequest(symbol="TCS", strategy=strategy))
    found = msgspec.json.decode(bytes(reply.backtest))["trades"]
    assert [(one["date"], one["quantity"]) for one in found] == [(one.date, one.quantity) for one in expected.trades]
    assert found


async def test_the_hit_rate_is_counted_on_the_days_asked_for(compute, start_service):
    service = await start_service()
    stored = await compute.call(market.GET_PRICES, market.GetPricesRequest(symbol="TCS"), reply_as="binary")
    close = np.asarray(stored.close)
    holds = np.r_[False, close[1:] / close[:-1] - 1.0 > 0.015]
    began = holds & ~np.r_[False, holds[:-1]]
    known = began[200:-5]
    later = close[205:] / close[200:-5] - 1.0
    reply = await backtest(service, RISE, symbol="TCS", start=stored.dates[200], parameters={"max_bars": 5})
    rate = reply.hit_rate
    assert (rate.cases, rate.hits) == (known.sum(), (known & (later > 0)).sum())
    assert rate.base_rate == pytest.approx((later > 0).mean())
    assert rate.mean_return == pytest.approx(later[known].mean())
    whole = await backtest(service, RISE, symbol="TCS")
    newest = await backtest(service, RISE, symbol="TCS", bars=100)
    assert newest.hit_rate.cases < rate.cases < whole.hit_rate.cases


async def test_a_rule_of_patterns_trades_on_the_days_it_holds(compute, start_service):
    service = await start_service()
    shape = {
        "bullish": {"any": [{">": [{"pattern": name}, 0]} for name in ("double_bottom", "gap_up", "golden_cross")]}
    }
    reply = await backtest(service, shape, symbols=["TCS", "INFY"])
    result = msgspec.json.decode(bytes(reply.backtest))
    assert reply.hit_rate.cases > 0
    assert result["round_trips"]
    assert all(trip["side"] == "long" for trip in result["round_trips"])


async def test_the_words_of_a_rule_make_no_difference_to_how_it_trades(compute, start_service):
    """The same condition as a strategy and, with a figure that never counts, as days."""
    service = await start_service()
    plain = await backtest(service, RISE, symbol="TCS", costs="none")
    worded = {"bullish": {"any": [RISE["bullish"], {">": [{"pattern": "double_bottom"}, 2]}]}}
    dated = await backtest(service, worded, symbol="TCS", costs="none")
    trades = [msgspec.json.decode(bytes(one.backtest))["trades"] for one in (plain, dated)]
    assert trades[0] == trades[1]
    assert trades[0]


async def test_a_bearish_rule_sells_short_and_its_parameters_can_be_varied(compute, start_service):
    service = await start_service()
    rule = {
        "bearish": {"<": [{"roc": {"param": "bars"}}, {"param": "low"}]},
        "parameters": {"bars": 2, "low": -2},
        "horizon": 3,
    }
    usual = await backtest(service, rule, symbol="TCS")
    rarer = await backtest(service, rule, symbol="TCS", parameters={"low": -4, "position_size": 0.5})
    assert usual.hit_rate.horizon == 3
    assert 0 < rarer.hit_rate.cases < usual.hit_rate.cases
    assert all(trip["side"] == "short" for trip in msgspec.json.decode(bytes(usual.backtest))["round_trips"])


@pytest.mark.parametrize("name", SHIPPED_BY_NAME)
async def test_every_shipped_rule_can_be_backtested_with_one_call(compute, start_service, name):
    service = await start_service()
    for side in SHIPPED_BY_NAME[name].sides:
        reply = await backtest(service, name, direction=side.direction, symbol="TCS", verify_causality=1)
        assert msgspec.json.decode(bytes(reply.backtest))["state"] == "completed"


async def test_what_can_not_be_run_is_told(compute, start_service):
    service = await start_service()
    for rule, fields, error in (
        ("sma_crossover", {"symbol": "TCS"}, InvalidInput),  # both directions
        ("sma_crosover", {"symbol": "TCS"}, NotFound),
        ("order_win", {"symbol": "NOSUCH"}, NotFound),
        ("order_win", {}, InvalidInput),
        ("order_win", {"symbol": "TCS", "symbols": ["TCS"]}, InvalidInput),
        ("order_win", {"symbol": "TCS", "parameters": {"colour": 1}}, InvalidInput),
        ({"bullish": {">": ["clse", 1]}}, {"symbol": "TCS"}, InvalidInput),
        (RISE, {"symbol": "TCS", "start": "2022-13-01"}, InvalidInput),
    ):
        with pytest.raises(error):
            await backtest(service, rule, **fields)
    assert (await backtest(service, RISE, symbol="TCS")).hit_rate.cases > 0
