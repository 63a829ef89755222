"""Partial replies of long work."""

import json
from contextlib import aclosing

import pytest
from chitti_shared.errors import InvalidInput
from chitti_shared.testing.demo import ECHO, PROGRESS, Demo, StepsRequest, TextRequest
from chitti_shared.testing.waiting import until


async def test_parts_come_before_the_reply(demo: Demo) -> None:
    raw = await demo.raw()
    first = await raw.ask(id=1, action="progress", progress=True)
    parts = [first, *[await raw.receive() for _ in range(3)]]
    assert [part["status"] for part in parts] == ["partial", "partial", "partial", "ok"]
    assert [part.get("part") for part in parts] == [1, 2, 3, None]
    assert parts[1]["progress"] == pytest.approx(1 / 3, abs=1e-6)
    assert parts[1]["done"] == 1
    assert {part["id"] for part in parts} == {1}


async def test_parts_come_only_when_asked_for(demo: Demo) -> None:
    raw = await demo.raw()
    assert (await raw.ask(id=1, action="progress"))["status"] == "ok"
    assert (await raw.ask(id=1, action="progress", progress=False))["status"] == "ok"


async def test_progress_without_an_id_is_refused(demo: Demo) -> None:
    raw = await demo.raw()
    reply = await raw.ask(action="progress", progress=True)
    assert reply["error"] == "invalid_input"
    assert reply["details"] == {"field": "id", "constraint": "required with progress"}
    assert (await raw.ask(action="progress"))["status"] == "ok"


async def test_the_client_hands_parts_on_as_structs(demo: Demo) -> None:
    heard: list[tuple[float, int, int]] = []
    reply = await demo.client().call(
        PROGRESS,
        StepsRequest(progress=True, steps=4, values=40_000),
        on_partial=lambda progress, part: heard.append((progress, part.done, part.values.size)),
    )
    assert heard == [(0.0, 0, 40_000), (0.25, 1, 40_000), (0.5, 2, 40_000), (0.75, 3, 40_000)]
    assert reply.text == "done"


async def test_steps_gives_the_parts_and_the_result_as_they_came(demo: Demo) -> None:
    async with demo.client().session() as session:
        steps = [json.loads(step) async for step in session.steps("progress", b'{"progress":true,"values":2}')]
    assert [step["status"] for step in steps] == ["partial", "partial", "partial", "ok"]
    assert steps[0] == {"status": "partial", "part": 1, "progress": 0, "done": 0, "values": [1.5, 1.5]}
    assert steps[-1]["text"] == "done"
    assert "id" not in steps[-1]


async def test_steps_raises_what_the_daemon_answers(demo: Demo) -> None:
    async with demo.client().session() as session:
        with pytest.raises(InvalidInput):
            [step async for step in session.steps("progress", b'{"progress":true,"steps":"x"}')]


async def test_work_waits_for_a_reader_who_takes_no_more_steps(demo: Demo) -> None:
    other = demo.client()
    body = json.dumps({"progress": True, "steps": 500, "values": 50_000}).encode()  # 100 MB in all
    async with demo.client().session() as session, aclosing(session.steps("progress", body)) as steps:
        await anext(steps)
        for _ in range(500):  # meanwhile others are served
            await other.call(ECHO, TextRequest(text="x"))
        assert demo.ctx.spun < 100
        count = 1
        async for _step in steps:
            count += 1
    assert count == 501


async def test_leaving_a_session_cancels_its_work(demo: Demo) -> None:
    async with demo.client().session() as session:
        steps = session.steps("progress", b'{"progress":true,"steps":100000,"values":20000}')
        await anext(steps)
    await until(lambda: not demo.server.in_flight)
    assert demo.ctx.spun < 100_000
    await steps.aclose()
