"""Indicators and batches over a real socket, from arrays and from stored bars."""

from __future__ import annotations

import asyncio
import json
import re

import numpy as np
import pytest
import talib
from chitti_shared.contracts import compute, market
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import HEALTH, METRICS
from chitti_shared.errors import InvalidInput, NotFound, PayloadTooLarge, Timeout
from chitti_shared.ipc import Client
from chitti_shared.testing.waiting import first_true
from mojo_compute.__main__ import THREADS

pytestmark = pytest.mark.integration

PRICES = 100.0 + np.cumsum(np.sin(np.arange(60.0)))


async def test_an_array_without_a_symbol_is_enough(client):
    reply = await client.call(compute.SMA, compute.SMA.request(prices=PRICES, period=20))
    np.testing.assert_allclose(reply.values, talib.SMA(PRICES, 20), rtol=1e-12)
    assert (reply.symbol, reply.indicator, reply.period, reply.lookback) == (None, "sma", 20, 19)
    assert (reply.engine, reply.mojo_used, reply.cache_hit) == ("cython", False, False)


async def test_the_json_of_a_reply_has_the_fields_of_the_api_design(client):
    body = json.dumps({"symbol": "TCS", "prices": [10.0, 12.0, 11.0], "period": 2}).encode()
    fields = json.loads(await client.forward("compute_sma", body))
    assert fields["values"] == [None, 11.0, 11.5]
    assert fields["symbol"] == "TCS"
    assert {
        "indicator",
        "period",
        "computation_time_ms",
        "time_ms",
        "mojo_used",
        "engine",
        "cache_hit",
    } <= fields.keys()
    assert "dates" not in fields
    assert "series" not in fields


@pytest.mark.parametrize(
    ("action", "outputs"),
    [
        ("compute_bollinger", ["upper_band", "middle_band", "lower_band"]),
        ("compute_bbands", ["upper_band", "middle_band", "lower_band"]),
        ("compute_macd", ["macd_line", "signal_line", "histogram"]),
    ],
)
async def test_indicators_of_several_outputs_answer_each_as_a_series(client, action, outputs):
    fields = json.loads(await client.forward(action, json.dumps({"close": PRICES.tolist()}).encode()))
    assert [len(fields[name]) for name in outputs] == [60, 60, 60]
    assert fields["indicator"] == ("macd" if action == "compute_macd" else "bollinger_bands")


async def test_std_dev_sets_both_bands_and_each_may_have_its_own(client):
    both = await client.call(compute.BOLLINGER, compute.BOLLINGER.request(prices=PRICES, std_dev=1.5))
    one = await client.call(compute.BOLLINGER, compute.BOLLINGER.request(prices=PRICES, std_dev=1.5, std_dev_down=3.0))
    assert (both.std_dev_up, both.std_dev_down, one.std_dev_up, one.std_dev_down) == (1.5, 1.5, 1.5, 3.0)
    np.testing.assert_allclose(one.lower_band, talib.BBANDS(PRICES, 20, 1.5, 3.0)[2], rtol=1e-12)


async def test_the_same_series_again_comes_from_the_cache_and_counts_as_a_hit(client):
    first = await client.call(compute.RSI, compute.RSI.request(prices=PRICES))
    again = await client.call(compute.RSI, compute.RSI.request(prices=PRICES))
    other = await client.call(compute.RSI, compute.RSI.request(prices=PRICES, period=15))
    assert (first.cache_hit, again.cache_hit, other.cache_hit) == (False, True, False)
    np.testing.assert_array_equal(first.values, again.values)
    text = (await client.call(METRICS, Empty())).text
    assert 'mojo_cache_hits_total{indicator="rsi"} 1.0' in text
    assert 'mojo_cache_misses_total{indicator="rsi"} 2.0' in text
    assert 'mojo_compute_requests_total{endpoint="compute_rsi",status="ok"} 3.0' in text
    assert "mojo_available 0.0" in text
    assert "mojo_fallback_total 1.0" in text


async def test_a_symbol_alone_means_its_stored_bars_and_the_reply_has_their_dates(market_client):
    reply = await market_client.call(compute.SMA, compute.SMA.request(symbol="INFY", period=5))
    stored = await market_client.call(market.GET_PRICES, market.GetPricesRequest(symbol="INFY"))
    np.testing.assert_allclose(reply.values, talib.SMA(stored.close, 5), rtol=1e-12)
    assert reply.dates == stored.dates
    assert reply.dates[-1] == "2025-09-30"


