"""The client against a real daemon, and against one that is not there."""

import asyncio
import json
import math
from pathlib import Path

import numpy as np
import pytest
from chitti_shared.contracts.action import Action, Blob, Empty
from chitti_shared.contracts.system import HEALTH
from chitti_shared.errors import Internal, InvalidInput, NotFound, ServiceUnavailable, Timeout
from chitti_shared.ipc import Client, Limits
from chitti_shared.ipc.calls import ReplyAs
from chitti_shared.testing.demo import (
    DEMO,
    ECHO,
    FAIL,
    ONCE,
    SCALE,
    SIZE,
    SUBSCRIBE,
    WAIT,
    Demo,
    ScaleRequest,
    SizeReply,
    SizeRequest,
    TextRequest,
    WaitRequest,
)
from chitti_shared.testing.waiting import first_true, until
from chitti_shared.tracing import TraceContext, bind_trace
from prometheus_client import CollectorRegistry

from .conftest import StartDemo


@pytest.mark.parametrize("reply_as", ["inline", "section", "binary", None])
@pytest.mark.parametrize("size", [0, 3, 1_000, 50_000])
async def test_arrays_travel_there_and_back(demo: Demo, reply_as: ReplyAs | None, size: int) -> None:
    prices = np.random.default_rng(size).random(size)
    prices[1:2] = math.nan
    reply = await demo.client().call(SCALE, ScaleRequest(prices=prices, factor=1.0), reply_as=reply_as)
    np.testing.assert_array_equal(reply.values, prices)
    assert reply.counts.size == size
    assert reply.counts.dtype == np.int32
    assert reply.note == "scaled"


async def test_a_panel_travels_there_and_back(demo: Demo) -> None:
    panel = np.random.default_rng(1).random((5, 200))
    client = demo.client()
    for reply_as in ("inline", "section", "binary"):
        reply = await client.call(SCALE, ScaleRequest(prices=panel, factor=1.0), reply_as=reply_as)  # type: ignore[arg-type]
        np.testing.assert_array_equal(reply.values, panel)


async def test_a_document_travels_as_raw_bytes(demo: Demo) -> None:
    data = bytes(range(256)) * 1_000
    assert (await demo.client().call(SIZE, SizeRequest(document=Blob(data)))).size == len(data)


async def test_a_result_with_a_status_of_its_own_is_read(demo: Demo) -> None:
    client = demo.client()
    for reply_as in ("inline", "section", "binary"):
        reply = await client.call(ECHO, TextRequest(text="x"), reply_as=reply_as)  # type: ignore[arg-type]
        assert (reply.text, reply.status) == ("x", "ok")


async def test_calls_share_connections(demo: Demo) -> None:
    client = demo.client(pool_size=2)
    replies = await asyncio.gather(*(client.call(ECHO, TextRequest(text=str(n))) for n in range(500)))
    assert [reply.text for reply in replies] == [str(n) for n in range(500)]
    assert len(demo.server.connections) <= 2


async def test_calls_beyond_the_limit_wait_their_turn(start_demo: StartDemo) -> None:
    limits = Limits(in_flight=2)
    demo = await start_demo(limits)
    client = demo.client(pool_size=1, limits=limits)
    calls = [asyncio.ensure_future(client.call(WAIT, WaitRequest(name=str(n)))) for n in range(5)]
    await until(lambda: len(demo.ctx.started) == 2)
    with pytest.raises(Timeout):
        await client.call(ECHO, TextRequest(text="x"), timeout_s=0.05)
    for n in range(5):
        demo.ctx.gate(str(n)).set()
    assert [reply.text for reply in await asyncio.gather(*calls)] == ["0", "1", "2", "3", "4"]


async def test_errors_come_back_as_they_were_raised(demo: Demo) -> None:
    client = demo.client()
    with pytest.raises(NotFound) as missing:
        await client.call(FAIL, TextRequest(text="not found"))
    assert (missing.value.message, missing.value.details) == ("no such thing", {"kind": "thing"})
    with pytest.raises(Internal) as unexpected:
        await client.call(FAIL, TextRequest(text="boom"), request_id="req-1")
    assert unexpected.value.details == {"request_id": "req-1"}


