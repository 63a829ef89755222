"""Deadlines, cancellation, overload, shutdown."""

import asyncio

import pytest
from chitti_shared.errors import Cancelled, Overloaded, ServiceUnavailable, Timeout
from chitti_shared.ipc import Call, Lanes, bind_call, call
from chitti_shared.ipc.connection import Job
from chitti_shared.testing.demo import ECHO, ONCE, SPIN, WAIT, Demo, TextRequest, WaitRequest
from chitti_shared.testing.waiting import until


async def test_a_deadline_that_has_passed_is_a_timeout(demo: Demo) -> None:
    raw = await demo.raw()
    assert (await raw.ask(id=1, action="wait", name="a", deadline_ms=0))["error"] == "timeout"
    assert demo.ctx.started == []


async def test_a_request_is_stopped_at_its_deadline(demo: Demo) -> None:
    raw = await demo.raw()
    reply = await raw.ask(id=1, action="wait", name="a", deadline_ms=50)
    assert (reply["error"], reply["retryable"]) == ("timeout", True)
    assert demo.ctx.ended == ["a"]


async def test_a_request_whose_deadline_passes_in_the_queue_is_not_run(demo: Demo) -> None:
    raw = await demo.raw()
    raw.send(action="wait", name="first")
    raw.send(action="wait", name="late", deadline_ms=20)
    raw.send(action="echo", text="last", deadline_ms=60_000)
    await until(lambda: demo.ctx.started == ["first"])
    (connection,) = demo.server.connections
    late = connection._ordered[0]
    await until(lambda: isinstance(late, Job) and late.call.cancelled.is_set())
    demo.ctx.gate("first").set()
    assert [(await raw.receive()).get(key) for key in ("text", "error", "text")] == ["first", "timeout", "last"]
    assert demo.ctx.started == ["first"]


async def test_a_cancelled_request_answers_cancelled(demo: Demo) -> None:
    raw = await demo.raw()
    raw.send(id=7, action="wait", name="a")
    raw.send(id=8, action="cancel", target=7)
    replies = {r["id"]: r for r in [await raw.receive(), await raw.receive()]}
    assert replies[8] == {"id": 8, "status": "ok", "cancelled": True}
    assert replies[7]["error"] == "cancelled"
    assert await raw.ask(id=8, action="cancel", target=7) == {"id": 8, "status": "ok", "cancelled": False}


async def test_a_computation_in_a_thread_sees_the_flag(demo: Demo) -> None:
    raw = await demo.raw()
    raw.send(id="x", action="spin", name="a")
    await until(lambda: demo.ctx.spun > 0)
    raw.send(action="cancel", target="x")
    assert {(await raw.receive())["status"] for _ in range(2)} == {"ok", "error"}
    await until(lambda: demo.ctx.lanes._lanes["fast"].taken == 0)


async def test_a_computation_stops_at_its_deadline(demo: Demo) -> None:
    raw = await demo.raw()
    assert (await raw.ask(id=1, action="spin", name="a", deadline_ms=50))["error"] == "timeout"
    await until(lambda: demo.ctx.lanes._lanes["fast"].taken == 0)


async def test_a_lost_connection_cancels_its_requests(demo: Demo) -> None:
    raw = await demo.raw()
    raw.send(id=1, action="wait", name="a")
    raw.send(id=2, action="subscribe", name="b")
    raw.send(action="wait", name="c")
    raw.send(action="wait", name="never")
    await until(lambda: len(demo.ctx.started) == 3)
    await raw.close()
    await until(lambda: sorted(demo.ctx.ended) == ["a", "b", "c"])
    await until(lambda: demo.server.in_flight == 0 and not demo.server.connections)
    assert "never" not in demo.ctx.started
    assert demo.server._budget.used == 0


async def test_a_client_that_stops_waiting_cancels_the_request(demo: Demo) -> None:
    client = demo.client()
    task = asyncio.ensure_future(client.call(WAIT, WaitRequest(name="a")))
    await until(lambda: demo.ctx.started == ["a"])
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: demo.ctx.ended == ["a"])
    with pytest.raises(Timeout):
        await client.call(WAIT, WaitRequest(name="b"), timeout_s=0.05)
    await until(lambda: demo.ctx.ended == ["a", "b"])
    assert (await client.call(ECHO, TextRequest(text="x"))).text == "x"


