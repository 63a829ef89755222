"""Portfolios and risks over a real socket, from stored prices and from given ones."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts import market, portfolio, risk
from chitti_shared.contracts.action import Blob
from chitti_shared.contracts.arrays import Table
from chitti_shared.errors import Cancelled, ChittiError, InvalidInput, NotFound
from chitti_shared.ipc import Client
from support.markets import real_bars, sample_market

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


METHODS = ("min_volatility", "max_sharpe", "risk_parity", "hrp", "max_diversification", "mean_cvar", "black_litterman")
GIVEN = {symbol: closes.tolist() for symbol, closes in CLOSES.items()}


async def test_every_method_answers_over_stored_prices(stocked):
    for method in (*METHODS, "max_return", "efficient_frontier"):
        reply = await asked(
            stocked, "optimize_portfolio", {"symbols": SYMBOLS, "method": method, "risk_free_rate": -0.9, "points": 3}
        )
        weights = np.array([reply["weights"][symbol] for symbol in SYMBOLS])
        covariance = np.array(reply["covariance"]["matrix"])
        assert weights.sum() == pytest.approx(1)
        assert reply["volatility"] == pytest.approx((weights @ covariance @ weights) ** 0.5)
        shares = reply["risk_contributions"].values()
        assert sum(one["component"] for one in shares) == pytest.approx(reply["volatility"])
        assert reply["span"] == {"periods": 199, "first_date": "2024-02-10", "last_date": "2024-08-26"}
        assert "100 of 300 rows left out" in reply["notes"][0]
        assert ("frontier" in reply) == (method == "efficient_frontier")
        assert ("tree" in reply) == (method == "hrp")
        assert ("beliefs" in reply) == (method == "black_litterman")


async def test_stored_prices_given_ones_and_rows_have_one_answer(stocked):
    symbols = ["INFY", "TCS", "HDFCBANK"]
    given = {symbol: GIVEN[symbol] for symbol in symbols}
    days = [str(day) for day in DAYS]
    returns = {symbol: (np.diff(CLOSES[symbol]) / CLOSES[symbol][:-1]).tolist() for symbol in symbols}
    bodies = [
        {"symbols": symbols},
        {"prices": given, "dates": days},
        {"symbols": symbols, "prices": list(given.values())},
        {"returns": returns},
    ]
    for action, more in (
        ("optimize_portfolio", {"method": "max_sharpe", "risk_free_rate": -0.5}),
        ("compute_risk", {"weights": {"INFY": 0.2, "TCS": 0.3, "HDFCBANK": 0.5}, "scenarios": []}),
    ):
        replies = [await asked(stocked, action, body | more) for body in bodies]
        for reply in replies:
            for told in ("span", "time_ms", "drawdown", "notes"):
                reply.pop(told, None)
        for reply in replies[1:3]:
            assert reply == replies[0]
        assert replies[3]["volatility"] == pytest.approx(replies[0]["volatility"], rel=1e-9)


async def test_a_section_of_rows_is_taken_as_it_is(stocked):
    symbols = ["INFY", "TCS"]
    table = np.array([CLOSES[symbol] for symbol in symbols])
    request = portfolio.OptimizePortfolioRequest(symbols=symbols, prices=Table(table))
    reply = await stocked.call(portfolio.OPTIMIZE_PORTFOLIO, request, reply_as="binary")
    assert reply.weights == (await stocked.call(portfolio.OPTIMIZE_PORTFOLIO, request)).weights
    assert reply.span.periods == BARS - 1


async def test_limits_reach_the_solver_by_their_names(stocked):
    body = {
        "symbols": SYMBOLS,
        "method": "min_volatility",
        "max_weight": 0.4,
        "bounds": {"INFY": [0.05, 0.1]},
        "sector_caps": {"IT": 0.25, "Healthcare": 0.2},
        "current_weights": {"TCS": 0.5, "HDFCBANK": 0.5},
        "max_turnover": 1.2,
        "cost_bps": 20,
        "holding_years": 2,
    }
    reply = await asked(stocked, "optimize_portfolio", body)
    weights = reply["weights"]
    assert 0.05 <= weights["INFY"] + 1e-9 <= 0.1 + 2e-9
    assert weights["INFY"] + weights["TCS"] <= 0.25 + 1e-6
    assert weights["SUNPHARMA"] <= 0.2 + 1e-6
    assert max(weights.values()) <= 0.4 + 1e-9
    assert reply["turnover"] <= 1.2 + 1e-6
    assert reply["cost"] == pytest.approx(0.001 * reply["turnover"])
    assert {"constraint": "max_weight", "name": "HDFCBANK", "limit": 0.4} in reply["binding"]
    assert ("sector_caps", "Information Technology") in {(one["constraint"], one["name"]) for one in reply["binding"]}


async def test_a_capital_becomes_whole_shares(stocked):
    body = {"symbols": SYMBOLS, "method": "risk_parity", "capital": 250_000, "lots": {"TCS": 5}}
    told = (await asked(stocked, "optimize_portfolio", body))["allocation"]
    spent = sum(one["value"] for one in told["positions"].values())
    assert spent + told["leftover_cash"] == pytest.approx(250_000)
    assert 0 <= told["leftover_cash"] < 5 * CLOSES["TCS"][-1]
    assert told["positions"]["TCS"]["shares"] % 5 == 0
    assert told["positions"]["INFY"]["price"] == CLOSES["INFY"][-1]


async def test_views_are_absolute_relative_or_of_baskets(stocked):
    body = {
        "symbols": ["INFY", "TCS", "HDFCBANK"],
        "method": "black_litterman",
        "market_caps": {"INFY": 6e12, "TCS": 1.1e13, "HDFCBANK": 1.5e13},
        "views": [
            {"symbol": "INFY", "expected_return": 0.3, "confidence": 0.9},
            {"symbol": "TCS", "over": "HDFCBANK", "expected_return": 0.05},
            {"weights": {"INFY": 0.5, "TCS": 0.5, "HDFCBANK": -1}, "expected_return": 0.1, "confidence": 0.2},
        ],
    }
    beliefs = (await asked(stocked, "optimize_portfolio", body))["beliefs"]
    moved = {symbol: beliefs["posterior"][symbol] - prior for symbol, prior in beliefs["prior"].items()}
    assert moved["INFY"] > moved["TCS"] > 0


async def test_a_frontier_can_be_of_tail_losses(stocked):
    body = {"symbols": SYMBOLS, "method": "efficient_frontier", "points": 4, "frontier_risk": "cvar"}
    told = (await asked(stocked, "optimize_portfolio", body))["frontier"]
    assert np.array(told["weights"]).shape == (4, 5)
    assert told["expected_return"] == sorted(told["expected_return"])


async def test_risks_add_up_over_stored_prices(stocked):
    weights = {"INFY": 0.25, "TCS": 0.25, "HDFCBANK": 0.5}
    body = {"weights": weights, "benchmark": "SUNPHARMA", "shocks": {"crash": {"market": -0.1, "IT": -0.2}}}
    reply = await asked(stocked, "compute_risk", body)
    shares = reply["contributions"].values()
    assert sum(one["component"] for one in shares) == pytest.approx(reply["volatility"])
    assert sum(one["share"] for one in shares) == pytest.approx(1)
    assert sum(one["cvar_component"] for one in shares) == pytest.approx(reply["tails"]["historical"]["cvar"])
    assert sum(one["weight"] * one["beta"] for one in shares) == pytest.approx(reply["beta"])
    values = np.column_stack([np.diff(CLOSES[one]) / CLOSES[one][:-1] for one in weights])
    assert reply["volatility"] == pytest.approx((values @ list(weights.values())).std(ddof=1) * 252**0.5)
    assert sorted(symbol for members in reply["clusters"] for symbol in members) == sorted(weights)
    assert np.array(reply["correlation"]).shape == (3, 3)
    found = {one["name"]: one for one in reply["scenarios"]}
    at = int(np.searchsorted(DAYS, np.datetime64("2024-06-03")))
    change = sum(held * (CLOSES[one][at + 1] / CLOSES[one][at] - 1) for one, held in weights.items())
    assert found["election_2024"]["change"] == pytest.approx(change)
    crash = found["crash"]["assets"]
    assert (crash["INFY"], crash["TCS"]) == (pytest.approx(-0.05), pytest.approx(-0.05))
    beta = reply["contributions"]["HDFCBANK"]["beta"]
    assert crash["HDFCBANK"] == pytest.approx(-0.1 * beta * 0.5)
    assert any("covid_2020" in note and "left out" in note for note in reply["notes"])


async def test_the_same_seed_draws_the_same_resamples(stocked):
    body = {"weights": {"INFY": 0.5, "TCS": 0.5}, "methods": ["bootstrap"], "block": 5}
    tails = [(await asked(stocked, "compute_risk", body | {"seed": seed}))["tails"] for seed in (1, 1, 2)]
    assert tails[0] == tails[1] != tails[2]


async def test_weights_may_lack_of_one_or_be_normalized(stocked):
    body = {"weights": {"INFY": 1.0, "TCS": 3.0}, "scenarios": []}
    apart, together = [await asked(stocked, "compute_risk", body | {"normalize": on}) for on in (False, True)]
    assert apart["cash"] == -3
    assert "borrowed" in apart["notes"][0]
    assert together["weights"] == {"INFY": 0.25, "TCS": 0.75}
    assert together["volatility"] == pytest.approx(apart["volatility"] / 4)


async def test_few_prices_have_no_annual_figures(client):
    prices = {"A": [1, 2, 1, 2, 3.0], "B": [1, 3, 2, 1, 2.0]}
    found = await asked(client, "optimize_portfolio", {"prices": prices})
    assert found["expected_return"] is found["volatility"] is found["sharpe"] is None
    assert sum(found["weights"].values()) == pytest.approx(1)
    risks = await asked(client, "compute_risk", {"prices": prices, "weights": {"A": 0.5, "B": 0.5}})
    assert risks["volatility"] is risks["alpha"] is None
    assert risks["tails"]["historical"]["var"] < 0


async def test_matrices_can_be_left_out(stocked):
    risks = await asked(stocked, "compute_risk", {"weights": {"INFY": 1}, "matrices": False})
    assert "matrix" not in risks["covariance"]
    assert "correlation" not in risks


TWO = {"prices": {"A": [100, 101, 102, 101, 103.0], "B": [200, 199, 202, 201, 204.0]}}
BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("optimize_portfolio", {}, "symbols", "expected symbols with stored prices"),
    ("optimize_portfolio", {"symbols": ["INFY", "INFY"]}, "symbols", "INFY twice"),
    ("optimize_portfolio", {"symbols": ["TATAMOTORS", "TMPV"]}, "symbols", "no prices are stored"),
    ("optimize_portfolio", {"symbols": ["INFY"], "dates": ["2024-01-01"]}, "dates", "belongs to prices"),
    ("optimize_portfolio", TWO | {"returns": {"A": [0.1]}}, "returns", "one of them is enough"),
    ("optimize_portfolio", TWO | {"start": "2024-01-01"}, "start", "chooses among stored bars"),
    ("optimize_portfolio", TWO | {"symbols": ["A", "C"]}, "symbols", "names C"),
    ("optimize_portfolio", {"prices": {}}, "prices", "no series"),
    ("optimize_portfolio", {"prices": [1, 2, 3]}, "prices", "one series"),
    ("optimize_portfolio", {"prices": [[1, 2], [3, 4]]}, "symbols", "a name for each"),
    ("optimize_portfolio", {"prices": {"A": [1, 2, 3, 4], "B": [1, 2]}}, "prices.B", "B has 2 values, of A 4"),
    ("optimize_portfolio", {"prices": {"A": [1, 2, 0, 4], "B": [1, 2, 3, 4]}}, "prices.A", "must be > 0"),
    ("optimize_portfolio", {"prices": {"A": [1, None, 1, 2], "B": [1, 2, 3, 4]}}, "prices", "at least 4 rows"),
    ("optimize_portfolio", {"prices": {"A": ["x"]}}, "prices.A[0]", "neither a number nor null"),
    ("optimize_portfolio", {"prices": {"A": [[1], [2, 3]]}}, "prices", "A is no series of numbers"),
    ("optimize_portfolio", {"returns": {"A": [1e200, 0.1, 0.2]}, "method": "hrp"}, "returns", "A is 1e+200, at most"),
    ("optimize_portfolio", {"prices": {"nifty 50": [1, 2, 3, 4]}}, "prices", "expected a symbol"),
    ("optimize_portfolio", TWO | {"dates": ["2024-01-01"] * 5}, "dates", "dates must rise"),
    ("optimize_portfolio", TWO | {"dates": ["2024-13-01"] * 5}, "dates", "is no day"),
    ("optimize_portfolio", TWO | {"method": "best"}, "method", "min_volatility"),
    ("optimize_portfolio", TWO | {"max_weight": 0.4}, "max_weight", "at most 0.8 together"),
    ("optimize_portfolio", TWO | {"bounds": {"C": [0, 1]}}, "bounds", "names C"),
    ("optimize_portfolio", TWO | {"sector_caps": {"IT": 0.5}}, "sector_caps", "no asset has a sector"),
    ("optimize_portfolio", TWO | {"sectors": {"A": "x"}, "sector_caps": {"y": 0.5}}, "sector_caps", "there are x"),
    ("optimize_portfolio", TWO | {"target_return": 10}, "target_return", "target_return by at least"),
    ("optimize_portfolio", TWO | {"target_volatility": 1e-9}, "target_volatility", "target_volatility by at least"),
    ("optimize_portfolio", TWO | {"risk_budgets": {"A": 1}, "method": "risk_parity"}, "risk_budgets", "lacks B"),
    ("optimize_portfolio", TWO | {"expected_returns": {"A": 0.1}}, "expected_returns", "lacks B"),
    ("optimize_portfolio", TWO | {"views": [{"expected_return": 0.1}]}, "views[0]", "symbol or weights"),
    (
        "optimize_portfolio",
        TWO | {"views": [{"symbol": "A", "over": "A", "expected_return": 1}]},
        "views[0]",
        "another",
    ),
    ("optimize_portfolio", TWO | {"market_caps": {"A": 0}}, "market_caps", "all 0"),
    ("optimize_portfolio", TWO | {"capital": 0.5}, "capital", "buys no lot"),
    ("optimize_portfolio", TWO | {"capital": 1e15, "latest_prices": {"A": 1e-9}}, "capital", "can be counted"),
    ("optimize_portfolio", {"returns": {"A": [0.1, 0.2, 0.1]}, "capital": 1}, "latest_prices", "lacks A"),
    ("optimize_portfolio", {"prices": {"A": [1, 2, 1, 2], "B": [3, 3, 3, 3]}}, "symbols", "B is the same"),
    ("optimize_portfolio", TWO | {"method": "max_sharpe", "risk_free_rate": 9.9}, "risk_free_rate", "risk-free rate"),
    ("compute_risk", {}, "weights", "weights"),
    ("compute_risk", TWO | {"weights": {"C": 1}}, "weights", "names C"),
    ("compute_risk", TWO | {"weights": {"A": 0}}, "weights", "nothing is held"),
    ("compute_risk", TWO | {"weights": {"A": 1, "B": -1}, "normalize": True}, "normalize", "sum of 0"),
    ("compute_risk", TWO | {"weights": {"A": 1}, "scenarios": ["crash"]}, "scenarios", "no stress window"),
    ("compute_risk", TWO | {"weights": {"A": 1}, "shocks": {"x": {"y": -0.1}}}, "shocks", "names y"),
    (
        "compute_risk",
        TWO | {"weights": {"A": 1}, "shocks": {f"s{n}": {"market": -0.1} for n in range(65)}},
        "shocks",
        "65 entries, at most 64",
    ),
    ("compute_risk", TWO | {"weights": {"A": 1}, "benchmark": "C"}, "benchmark", "names C"),
    ("compute_risk", TWO | {"weights": {"A": 1}, "confidence": 1}, "confidence", "confidence"),
]


async def test_what_cannot_be_answered_is_named(stocked):
    for action, body, field, said in BAD:
        error = await refused(stocked, action, body)
        assert said in error.message, (body, error.message)
        if isinstance(error, InvalidInput):
            assert error.details["field"] == field, (body, error.details)
            assert error.details["constraint"]
        else:
            assert isinstance(error, NotFound)


async def test_a_symbol_that_nobody_knows_is_not_found(stocked):
    error = await refused(stocked, "compute_risk", {"weights": {"INFY": 0.5, "NOSUCH": 0.5}})
    assert (error.code, error.details["symbol"]) == ("not_found", "NOSUCH")
    error = await refused(stocked, "optimize_portfolio", {"symbols": ["INFY"], "start": "2030-01-01"})
    assert (error.code, error.details["kind"]) == ("not_found", "prices")


async def test_a_cancelled_portfolio_stops_and_others_are_served(stocked):
    # some 200 portfolios of tail losses: seconds of work
    closes = {symbol: bars["close"][-1_000:] for symbol, bars in sample_market().items() if len(bars["close"]) > 1_000}
    request = portfolio.OptimizePortfolioRequest(
        symbols=list(closes),
        prices=Table(np.array(list(closes.values()))),
        method="efficient_frontier",
        frontier_risk="cvar",
        points=200,
    )
    long = asyncio.create_task(stocked.call(portfolio.OPTIMIZE_PORTFOLIO, request, timeout_s=60))
    small = risk.ComputeRiskRequest(weights={"INFY": 1.0}, scenarios=[])
    assert (await stocked.call(portfolio.COMPUTE_RISK, small)).beta == pytest.approx(1)
    assert not long.done()
    long.cancel()
    with pytest.raises((asyncio.CancelledError, Cancelled)):
        await long
    # both threads are free again soon: two at once are answered
    replies = await asyncio.wait_for(
        asyncio.gather(*(stocked.call(portfolio.COMPUTE_RISK, small) for _ in range(4))), timeout=5
    )
    assert len(replies) == 4
