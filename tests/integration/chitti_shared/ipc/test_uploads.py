"""Arrays sent ahead in parts."""

import math
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts.system import Uploaded
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Limits
from chitti_shared.testing.demo import SCALE, SUM, Demo, NestedRequest, Raw, ScaleRequest
from chitti_shared.testing.waiting import until

from .conftest import StartDemo


async def begin(raw: Raw, *shape: int) -> str:
    reply = await raw.ask(action="upload_begin", shape=list(shape))
    assert reply["status"] == "ok", reply
    token = reply["upload"]
    assert isinstance(token, str)
    return token


async def part(raw: Raw, token: str, offset: int, values: list[Any]) -> dict[str, Any]:
    return await raw.ask(action="upload_part", upload=token, offset=offset, values=values)


async def scaled(raw: Raw, token: str, **fields: Any) -> dict[str, Any]:
    return await raw.ask(action="scale", prices={"upload": token}, **fields)


def uploads_of(demo: Demo) -> int:
    return sum(len(connection.uploads) for connection in demo.server.connections)


def held(demo: Demo) -> tuple[int, int]:
    """Bytes taken from the daemon's budget, and from its uploads' share."""
    return demo.server._budget.used, demo.server._uploads_budget.used


async def test_parts_in_any_order_make_the_array(demo: Demo) -> None:
    raw = await demo.raw()
    token = await begin(raw, 5)
    assert (await part(raw, token, 3, [4, None]))["received"] == 2
    reply = await part(raw, token, 0, [1, 2, 3])
    assert (reply["received"], reply["size"]) == (5, 5)
    assert (await scaled(raw, token, factor=10))["values"] == [10.0, 20.0, 30.0, 40.0, None]


@pytest.mark.parametrize("dtype", ["<f8", "<f4", "<i8", "<i4"])
async def test_parts_may_be_sections_of_any_number_type(demo: Demo, dtype: str) -> None:
    raw = await demo.raw()
    token = await begin(raw, 4)
    values = np.arange(4, dtype=dtype)
    head = {"name": "values", "dtype": dtype, "shape": [4]}
    await raw.ask(values.tobytes(), action="upload_part", upload=token, offset=0, bin=[head])
    assert (await scaled(raw, token))["values"] == [0.0, 2.0, 4.0, 6.0]


async def test_an_upload_may_be_a_panel(demo: Demo) -> None:
    raw = await demo.raw()
    token = await begin(raw, 2, 3)
    await part(raw, token, 0, [1, 2, 3, 4])
    await part(raw, token, 4, [5, 6])
    assert (await scaled(raw, token, factor=1))["values"] == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


async def test_a_part_of_rows_that_differ_in_length_is_refused(demo: Demo) -> None:
    raw = await demo.raw()
    token = await begin(raw, 2, 2)
    refused = await part(raw, token, 0, [[1, 2], [3]])
    assert (refused["error"], refused["details"]["field"]) == ("invalid_input", "values")
    assert (await part(raw, token, 0, [[1, 2], [3, 4]]))["received"] == 4


async def test_an_upload_stands_for_an_array_at_any_depth(demo: Demo) -> None:
    raw = await demo.raw()
    one, two, three = await begin(raw, 1), await begin(raw, 1), await begin(raw, 1)
    for number, token in enumerate((one, two, three)):
        await part(raw, token, 0, [10**number])
    items = [{"prices": {"upload": one}}, {"prices": [1000]}, {"prices": {"upload": two}}]
    reply = await raw.ask(action="sum", items=items, named={"x": {"upload": three}})
    assert reply["fact"] == 1111.0


async def test_an_upload_in_a_json_section_is_found(demo: Demo) -> None:
    raw = await demo.raw()
    token = await begin(raw, 1)
    await part(raw, token, 0, [7])
    body = b'{"prices":{"upload":"%b"}}' % token.encode()
    reply = await raw.ask(body, action="scale", bin=[{"name": "*", "dtype": "json", "shape": [len(body)]}])
    assert reply["values"] == [14.0]


