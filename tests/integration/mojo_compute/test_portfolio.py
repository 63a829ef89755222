"""Portfolios and risks over a real socket, from stored prices and from given ones."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts import market
from chitti_shared.contracts.action import Blob
from chitti_shared.errors import ChittiError
from chitti_shared.ipc import Client
from support.markets import real_bars

pytestmark = pytest.mark.integration

SYMBOLS = ("INFY", "TCS", "HDFCBANK", "RELIANCE", "SUNPHARMA")
BARS = 300
DAYS = np.datetime64("2023-11-01") + np.arange(BARS)  # the election of 2024 lies within
CLOSES = {symbol: real_bars(symbol, BARS)["close"] for symbol in SYMBOLS}


@pytest.fixture
async def stocked(client: Client) -> Client:
    """A client of a daemon that has five stocks' bars, RELIANCE's without the first hundred."""
    lines = ["symbol,date,open,high,low,close,volume"]
    for symbol, closes in CLOSES.items():
        first = 100 if symbol == "RELIANCE" else 0
        lines += [
            f"{symbol},{day},{close},{close},{close},{close},1000"
            for day, close in zip(DAYS[first:], closes[first:], strict=True)
        ]
    request = market.ImportPricesRequest(document=Blob("\n".join(lines).encode()))
    await client.call(market.IMPORT_PRICES, request, timeout_s=30)
    return client


async def asked(client: Client, action: str, body: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(await client.forward(action, json.dumps(body).encode()))
    return fields


async def refused(client: Client, action: str, body: dict[str, Any]) -> ChittiError:
    with pytest.raises(ChittiError) as caught:
        await asked(client, action, body)
    return caught.value


async def test_x(stocked):
    for m in ["min_volatility", "max_sharpe", "efficient_frontier", "hrp", "black_litterman", "mean_cvar"]:
        print(
            json.dumps(
                await asked(
                    stocked,
                    "optimize_portfolio",
                    {"symbols": list(SYMBOLS), "method": m, "capital": 100000, "matrices": False, "points": 3},
                )
            )[:3000]
        )
    print(
        json.dumps(
            await asked(
                stocked,
                "compute_risk",
                {"weights": {"INFY": 0.5, "RELIANCE": 0.3}, "shocks": {"crash": {"market": -0.1, "IT": -0.2}}},
            ),
            indent=1,
        )[:8000]
    )
    for b in ({}, {"symbols": ["INFY", "NOPE"]}):
        print(repr(await refused(stocked, "optimize_portfolio", b)))