async def test_start_end_and_bars_choose_among_stored_bars(market_client):
    request = compute.SMA.request(symbol="INFY", period=2, start="2025-08-01", end="2025-08-31", bars=3)
    reply = await market_client.call(compute.SMA, request)
    assert reply.dates == ["2025-08-26", "2025-08-28", "2025-08-29"]
    assert len(reply.values) == 3


async def test_lightweight_charts_points_have_gaps_where_there_is_no_value(market_client):
    body = json.dumps({"symbol": "INFY", "period": 3, "bars": 4, "format": "lwc"}).encode()
    fields = json.loads(await market_client.forward("compute_sma", body))
    points = fields["series"]["values"]
    assert points[0] == {"time": "2025-09-25"}
    assert points[-1]["time"] == "2025-09-30"
    assert points[-1]["value"] > 0
    assert "values" not in fields


async def test_only_last_answers_the_newest_values(market_client):
    whole = await market_client.call(compute.RSI, compute.RSI.request(symbol="INFY"))
    last = await market_client.call(compute.RSI, compute.RSI.request(symbol="INFY", only_last=2))
    np.testing.assert_array_equal(last.values, whole.values[-2:])
    assert last.dates == whole.dates[-2:]


@pytest.mark.parametrize(("body", "field", "message"), [
    ({}, "prices", "or a symbol"),
    ({"prices": []}, "period", "exceeds data length (0)"),
    ({"prices": [1.0] * 150, "period": 200}, "period", "period (200) exceeds data length (150)"),
    ({"prices": [1.0, 2.0], "period": 1}, "period", ">= 2"),
    ({"prices": [1.0, 2.0], "period": 2.5}, "period", "int"),
    ({"prices": [1.0, -2.0], "period": 2}, "prices", "must be > 0"),
    ({"prices": [1.0, 0.0], "period": 2}, "prices", "must be > 0"),
    ({"prices": [1.0, "x"], "period": 2}, "prices[1]", "number"),
    ({"prices": [1.0, 2.0], "close": [1.0, 2.0], "period": 2}, "close", "another name"),
    ({"prices": [1.0, 2.0], "period": 2, "bars": 1}, "bars", "stored bars"),
    ({"prices": [1.0, 2.0], "period": 2, "format": "lwc"}, "format", "dates"),
    ({"prices": [1.0, 2.0], "period": 2, "colour": "red"}, "colour", "unknown parameter"),
    ({"symbol": "tcs", "period": 2}, "symbol", ""),
    ({"symbol": "INFY", "start": "2025-13-01"}, "start", "no day"),
    ({"symbol": "INFY", "start": "2025-09-02", "end": "2025-09-01"}, "start", "after end"),
])  # fmt: skip
async def test_bad_requests_are_refused_with_the_field_and_what_it_must_be(client, body, field, message):
    with pytest.raises(InvalidInput) as refused:
        await client.forward("compute_sma", json.dumps(body).encode())
    assert refused.value.details["field"] == field
    assert refused.value.details["constraint"]
    assert message in refused.value.message


async def test_an_infinite_price_in_a_binary_section_is_refused(client: Client):
    with pytest.raises(InvalidInput):
        await client.forward("compute_sma", b'{"prices":[1e999,2],"period":2}')


@pytest.mark.parametrize(("symbol", "kind"), [("NOSUCH", "symbol"), ("TCS", "prices")])
async def test_a_symbol_without_bars_is_not_found(market_client, symbol, kind):
    with pytest.raises(NotFound) as refused:
        await market_client.call(compute.RSI, compute.RSI.request(symbol=symbol))
    assert refused.value.details["kind"] == kind


async def test_a_batch_mixes_arrays_and_stored_bars_and_labels_its_results(market_client):
    body = {
        "requests": [
            {"symbol": "X1", "prices": PRICES.tolist(), "indicators": [
                {"type": "sma", "params": {"period": 20}}, {"type": "sma", "params": {"period": 50}},
                {"type": "rsi"}, {"type": "macd", "label": "trend"},
            ]},
            {"symbol": "INFY", "indicators": [{"type": "bollinger", "params": {"std_dev": 1}}]},
        ]
    }  # fmt: skip
    fields = json.loads(await market_client.forward("compute_batch", json.dumps(body).encode()))
    first, second = fields["results"]
    assert list(first["indicators"]) == ["sma_20", "sma_50", "rsi", "trend"]
    assert first["indicators"]["sma_20"]["period"] == 20
    assert len(first["indicators"]["trend"]["signal_line"]) == 60
    assert second["dates"][-1] == "2025-09-30"
    assert len(second["indicators"]["bollinger"]["upper_band"]) == len(second["dates"])
    assert (fields["symbols_processed"], fields["indicators_computed"], fields["failed"]) == (2, 5, 0)


