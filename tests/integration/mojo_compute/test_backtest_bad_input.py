"""Backtests that cannot be run: refused over the socket, by the name of what is wrong, and not kept."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from chitti_shared.contracts import backtests as contract
from chitti_shared.errors import ChittiError, InvalidInput, NotFound
from chitti_shared.ipc import Client
from support.backtest_requests import crossing, wandering

pytestmark = pytest.mark.integration


async def run(client: Client, request: contract.BacktestRequest) -> contract.BacktestReply:
    reply: contract.BacktestReply = await client.call(contract.BACKTEST, request)
    return reply


def with_prices(**columns: Any) -> contract.BacktestRequest:
    return crossing(prices=msgspec.structs.replace(wandering(60), **columns))


DATES = wandering(60).dates
HOLED = wandering(60).close.copy()
HOLED[7] = np.nan


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (with_prices(dates=DATES[:-1]), "prices.dates"),
        (with_prices(dates=[DATES[1], DATES[0], *DATES[2:]]), "prices.dates"),
        (with_prices(dates=[DATES[0], DATES[0], *DATES[2:]]), "prices.dates"),
        (with_prices(dates=["2025-13-01", *DATES[1:]]), "prices.dates"),
        (with_prices(close=HOLED), "prices.close"),
        (with_prices(high=None), "prices.high"),
        (with_prices(volume=np.zeros(59)), "prices.volume"),
        (crossing(parameters={"initial_capital": 0}), "initial_capital"),
        (crossing(parameters={"fast_period": 20, "slow_period": 20}), "slow_period"),
        (crossing(parameters={"fast_perod": 5}), "fast_perod"),
        (crossing(parameters={"fill": "tomorrow"}), "fill"),
        (crossing(10), "slow_period"),
        (crossing(strategy={"entry": True}), "strategy_id"),
        (contract.BacktestRequest(prices=wandering(60)), "strategy_id"),
        (contract.BacktestRequest(strategy_id="sma_crossover"), "prices"),
        (crossing(data=wandering(60)), "data"),
        (crossing(start="2020-01-01"), "start"),
        (crossing(adjusted=False), "adjusted"),
        (crossing(symbol=None, symbols=["TCS", "INFY"]), "symbols"),
        (contract.BacktestRequest(strategy_id="sma_crossover", symbols=["TCS", "TCS"]), "symbols"),
        (contract.BacktestRequest(strategy_id="sma_crossover", symbol="TCS", symbols=["INFY"]), "symbols"),
        (contract.BacktestRequest(strategy_id="news_sentiment", prices=wandering(60)), "symbol"),
        (contract.BacktestRequest(strategy={"entry": {"<": ["close"]}}, prices=wandering(60)), "strategy.entry.<"),
    ],
)
async def test_bad_input_is_refused_by_name(client: Client, wanted: contract.BacktestRequest, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await run(client, wanted)
    assert refused.value.details["field"] == field
    assert refused.value.details["constraint"]
    listed = await client.call(contract.LIST_BACKTESTS, contract.ListBacktestsRequest())
    assert listed.count == 0


@pytest.mark.parametrize(
    ("wanted", "kind"),
    [
        (crossing(symbol="NOBODY", prices=None), "symbol"),
        (crossing(prices=None), "prices"),
        (msgspec.structs.replace(crossing(), strategy_id="sma_crosover"), "strategy"),
    ],
)
async def test_what_is_not_there_is_named(client: Client, wanted: contract.BacktestRequest, kind: str) -> None:
    with pytest.raises(NotFound) as refused:
        await run(client, wanted)
    assert refused.value.details["kind"] == kind


async def test_a_company_is_not_held_twice_by_a_former_and_its_present_name(market_client: Client) -> None:
    both = contract.BacktestRequest(strategy_id="equal_weight", symbols=["TATAMOTORS", "INFY", "TMPV"])
    with pytest.raises(InvalidInput, match="TATAMOTORS and TMPV are one company") as refused:
        await run(market_client, both)
    assert refused.value.details["field"] == "symbols"


async def test_expressions_that_are_too_large_are_refused_with_their_size(client: Client) -> None:
    wide = {"entry": {"all": [{">": ["close", n]} for n in range(5_000)]}}
    with pytest.raises(InvalidInput, match="holds 15002 objects"):
        await run(client, contract.BacktestRequest(strategy=wide, prices=wandering(60)))
    deep: Any = {">": ["close", 1]}
    for _ in range(40):
        deep = {"not": deep}
    with pytest.raises(ChittiError, match="deep"):
        await run(client, contract.BacktestRequest(strategy={"entry": deep}, prices=wandering(60)))
