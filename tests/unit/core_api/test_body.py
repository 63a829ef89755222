"""Bodies within limits."""

import asyncio

import pytest
from chitti_shared.errors import Cancelled, InvalidInput, Overloaded, PayloadTooLarge, Timeout
from core_api.body import Bodies


def sender(*parts: bytes, disconnect: bool = False):
    messages = [
        {"type": "http.request", "body": part, "more_body": at < len(parts) - 1 or disconnect}
        for at, part in enumerate(parts)
    ]
    if disconnect:
        messages.append({"type": "http.disconnect"})

    async def receive():
        if messages:
            return messages.pop(0)
        return await asyncio.Event().wait()

    return receive


@pytest.fixture
def bodies() -> Bodies:
    return Bodies(limit_bytes=100, budget_bytes=150, arrival_s=0.05)


@pytest.mark.parametrize("headers", [{}, {b"content-length": b"6"}])
async def test_parts_are_joined_and_counted_until_released(bodies, headers):
    body = await bodies.read(sender(b"abc", b"def"), headers)
    assert body == b"abcdef"
    assert bodies.held == 6
    bodies.release(body)
    assert bodies.held == 0


@pytest.mark.parametrize(
    ("receive", "headers", "error"),
    [
        (sender(b"x"), {b"content-length": b"101"}, PayloadTooLarge),
        (sender(b"x" * 60, b"x" * 60), {}, PayloadTooLarge),
        (sender(b"x"), {b"content-length": b"1e3"}, InvalidInput),
        (sender(b"x"), {b"content-encoding": b"gzip"}, InvalidInput),
        (sender(b"x", disconnect=True), {}, Cancelled),
        (sender(), {b"content-length": b"5"}, Timeout),
    ],
)
async def test_bodies_out_of_bounds_are_refused_and_not_counted(bodies, receive, headers, error):
    with pytest.raises(error):
        await bodies.read(receive, headers)
    assert bodies.held == 0


async def test_a_declared_length_over_the_limit_is_refused_before_anything_is_read(bodies):
    async def receive():
        raise AssertionError("nothing may be read")

    with pytest.raises(PayloadTooLarge) as caught:
        await bodies.read(receive, {b"content-length": b"101"})
    assert caught.value.details == {"field": "body", "constraint": "length <= 100"}


async def test_the_budget_of_all_bodies_is_kept(bodies):
    await bodies.read(sender(b"x" * 90), {b"content-length": b"90"})
    with pytest.raises(Overloaded):
        await bodies.read(sender(b"x" * 61), {b"content-length": b"61"})
    with pytest.raises(Overloaded):
        await bodies.read(sender(b"x" * 61), {})
    assert bodies.held == 90


async def test_a_body_that_is_there_already_is_not_received(bodies):
    async def receive():
        raise AssertionError("nothing may be received")

    body = await bodies.read(receive, {b"content-length": b"6"}, lambda: b"abcdef")
    assert body == b"abcdef"
    assert bodies.held == 6
    bodies.release(body)
    assert bodies.held == 0


@pytest.mark.parametrize("headers", [{}, {b"content-length": b"9"}])
async def test_a_body_that_is_there_already_keeps_the_limits(bodies, headers):
    with pytest.raises(PayloadTooLarge):
        await bodies.read(sender(), headers, lambda: b"x" * 101)
    assert bodies.held == 0
