"""`compute_columns`: expressions over stored bars, in one reply for many symbols."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts import columns, market
from chitti_shared.contracts.action import Blob
from chitti_shared.errors import InvalidInput, PayloadTooLarge
from chitti_shared.expressions import parse_strategy
from chitti_shared.ipc import Client
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.expressions import Program, columns_of

pytestmark = pytest.mark.integration

COLUMNS: list[Any] = [
    {"sma": 20},
    {"rsi": {"period": 14}},
    {"macd": {}, "output": "histogram"},
    {"highest": ["high", 20]},
    {"/": ["volume", {"mean": ["volume", 20]}]},
    {"cdlengulfing": {}},
    "weekday",
    {"since": {">": ["close", "open"]}},
    7,
]


async def asked(client: Client, *symbols: str, **request: Any) -> columns.ComputeColumnsReply:
    wanted = columns.ComputeColumnsRequest(symbols=list(symbols), **request)
    reply: columns.ComputeColumnsReply = await client.call(columns.COMPUTE_COLUMNS, wanted, reply_as="binary")
    return reply


async def computed(client: Client, symbol: str) -> list[np.ndarray]:
    """The columns of one symbol, computed here of the bars that are served."""
    bars = await client.call(market.GET_PRICES, market.GetPricesRequest(symbol=symbol), reply_as="binary")
    times = np.array(bars.dates, "datetime64[s]")
    data = Data(Bars(*(getattr(bars, name)[None] for name in ("open", "high", "low", "close", "volume")), times))
    nodes = [parse_strategy({"entry": True, "priority": one}).prices["priority"] for one in COLUMNS]
    return Program(nodes).run(columns_of(data, 0))


async def test_columns_of_several_symbols_are_those_of_each_alone(market_client: Client) -> None:
    reply = await asked(market_client, "TATAMOTORS", "INFY", columns=COLUMNS)
    assert reply.symbols == ["TATAMOTORS", "INFY"]
    assert reply.refused == {}
    assert reply.columns.shape == (len(COLUMNS), sum(reply.counts))
    begin = 0
    for symbol, count in zip(reply.symbols, reply.counts.tolist(), strict=True):
        part = slice(begin, begin + count)
        np.testing.assert_array_equal(reply.columns[:, part], np.array(await computed(market_client, symbol)))
        bars = await market_client.call(market.GET_PRICES, market.GetPricesRequest(symbol=symbol), reply_as="binary")
        for name in ("open", "high", "low", "close", "volume"):
            np.testing.assert_array_equal(getattr(reply, name)[part], getattr(bars, name))
        assert reply.days[part].tolist() == np.array(bars.dates, "datetime64[D]").astype(int).tolist()
        begin += count
    assert begin == len(reply.close) == len(reply.days)


async def test_the_newest_bars_are_computed_over_all_bars(market_client: Client) -> None:
    whole = await asked(market_client, "INFY", "TATAMOTORS", columns=COLUMNS)
    newest = await asked(market_client, "INFY", "TATAMOTORS", columns=COLUMNS, bars=5)
    assert newest.counts.tolist() == [5, 5]
    first = int(whole.counts[0])
    np.testing.assert_array_equal(newest.columns[:, :5], whole.columns[:, first - 5 : first])
    np.testing.assert_array_equal(newest.close[5:], whole.close[-5:])
    np.testing.assert_array_equal(newest.days[5:], whole.days[-5:])


@pytest.mark.parametrize("bars", [None, 9])
async def test_of_recent_columns_the_newest_values_are_answered_beside_whole_ones(
    market_client: Client, bars: int | None
) -> None:
    whole = await asked(market_client, "INFY", "TATAMOTORS", columns=COLUMNS, bars=bars)
    both = await asked(
        market_client, "INFY", "TATAMOTORS", columns=COLUMNS[:2], recent=COLUMNS[1:], recent_bars=4, bars=bars
    )
    assert whole.recent.shape == (0, 2)
    assert both.counts.tolist() == whole.counts.tolist()
    np.testing.assert_array_equal(both.columns, whole.columns[:2])
    first = int(whole.counts[0])
    np.testing.assert_array_equal(both.recent[:, :4], whole.columns[1:, first - 4 : first])
    np.testing.assert_array_equal(both.recent[:, 4:], whole.columns[1:, -4:])
    every = await asked(market_client, "INFY", "TATAMOTORS", recent=COLUMNS, recent_bars=1_000_000, bars=bars)
    np.testing.assert_array_equal(every.recent, whole.columns)


async def test_a_refused_symbol_leaves_no_place_among_recent_values(market_client: Client) -> None:
    last = float((await asked(market_client, "INFY")).close[-1])
    undefined = {"ln": {"of": {"abs": {"-": ["close", last]}}}}
    reply = await asked(market_client, "INFY", "TATAMOTORS", recent=["close", undefined], recent_bars=3)
    assert (reply.symbols, reply.recent.shape) == (["TATAMOTORS"], (2, 3))
    np.testing.assert_array_equal(reply.recent[0], reply.close[-3:])


async def test_symbols_without_bars_are_told_apart_and_others_served(market_client: Client) -> None:
    reply = await asked(market_client, "NOSUCH", "INFY", "TCS", "INFY", columns=["close"])
    assert reply.symbols == ["INFY"]
    assert {symbol: one.error for symbol, one in reply.refused.items()} == {"NOSUCH": "not_found", "TCS": "not_found"}
    np.testing.assert_array_equal(reply.columns[0], reply.close)


async def test_no_symbol_with_bars_is_an_empty_reply(client: Client) -> None:
    reply = await asked(client, "TCS", columns=["close"])
    assert (reply.symbols, reply.counts.tolist(), reply.changed_seq) == ([], [], [])
    assert reply.columns.shape == (1, 0)
    assert set(reply.refused) == {"TCS"}


async def test_a_symbol_on_which_an_indicator_is_not_defined_is_refused_alone(market_client: Client) -> None:
    closes = (await asked(market_client, "INFY")).close
    to_the_last = {"abs": {"-": ["close", float(closes[-1])]}}
    reply = await asked(market_client, "INFY", "TATAMOTORS", columns=[{"ln": {"of": to_the_last}}, "close"])
    assert {symbol: one.error for symbol, one in reply.refused.items()} == {"INFY": "invalid_input"}
    assert reply.symbols == ["TATAMOTORS"]
    np.testing.assert_array_equal(reply.columns[1], reply.close)


async def test_results_beyond_all_numbers_refuse_the_symbol_and_not_the_request(market_client: Client) -> None:
    nothing = {"bb_width": {"period": 2, "of": {"*": ["close", 0]}}}
    reply = await asked(market_client, "INFY", "TATAMOTORS", columns=[nothing])
    assert {one.error for one in reply.refused.values()} == {"computation_error"}
    assert (reply.symbols, reply.columns.shape) == ([], (1, 0))


async def test_an_old_symbol_is_answered_with_the_one_of_today(market_client: Client) -> None:
    reply = await asked(market_client, "TATAMOTORS", "INFY", columns=["close"])
    assert reply.current[1] == "INFY"
    prices = await market_client.call(market.GET_PRICES, market.GetPricesRequest(symbol="TATAMOTORS"))
    assert reply.current[0] == prices.symbol


async def test_an_import_changes_the_number_of_the_bars(market_client: Client) -> None:
    before = await asked(market_client, "INFY", "TATAMOTORS")
    csv = b"date,open,high,low,close,volume\n2025-10-01,1440,1450,1430,1445,1000\n"
    await market_client.call(market.IMPORT_PRICES, market.ImportPricesRequest(document=Blob(csv), filename="INFY.csv"))
    after = await asked(market_client, "INFY", "TATAMOTORS")
    assert after.changed_seq[0] > before.changed_seq[0]
    assert after.changed_seq[1] == before.changed_seq[1]
    assert after.counts[0] == before.counts[0] + 1


@pytest.mark.parametrize(
    ("wanted", "field", "said"),
    [
        ([{"sma": 1_000_000}], "columns[0].sma.period", "must lie in"),
        (["close", {"smaa": 3}], "columns[1].smaa", "did you mean 'sma'"),
        ([{">": ["close", 1]}], "columns[0]", "expected a number, found a condition"),
        ([{"sentiment": 3}], "columns[0]", "expected an expression of prices and volume, found one that reads news"),
        ([{"fundamental": "pe"}], "columns[0].fundamental", "backtest_rule"),
        ([{"param": "n"}], "columns[0].param", "no parameter is called 'n'"),
        ([{"zigzag": {}}], "columns[0].zigzag", "repaints"),
        ([None], "columns[0]", "found null"),
    ],
)
async def test_a_wrong_column_is_named_with_its_place(client: Client, wanted: Any, field: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        await asked(client, "INFY", columns=wanted)
    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    "request_",
    [
        {"symbols": [f"S{n}" for n in range(101)]},
        {"symbols": []},
        {"symbols": ["INFY"], "columns": ["close"] * 129},
        {"symbols": ["INFY"], "bars": 0},
        {"symbols": ["INFY"], "recent": ["close"] * 129},
        {"symbols": ["INFY"], "recent": ["close"], "recent_bars": 0},
    ],
)
async def test_bounds_of_a_request_are_kept(client: Client, request_: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        await client.call(columns.COMPUTE_COLUMNS, columns.ComputeColumnsRequest(**request_))


async def test_a_reply_that_would_be_too_large_is_refused_before_it_is_computed(client: Client) -> None:
    days = np.datetime64("1995-01-02") + np.arange(8_000)
    lines = "\n".join(f"{day},100,101,99,100,5" for day in days)
    for symbol in ("AAA", "BBB", "CCC", "DDD"):
        text = "date,open,high,low,close,volume\n" + lines + "\n"
        await client.call(
            market.IMPORT_PRICES,
            market.ImportPricesRequest(document=Blob(text.encode()), filename=f"{symbol}.csv"),
        )
    with pytest.raises(PayloadTooLarge, match="ask for fewer than 4 symbols") as caught:
        await asked(client, "AAA", "BBB", "CCC", "DDD", columns=["close"] * 128)
    assert caught.value.details["field"] == "symbols"
    assert (await asked(client, "AAA", "BBB", columns=["close"] * 100, bars=10)).counts.tolist() == [10, 10]


async def test_a_wrong_recent_column_is_named_with_its_place(client: Client) -> None:
    with pytest.raises(InvalidInput, match="did you mean 'sma'") as caught:
        await asked(client, "INFY", columns=["close"], recent=["close", {"smaa": 3}])
    assert caught.value.details["field"] == "recent[1].smaa"


async def test_requests_at_once_have_each_their_own_values(market_client: Client) -> None:
    periods = range(2, 22)
    replies = await asyncio.gather(
        *(asked(market_client, "INFY", "TATAMOTORS", columns=[{"sma": period}]) for period in periods)
    )
    for period, reply in zip(periods, replies, strict=True):
        expected = np.convolve(reply.close[: reply.counts[0]], np.ones(period) / period, "valid")
        np.testing.assert_allclose(reply.columns[0, period - 1 : reply.counts[0]], expected)
