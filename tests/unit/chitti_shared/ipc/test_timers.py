import asyncio

from chitti_shared.ipc.timers import SWEEP_FROM, Wheel
from chitti_shared.testing.waiting import until


class Entry:
    def __init__(self) -> None:
        self.expired = 0

    def expire(self) -> None:
        self.expired += 1


async def test_entries_expire_at_their_time_unless_discarded() -> None:
    wheel = Wheel(asyncio.get_running_loop())
    now = asyncio.get_running_loop().time()
    kept, dropped, later = Entry(), Entry(), Entry()
    wheel.add(now + 0.01, kept)
    wheel.discard(wheel.add(now + 0.01, dropped), dropped)
    wheel.add(now + 100, later)
    await until(lambda: kept.expired == 1)
    assert (dropped.expired, later.expired) == (0, 0)
    wheel.close()


async def test_discarded_deadlines_of_days_ahead_are_forgotten() -> None:
    wheel = Wheel(asyncio.get_running_loop())
    now = asyncio.get_running_loop().time()
    near = Entry()
    wheel.add(now + 0.02, near)
    for n in range(20 * SWEEP_FROM):
        entry = Entry()
        wheel.discard(wheel.add(now + 86_400 + n, entry), entry)
    assert len(wheel._slots) <= 2 * SWEEP_FROM
    assert len(wheel._order) == len(wheel._slots)
    await until(lambda: near.expired == 1)
    wheel.close()
