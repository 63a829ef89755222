"""Backtests over the socket: what is answered, kept, listed, refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
import numpy as np
import pytest
from chitti_shared.contracts import backtests as contract
from chitti_shared.contracts import market
from chitti_shared.contracts.action import Blob, Empty
from chitti_shared.contracts.system import METRICS
from chitti_shared.errors import Conflict, NotFound
from chitti_shared.ipc import Client
from chitti_shared.json import encode
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true
from mojo_compute.backtesting.backtests import backtest
from mojo_compute.backtesting.checks import bars_of, times_of
from mojo_compute.backtesting.strategies import declaration_of, make, split
from msgspec import UNSET
from support.backtest_requests import crossing, wandering

pytestmark = pytest.mark.integration

OF_THE_API = (
    "total_return",
    "sharpe_ratio",
    "max_drawdown",
    "win_rate",
    "total_trades",
    "profitable_trades",
    "losing_trades",
    "avg_win",
    "avg_loss",
    "profit_factor",
)
BESIDE = ("run_id", "kept", "time_ms", "computation_time_ms", "created_at", "started_at", "finished_at", "attempts")


async def run(client: Client, request: contract.BacktestRequest) -> contract.BacktestReply:
    reply: contract.BacktestReply = await client.call(contract.BACKTEST, request, timeout_s=60)
    return reply


async def get(client: Client, run_id: str, **page: int) -> contract.BacktestReply:
    reply: contract.BacktestReply = await client.call(
        contract.GET_BACKTEST, contract.GetBacktestRequest(run_id=run_id, **page)
    )
    return reply


async def over(client: Client, run_id: str) -> contract.BacktestReply:
    """The run when it is over."""

    async def ended() -> contract.BacktestReply | None:
        reply = await get(client, run_id)
        return reply if reply.state not in ("pending", "running") else None

    reply = await first_true(ended, 30)
    assert reply is not None
    return reply


def result_of(reply: contract.BacktestReply) -> dict[str, Any]:
    """What is the same however the run was made."""
    fields: dict[str, Any] = msgspec.json.decode(encode(reply))
    return {name: value for name, value in fields.items() if name not in BESIDE}


async def test_the_reply_has_the_fields_of_the_api_and_the_numbers_of_the_library(client: Client) -> None:
    request = crossing(parameters={"fast_period": 5, "slow_period": 15, "transaction_cost": 0.002})
    reply = await run(client, request)
    assert (reply.state, reply.strategy_id, reply.symbol, reply.fill) == (
        "completed",
        "sma_crossover",
        "TCS",
        "next_open",
    )
    assert (reply.engine, reply.mojo_used) == ("cython", False)

    declared = declaration_of("sma_crossover")
    own, execution = split(declared, request.parameters)
    prices = request.prices
    assert prices is not None
    columns = {name: getattr(prices, name) for name in ("open", "high", "low", "close", "volume")}
    outcome = backtest(bars_of(columns, times_of(prices.dates), "TCS"), make("sma_crossover", own), execution)
    assert isinstance(reply.results, dict)
    assert set(OF_THE_API) <= reply.results.keys()
    assert reply.results == outcome.metrics
    assert (reply.sharpe, reply.return_) == (outcome.metrics["sharpe_ratio"], outcome.metrics["total_return"])
    np.testing.assert_array_equal(reply.equity_curve, outcome.run.equity)
    np.testing.assert_array_equal(reply.drawdown_curve, outcome.drawdown_curve)
    np.testing.assert_array_equal(reply.benchmark_curve, outcome.benchmark_curve)
    assert reply.dates == prices.dates
    assert reply.monthly_returns == outcome.monthly_returns
    assert reply.cost_sensitivity == outcome.cost_sensitivity
    assert reply.benchmark == {"name": "buy_and_hold", **outcome.benchmark}
    assert reply.costs_by_line == outcome.costs_by_line
    assert reply.manifest == msgspec.json.decode(encode(outcome.manifest))
    assert isinstance(reply.trades, list)
    first = reply.trades[0]
    fill = outcome.run.fills[0]
    assert (first.type, first.price, first.quantity, first.pnl) == ("buy", fill["price"], fill["quantity"], None)
    assert (first.date, first.bar) == (prices.dates[fill["bar"]], fill["bar"])
    assert [trade.pnl for trade in reply.trades if trade.type == "sell"] == [
        trip["pnl"] for trip in outcome.run.round_trips
    ]
    assert isinstance(reply.round_trips, list)
    assert [trip.exit_date for trip in reply.round_trips] == [
        prices.dates[bar] for bar in outcome.run.round_trips["exit_bar"]
    ]


async def test_the_proof_of_causality_is_in_every_reply_and_says_when_nothing_was_checked(client: Client) -> None:
    proved = await run(client, crossing(verify_causality=5))
    assert proved.lookahead is not UNSET
    assert (proved.lookahead.checked, proved.lookahead.ok, proved.lookahead.first_difference) == (True, True, None)
    assert 1 <= len(proved.lookahead.points) <= 5
    unproved = await run(client, crossing(verify_causality=0))
    assert unproved.lookahead is not UNSET
    assert (unproved.lookahead.checked, unproved.lookahead.ok) == (False, None)
    assert unproved.lookahead.reason


async def test_the_short_form_of_the_socket_is_answered_with_sharpe_return_and_trades(client: Client) -> None:
    strategy = {
        "entry": {"crosses_above": ["close", {"sma": {"period": 10}}]},
        "exit": {"crosses_below": ["close", {"sma": {"period": 10}}]},
    }
    reply = await run(client, contract.BacktestRequest(strategy=strategy, data=wandering(252)))
    assert isinstance(reply.sharpe, float)
    assert isinstance(reply.return_, float)
    assert isinstance(reply.trades, list)
    assert len(reply.trades) > 2
    assert reply.strategy_id is None
    assert reply.symbol is None


async def test_a_strategy_as_data_takes_named_parameters_and_settings_of_the_request_before_its_own(
    client: Client,
) -> None:
    strategy = {
        "parameters": {"length": 10},
        "entry": {"crosses_above": ["close", {"sma": {"period": {"param": "length"}}}]},
        "exit": {"crosses_below": ["close", {"sma": {"period": {"param": "length"}}}]},
        "stop_loss": 0.05,
    }
    request = contract.BacktestRequest(
        strategy=strategy, prices=wandering(252), parameters={"length": 20, "stop_loss": 0.02}
    )
    manifest = (await run(client, request)).manifest
    assert isinstance(manifest, dict)
    assert manifest["parameters"]["length"] == 20
    assert manifest["execution"]["stop_loss"] == 0.02


async def test_stored_bars_of_a_symbol_are_used_with_their_dates(market_client: Client) -> None:
    request = contract.BacktestRequest(
        strategy_id="sma_crossover",
        symbol="INFY",
        start="2025-07-10",
        end="2025-09-20",
        bars=40,
        parameters={"fast_period": 3, "slow_period": 8},
    )
    reply = await run(market_client, request)
    assert isinstance(reply.dates, list)
    assert len(reply.dates) == 40
    assert reply.dates[-1] == "2025-09-19"
    assert isinstance(reply.manifest, dict)
    assert reply.manifest["symbols"] == ["INFY"]


async def test_two_stored_symbols_share_the_cash_or_are_run_apart(market_client: Client) -> None:
    request = contract.BacktestRequest(
        strategy_id="sma_crossover",
        symbols=["INFY", "TATAMOTORS"],
        parameters={"fast_period": 3, "slow_period": 8, "position_size": 0.5},
    )
    together = await run(market_client, request)
    assert together.symbols == ["INFY", "TATAMOTORS"]
    assert isinstance(together.trades, list)
    assert {trade.symbol for trade in together.trades} == {"INFY", "TATAMOTORS"}
    assert together.symbol is UNSET
    reply = await run(market_client, msgspec.structs.replace(request, mode="apart", symbols=["INFY", "WIPRO"]))
    assert isinstance(reply.apart, list)
    infy, missing = reply.apart
    alone = await run(market_client, msgspec.structs.replace(request, symbols=None, symbol="INFY"))
    assert infy.results == alone.results
    np.testing.assert_array_equal(infy.equity_curve, alone.equity_curve)
    assert infy.trades == alone.trades
    assert missing.symbol == "WIPRO"
    assert missing.error is not UNSET
    assert missing.error.error == "not_found"
    again = await get(market_client, reply.run_id)
    assert encode(again.apart) == encode(reply.apart)


async def test_a_portfolio_that_lacks_a_symbol_is_refused_with_its_name(market_client: Client) -> None:
    with pytest.raises(NotFound, match="WIPRO") as refused:
        await run(market_client, contract.BacktestRequest(strategy_id="sma_crossover", symbols=["INFY", "WIPRO"]))
    assert refused.value.details["symbol"] == "WIPRO"


async def test_a_symbol_may_be_the_benchmark_and_none_may(market_client: Client) -> None:
    parameters = {"fast_period": 3, "slow_period": 8}
    request = contract.BacktestRequest(strategy_id="sma_crossover", symbol="INFY", parameters=parameters)
    other = await run(market_client, msgspec.structs.replace(request, benchmark="TATAMOTORS"))
    held = await run(market_client, request)
    assert isinstance(other.benchmark, dict)
    assert isinstance(held.benchmark, dict)
    assert other.benchmark["name"] == "TATAMOTORS"
    assert other.benchmark["total_return"] != held.benchmark["total_return"]
    none = await run(market_client, msgspec.structs.replace(request, benchmark="none"))
    assert (none.benchmark, none.benchmark_curve) == (None, UNSET)
    with pytest.raises(NotFound):
        await run(market_client, msgspec.structs.replace(request, benchmark="WIPRO"))


RAW = """date,open,high,low,close,volume
2025-09-22,100,100,100,100,9
2025-09-23,100,100,100,100,9
2025-09-24,100,100,100,100,9
2025-09-25,50,50,50,50,9
2025-09-26,50,50,50,50,9
"""
HAPPENED = "symbol,ex_date,kind,ratio,amount\nTMPV,2025-09-25,bonus,1:1,\nTMPV,2025-09-26,dividend,,2\n"


async def test_prices_as_traded_are_held_through_splits_and_receive_dividends(client: Client) -> None:
    prices = market.ImportPricesRequest(document=Blob(RAW.encode()), symbol="TMPV", adjusted=False)
    await client.call(market.IMPORT_PRICES, prices)
    told = market.ImportAdjustmentsRequest(document=Blob(HAPPENED.encode()), filename="happened.csv")
    await client.call(market.IMPORT_ADJUSTMENTS, told)
    request = contract.BacktestRequest(
        strategy={"entry": {">": ["close", 0]}},
        symbol="TATAMOTORS",  # as it was called then
        costs="none",
        parameters={"position_size": 0.5},
    )
    raw = await run(client, msgspec.structs.replace(request, adjusted=False))
    np.testing.assert_array_equal(raw.equity_curve, [100_000] * 4 + [102_000])  # 500 shares become 1,000
    assert isinstance(raw.open_trades, list)
    assert [trade.quantity for trade in raw.open_trades] == [1_000]
    beside = await run(client, msgspec.structs.replace(request, adjusted=False, benchmark="TATAMOTORS"))
    np.testing.assert_array_equal([raw.benchmark_curve, beside.benchmark_curve], [[1e5] * 4 + [1.04e5], [1e5] * 5])
    adjusted = await run(client, request)
    np.testing.assert_array_equal(adjusted.equity_curve, [100_000] * 5)
    assert isinstance(raw.manifest, dict)
    assert isinstance(adjusted.manifest, dict)
    assert raw.manifest["actions_hash"] is not None
    assert adjusted.manifest["actions_hash"] is None


async def test_news_are_those_first_seen_about_the_symbol(market_client: Client, database: Database) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    for number, (seen, symbol) in enumerate(
        [("2025-07-20T10:00:00+00:00", "INFY"), ("2025-08-11T10:00:00+00:00", "INFY"), ("2025-08-12T10:00", "TCS")], 1
    ):
        when = datetime.fromisoformat(seen).replace(tzinfo=UTC)
        await connection.execute(
            "INSERT INTO news.articles (article_id, identity, title, summary, url, source, source_host, first_seen_at,"
            " cluster_id, price_move, sentiment, score, confidence, phrases, model)"
            " VALUES ($1, $2, 't', '', '', '', '', $3, $1, false, 'bullish', 0.9, 0.9, '[]', 'm')",
            number,
            bytes([number] * 16),
            when,
        )
        await connection.execute(
            "INSERT INTO news.sentiments (article_id, symbol, sentiment, score, confidence)"
            " VALUES ($1, $2, 'bullish', 0.9, 0.9)",
            number,
            symbol,
        )
    await connection.close()
    request = contract.BacktestRequest(
        strategy_id="news_sentiment", symbol="INFY", end="2025-08-31", parameters={"min_articles": 1}
    )
    reply = await run(market_client, request)
    assert isinstance(reply.manifest, dict)
    assert reply.manifest["articles"] == 2
    assert isinstance(reply.trades, list)
    bought = [trade.date for trade in reply.trades if trade.type == "buy"]
    assert bought == ["2025-07-22", "2025-08-12"]
    assert reply.lookahead is not UNSET
    assert reply.lookahead.ok is True
    early = await run(market_client, msgspec.structs.replace(request, end="2025-08-05"))
    assert isinstance(early.manifest, dict)
    assert early.manifest["articles"] == 1


async def test_long_results_are_read_in_pages_that_make_the_whole(client: Client) -> None:
    whole = await run(client, crossing(600))
    assert isinstance(whole.trades, list)
    assert isinstance(whole.round_trips, list)
    assert (whole.next_trades, whole.next_curve) == (None, None)
    first = await run(client, crossing(600, trades_limit=4, curve_limit=250))
    pages = [first]
    while pages[-1].next_trades is not None or pages[-1].next_curve is not None:
        at = {
            "trades_after": pages[-1].next_trades if pages[-1].next_trades is not None else 10**6,
            "curve_after": pages[-1].next_curve if pages[-1].next_curve is not None else 10**6,
        }
        pages.append(await get(client, first.run_id, trades_limit=4, curve_limit=250, **at))
    for page in pages:
        assert page.counts == whole.counts
        assert page.results == whole.results
    assert [one for page in pages for one in page.trades] == whole.trades
    assert [one for page in pages for one in page.round_trips] == whole.round_trips
    np.testing.assert_array_equal(np.concatenate([page.equity_curve for page in pages]), whole.equity_curve)
    assert [day for page in pages if page.dates is not UNSET for day in page.dates] == whole.dates


async def test_a_job_brings_what_an_answer_at_once_brings(client: Client) -> None:
    at_once = await run(client, crossing())
    handed_in = await run(client, crossing(async_=True))
    # a run of a millisecond may be over before its row is read
    assert (handed_in.results is UNSET) == (handed_in.state != "completed")
    done = await over(client, handed_in.run_id)
    assert (done.state, done.progress, done.attempts) == ("completed", 1.0, 1)
    assert result_of(done) == result_of(at_once) == result_of(await get(client, at_once.run_id))

    async def counted() -> bool:  # behind the end that others see
        told = (await client.call(METRICS, Empty())).text
        return 'mojo_compute_runs_total{end="completed",kind="backtest"} 1.0' in told

    await first_true(counted, 10)


async def test_a_job_that_cannot_be_run_fails_with_what_was_wrong(client: Client) -> None:
    request = crossing(async_=True, parameters={"fast_period": 200, "slow_period": 400})
    failed = await over(client, (await run(client, request)).run_id)
    assert failed.state == "failed"
    assert failed.error is not UNSET
    assert failed.error.error == "invalid_input"
    assert failed.error.details["field"] == "slow_period"


async def test_the_same_key_is_the_same_run_and_another_body_is_a_conflict(client: Client) -> None:
    first = await run(client, crossing(idempotency_key="k"))
    again = await run(client, crossing(idempotency_key="k", trades_limit=1))
    assert again.run_id == first.run_id
    assert isinstance(again.trades, list)
    assert len(again.trades) == 1
    assert (await run(client, crossing(idempotency_key="k", async_=True))).run_id == first.run_id
    with pytest.raises(Conflict) as refused:
        await run(client, crossing(seed=1, idempotency_key="k"))
    assert refused.value.details["run_id"] == first.run_id


async def test_runs_are_listed_newest_first_and_deleted(client: Client) -> None:
    ids = [(await run(client, crossing(seed=n, symbol=symbol))).run_id for n, symbol in enumerate(("TCS", "INFY"))]
    unkept = await run(client, crossing(keep=False))
    assert not unkept.kept
    listed = await client.call(contract.LIST_BACKTESTS, contract.ListBacktestsRequest())
    assert [one.run_id for one in listed.runs] == ids[::-1]
    assert listed.runs[0].symbols == ["INFY"]
    assert isinstance(listed.runs[0].sharpe, float)
    page = await client.call(contract.LIST_BACKTESTS, contract.ListBacktestsRequest(limit=1))
    rest = await client.call(contract.LIST_BACKTESTS, contract.ListBacktestsRequest(cursor=page.next_cursor))
    assert [one.run_id for one in rest.runs] == ids[:1]
    only = await client.call(contract.LIST_BACKTESTS, contract.ListBacktestsRequest(symbol="TCS", state="completed"))
    assert [one.run_id for one in only.runs] == ids[:1]
    deleted = await client.call(contract.CANCEL_BACKTEST, contract.CancelBacktestRequest(run_id=ids[0]))
    assert (deleted.state, deleted.cancelled, deleted.deleted) == ("completed", False, True)
    for work in (
        get(client, ids[0]),
        get(client, unkept.run_id),
        client.call(contract.CANCEL_BACKTEST, contract.CancelBacktestRequest(run_id=ids[0])),
    ):
        with pytest.raises(NotFound) as refused:
            await work
        assert refused.value.details["kind"] == "run"


async def test_progress_is_told_by_symbol(client: Client) -> None:
    panel = {f"S{n}": wandering(4_000, n) for n in range(40)}
    request = contract.BacktestRequest(
        strategy_id="sma_crossover", panel=panel, mode="apart", progress=True, verify_causality=100, keep=False
    )
    async with client.session() as session:
        steps = [msgspec.json.decode(step) async for step in session.steps("backtest", encode(request), timeout_s=60)]
    parts, last = steps[:-1], steps[-1]
    assert [one["status"] for one in parts] == ["partial"] * len(parts)
    assert all((one["stage"], one["of"]) == ("symbols", 40) for one in parts)
    told = [one["progress"] for one in parts]
    assert told == sorted(told)
    assert told
    assert len(last["apart"]) == 40