async def test_an_upload_is_spent_by_the_first_request_accepted_with_it(demo: Demo) -> None:
    raw = await demo.raw()
    token = await begin(raw, 1)
    await part(raw, token, 0, [7])
    refused = await scaled(raw, token, factor="x")
    assert refused["details"]["field"] == "factor"
    assert (await scaled(raw, token))["values"] == [14.0]
    again = await scaled(raw, token)
    assert again["error"] == "invalid_input"
    assert again["details"] == {"field": "prices", "constraint": "token of an upload of this connection, unused"}


async def test_an_upload_belongs_to_its_connection(demo: Demo) -> None:
    mine, other = await demo.raw(), await demo.raw()
    token = await begin(mine, 1)
    await part(mine, token, 0, [7])
    await begin(other, 1)
    assert (await scaled(other, token))["details"]["field"] == "prices"
    assert (await part(other, token, 0, [1]))["details"]["field"] == "upload"
    assert (await scaled(mine, token))["values"] == [14.0]


async def test_an_incomplete_upload_is_refused_and_kept(demo: Demo) -> None:
    raw = await demo.raw()
    token = await begin(raw, 3)
    await part(raw, token, 0, [1, 2])
    reply = await scaled(raw, token)
    assert reply["error"] == "invalid_input"
    assert reply["message"] == "prices: expected a whole upload, got 2 of 3 values"
    assert reply["details"] == {"field": "prices", "constraint": "a whole upload"}
    await part(raw, token, 2, [3])
    assert (await scaled(raw, token))["values"] == [2.0, 4.0, 6.0]


@pytest.mark.parametrize(
    ("offset", "values", "field"),
    [
        (2, [1, 2], "values"),  # too long
        (3, [1], "values"),
        (0, [], "values"),
        (1, [5], "offset"),  # there already
        (0, [1, 2, 3], "offset"),
        (-1, [1], "offset"),
        (0, [True], "values[0]"),
        (0, "x", "values"),
        (0, None, "values"),
    ],
)
async def test_parts_that_do_not_fit_are_refused(demo: Demo, offset: int, values: Any, field: str) -> None:
    raw = await demo.raw()
    token = await begin(raw, 3)
    await part(raw, token, 1, [9])
    reply = await part(raw, token, offset, values)
    assert reply["error"] == "invalid_input"
    assert reply["details"]["field"] == field
    await part(raw, token, 0, [8])
    await part(raw, token, 2, [10])
    assert (await scaled(raw, token, factor=1))["values"] == [8.0, 9.0, 10.0]


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ([], "invalid_input"),
        ([0], "invalid_input"),
        ([-1], "invalid_input"),
        ([1_000_001], "invalid_input"),
        ([2, 2, 2], "invalid_input"),
        (5, "invalid_input"),
        ([1001, 1000], "payload_too_large"),
        ([1_000_000, 1_000_000], "payload_too_large"),
    ],
)
async def test_shapes_beyond_the_limits_are_refused(demo: Demo, shape: Any, code: str) -> None:
    reply = await (await demo.raw()).ask(action="upload_begin", shape=shape)
    assert reply["error"] == code
    assert reply["details"]["field"].startswith("shape")
    assert uploads_of(demo) == 0
    assert held(demo) == (0, 0)


@pytest.mark.parametrize("value", [{"upload": 5}, {"upload": "x", "y": 1}, {}, {"token": "x"}])
async def test_other_objects_in_the_place_of_an_array_are_refused(demo: Demo, value: Any) -> None:
    raw = await demo.raw()
    for _ in range(2):  # with and without an upload open
        reply = await raw.ask(action="scale", prices=value)
        assert reply["error"] == "invalid_input"
        assert reply["details"]["field"] == "prices"
        await begin(raw, 1)


async def test_uploads_count_in_the_budgets_until_their_request_is_answered(demo: Demo) -> None:
    raw = await demo.raw()
    token = await begin(raw, 1000)
    assert held(demo) == (9000, 9000)
    await part(raw, token, 0, [1.0] * 1000)
    assert held(demo) == (9000, 9000)
    await scaled(raw, token)
    assert held(demo) == (0, 0)


