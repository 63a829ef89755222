from __future__ import annotations

import asyncio

import pytest
from chitti_shared.http.turns import HostTurns


async def test_requests_to_one_host_follow_one_another_in_the_order_of_asking():
    turns = HostTurns(0.0)
    running = 0
    order: list[int] = []

    async def request(number: int) -> None:
        nonlocal running
        async with turns.take("a.example"):
            running += 1
            assert running == 1
            order.append(number)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*map(request, range(5)))
    assert order == [0, 1, 2, 3, 4]


async def test_another_host_does_not_wait():
    turns = HostTurns(60.0)
    async with turns.take("a.example"), asyncio.timeout(1), turns.take("b.example"):
        pass


async def test_there_is_a_pause_from_the_end_of_one_request_to_the_next():
    turns = HostTurns(0.05)
    clock = asyncio.get_running_loop().time
    async with turns.take("a.example"):
        pass
    ended = clock()
    async with turns.take("a.example"):
        assert clock() - ended >= 0.049


async def test_a_request_that_fails_or_is_cancelled_gives_its_turn_on():
    turns = HostTurns(0.0)
    with pytest.raises(ValueError, match="broken"):
        async with turns.take("a.example"):
            raise ValueError("broken")
    async with turns.take("a.example"):
        waiting = asyncio.create_task(turns.take("a.example").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
    async with asyncio.timeout(1), turns.take("a.example"):
        pass


async def test_hosts_that_are_idle_are_forgotten_and_busy_ones_are_not():
    turns = HostTurns(0.0)
    async with turns.take("busy.example"):
        for number in range(1000):
            async with turns.take(f"{number}.example"):
                pass
        assert len(turns._hosts) <= 256
        waiting = asyncio.create_task(turns.take("busy.example").__aenter__())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        waiting.cancel()