async def test_forward_is_cancelled_with_its_caller(demo: Demo) -> None:
    client = demo.client()
    task = asyncio.ensure_future(client.forward("wait", b'{"name":"a"}'))
    await until(lambda: demo.ctx.started == ["a"])
    task.cancel()
    await until(lambda: demo.ctx.ended == ["a"])


async def test_a_full_lane_is_overloaded_at_once_and_the_other_is_not() -> None:
    lanes = Lanes(fast_threads=1, bulk_threads=1, queue=1)
    running = Call("x")
    bind_call(running)

    def spin() -> None:
        current = call()
        assert current is not None
        while True:
            current.raise_if_cancelled()

    tasks = [asyncio.ensure_future(lanes.run(spin, lane="bulk")) for _ in range(2)]
    await until(lambda: lanes._lanes["bulk"].taken == 2)
    with pytest.raises(Overloaded) as caught:
        await lanes.run(spin, lane="bulk")
    assert caught.value.details["retry_after_ms"] > 0
    assert await lanes.run(lambda: 5, cost_us=1.0, lane="bulk") == 5  # in place
    assert await lanes.run(sum, [1, 2]) == 3
    running.stop(Cancelled("enough"))
    for task in tasks:
        with pytest.raises(Cancelled):
            await task
    await until(lambda: lanes._lanes["bulk"].taken == 0)
    lanes.close()


async def test_work_whose_request_is_over_is_dropped_unrun() -> None:
    lanes = Lanes()
    over = Call("x")
    bind_call(over)
    over.expire()
    ran: list[int] = []
    with pytest.raises(Timeout):
        await lanes.run(ran.append, 1)
    assert ran == []
    lanes.close()


async def test_closing_lets_running_requests_finish_and_refuses_new_ones(demo: Demo) -> None:
    raw = await demo.raw()
    raw.send(id=1, action="wait", name="a")
    await until(lambda: demo.ctx.started == ["a"])
    closing = asyncio.ensure_future(demo.server.close(10))
    await until(lambda: not demo.path.exists())
    reply = await raw.ask(id=2, action="echo")
    assert (reply["error"], reply["retryable"]) == ("service_unavailable", True)
    demo.ctx.gate("a").set()
    assert (await raw.receive())["text"] == "a"
    assert await raw.ended()
    await closing


async def test_after_the_grace_what_still_runs_is_cancelled(demo: Demo) -> None:
    raw = await demo.raw()
    raw.send(id=1, action="wait", name="a")
    raw.send(id=2, action="subscribe", name="s")
    await until(lambda: len(demo.ctx.started) == 2)
    await demo.server.close(0.05)
    replies = [await raw.receive() for _ in range(6)]
    assert [r["id"] for r in replies if r.get("error") == "service_unavailable"] in ([1, 2], [2, 1])
    assert await raw.ended()
    assert sorted(demo.ctx.ended) == ["a", "s"]


async def test_a_call_that_may_have_been_done_is_not_sent_again(demo: Demo) -> None:
    client = demo.client()
    task = asyncio.ensure_future(client.call(ONCE, WaitRequest(name="a")))
    await until(lambda: demo.ctx.started == ["a"])
    for connection in list(demo.server.connections):
        connection.abort()
    with pytest.raises(ServiceUnavailable, match="may have been done"):
        await task
    assert demo.ctx.started == ["a"]


async def test_an_idempotent_call_is_sent_again(demo: Demo) -> None:
    client = demo.client()
    task = asyncio.ensure_future(client.call(WAIT, WaitRequest(name="a")))
    await until(lambda: demo.ctx.started == ["a"])
    for connection in list(demo.server.connections):
        connection.abort()
    await until(lambda: demo.ctx.started == ["a", "a"])
    demo.ctx.gate("a").set()
    assert (await task).text == "a"


async def test_spinning_requests_leave_room_for_others(demo: Demo) -> None:
    client = demo.client()
    spinning = [asyncio.ensure_future(client.call(SPIN, WaitRequest(name="s"), timeout_s=0.3)) for _ in range(2)]
    await until(lambda: len(demo.ctx.started) == 2)
    assert (await client.call(ECHO, TextRequest(text="x"))).text == "x"
    for task in spinning:
        with pytest.raises(Timeout):
            await task
