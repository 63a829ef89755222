"""What no indicator takes: each refusal says what was expected, and nobody else notices."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts import compute
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS
from chitti_shared.contracts.system import HEALTH
from chitti_shared.errors import ChittiError, InvalidInput, NotFound, PayloadTooLarge
from chitti_shared.ipc import Client
from mojo_compute import indicators as ta
from support.indicators import inputs_of
from support.markets import real_bars

pytestmark = pytest.mark.integration

BARS = real_bars("INFY", 300)


async def refused(client: Client, action: str, body: dict[str, Any]) -> ChittiError:
    with pytest.raises(ChittiError) as caught:
        await client.forward(action, json.dumps(body).encode())
    return caught.value


def arrays(name: str, bars: int = 300, **instead: Any) -> dict[str, Any]:
    """A request of an indicator with real bars, but for what is given instead."""
    given = {column: values[:bars].tolist() for column, values in inputs_of(BY_NAME[name], BARS).items()}
    return {**given, **instead}


async def test_no_bars_are_refused_by_every_indicator(client: Client) -> None:
    for one in INDICATORS:
        error = await refused(client, f"compute_{one.name}", arrays(one.name, 0))
        assert error.code == "invalid_input", one.name
        assert (error.details["needed"], error.details["found"]) == (one.lookback(defaults(one)) + 1, 0)


async def test_fewer_bars_than_one_value_needs_are_refused_and_one_more_is_enough(client: Client) -> None:
    for one in INDICATORS:
        needed = one.lookback(defaults(one)) + 1
        if needed > 1:
            for bars in {1, needed - 1}:
                error = await refused(client, f"compute_{one.name}", arrays(one.name, bars))
                assert error.code == "invalid_input", one.name
                assert (error.details["needed"], error.details["found"]) == (needed, bars)
                assert error.details["field"] in {*defaults(one), "prices"}
        fields = json.loads(await client.forward(f"compute_{one.name}", json.dumps(arrays(one.name, needed)).encode()))
        assert len(fields[one.outputs[0]]) == needed


def defaults(one: Any) -> dict[str, float]:
    return {parameter.name: parameter.default for parameter in one.parameters}


async def test_every_parameter_is_refused_below_and_above_its_bounds(client: Client) -> None:
    for one in INDICATORS:
        for parameter in one.parameters:
            for value in (parameter.ge - abs(parameter.ge) // 10 - 1, parameter.le + abs(parameter.le) // 10 + 1):
                error = await refused(client, f"compute_{one.name}", arrays(one.name, 50, **{parameter.name: value}))
                assert error.code == "invalid_input", (one.name, parameter.name, value)
                assert error.details["field"] == parameter.name


@pytest.mark.parametrize("name", ["sma", "rsi", "bollinger", "linearreg", "stddev", "correl", "cci"])
async def test_period_one_is_refused_where_it_makes_no_sense(name: str, client: Client) -> None:
    parameter = next(one for one in BY_NAME[name].parameters if one.name == "period")
    if parameter.ge == 1:
        fields = json.loads(await client.forward(f"compute_{name}", json.dumps(arrays(name, period=1)).encode()))
        assert len(fields["values"]) == 300
        return
    error = await refused(client, f"compute_{name}", arrays(name, period=1))
    assert (error.code, error.details["field"]) == ("invalid_input", "period")
    assert "2" in error.details["constraint"]


@pytest.mark.parametrize("bad", [0.0, -1.5])
async def test_prices_are_above_zero_in_every_indicator_of_prices(bad: float, client: Client) -> None:
    for one in INDICATORS:
        column = next((name for name in one.inputs if name != "volume"), None)
        if column is None:
            continue
        given = arrays(one.name)
        given[column][7] = bad
        if column == "high" and "low" in given:
            given["low"][7] = bad
        if bad == 0.0 and one.name in ("ln", "log10"):  # minus infinity, which no reply holds
            error = await refused(client, f"compute_{one.name}", given)
            assert (error.code, error.details["index"]) == ("invalid_input", 7)
            continue
        if not one.positive:
            await client.forward(f"compute_{one.name}", json.dumps(given).encode())
            continue
        error = await refused(client, f"compute_{one.name}", given)
        assert error.code == "invalid_input", one.name
        assert error.details["field"] in (*one.inputs, "prices")
        assert error.details["index"] == 7


async def test_a_volume_may_be_zero_but_not_below(client: Client) -> None:
    for one in INDICATORS:
        if "volume" in one.inputs:
            volume = [0.0, *arrays(one.name)["volume"][1:]]
            await client.forward(f"compute_{one.name}", json.dumps(arrays(one.name, volume=volume)).encode())
            error = await refused(client, f"compute_{one.name}", arrays(one.name, volume=[-1.0, *volume[1:]]))
            assert (error.details["field"], error.details["index"]) == ("volume", 0), one.name


async def test_periods_of_an_average_are_no_prices(client: Client) -> None:
    periods = [0.0, -4.0, *arrays("mavp")["other"][2:]]
    fields = json.loads(await client.forward("compute_mavp", json.dumps(arrays("mavp", other=periods)).encode()))
    np.testing.assert_array_equal(np.array(fields["values"], dtype=float), ta.mavp(BARS["close"], np.array(periods)))


async def test_a_missing_bar_is_null_and_the_rest_goes_on(client: Client) -> None:
    for one in INDICATORS:
        inputs = {name: values.copy() for name, values in inputs_of(one, BARS).items()}
        for values in inputs.values():
            values[3] = np.nan
        body = {
            name: [None if value != value else value for value in values.tolist()] for name, values in inputs.items()
        }
        fields = json.loads(await client.forward(f"compute_{one.name}", json.dumps(body).encode()))
        found = getattr(ta, one.name)(*inputs.values())
        for name, values in zip(one.outputs, found if isinstance(found, tuple) else (found,), strict=True):
            np.testing.assert_array_equal(np.array(fields[name], dtype=float), values, err_msg=one.name)
            assert fields[name][3] == (0 if name in one.integers else None)


@pytest.mark.parametrize("number", [np.inf, -np.inf])
async def test_infinity_is_refused_in_every_input_of_every_indicator(number: float, client: Client) -> None:
    for one in INDICATORS:
        for column in one.inputs:
            inputs = {name: values.copy() for name, values in inputs_of(one, BARS).items()}
            inputs[column][11] = number
            action = compute.action_of(one.name)
            with pytest.raises(InvalidInput) as caught:
                await client.call(action, action.request(**inputs), reply_as="binary")
            assert caught.value.details["field"] in (column, "prices"), one.name


@pytest.mark.parametrize("text", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
async def test_what_is_no_json_number_is_refused(text: bytes, client: Client) -> None:
    with pytest.raises(InvalidInput):
        await client.forward("compute_sma", b'{"prices":[1.0,%s,2.0],"period":2}' % text)


async def test_unequal_lengths_are_refused_in_every_input(client: Client) -> None:
    for one in INDICATORS:
        for column in one.inputs if len(one.inputs) > 1 else ():
            given = arrays(one.name)
            error = await refused(client, f"compute_{one.name}", given | {column: given[column][:-1]})
            assert (error.code, error.details["constraint"]) == ("invalid_input", "equal lengths"), one.name
            assert "299" in error.message


async def test_an_input_left_out_is_named(client: Client) -> None:
    for one in INDICATORS:
        for column in one.inputs if len(one.inputs) > 1 else ():
            given = {name: values for name, values in arrays(one.name).items() if name != column}
            error = await refused(client, f"compute_{one.name}", given)
            assert (error.code, error.details["field"]) == ("invalid_input", column), one.name


async def test_a_high_below_its_low_is_refused(client: Client) -> None:
    for one in INDICATORS:
        if {"high", "low"} <= set(one.inputs):
            given = arrays(one.name)
            given["high"][20], given["low"][20] = given["low"][20] - 1.0, given["high"][20]
            error = await refused(client, f"compute_{one.name}", given)
            assert (error.details["constraint"], error.details["index"]) == ("high >= low", 20), one.name


async def test_an_unknown_action_is_not_found_and_the_nearest_are_named(client: Client) -> None:
    error = await refused(client, "compute_smaa", {"prices": [1.0, 2.0], "period": 2})
    assert isinstance(error, NotFound)
    assert "did you mean 'compute_sma'" in error.message
    assert error.details["kind"] == "action"


async def test_an_unknown_parameter_is_refused_and_the_nearest_is_named(client: Client) -> None:
    error = await refused(client, "compute_sma", {"prices": [1.0, 2.0], "timeperiod": 2})
    assert (error.code, error.details["field"]) == ("invalid_input", "timeperiod")
    assert "did you mean 'period'?" in error.message
    error = await refused(client, "compute_macd", {**arrays("macd"), "fastperiod": 3})
    assert "did you mean 'fast_period'" in error.message


async def test_an_unknown_average_is_refused_and_the_nearest_is_named(client: Client) -> None:
    for one in INDICATORS:
        for parameter in one.parameters:
            if not parameter.names:
                continue
            good = arrays(one.name, **{parameter.name: parameter.names[5].upper()})
            fields = json.loads(await client.forward(f"compute_{one.name}", json.dumps(good).encode()))
            assert fields[parameter.name] == 5, one.name
            error = await refused(client, f"compute_{one.name}", arrays(one.name, **{parameter.name: "emma"}))
            assert (error.code, error.details["field"]) == ("invalid_input", parameter.name), one.name
            assert "did you mean 'ema'" in error.message
            for wrong in (1.5, True, "", "e" * 65, [1]):
                error = await refused(client, f"compute_{one.name}", arrays(one.name, **{parameter.name: wrong}))
                assert (error.code, error.details["field"]) == ("invalid_input", parameter.name), (one.name, wrong)


async def test_a_number_whose_function_is_infinite_is_refused_by_its_place(client: Client) -> None:
    for name, body in (
        ("ln", {"prices": [1.0, 0.0]}),
        ("log10", {"close": [1.0, 0.0]}),
        ("exp", {"prices": [1.0, 709.9]}),
        ("sinh", {"prices": [1.0, -711.0]}),
        ("div", {"prices": [1.0, 1.0], "prices2": [1.0, 0.0]}),
        ("mult", {"prices": [1.0, 1e200], "prices2": [1.0, 1e200]}),
    ):
        error = await refused(client, f"compute_{name}", body)
        assert (error.code, error.details["index"]) == ("invalid_input", 1), name
        assert (error.details["field"], error.details["constraint"]) == (list(body)[-1], BY_NAME[name].domain)
    for name, bad in (("ln", -1.0), ("sqrt", -1.0), ("acos", 1.5)):  # undefined, not infinite
        reply = await client.forward(f"compute_{name}", json.dumps({"prices": [0.5, bad]}).encode())
        assert json.loads(reply)["values"][1] is None


async def test_in_a_batch_unknown_names_stay_with_their_item_and_the_nearest_are_named(client: Client) -> None:
    wanted = [{"type": "smaa"}, {"type": "sma", "params": {"timeperiod": 3}}, {"type": "sma", "label": "good"}]
    body = {"requests": [{"symbol": "X", "close": BARS["close"].tolist(), "indicators": wanted}]}
    fields = json.loads(await client.forward("compute_batch", json.dumps(body).encode()))
    found = fields["results"][0]["indicators"]
    assert (fields["indicators_computed"], fields["failed"]) == (1, 2)
    assert len(found["good"]["values"]) == 300
    del found["good"]
    messages = {record["error"]: record["message"] for record in found.values()}
    assert "did you mean 'sma'" in messages["not_found"]
    assert "did you mean 'period'?" in messages["invalid_input"]


async def test_an_item_of_a_batch_with_an_unknown_key_is_refused(client: Client) -> None:
    body = {"requests": [{"symbol": "X", "closes": [1.0], "indicators": [{"type": "sma"}]}]}
    error = await refused(client, "compute_batch", body)
    assert error.details["field"] == "requests[0].closes"
    assert "did you mean 'close'" in error.message


async def test_a_million_points_fit_and_one_more_does_not(client: Client) -> None:
    prices = np.full(1_000_001, 5.0)
    reply = await client.call(compute.SMA, compute.SMA.request(prices=prices[:-1]), reply_as="binary")
    assert len(reply.values) == 1_000_000
    action = compute.action_of("atr")
    body = b"[" + b",".join([b"5"] * 1_000_001) + b"]"
    with pytest.raises(PayloadTooLarge):
        await client.forward("compute_sma", b'{"prices":%s}' % body)
    with pytest.raises(PayloadTooLarge):
        await client.call(action, action.request(high=prices, low=prices, close=prices))
    assert (await client.call(HEALTH, Empty())).health == "healthy"