async def test_in_a_batch_an_error_stays_with_its_item(market_client):
    body = {
        "requests": [
            {"symbol": "NOSUCH", "indicators": [{"type": "sma"}]},
            {"symbol": "INFY", "indicators": [
                {"type": "sma", "params": {"period": 5}}, {"type": "sma", "params": {"period": 500}},
                {"type": "nonsense"}, {"type": "rsi", "params": {"length": 3}},
            ]},
            {"prices": [1.0, -1.0, 2.0], "indicators": [{"type": "sma", "params": {"period": 2}}]},
            {"indicators": [{"type": "sma"}]},
        ]
    }  # fmt: skip
    fields = json.loads(await market_client.forward("compute_batch", json.dumps(body).encode()))
    missing, infy, negative, empty = fields["results"]
    assert missing["error"]["error"] == "not_found"
    assert "error" not in infy["indicators"]["sma_5"]
    assert infy["indicators"]["sma_500"]["error"] == "invalid_input"
    assert infy["indicators"]["nonsense"]["error"] == "not_found"
    assert "length" in infy["indicators"]["rsi"]["message"]
    assert negative["indicators"]["sma"]["details"]["field"] == "prices"
    assert empty["error"]["error"] == "invalid_input"
    assert (fields["symbols_processed"], fields["indicators_computed"], fields["failed"]) == (2, 1, 6)


async def test_a_batch_reply_reads_back_as_a_struct_with_arrays(market_client):
    item = compute.BatchItem(symbol="INFY", indicators=[compute.IndicatorSpec(type="rsi", params={"period": 14})])
    request = compute.ComputeBatchRequest(requests=[item], only_last=3)
    reply = await market_client.call(compute.BATCH, request)
    assert isinstance(reply.results[0].indicators["rsi"].values, np.ndarray)
    assert len(reply.results[0].indicators["rsi"].values) == 3


async def test_a_batch_with_progress_sends_its_results_in_parts_and_the_totals_last(market_client):
    prices = np.arange(1.0, 41.0)
    items = [
        compute.BatchItem(symbol=f"S{n}", close=prices + n, indicators=[compute.IndicatorSpec(type="sma")])
        for n in range(20)
    ]
    items[3] = compute.BatchItem(symbol="NOSUCH", indicators=[compute.IndicatorSpec(type="sma")])
    told = []
    reply = await market_client.call(
        compute.BATCH,
        compute.ComputeBatchRequest(requests=items, progress=True),
        on_partial=lambda progress, part: told.append((progress, part)),
    )
    assert [progress for progress, _part in told] == [0.8, 1.0]
    assert [part.first for _progress, part in told] == [0, 16]
    results = [result for _progress, part in told for result in part.results]
    whole = await market_client.call(compute.BATCH, compute.ComputeBatchRequest(requests=items))
    assert [result.symbol for result in results] == [result.symbol for result in whole.results]
    for one, other in zip(results, whole.results, strict=True):
        assert one.error == other.error
        for label, record in one.indicators.items():
            np.testing.assert_array_equal(record.values, other.indicators[label].values)
    assert reply.results == []
    assert (reply.symbols_processed, reply.indicators_computed, reply.failed) == (19, 19, 1)
    assert (whole.symbols_processed, whole.indicators_computed, whole.failed) == (19, 19, 1)


async def test_long_series_make_partial_replies_of_their_own(client):
    prices = np.random.default_rng(1).random(120_000) + 1
    items = [
        compute.BatchItem(symbol=f"S{n}", close=prices, indicators=[compute.IndicatorSpec(type="rsi")])
        for n in range(3)
    ]
    told = []
    async with client.session() as session:
        await session.call(
            compute.BATCH,
            compute.ComputeBatchRequest(requests=items, progress=True),
            on_partial=lambda _progress, part: told.append(part),
        )
    assert [(part.first, len(part.results)) for part in told] == [(0, 1), (1, 1), (2, 1)]
    assert told[2].results[0].indicators["rsi"].values.size == 120_000


