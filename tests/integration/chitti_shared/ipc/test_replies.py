"""What a daemon answers to well-formed messages."""

import asyncio
import json
import math
from typing import Any

import numpy as np
import pytest
from chitti_shared.ipc import Limits
from chitti_shared.testing.demo import Demo, Raw, frame

SECTION = {"name": "prices", "dtype": "<f8", "shape": [3]}
PRICES = np.array([1.0, math.nan, 3.0])


async def test_a_reply_repeats_the_id_as_it_came(demo: Demo) -> None:
    raw = await demo.raw()
    for id_ in (1, -5, "req-1", "é"):
        assert await raw.ask(id=id_, action="echo", text="x") == {"id": id_, "status": "ok", "text": "x"}
    assert await raw.ask(action="echo", text="x") == {"status": "ok", "text": "x"}


async def test_inline_replies_have_null_for_missing(demo: Demo) -> None:
    raw = await demo.raw()
    reply = await raw.ask(id=1, action="scale", prices=[1, None, 3])
    assert reply == {"id": 1, "status": "ok", "values": [2.0, None, 6.0], "counts": [0, 1, 2], "note": "scaled"}


async def test_a_numeric_section_supplies_a_parameter(demo: Demo) -> None:
    raw = await demo.raw()
    reply = await raw.ask(PRICES.tobytes(), id=1, action="scale", factor=3, bin=[SECTION])
    assert reply["values"] == [3.0, None, 9.0]


async def test_a_json_section_supplies_all_parameters(demo: Demo) -> None:
    raw = await demo.raw()
    body = b'{"prices":[1,2],"factor":5}'
    reply = await raw.ask(body, id=1, action="scale", bin=[{"name": "*", "dtype": "json", "shape": [len(body)]}])
    assert reply["values"] == [5.0, 10.0]


async def test_a_byte_section_supplies_a_document(demo: Demo) -> None:
    raw = await demo.raw()
    head = {"name": "document", "dtype": "|u1", "shape": [4]}
    assert (await raw.ask(b"\xff\x00<>", action="size", bin=[head]))["size"] == 4
    assert (await raw.ask(action="size", document="é"))["size"] == 2


async def test_reply_as_section_puts_all_result_fields_in_one_json_section(demo: Demo) -> None:
    raw = await demo.raw()
    envelope = await raw.ask(id=1, action="echo", text="x", reply_as="section")
    body = await raw.frame()
    assert envelope == {"id": 1, "status": "ok", "bin": [{"name": "*", "dtype": "json", "shape": [len(body)]}]}
    assert json.loads(body) == {"text": "x", "status": "ok"}


async def test_reply_as_binary_puts_arrays_in_sections(demo: Demo) -> None:
    raw = await demo.raw()
    envelope = await raw.ask(id=1, action="scale", prices=[1, None], reply_as="binary")
    values, counts = [np.frombuffer(await raw.frame(), dtype=dtype) for dtype in ("<f8", "<i4")]
    assert envelope == {
        "id": 1,
        "status": "ok",
        "bin": [
            {"name": "values", "dtype": "<f8", "shape": [2]},
            {"name": "counts", "dtype": "<i4", "shape": [2]},
        ],
        "note": "scaled",
    }
    assert counts.tolist() == [0, 1]
    assert values[0] == 2.0
    assert math.isnan(values[1])


async def test_encoded_results_are_spliced_in(demo: Demo) -> None:
    raw = await demo.raw()
    assert await raw.ask(id=1, action="echo", text="encoded") == {"id": 1, "status": "ok", "text": "as it is"}
    await raw.ask(id=2, action="echo", text="encoded", reply_as="section")
    assert await raw.frame() == b'{"text":"as it is"}'


@pytest.mark.parametrize("reply_as", ["inline", "section", "binary"])
async def test_large_messages_are_read_and_printed_in_threads(demo: Demo, reply_as: str) -> None:
    raw = await demo.raw()
    prices = np.random.default_rng(1).random(50_000)
    reply = await raw.ask(id=1, action="scale", prices=prices.tolist(), factor=1, reply_as=reply_as)
    if reply_as == "section":
        reply |= json.loads(await raw.frame())
    elif reply_as == "binary":
        reply["values"] = np.frombuffer(await raw.frame(), dtype="<f8")
    np.testing.assert_array_equal(reply["values"], prices)


async def test_requests_with_ids_are_answered_as_they_finish(demo: Demo) -> None:
    raw = await demo.raw()
    raw.send(id=1, action="wait", name="a")
    raw.send(id=2, action="wait", name="b")
    assert (await raw.ask(id=3, action="echo"))["id"] == 3
    demo.ctx.gate("b").set()
    assert (await raw.receive())["id"] == 2
    demo.ctx.gate("a").set()
    assert (await raw.receive())["id"] == 1


async def test_requests_without_ids_are_answered_in_order(demo: Demo) -> None:
    raw = await demo.raw()
    raw.send(action="wait", name="a")
    raw.send(action="nonsense")
    raw.write(frame(b"[]"))
    raw.send(action="cancel", target=99)
    raw.send(action="echo", text="last")
    assert (await raw.ask(id=1, action="echo"))["id"] == 1  # those with ids do not wait
    demo.ctx.gate("a").set()
    replies = [await raw.receive() for _ in range(5)]
    assert [r.get("text") or r.get("error") or r["cancelled"] for r in replies] == [
        "a",
        "not_found",
        "invalid_input",
        False,
        "last",
    ]