async def test_uploads_take_half_of_the_budget_at_most(start_demo: StartDemo) -> None:
    demo = await start_demo(limits=Limits(connection_bytes=40_000, daemon_bytes=60_000))
    raw, other = await demo.raw(), await demo.raw()
    kept = [await begin(raw, 1000), await begin(raw, 1000)]
    reply = await raw.ask(action="upload_begin", shape=[1000])
    assert reply["error"] == "overloaded"
    assert reply["retryable"]
    await begin(other, 1000)
    assert (await other.ask(action="upload_begin", shape=[1000]))["error"] == "overloaded"  # the daemon's half
    assert (await other.ask(action="echo", text="x"))["text"] == "x"
    assert (await raw.ask(action="cancel", target=kept[0]))["cancelled"] is True
    await begin(other, 1000)


async def test_a_connection_has_so_many_uploads_at_most(start_demo: StartDemo) -> None:
    demo = await start_demo(limits=Limits(uploads=2))
    raw = await demo.raw()
    for _ in range(2):
        await begin(raw, 1)
    assert (await raw.ask(action="upload_begin", shape=[1]))["error"] == "overloaded"


async def test_cancel_drops_an_upload(demo: Demo) -> None:
    raw = await demo.raw()
    token = await begin(raw, 3)
    assert (await raw.ask(action="cancel", target=token))["cancelled"] is True
    assert (await raw.ask(action="cancel", target=token))["cancelled"] is False
    assert (await part(raw, token, 0, [1]))["details"]["field"] == "upload"
    assert held(demo) == (0, 0)


async def test_a_dropped_connection_frees_its_uploads(demo: Demo) -> None:
    raw = await demo.raw()
    for _ in range(3):
        await begin(raw, 100_000)
    assert held(demo)[0] == 2_700_000
    await raw.close()
    await until(lambda: held(demo) == (0, 0))


async def test_an_upload_left_alone_expires(start_demo: StartDemo) -> None:
    demo = await start_demo(limits=Limits(upload_idle_s=0.05))
    raw = await demo.raw()
    token = await begin(raw, 3)
    await until(lambda: uploads_of(demo) == 0)
    assert held(demo) == (0, 0)
    assert (await part(raw, token, 0, [1]))["details"]["field"] == "upload"


async def test_cancelling_the_request_frees_its_upload(demo: Demo) -> None:
    raw = await demo.raw()
    token = await begin(raw, 2)
    await part(raw, token, 0, [1, 2])
    raw.send(id=1, action="scale", prices={"upload": token})
    raw.send(id=2, action="cancel", target=1)
    statuses = {(await raw.receive())["id"] for _ in range(2)}
    assert statuses == {1, 2}
    await raw.ask(action="cancel", target=token)  # cancelled before it was read, it spent nothing
    assert held(demo) == (0, 0)


async def test_the_client_uploads_in_parts(demo: Demo) -> None:
    values = np.random.default_rng(1).random(250_000)
    values[7] = math.nan
    async with demo.client().session() as session:
        uploaded = await session.upload(values)
        reply = await session.call(SCALE, ScaleRequest(prices=uploaded, factor=2.0))
        np.testing.assert_array_equal(reply.values, values * 2)
        panel = await session.upload(np.ones((3, 4)))
        item = ScaleRequest(prices=await session.upload(np.full(3, 2.0)))
        total = await session.call(SUM, NestedRequest(items=[item], named={"p": panel}))
        assert total.fact == 18.0
        with pytest.raises(InvalidInput, match="unused"):
            await session.call(SCALE, ScaleRequest(prices=Uploaded("0" * 32)))  # type: ignore[arg-type]


async def test_uploads_are_described(demo: Demo) -> None:
    described = await (await demo.raw()).ask(action="describe")
    assert {"upload_begin", "upload_part"} <= {action["name"] for action in described["actions"]}