async def test_the_trace_is_the_request_id_where_no_other_is_given(demo: Demo) -> None:
    bind_trace(trace := TraceContext.new())
    try:
        with pytest.raises(Internal) as caught:
            await demo.client().call(FAIL, TextRequest(text="boom"))
    finally:
        bind_trace(None)
    assert trace.trace_id in str(caught.value.details["request_id"])


async def test_forward_passes_a_body_through(demo: Demo) -> None:
    client = demo.client()
    body = b'{"prices":[1,null],"factor":3}'
    assert json.loads(await client.forward("scale", body))["values"] == [3.0, None]
    assert json.loads(await client.forward("scale", b'{"prices":[1]}', params={"factor": 4}))["values"] == [4.0]
    assert json.loads(await client.forward("echo", params={"text": "é"})) == {"text": "é", "status": "ok"}
    assert json.loads(await client.forward("size", sections={"document": b"\xff"})) == {"size": 1}
    big = json.dumps({"prices": list(range(100_000))}).encode()
    assert len(json.loads(bytes(await client.forward("scale", memoryview(big))))["values"]) == 100_000
    with pytest.raises(InvalidInput) as caught:
        await client.forward("scale", body, params={"factor": 4})
    assert caught.value.details["field"] == "factor"
    with pytest.raises(InvalidInput):
        await client.forward("scale", b"[1,2]")
    with pytest.raises(NotFound):
        await client.forward("nonsense", b"{}")


async def test_a_subscription_yields_its_events(demo: Demo) -> None:
    client = demo.client()
    async with client.subscribe(SUBSCRIBE, WaitRequest(name="a")) as sub:
        assert sub.first.at == "e-0"
        events = [await anext(sub) for _ in range(3)]
    assert [(e.event, e.event_id, e.data) for e in events] == [
        ("new_alert", f"e-{n}", b'{"n":%d}' % n) for n in range(1, 4)
    ]
    assert events[0].tail == b'"event":"new_alert","event_id":"e-1","data":{"n":1}'
    await until(lambda: demo.ctx.ended == ["a"])  # leaving closes it


async def test_a_subscription_that_is_refused_raises(demo: Demo) -> None:
    with pytest.raises(NotFound):
        async with demo.client().subscribe(SUBSCRIBE, WaitRequest(name="refused")):
            pass


async def test_a_lost_subscription_says_so_after_its_last_event(demo: Demo) -> None:
    async with demo.client().subscribe(SUBSCRIBE, WaitRequest(name="a")) as sub:
        await until(lambda: demo.ctx.started == ["a"])
        await anext(sub)
        for connection in list(demo.server.connections):
            connection.close()
        await until(lambda: not demo.server.connections)
        await anext(sub)
        await anext(sub)
        with pytest.raises(ServiceUnavailable):
            await anext(sub)


async def test_a_slow_consumer_holds_the_stream_up_without_losing_an_event(demo: Demo) -> None:
    async with demo.client().subscribe(SUBSCRIBE, WaitRequest(name="endless")) as sub:
        await until(lambda: sub._feed is not None and "slow consumer" in sub._feed._pauses)
        for _ in range(1_000):
            assert (await anext(sub)).event_id == "e-1"
        assert sub._feed is not None
        assert len(sub._feed.queued) < 1_000


async def test_a_daemon_that_is_not_there_is_unavailable(folder: Path) -> None:
    client = Client(DEMO, f"unix://{folder}/none.sock", registry=CollectorRegistry())
    with pytest.raises(ServiceUnavailable) as caught:
        await client.call(HEALTH, Empty(), timeout_s=5)
    assert caught.value.details["service"] == "demo"
    with pytest.raises(ServiceUnavailable):
        async with client.subscribe(SUBSCRIBE, WaitRequest(name="a")):
            pass
    await client.close()