async def test_any_number_of_requests_without_ids_may_be_written_ahead(demo: Demo) -> None:
    raw = await demo.raw()
    raw.send(action="wait", name="a")
    for n in range(500):
        raw.send(action="echo", text=str(n))
    demo.ctx.gate("a").set()
    assert (await raw.receive())["text"] == "a"
    assert [(await raw.receive())["text"] for _ in range(500)] == [str(n) for n in range(500)]


async def test_reserved_keys_are_accepted(demo: Demo) -> None:
    raw = await demo.raw()
    reply = await raw.ask(
        id=1, action="echo", api_version=1, trace="abc", deadline_ms=5000, reply_as="inline", text="x"
    )
    assert reply["status"] == "ok"


async def test_every_daemon_tells_its_health(demo: Demo) -> None:
    reply = await (await demo.raw()).ask(action="health")
    assert (reply["service"], reply["health"], reply["version"], reply["checks"]) == ("demo", "healthy", "1.2.3", {})


async def test_a_failing_check_makes_it_degraded(start_demo: Any) -> None:
    async def health() -> tuple[dict[str, str], dict[str, Any]]:
        return {"database": "down"}, {"engine": "cython"}

    demo = await start_demo(health=health)
    reply = await (await demo.raw()).ask(action="health")
    assert (reply["health"], reply["checks"], reply["info"]) == ("degraded", {"database": "down"}, {"engine": "cython"})


async def test_metrics_count_answers_by_action_and_status(demo: Demo) -> None:
    raw = await demo.raw()
    await raw.ask(action="echo")
    await raw.ask(action="nonsense")
    text = (await raw.ask(action="metrics"))["text"]
    assert 'chitti_ipc_requests_total{action="echo",status="ok"} 1.0' in text
    assert 'chitti_ipc_requests_total{action="unknown",status="not_found"} 1.0' in text
    assert 'chitti_ipc_request_seconds_count{action="echo"} 1.0' in text
    assert "chitti_ipc_connections 1.0" in text
    assert 'chitti_ipc_bytes_total{direction="in"}' in text


async def test_an_observer_is_told_of_every_answer(start_demo: Any) -> None:
    seen: list[tuple[str, str]] = []
    demo = await start_demo(observe=lambda action, status, _s: seen.append((action, status)))
    raw = await demo.raw()
    await raw.ask(action="echo")
    await raw.ask(action="fail", text="kernel")
    assert seen == [("echo", "ok"), ("fail", "computation_error")]


async def test_describe_lists_the_actions_with_their_schemas(demo: Demo) -> None:
    reply = await (await demo.raw()).ask(action="describe")
    actions = {a["name"]: a for a in reply["actions"]}
    assert {"scale", "subscribe", "health", "metrics", "describe", "cancel"} <= actions.keys()
    assert actions["subscribe"]["stream"]
    assert "prices" in json.dumps(actions["scale"]["request"])


async def test_a_stream_pushes_events_under_its_id_until_unsubscribed(demo: Demo) -> None:
    raw = await demo.raw()
    assert await raw.ask(id=9, action="subscribe", name="a") == {"id": 9, "status": "ok", "at": "e-0"}
    events = [await raw.receive() for _ in range(3)]
    assert events[0] == {"id": 9, "event": "new_alert", "event_id": "e-1", "data": {"n": 1}}
    assert await raw.ask(id=10, action="unsubscribe", target=9) == {"id": 10, "status": "ok", "cancelled": True}
    assert (await raw.ask(id=9, action="echo"))["status"] == "ok"  # the id is free again
    assert demo.ctx.ended == ["a"]


@pytest.mark.parametrize("end", [{"id": 9, "action": "unsubscribe"}, {"action": "cancel", "target": 9}])
async def test_a_stream_is_ended_by_its_own_id_or_by_cancel(demo: Demo, end: dict[str, Any]) -> None:
    raw = await demo.raw()
    await raw.ask(id=9, action="subscribe", name="a")
    for _ in range(3):
        await raw.receive()
    assert (await raw.ask(**end))["cancelled"] is True
    assert (await raw.ask(id=1, action="echo"))["id"] == 1
    assert demo.ctx.ended == ["a"]


async def test_a_stream_may_refuse_or_end_by_itself(demo: Demo) -> None:
    raw = await demo.raw()
    assert (await raw.ask(id=1, action="subscribe", name="refused"))["error"] == "not_found"
    await raw.ask(id=2, action="subscribe", name="short")
    assert [await raw.receive() for _ in range(4)][-1] == {"id": 2, "status": "end"}
    reply = await raw.ask(action="subscribe", name="a")
    assert (reply["error"], reply["details"]["field"]) == ("invalid_input", "id")


async def test_a_subscriber_that_takes_nothing_is_disconnected(start_demo: Any) -> None:
    demo = await start_demo(Limits(drain_s=0.2))
    raw: Raw = await demo.raw()
    raw.send(id=1, action="subscribe", name="endless")
    async with asyncio.timeout(10):
        while not demo.ctx.ended:
            assert (await (await demo.raw()).ask(id=1, action="echo"))["status"] == "ok"
    assert demo.ctx.ended == ["endless"]


async def test_an_infinite_field_is_an_error_that_names_it(demo: Demo) -> None:
    raw = await demo.raw()
    reply = await raw.ask(id=1, action="divide", prices=[1.0], factor=0)
    assert reply["error"] == "computation_error"
    assert reply["details"]["field"] == "facts.quotients[1]"
    assert (await raw.ask(id=2, action="divide", prices=[1.0]))["facts"] == {"quotients": [None, 0.5]}
