"""Every named strategy over the socket: listed, run, and its run made again from the manifest of the reply."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts import backtests as contract
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.strategies import STRATEGIES
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Client
from mojo_compute.backtesting import Data, aligned, bars_of, repeat, times_of
from support.backtest_requests import wandering
from support.histories import within_days

pytestmark = pytest.mark.integration

PANEL = {f"S{number}": wandering(300, number) for number in range(5)}
PAIR = {name: PANEL[name] for name in ("S0", "S1")}


def session_prices() -> contract.Prices:
    """Bars of five minutes."""
    bars = within_days(20).bars
    assert bars.times is not None
    columns = {name: getattr(bars, name)[0] for name in ("open", "high", "low", "close")}
    return contract.Prices(dates=np.datetime_as_string(bars.times).tolist(), **columns)


GIVEN: dict[str, dict[str, Any]] = {
    "opening_range_breakout": {"prices": session_prices(), "symbol": "TCS"},
    "momentum_rank": {"panel": PANEL, "parameters": {"lookback": 60, "top": 2, "bottom": 1, "rebalance": "weekly"}},
    "pairs_zscore": {"panel": PAIR},
    "equal_weight": {"panel": PANEL, "parameters": {"drift": 0.05}},
    "inverse_volatility": {"panel": PANEL},
    "fixed_weights": {"panel": PANEL, "parameters": {"weights": {"S3": 0.6, "S1": -0.3}}},
}
BY_BARS = [one.name for one in STRATEGIES if one.needs != "news"]


async def run(client: Client, **fields: Any) -> contract.BacktestReply:
    reply: contract.BacktestReply = await client.call(
        contract.BACKTEST, contract.BacktestRequest(**fields), timeout_s=60
    )
    return reply


def library_data(given: dict[str, Any]) -> Data:
    """The same bars as the library takes them."""
    panel = given.get("panel") or {given["symbol"]: given["prices"]}
    bars = []
    for symbol, prices in panel.items():
        columns = {name: getattr(prices, name) for name in ("open", "high", "low", "close", "volume")}
        bars.append(bars_of(columns, times_of(prices.dates), symbol))
    return Data(aligned(bars))


@pytest.mark.parametrize("name", BY_BARS)
async def test_a_strategy_trades_over_the_socket_and_is_made_again(client: Client, name: str) -> None:
    given = GIVEN.get(name, {"prices": PANEL["S2"], "symbol": "S2"})
    reply = await run(client, strategy_id=name, verify_causality=5, costs="nse_delivery", **given)
    assert reply.state == "completed"
    assert reply.trades
    assert reply.lookahead.checked
    assert reply.lookahead.ok
    assert len(reply.lookahead.points) == 5
    again = repeat(reply.manifest, library_data(given))
    np.testing.assert_allclose(again.run.equity, reply.equity_curve, rtol=1e-12)
    assert len(again.run.fills) == reply.counts["trades"]
    assert again.metrics["total_return"] == pytest.approx(reply.results["total_return"], rel=1e-12)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"strategy_id": "pairs_zscore", "panel": PANEL}, "symbols"),
        ({"strategy_id": "pairs_zscore", "panel": PAIR, "parameters": {"direction": "long"}}, "direction"),
        ({"strategy_id": "fixed_weights", "panel": PAIR, "parameters": {"weights": {"S9": 1.0}}}, "weights.S9"),
        ({"strategy_id": "fixed_weights", "panel": PAIR}, "weights"),
        ({"strategy_id": "opening_range_breakout", "panel": PAIR}, "dates"),
        ({"strategy_id": "momentum_rank", "panel": PAIR, "parameters": {"lookback": 400}}, "lookback"),
        ({"strategy_id": "equal_weight", "panel": PAIR, "parameters": {"rebalance": "hourly"}}, "rebalance"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_what_a_strategy_can_not_work_with_is_named(client: Client, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await run(client, **fields)
    assert caught.value.details["field"] == field


async def test_strategies_execution_and_costs_are_listed(client: Client) -> None:
    reply = await client.call(contract.LIST_STRATEGIES, Empty())
    listed = {one.strategy_id: one for one in reply.strategies}
    assert len(listed) == reply.count >= 11
    fast, slow = listed["sma_crossover"].parameters
    assert (fast.name, fast.type, fast.default, slow.name) == ("fast_period", "integer", 10, "slow_period")
    assert listed["sma_crossover"].ordered == [["fast_period", "slow_period"]]
    settings = reply.execution["$defs"]["Execution"]["properties"]
    assert settings["position_size"]["default"] == 0.1
    assert {"none", "nse_delivery", "nse_intraday"} == reply.costs.keys()