async def test_the_breaker_refuses_at_once_after_failures_in_a_row(folder: Path) -> None:
    registry = CollectorRegistry()
    client = Client(DEMO, f"unix://{folder}/none.sock", registry=registry)
    for _ in range(10):
        with pytest.raises(ServiceUnavailable):
            await client.call(HEALTH, Empty(), timeout_s=5)
    assert registry.get_sample_value("chitti_ipc_breaker_refusals_total", {"service": "demo"})
    assert registry.get_sample_value("chitti_ipc_retries_total", {"service": "demo"})
    await client.close()


async def test_a_client_finds_a_daemon_that_came_back(start_demo: StartDemo) -> None:
    demo = await start_demo()
    client = demo.client()
    assert (await client.call(ECHO, TextRequest(text="1"))).text == "1"
    await demo.server.close(0)
    with pytest.raises(ServiceUnavailable):
        await client.call(ECHO, TextRequest(text="2"), timeout_s=0.5)
    again = await start_demo(path=demo.path)

    async def answered() -> bool:
        try:
            return bool((await client.call(ECHO, TextRequest(text="3"))).text == "3")
        except ServiceUnavailable:
            return False

    await first_true(answered)
    assert again.server.connections


async def test_a_closed_client_refuses(demo: Demo) -> None:
    client = demo.client()
    waiting = asyncio.ensure_future(client.call(WAIT, WaitRequest(name="a")))
    await until(lambda: demo.ctx.started == ["a"])
    await client.close()
    with pytest.raises(ServiceUnavailable):
        await waiting
    with pytest.raises(ServiceUnavailable):
        await client.call(ECHO, TextRequest(text="x"))


async def test_an_infinite_parameter_is_refused_before_it_is_sent(demo: Demo) -> None:
    with pytest.raises(InvalidInput):
        await demo.client().call(SCALE, ScaleRequest(prices=np.full(100, math.inf)))


async def test_a_caller_that_gives_up_leaves_the_breaker_usable(folder: Path, start_demo: StartDemo) -> None:
    path = folder / "late.sock"
    client = Client(DEMO, f"unix://{path}", registry=CollectorRegistry())

    async def opened() -> bool:
        with pytest.raises(ServiceUnavailable):
            await client.call(ECHO, TextRequest(text="x"), timeout_s=0.2)
        return client.breaker._failures >= 5

    await first_true(opened)
    demo = await start_demo(path=path)

    async def refused_by_the_daemon() -> bool:
        try:
            await client.call(FAIL, TextRequest(text="not found"))
        except NotFound:
            return True
        except ServiceUnavailable:
            return False
        return False

    await first_true(refused_by_the_daemon)
    await demo.server.close(0)
    again = await start_demo(path=path)
    await first_true(refused_by_the_daemon)
    await client.close()
    await again.server.close(0)


async def test_a_lost_connection_is_one_failure_however_many_callers_it_had(demo: Demo) -> None:
    client = demo.client(pool_size=1)
    calls = [asyncio.create_task(client.call(ONCE, WaitRequest(name="a"))) for _ in range(50)]
    await until(lambda: len(demo.ctx.started) == 50)
    for connection in demo.server.connections:
        connection.abort()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(result, ServiceUnavailable) for result in results)
    assert client.breaker._failures == 1


async def test_a_subscription_whose_first_reply_is_unreadable_is_closed(demo: Demo) -> None:
    wrong = Action("subscribe", WaitRequest, SizeReply, stream=True)
    with pytest.raises(TypeError):
        async with demo.client().subscribe(wrong, WaitRequest(name="a")):
            pass
    await until(lambda: not demo.server.connections)


async def test_large_requests_sent_at_once_and_their_replies_do_not_wait_for_each_other(demo: Demo) -> None:
    client = demo.client(pool_size=1)
    prices = np.arange(400_000.0)
    asked = [client.call(SCALE, ScaleRequest(prices=prices, factor=float(one)), reply_as="binary") for one in range(12)]
    for factor, reply in enumerate(await asyncio.gather(*asked)):
        assert reply.values[-1] == prices[-1] * factor