async def test_an_upload_stands_for_prices(client):
    prices = np.random.default_rng(1).random(150_000) + 1
    async with client.session() as session:
        one = await session.call(compute.SMA, compute.SMA.request(prices=await session.upload(prices), period=20))
        item = compute.BatchItem(
            symbol="S", close=await session.upload(prices), indicators=[compute.IndicatorSpec(type="sma")]
        )
        many = await session.call(compute.BATCH, compute.ComputeBatchRequest(requests=[item], only_last=5))
    plain = await client.call(compute.SMA, compute.SMA.request(prices=prices, period=20))
    np.testing.assert_array_equal(one.values, plain.values)
    assert len(many.results[0].indicators["sma"].values) == 5


async def test_more_symbols_than_a_batch_takes_are_refused(client):
    item = {"prices": [1.0, 2.0], "indicators": [{"type": "sma", "params": {"period": 2}}]}
    with pytest.raises(PayloadTooLarge) as refused:
        await client.forward("compute_batch", json.dumps({"requests": [item] * 1001}).encode())
    assert refused.value.details["field"] == "requests"


async def test_a_batch_whose_results_no_reply_could_carry_is_refused_before_it_is_computed(client):
    labels = [compute.IndicatorSpec(type="sma", params={"period": 5 + n}, label=f"s{n}") for n in range(60)]
    item = compute.BatchItem(prices=np.arange(1.0, 160_001.0), indicators=labels)
    before = computed_so_far((await client.call(METRICS, Empty())).text)
    with pytest.raises(PayloadTooLarge, match="only_last"):
        await client.call(compute.BATCH, compute.ComputeBatchRequest(requests=[item]))
    assert computed_so_far((await client.call(METRICS, Empty())).text) == before
    reply = await client.call(compute.BATCH, compute.ComputeBatchRequest(requests=[item], only_last=1))
    assert reply.results[0].indicators["s0"].values.tolist() == [159_998.0]


async def test_a_batch_that_is_cancelled_stops_between_indicators(client):
    labels = [compute.IndicatorSpec(type="bollinger", params={"period": 5 + n}, label=f"b{n}") for n in range(64)]
    prices = np.arange(1.0, 900_001.0)
    many = [compute.BatchItem(prices=prices + n, indicators=labels) for n in range(2 * THREADS)]  # two for each thread
    one = compute.BatchItem(prices=prices[:200_000], indicators=[compute.IndicatorSpec(type="rsi")])
    batch = asyncio.create_task(
        client.call(compute.BATCH, compute.ComputeBatchRequest(requests=many, only_last=1), timeout_s=30)
    )
    await first_true(lambda: has_computed(client, "bollinger"))
    batch.cancel()
    await asyncio.wait((batch,))
    assert batch.cancelled()
    # answered when the first of the threads is free; one that went on would have computed its two items by then
    await client.call(compute.BATCH, compute.ComputeBatchRequest(requests=[one], only_last=1))
    assert computed_so_far((await client.call(METRICS, Empty())).text, "bollinger") < 2 * len(labels)
    assert (await client.call(HEALTH, Empty())).health == "healthy"


async def test_a_batch_that_is_out_of_time_is_told_so_and_others_are_served(client):
    labels = [compute.IndicatorSpec(type="bollinger", params={"period": 5 + n}, label=f"b{n}") for n in range(64)]
    item = compute.BatchItem(prices=np.arange(1.0, 900_001.0), indicators=labels)
    with pytest.raises(Timeout):
        await client.call(compute.BATCH, compute.ComputeBatchRequest(requests=[item], only_last=1), timeout_s=0.1)
    assert (await client.call(HEALTH, Empty())).health == "healthy"


async def has_computed(client: Client, indicator: str) -> bool:
    return computed_so_far((await client.call(METRICS, Empty())).text, indicator) > 0


def computed_so_far(metrics: str, indicator: str = "sma") -> float:
    """How many results of an indicator a daemon has computed."""
    found = re.search(rf'mojo_computation_seconds_count\{{indicator="{indicator}"\}} ([0-9.]+)', metrics)
    return float(found[1]) if found else 0.0


async def test_every_indicator_is_listed_with_its_parameters(client):
    listed = await client.call(compute.LIST_INDICATORS, Empty())
    macd = next(entry for entry in listed.indicators if entry.name == "macd")
    assert [parameter.name for parameter in macd.parameters] == ["fast_period", "slow_period", "signal_period"]
    assert listed.count == len(listed.indicators)


async def test_health_tells_the_engine_and_the_database(client):
    reply = await client.call(HEALTH, Empty())
    assert reply.health == "healthy"
    assert reply.checks == {"database": "ok", "jobs": "ok"}
    assert (reply.info["engine"], reply.info["mojo_available"]) == ("cython", False)
