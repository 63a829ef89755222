"""Panels in `compute_<indicator>`: a row for each series, in JSON or as a section, and errors row by row."""

from __future__ import annotations

import asyncio
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts import compute
from chitti_shared.contracts.action import Empty, schema_of
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.contracts.indicators import INDICATORS, Indicator
from chitti_shared.contracts.system import HEALTH
from chitti_shared.errors import ChittiError, InvalidInput, PayloadTooLarge
from chitti_shared.ipc import Client
from mojo_compute import indicators as ta
from support.indicators import inputs_of
from support.markets import real_bars

pytestmark = pytest.mark.integration

BARS = [real_bars(name, 300) for name in ("INFY", "TATAMOTORS", "INFY")]
CLOSES = [bars["close"] for bars in BARS]
RAGGED = [CLOSES[0], CLOSES[1][:120], CLOSES[2][:299]]


async def asked(client: Client, name: str, body: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(await client.forward(f"compute_{name}", json.dumps(body).encode()))
    return fields


async def refused(client: Client, name: str, body: dict[str, Any]) -> ChittiError:
    with pytest.raises(ChittiError) as caught:
        await asked(client, name, body)
    return caught.value


def lists(rows: list[np.ndarray]) -> list[list[float | None]]:
    return [[None if value != value else value for value in row.tolist()] for row in rows]


def outputs_of(one: Indicator, inputs: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    found = ta.FUNCTIONS[one.name](**inputs)
    return found if isinstance(found, tuple) else (found,)


async def test_rows_of_every_indicator_have_the_values_that_each_has_alone(client: Client) -> None:
    for one in INDICATORS:
        rows = [inputs_of(one, bars) for bars in BARS[:2]]
        body = {name: lists([row[name] for row in rows]) for name in one.inputs}
        fields = await asked(client, one.name, body)
        assert "errors" not in fields
        for number, row in enumerate(rows):
            for name, values in zip(one.outputs, outputs_of(one, row), strict=True):
                np.testing.assert_array_equal(np.array(fields[name][number], dtype=float), values, err_msg=one.name)


async def test_rows_may_differ_in_length_and_have_gaps(client: Client) -> None:
    rows = [row.copy() for row in RAGGED]
    rows[1][50] = np.nan
    fields = await asked(client, "bollinger", {"prices": lists(rows), "period": 20, "ma_type": "ema"})
    assert (fields["ma_type"], fields["lookback"], fields["cache_hit"]) == (1, 19, False)
    for number, row in enumerate(rows):
        for name, values in ta.bollinger(row, 20, ma_type="ema")._asdict().items():
            np.testing.assert_array_equal(np.array(fields[name][number], dtype=float), values)


async def test_a_section_of_two_dimensions_answers_in_its_shape(client: Client) -> None:
    closes = np.array(CLOSES)
    closes[1, 7] = np.nan
    action = compute.action_of("macd")
    reply = await client.call(action, action.request(prices=closes), reply_as="binary")
    inline = await client.call(action, action.request(prices=closes))
    for name in action.reply.__struct_fields__:
        if isinstance(values := getattr(reply, name), np.ndarray):
            assert (values.shape, values.dtype) == ((3, 300), np.dtype(np.float64))
            np.testing.assert_array_equal(values, np.array([getattr(ta.macd(row), name) for row in closes]))
            np.testing.assert_array_equal(getattr(inline, name), values)


async def test_rows_that_differ_in_length_come_inline_where_sections_are_asked_for(client: Client) -> None:
    request = compute.SMA.request(prices=np.array(RAGGED, dtype=object), period=5)
    reply = await client.call(compute.SMA, request, reply_as="binary")
    for row, values in zip(RAGGED, reply.values, strict=True):
        np.testing.assert_array_equal(values, ta.sma(row, 5))


async def test_only_last_holds_for_each_row(client: Client) -> None:
    for many, lengths in ((3, [3, 3, 3]), (150, [150, 120, 150]), (1_000, [300, 120, 299])):
        fields = await asked(client, "rsi", {"prices": lists(RAGGED), "only_last": many})
        assert [len(row) for row in fields["values"]] == lengths
        for row, values in zip(RAGGED, fields["values"], strict=True):
            np.testing.assert_array_equal(np.array(values, dtype=float), ta.rsi(row)[-many:])


async def test_a_row_that_fails_is_null_and_says_why(client: Client) -> None:
    bad = [CLOSES[0], CLOSES[1][:3], -CLOSES[2], CLOSES[2]]
    fields = await asked(client, "rsi", {"prices": lists(bad)})
    assert set(fields["errors"]) == {"1", "2"}
    assert fields["errors"]["1"]["error"] == "invalid_input"
    assert "exceeds data length (3)" in fields["errors"]["1"]["message"]
    assert fields["errors"]["2"]["details"]["field"] == "prices"
    assert fields["values"][1:3] == [[None] * 3, [None] * 300]
    for number in (0, 3):
        np.testing.assert_array_equal(np.array(fields["values"][number], dtype=float), ta.rsi(bad[number]))


async def test_where_every_row_fails_the_request_does(client: Client) -> None:
    error = await refused(client, "rsi", {"prices": [[1.0, 2.0], [3.0]]})
    assert (error.code, error.details["field"], error.details["row"]) == ("invalid_input", "period", 0)
    error = await refused(client, "rsi", {"prices": [[1.0, -2.0, 3.0]], "period": 2})
    assert (error.details["constraint"], error.details["row"], error.details["index"]) == ("prices > 0", 0, 1)


BARS_OF = {name: lists([bars[name] for bars in BARS]) for name in ("high", "low", "close")}
MISSHAPEN: list[tuple[str, dict[str, Any], str, str]] = [
    ("atr", {**BARS_OF, "close": BARS_OF["close"][0]}, "close", "a row for each"),
    ("atr", {**BARS_OF, "close": BARS_OF["close"][:2]}, "close", "2 rows, the other inputs 3"),
    ("atr", {**BARS_OF, "low": [*BARS_OF["low"][:2], [1.0]]}, "low", "row 2 of low has 1 bars"),
    ("add", {"prices": [[1.0]], "prices2": [[1.0, 2.0]]}, "prices2", "row 0 of prices2"),
    ("mavp", {"prices": [[1.0]], "periods": [[1.0], [2.0]]}, "periods", "2 rows"),
    ("sma", {"prices": [[1.0], 2.0]}, "prices[1]", "neither a number nor null"),
    ("sma", {"prices": [[[1.0]]]}, "prices[0][0]", "neither a number nor null"),
    ("sma", {"prices": [[1.0], None]}, "prices[1]", "neither a number nor null"),
    ("sma", {"prices": [[1.0]], "close": [[1.0]]}, "close", "another name of prices"),
    ("sma", {"prices": [[1.0]], "format": "lwc"}, "format", "dates"),
    ("sma", {"prices": [[1.0]], "bars": 5}, "bars", "arrays are taken whole"),
]  # fmt: skip


async def test_rows_that_do_not_fit_each_other_are_refused(client: Client) -> None:
    for name, body, field, message in MISSHAPEN:
        error = await refused(client, name, body)
        assert (error.code, error.details["field"]) == ("invalid_input", field), message
        assert message in error.message


async def test_sections_of_other_shapes_are_refused(client: Client, folder: Path) -> None:
    with pytest.raises(InvalidInput, match="found shape") as caught:
        await client.call(compute.SMA, compute.SMA.request(prices=np.ones((2, 3, 4_000))), reply_as="binary")
    assert caught.value.details["field"] == "prices"
    reader, writer = await asyncio.open_unix_connection(str(folder / "mojo-compute.sock"))
    head = {"action": "compute_sma", "bin": [{"name": "prices", "dtype": "<f8", "shape": [0, 5]}]}
    text = json.dumps(head).encode()
    writer.write(struct.pack(">I", len(text)) + text + struct.pack(">I", 0))
    (size,) = struct.unpack(">I", await reader.readexactly(4))
    error = json.loads(await reader.readexactly(size))
    writer.close()
    await writer.wait_closed()
    assert (error["error"], error["details"]["constraint"]) == ("invalid_input", "rows >= 1")


async def test_a_thousand_rows_fit_and_one_more_does_not(client: Client) -> None:
    rows = np.ones((1_001, 30))
    reply = await client.call(compute.SMA, compute.SMA.request(prices=rows[1:]), reply_as="binary")
    assert reply.values.shape == (1_000, 30)
    with pytest.raises(PayloadTooLarge, match="1001 rows"):
        await client.call(compute.SMA, compute.SMA.request(prices=rows), reply_as="binary")
    assert (await refused(client, "sma", {"prices": rows.tolist()})).code == "payload_too_large"
    row = b"[" + b",".join([b"5"] * 1_000_001) + b"]"
    with pytest.raises(PayloadTooLarge):
        await client.forward("compute_sma", b'{"prices":[[5],%s]}' % row)


async def test_results_that_no_reply_holds_are_refused_with_advice(client: Client) -> None:
    closes = np.tile(np.linspace(50.0, 60.0, 30_000), (100, 1))
    action = compute.action_of("bollinger")
    with pytest.raises(PayloadTooLarge, match="only_last"):
        await client.call(action, action.request(prices=closes), reply_as="binary")
    reply = await client.call(action, action.request(prices=closes, only_last=2), reply_as="binary")
    np.testing.assert_array_equal(reply.upper_band, np.tile(ta.bollinger(closes[0], 20).upper_band[-2:], (100, 1)))


async def test_an_item_of_a_batch_takes_no_panel(client: Client) -> None:
    good = {"close": CLOSES[0].tolist(), "indicators": [{"type": "sma"}]}
    for rows in ([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.0]]):
        body = {"requests": [{"prices": rows, "indicators": [{"type": "sma"}]}, good]}
        results = json.loads(await client.forward("compute_batch", json.dumps(body).encode()))["results"]
        assert (results[0]["error"]["error"], results[0]["error"]["details"]["field"]) == ("invalid_input", "prices")
        assert len(results[1]["indicators"]["sma"]["values"]) == 300


async def test_a_large_panel_that_is_cancelled_stops_and_others_are_served(client: Client) -> None:
    closes = np.tile(np.linspace(50.0, 60.0, 2_500), (1_000, 1))
    action = compute.action_of("hurst")
    work = asyncio.create_task(client.call(action, action.request(prices=closes), reply_as="binary", timeout_s=60))
    await asyncio.sleep(0)
    done = await client.call(compute.SMA, compute.SMA.request(prices=[1.0, 3.0], period=2))
    assert done.values[1] == 2.0
    assert not work.done()
    work.cancel()
    await asyncio.wait((work,))
    assert work.cancelled()
    # the lane is free again long before the whole panel could have been computed
    small = await asyncio.wait_for(client.call(action, action.request(prices=closes[:2]), reply_as="binary"), 20)
    assert small.values.shape == (2, 2_500)
    assert (await client.call(HEALTH, Empty())).health == "healthy"


def test_the_schema_has_rows() -> None:
    schema = schema_of(MOJO_COMPUTE.by_name["compute_sma"].request)["$defs"]["ComputeSmaRequest"]
    assert schema["properties"]["prices"]["anyOf"][0]["items"] == {
        "type": ["number", "null", "array"],
        "items": {"type": ["number", "null"]},
    }
