"""Whatever one peer sends, it gets the error of the contract and the others are served on."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
from chitti_shared.ipc import Limits
from chitti_shared.testing.demo import Demo, Raw, frame
from chitti_shared.testing.waiting import first_true, until

from .conftest import StartDemo

QUICK = Limits(
    frame=200_000,
    envelope=50_000,
    elements=1_000,
    in_flight=4,
    connection_bytes=300_000,
    daemon_bytes=500_000,
    arrival_s=0.2,
    drain_s=0.2,
    offload_bytes=20_000,
    connections=8,
)


@pytest.fixture
async def demo(start_demo: StartDemo) -> AsyncIterator[Demo]:
    """A daemon with small limits; after each test another connection must still be served."""
    demo = await start_demo(QUICK)
    other = await demo.raw()
    assert (await other.ask(id=1, action="echo"))["status"] == "ok"
    yield demo
    assert (await other.ask(id=2, action="echo", text="still here"))["text"] == "still here"


async def refused(demo: Demo, data: bytes, code: str, *, closes: bool = False) -> dict[str, Any]:
    """The error reply to `data`; then the connection serves on, or is closed."""
    raw = await demo.raw()
    raw.write(data)
    reply = await raw.receive()
    assert (reply["status"], reply["error"]) == ("error", code)
    assert {"message", "details", "timestamp", "retryable"} <= reply.keys()
    if closes:
        assert await raw.ended()
    else:
        assert (await raw.ask(id=77, action="echo"))["id"] == 77
    await until(lambda: demo.server.in_flight == 0)
    return reply


def request(**fields: Any) -> bytes:
    return frame(json.dumps(fields).encode())


async def test_an_oversize_length_prefix(demo: Demo) -> None:
    await refused(demo, b"\xff\xff\xff\xff", "payload_too_large", closes=True)
    await refused(demo, (50_001).to_bytes(4), "payload_too_large", closes=True)


async def test_http_on_the_socket(demo: Demo) -> None:
    await refused(demo, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", "payload_too_large", closes=True)


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x00\x00\x09{", request(id=1, bin=[]), frame(b"{}")[:-1]])
async def test_half_a_frame_then_silence(demo: Demo, data: bytes) -> None:
    raw = await demo.raw()
    head = {"name": "x", "dtype": "|u1", "shape": [9]}
    raw.write(data if len(data) < 12 else request(id=1, action="size", bin=[head]))
    async with asyncio.timeout(5):
        assert await raw.ended()


async def test_a_message_that_drips_in_too_slowly_is_cut_off(demo: Demo) -> None:
    raw = await demo.raw()
    async with asyncio.timeout(5):
        for byte in frame(b'{"action":"echo","text":"' + b"x" * 1000 + b'"}'):
            if raw.writer.is_closing() or raw.reader.at_eof():
                break
            raw.write(bytes([byte]))
            await asyncio.sleep(0.005)
        assert await raw.ended()


async def test_an_idle_connection_stays_open(demo: Demo) -> None:
    raw = await demo.raw()
    assert (await raw.ask(id=1, action="echo"))["status"] == "ok"
    other = await demo.raw()
    other.write(b"\x00")  # when this one has been cut off, the idle one has outlived the limit
    assert await other.ended()
    assert (await raw.ask(id=2, action="echo"))["status"] == "ok"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"[]",
        b"7",
        b'"x"',
        b"null",
        b"{",
        b'{"action":"echo"',
        b'{"action":"echo","text":"\xff"}',
        b'{"action":"echo","text":"\xed\xa0\x80"}',
        b'{"action":"echo","text":"\x01"}',
        b'{"action":"echo","text":"\\ud800"}',
        b'{"action":"scale","prices":[NaN]}',
        b'{"action":"scale","prices":[Infinity]}',
        b'{"action":"scale","prices":[1e400]}',
        b'{"action":"scale","prices":[1],"factor":-Infinity}',
        b'{"action":"scale","prices":[1],"factor":1e999}',
        b'{"action":"echo","action":"fail"}',
        b'{"action":"echo","\\u0061ction":"fail"}',
        b'{"id":1,"id":1,"action":"echo"}',
        b'{"action":"echo"} {"action":"echo"}',
        b'\xef\xbb\xbf{"action":"echo"}',
        b'{"action":"echo","id":1.5}',
        b'{"action":"echo","id":null}',
        b'{"action":"echo","id":true}',
        b'{"action":"echo","id":"' + b"x" * 65 + b'"}',
        b'{"action":"echo","deadline_ms":-1}',
        b'{"action":"echo","deadline_ms":"soon"}',
        b'{"action":"echo","reply_as":"xml"}',
        b'{"action":"echo","api_version":2}',
        b'{"action":7}',
        b'{"text":"x"}',
        b"{}",
    ],
)
async def test_an_envelope_that_is_none(demo: Demo, text: bytes) -> None:
    await refused(demo, frame(text), "invalid_input")


async def test_json_nested_too_deep(demo: Demo) -> None:
    await refused(demo, frame(b'{"action":"echo","x":' + b"[" * 64 + b"]" * 64 + b"}"), "payload_too_large")


async def test_a_large_envelope_that_is_none(demo: Demo) -> None:
    await refused(demo, frame(b'{"action":"scale","prices":[' + b"1," * 15_000 + b"x]}"), "invalid_input")


async def test_an_unknown_action(demo: Demo) -> None:
    reply = await refused(demo, request(id=5, action="nonsense"), "not_found")
    assert reply["id"] == 5
    assert reply["details"]["kind"] == "action"


async def test_an_unknown_parameter(demo: Demo) -> None:
    reply = await refused(demo, request(id=5, action="echo", txt="x"), "invalid_input")
    assert reply["details"]["field"] == "txt"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"prices": "abc"}, "prices"),
        ({"prices": 5}, "prices"),
        ({"prices": None}, "prices"),
        ({"prices": [1, "2"]}, "prices[1]"),
        ({"prices": [True]}, "prices[0]"),
        ({"prices": [[1], [2, "3"]]}, "prices[1][1]"),
        ({"prices": [1], "factor": "2"}, "factor"),
        ({"prices": [1], "factor": None}, "factor"),
        ({}, "prices"),
    ],
)
async def test_wrong_types(demo: Demo, fields: dict[str, Any], field: str) -> None:
    reply = await refused(demo, request(id=5, action="scale", **fields), "invalid_input")
    assert reply["details"]["field"] == field
    assert reply["details"]["constraint"]


def binary(head: dict[str, Any] | list[Any], *data: bytes) -> bytes:
    heads = head if isinstance(head, list) else [head]
    return request(id=5, action="scale", bin=heads) + b"".join(map(frame, data))


def section(name: str, dtype: str, *shape: int) -> dict[str, Any]:
    return {"name": name, "dtype": dtype, "shape": list(shape)}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (binary(section("prices", "<f8", 2), bytes(15)), "invalid_input"),
        (binary(section("prices", "<f2", 2), bytes(4)), "invalid_input"),
        (binary(section("prices", "<f8", -1), bytes(8)), "invalid_input"),
        (binary(section("prices", "<f8", 2**61, 8), bytes(8)), "payload_too_large"),
        (binary(section("prices", "<f8", 1_001), bytes(8_008)), "payload_too_large"),
        (binary(section("prices", "<f8", 1), np.array([np.inf]).tobytes()), "invalid_input"),
        (binary(section("prises", "<f8", 1), bytes(8)), "invalid_input"),
        (binary([section("prices", "<f8", 1)] * 2, bytes(8), bytes(8)), "invalid_input"),
        (binary(section("*", "json", 3), b"[1]"), "invalid_input"),
        (binary(section("*", "json", 16), b'{"prices":[NaN]}'), "invalid_input"),
        (binary([section("*", "json", 14), section("prices", "<f8", 1)], b'{"prices":[1]}', bytes(8)), "invalid_input"),
    ],
)
async def test_bad_sections(demo: Demo, data: bytes, code: str) -> None:
    assert (await refused(demo, data, code))["id"] == 5


async def test_too_many_sections(demo: Demo) -> None:
    heads = [section(f"s{n}", "|u1", 1) for n in range(17)]
    await refused(demo, binary(heads), "payload_too_large", closes=True)


async def test_a_section_is_never_taken_for_a_request(demo: Demo) -> None:
    hidden = frame(b'{"id":66,"action":"echo","text":"smuggled"}')
    raw = await demo.raw()
    raw.write(frame(b'{"a":NaN,"bin":[{"name":"*","dtype":"json","shape":[43]}]}') + hidden)
    assert (await raw.receive())["error"] == "invalid_input"
    assert await raw.ended()


async def test_a_message_larger_than_a_connection_may_hold(demo: Demo) -> None:
    heads = [section("document", "|u1", 160_000), section("more", "|u1", 160_000)]
    await refused(demo, binary(heads, bytes(160_000), bytes(160_000)), "payload_too_large")


async def test_an_id_in_flight_twice(demo: Demo) -> None:
    raw = await demo.raw()
    raw.send(id=1, action="wait", name="a")
    reply = await raw.ask(id=1, action="echo")
    assert (reply["error"], reply["details"]["field"]) == ("invalid_input", "id")
    demo.ctx.gate("a").set()
    assert (await raw.receive())["text"] == "a"
    assert (await raw.ask(id=1, action="echo"))["status"] == "ok"


async def test_more_requests_at_once_than_a_connection_may_have(demo: Demo) -> None:
    raw = await demo.raw()
    for n in range(4):
        raw.send(id=n, action="wait", name="a")
    reply = await raw.ask(id=99, action="echo")
    assert (reply["id"], reply["error"], reply["retryable"]) == (99, "overloaded", True)
    assert reply["details"]["retry_after_ms"] > 0
    demo.ctx.gate("a").set()
    assert {(await raw.receive())["id"] for _ in range(4)} == {0, 1, 2, 3}
    assert (await raw.ask(id=99, action="echo"))["status"] == "ok"


async def test_more_connections_than_a_daemon_may_have(demo: Demo) -> None:
    held = [await demo.raw() for _ in range(7)]
    assert (await held[-1].ask(action="echo"))["status"] == "ok"
    extra = await demo.raw()
    assert (await extra.receive())["error"] == "overloaded"
    assert await extra.ended()


async def test_a_reply_beyond_the_limits_says_what_to_do(demo: Demo) -> None:
    raw = await demo.raw()
    reply = await raw.ask(id=1, action="scale", prices=[1] * 9_000, factor=1 / 3)  # 3 bytes each in, 19 out
    assert reply["error"] == "payload_too_large"
    assert "section" in reply["message"]
    assert "only_last" in reply["message"]


@pytest.mark.parametrize(
    ("text", "code"), [("not found", "not_found"), ("kernel", "computation_error"), ("boom", "internal")]
)
async def test_what_a_handler_raises_becomes_one_error_reply(demo: Demo, text: str, code: str) -> None:
    raw = await demo.raw()
    reply = await raw.ask(id=1, action="fail", text=text, trace="req-9")
    assert reply["error"] == code
    if code == "internal":
        assert "secret" not in json.dumps(reply)
        assert reply["details"] == {"request_id": "req-9"}


async def test_at_the_budget_the_reader_waits_and_nothing_is_lost(demo: Demo) -> None:
    raws: list[Raw] = [await demo.raw() for _ in range(4)]
    head = section("document", "|u1", 190_000)
    for raw in raws:  # 760 kB where 500 kB may be in flight
        raw.send(bytes(190_000), id=1, action="size", bin=[head])
    assert [(await raw.receive())["size"] for raw in raws] == [190_000] * 4


async def test_a_peer_that_goes_away_in_the_middle_leaves_nothing_behind(demo: Demo) -> None:
    for cut in (2, 10, 60, 5_000):
        raw = await demo.raw()
        raw.write((request(id=1, action="size", bin=[section("document", "|u1", 9_000)]) + frame(bytes(9_000)))[:cut])
        await raw.writer.drain()
        await raw.close()
    await until(lambda: len(demo.server.connections) == 1)
    assert demo.server._budget.used == 0


async def test_a_peer_that_does_not_take_its_last_answers_is_cut_off(start_demo: StartDemo) -> None:
    demo = await start_demo(limits=Limits(drain_s=0.2))
    raw = await demo.raw()
    raw.send(action="echo", text="x")
    await until(lambda: bool(demo.server.connections))
    (connection,) = demo.server.connections

    async def undrained() -> bool:
        raw.send(action="echo", text="x" * 50_000)
        return not connection.drained

    await first_true(undrained)
    assert connection._drain_slot is None  # not so much that writing is paused
    raw.write(b"\xff\xff\xff\xff")  # a frame over the limit: answered, then closed
    await until(lambda: not demo.server.connections)


async def test_refusals_that_must_wait_their_turn_stop_the_reading(demo: Demo) -> None:
    raw = await demo.raw()
    raw.send(action="wait", name="first")
    await until(lambda: demo.ctx.started == ["first"])
    for _ in range(300):
        raw.send(action="nothing")
    (connection,) = (one for one in demo.server.connections if one._ordered_job is not None)
    await until(lambda: len(connection._ordered) >= QUICK.in_flight)
    demo.ctx.gate("first").set()
    assert (await raw.receive())["status"] == "ok"
    for _ in range(300):
        assert (await raw.receive())["error"] == "not_found"
        assert len(connection._ordered) <= QUICK.in_flight
