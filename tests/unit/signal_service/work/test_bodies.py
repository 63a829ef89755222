"""Encoded alerts kept by number, over a table that counts what is read of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from signal_service.work.bodies import Bodies


class CountedTable:
    """Alerts 1 to 9 in a table; `read` lists the numbers asked for, `before_reply` runs before they are given."""

    def __init__(self) -> None:
        self.stored = {number: {"alert_id": f"a{number}", "evidence": "[]", "seen": 0} for number in range(1, 10)}
        self.read: list[list[int]] = []
        self.before_reply = lambda: None

    async def page(self, numbers: list[int]) -> dict[int, dict[str, Any]]:
        self.read.append(list(numbers))
        found = {number: dict(self.stored[number]) for number in numbers if number in self.stored}
        await asyncio.sleep(0)
        self.before_reply()
        return found


async def test_only_what_was_not_asked_for_before_is_read():
    table = CountedTable()
    bodies = Bodies(table)
    assert [json.loads(body)["alert_id"] for body in await bodies.of([3, 1])] == ["a3", "a1"]
    assert [json.loads(body)["alert_id"] for body in await bodies.of([1, 2, 3])] == ["a1", "a2", "a3"]
    assert await bodies.of([]) == []
    assert table.read == [[3, 1], [2]]


async def test_alerts_that_are_gone_are_left_out():
    assert [json.loads(body)["alert_id"] for body in await Bodies(CountedTable()).of([9, 10, 1])] == ["a9", "a1"]


async def test_what_changes_while_it_is_read_is_read_again():
    table = CountedTable()
    bodies = Bodies(table)
    table.before_reply = lambda: bodies.changed([1])
    await bodies.of([1, 2])
    table.before_reply = lambda: None
    await bodies.of([1, 2])
    await bodies.of([1, 2])
    assert table.read == [[1, 2], [1, 2]]


async def test_the_alerts_asked_for_last_are_kept_within_the_bound():
    table = CountedTable()
    bodies = Bodies(table, max_bytes=900)  # room for three
    await bodies.of([1, 2, 3])
    await bodies.of([1])
    await bodies.of([4])
    await bodies.of([1, 3, 4])
    await bodies.of([2])
    assert table.read == [[1, 2, 3], [4], [2]]


NUMBERS = st.lists(st.integers(1, 12), max_size=6, unique=True)


@given(st.lists(st.one_of(st.tuples(st.just("of"), NUMBERS), st.tuples(st.just("changed"), NUMBERS | st.none()))))
async def test_no_answer_is_older_than_the_last_change_told(steps):
    table = CountedTable()
    bodies = Bodies(table, max_bytes=1500)
    for what, numbers in steps:
        if what == "changed":
            for number in table.stored if numbers is None else set(numbers) & set(table.stored):
                table.stored[number]["seen"] += 1
            bodies.changed(numbers)
            continue
        found = [json.loads(body) for body in await bodies.of(numbers)]
        expected = [table.stored[number] for number in numbers if number in table.stored]
        assert [(alert["alert_id"], alert["seen"]) for alert in found] == [
            (alert["alert_id"], alert["seen"]) for alert in expected
        ]
