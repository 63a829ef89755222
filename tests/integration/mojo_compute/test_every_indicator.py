"""Every indicator through the socket: arrays, stored bars, batches, binary sections and uploads."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts import compute, market
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS, Indicator
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Client
from mojo_compute import indicators as ta
from mojo_compute.indicators import resolve
from support.indicators import inputs_of
from support.markets import COLUMNS, real_bars

pytestmark = pytest.mark.integration

BARS = real_bars("INFY", 700)
OF_STORED = [one for one in INDICATORS if set(one.inputs) <= set(COLUMNS)]
TOO_STEEP = {"exp", "cosh", "sinh"}  # of prices they leave the range of floats

# of each class: one output, several, windowed, recursive, a running total, sparse, repainting, a pattern
CLASSES = [
    "sma",
    "bollinger",
    "rsi",
    "macd",
    "stoch",
    "obv",
    "supertrend",
    "zigzag",
    "cdldoji",
    "linearreg",
    "donchian",
]


def expected(indicator: Indicator, inputs: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    found = getattr(ta, indicator.name)(*inputs.values())
    return found if isinstance(found, tuple) else (found,)


def check_reply(indicator: Indicator, reply: Any, inputs: dict[str, np.ndarray]) -> None:
    for name, values in zip(indicator.outputs, expected(indicator, inputs), strict=True):
        answered = getattr(reply, name)
        np.testing.assert_array_equal(answered, values, err_msg=f"{indicator.name} {name}")
        assert answered.dtype == values.dtype or isinstance(reply, compute.BatchIndicator)


def request_of(indicator: Indicator, inputs: dict[str, np.ndarray], **more: Any) -> Any:
    return compute.action_of(indicator.name).request(**inputs, **more)


async def test_every_indicator_of_arrays_answers_what_the_import_answers(client: Client) -> None:
    for indicator in INDICATORS:
        inputs = inputs_of(indicator, BARS)
        action = compute.action_of(indicator.name)
        reply = await client.call(action, request_of(indicator, inputs))
        check_reply(indicator, reply, inputs)
        parameters = resolve(indicator, {})
        assert {name: getattr(reply, name) for name in parameters} == parameters
        assert (reply.indicator, reply.lookback) == (indicator.label, indicator.lookback(parameters))
        assert reply.engine == "cython"


async def test_every_indicator_of_a_symbol_reads_its_stored_bars(market_client: Client) -> None:
    stored = await market_client.call(market.GET_PRICES, market.GetPricesRequest(symbol="INFY"))
    bars = {name: np.asarray(getattr(stored, name)) for name in COLUMNS}
    for indicator in OF_STORED:
        action = compute.action_of(indicator.name)
        request = action.request(symbol="INFY")
        inputs = {name: bars[name] for name in indicator.inputs}
        if indicator.name in TOO_STEEP:
            with pytest.raises(InvalidInput, match="infinite"):
                await market_client.call(action, request)
            continue
        if indicator.lookback(resolve(indicator, {})) >= len(stored.dates):  # a quarter of a year is too short for some
            with pytest.raises(InvalidInput, match=r"exceeds|needs"):
                await market_client.call(action, request)
            continue
        reply = await market_client.call(action, request)
        check_reply(indicator, reply, inputs)
        assert reply.dates == stored.dates


@pytest.mark.parametrize("indicator", [one for one in INDICATORS if one not in OF_STORED], ids=lambda one: one.name)
async def test_what_is_not_stored_must_be_given(indicator: Indicator, client: Client) -> None:
    with pytest.raises(InvalidInput) as refused:
        await client.forward(f"compute_{indicator.name}", b'{"symbol":"INFY"}')
    assert refused.value.details["field"] not in COLUMNS


@pytest.mark.parametrize(("name", "second"), [("add", "prices2"), ("correl", "prices2"), ("mavp", "periods")])
async def test_two_series_have_names_of_their_own(name: str, second: str, client: Client) -> None:
    close = BARS["close"].tolist()
    other = np.resize([3.0, 9.0, 5.0], len(close)).tolist()
    expected = getattr(ta, name)(close, other)
    body = {"prices": close, second: other}
    fields = json.loads(await client.forward(f"compute_{name}", json.dumps(body).encode()))
    np.testing.assert_array_equal(np.array(fields["values"], dtype=float), expected)
    batch = {"requests": [{**body, "indicators": [{"type": name}]}]}
    fields = json.loads(await client.forward("compute_batch", json.dumps(batch).encode()))
    found = fields["results"][0]["indicators"][name]["values"]
    np.testing.assert_array_equal(np.array(found, dtype=float), expected)
    with pytest.raises(InvalidInput, match="is another name of"):
        await client.forward(f"compute_{name}", json.dumps(body | {"other": other}).encode())
    with pytest.raises(InvalidInput, match=f"{second} {len(close) - 1}"):
        await client.forward(f"compute_{name}", json.dumps(body | {second: other[1:]}).encode())


async def test_a_batch_of_every_indicator_of_stored_columns_equals_them_one_by_one(client: Client) -> None:
    wanted = [one for one in OF_STORED if one.name not in TOO_STEEP]
    items = [
        compute.BatchItem(
            symbol=f"S{at}",
            indicators=[compute.IndicatorSpec(type=one.name) for one in wanted[at : at + 64]],
            **BARS,
        )
        for at in range(0, len(wanted), 64)
    ]
    reply = await client.call(compute.BATCH, compute.ComputeBatchRequest(requests=items))
    assert (reply.failed, reply.indicators_computed) == (0, len(wanted))
    records = {label: record for result in reply.results for label, record in result.indicators.items()}
    assert list(records) == [one.name for one in wanted]
    for indicator in wanted:
        check_reply(indicator, records[indicator.name], {name: BARS[name] for name in indicator.inputs})
        assert records[indicator.name].indicator == indicator.label


@pytest.mark.parametrize("name", CLASSES)
async def test_points_the_newest_values_and_the_warm_up_of_each_class(name: str, market_client: Client) -> None:
    indicator, action = BY_NAME[name], compute.action_of(name)
    whole = await market_client.call(action, action.request(symbol="INFY"))
    assert whole.lookback == indicator.lookback(resolve(indicator, {}))
    if not indicator.recursive:
        assert whole.stable_from == whole.lookback
    assert whole.stable_from is None or whole.lookback <= whole.stable_from < len(whole.dates)
    last = await market_client.call(action, action.request(symbol="INFY", only_last=3))
    fields = json.loads(await market_client.forward(action.name, b'{"symbol":"INFY","format":"lwc","only_last":3}'))
    assert "dates" not in fields
    for output in indicator.outputs:
        np.testing.assert_array_equal(getattr(last, output), getattr(whole, output)[-3:])
        warm_up = getattr(whole, output)[: whole.lookback]
        assert not warm_up.any() if output in indicator.integers else np.isnan(warm_up).all()
        points = fields["series"][output]
        assert [point["time"] for point in points] == last.dates == whole.dates[-3:]
        values = [point.get("value", np.nan) for point in points]
        np.testing.assert_array_equal(values, getattr(last, output))
        assert output not in fields


async def test_several_outputs_come_as_binary_sections_when_asked(client: Client) -> None:
    indicator, inputs = BY_NAME["stoch"], inputs_of(BY_NAME["stoch"], BARS)
    inline, binary = [
        await client.call(compute.action_of("stoch"), request_of(indicator, inputs), reply_as=kind)
        for kind in ("inline", "binary")
    ]
    for output in indicator.outputs:
        assert isinstance(getattr(binary, output), np.ndarray)
        np.testing.assert_array_equal(getattr(binary, output), getattr(inline, output))
    assert binary.lookback == inline.lookback


async def test_integers_are_printed_as_such_alone_and_in_a_batch(client: Client) -> None:
    inputs = inputs_of(BY_NAME["supertrend"], BARS)
    body = {name: values.tolist() for name, values in inputs.items()}
    fields = json.loads(await client.forward("compute_supertrend", json.dumps(body).encode()))
    trend = ta.supertrend(**inputs).trend.tolist()
    assert fields["trend"] == trend
    assert {type(value) for value in fields["trend"]} == {int}
    assert (trend[0], fields["supertrend"][0]) == (0, None)
    batch = {"requests": [body | {"indicators": [{"type": "supertrend"}]}], "only_last": 5}
    answer = await client.forward("compute_batch", json.dumps(batch).encode())
    assert b'"trend":[%s]' % ",".join(map(str, trend[-5:])).encode() in answer


async def test_uploads_stand_for_all_inputs_of_an_indicator(client: Client) -> None:
    length = 250_000
    bars = {name: np.resize(values, length) for name, values in BARS.items()}
    indicator = BY_NAME["adosc"]
    async with client.session() as session:
        uploads = {name: await session.upload(bars[name]) for name in indicator.inputs}
        reply = await session.call(compute.action_of("adosc"), compute.action_of("adosc").request(**uploads))
    check_reply(indicator, reply, {name: bars[name] for name in indicator.inputs})
    assert len(reply.values) == length


async def test_the_list_has_every_indicator_whole_and_each_has_its_action(client: Client) -> None:
    listed = await client.call(compute.LIST_INDICATORS, Empty())
    assert [entry.name for entry in listed.indicators] == [one.name for one in INDICATORS]
    assert listed.count == len(INDICATORS) > 260
    actions = {action.name: action for action in compute.COMPUTE}
    for entry in listed.indicators:
        action = actions[entry.action]
        assert action.route is not None
        assert action.route.path == f"/api/compute/{entry.name}"
        assert entry.label
        assert entry.inputs
        assert entry.summary.endswith(".")
        assert entry.source
        for parameter in entry.parameters:
            assert parameter.minimum <= parameter.default <= parameter.maximum, (entry.name, parameter.name)
            if parameter.type == "integer":
                assert parameter.default == int(parameter.default)
        fields = set(action.request.__struct_fields__)
        assert {parameter.name for parameter in entry.parameters} <= fields
        assert set(entry.integers) <= set(entry.outputs)
        assert set(entry.outputs) <= set(action.reply.__struct_fields__)
        assert set(entry.inputs) <= fields
        assert entry.lookback >= 0
        assert all(f"compute_{alias}" in actions for alias in entry.aliases)


async def test_a_client_may_ask_for_many_indicators_at_once(client: Client) -> None:
    some = OF_STORED[:60]
    replies = await asyncio.gather(
        *(client.call(compute.action_of(one.name), request_of(one, inputs_of(one, BARS))) for one in some)
    )
    for one, reply in zip(some, replies, strict=True):
        check_reply(one, reply, inputs_of(one, BARS))
