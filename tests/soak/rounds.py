"""The proofs: processes are ended at random points while alerts are committed and followed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import psutil
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.testing.database import DatabaseServer
from chitti_shared.testing.waiting import first_true, until

from tests.soak.followers import (
    Follower,
    SilentStream,
    SocketFollower,
    SseFollower,
    complete,
    faults_of,
    log_of,
    place_of,
)
from tests.soak.scene import PATIENCE_S, Scene

_LONGEST_LIFE_S = 1.0  # of a process, or the server, before it is ended
_PAUSE_S = 0.03
_BEHIND = 3_000  # events that a client may have missed at its start: more than the processes keep in memory
_BATCH, _BATCHES = 250, 8  # events that the sockets in between don't hold, at a pace that no reader falls behind
GRACE_S = 15.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one proof did and found."""

    what: str
    events: int
    connections: int
    faults: list[str]
    note: str = ""


async def kills(scene: Scene, package: str, count: int, chance: random.Random, readers: int = 3) -> Outcome:
    """SIGKILL one of the processes at random points of its life: one in four while it starts."""

    async def one() -> None:
        if chance.random() < 0.75:
            await scene.served()
        await asyncio.sleep(chance.uniform(0, _LONGEST_LIFE_S))
        await scene.kill(package)
        await scene.start(package)

    what = f"kill -9 of {package} x{count}"
    return await _during(scene, what, one, count, chance, _followers(scene, readers))


async def outages(
    scene: Scene, server: DatabaseServer, count: int, chance: random.Random, readers: int = 60
) -> Outcome:
    """PostgreSQL ends at once, and comes back; a third of the clients are cut off meanwhile and resume.

    They begin after events chosen at random, some of which only the database still holds.
    """
    epoch, top = await place_of(scene.pool)
    starts = [chance.randint(max(0, top - _BEHIND), top) for _ in range(2 * readers)]
    followers = _followers(scene, readers)
    for follower, start in zip(followers, starts, strict=True):
        follower.at = f"{epoch}-{start}"

    async def one() -> None:
        await asyncio.sleep(chance.uniform(0, _LONGEST_LIFE_S))
        await asyncio.to_thread(server.kill)
        for follower in chance.sample(followers, len(followers) // 3):
            follower.cut()
        await asyncio.sleep(chance.uniform(0, 0.3))
        await asyncio.to_thread(server.restart)

    what = f"PostgreSQL stopped at once x{count}"
    return await _during(scene, what, one, count, chance, followers, starts)


async def shutdown(scene: Scene, streams: int) -> Outcome:
    """SIGTERM of core-api with many streams open: it ends inside its grace, and all of them resume."""
    start = len(await log_of(scene.pool))
    followers = [SseFollower(scene) for _ in range(streams)]
    async with following(followers):
        await scene.writer.commit(3)
        await complete(followers, start + 3)
        began = time.monotonic()
        status = await scene.stop("core_api")
        took_s = time.monotonic() - began
        await scene.writer.commit(5)
        await scene.start("core_api")
        await complete(followers, start + 8)
    outcome = await _outcome(scene, f"SIGTERM with {streams:,} streams", followers, start)
    faults = [*outcome.faults, *([f"exit status {status}"] if status else [])]
    if took_s > GRACE_S:
        faults.append(f"it took {took_s:.1f} s")
    return Outcome(outcome.what, outcome.events, outcome.connections, faults, f"ended after {took_s:.1f} s")


async def stuck(scene: Scene, readers: int, silent: int) -> Outcome:
    """Some readers stop reading: the others get everything on their one connection, the stuck are cut and resume."""
    start = len(await log_of(scene.pool))
    gateway = psutil.Process(scene.processes["core_api"].pid)
    followers = [SseFollower(scene) for _ in range(readers - silent)]
    stopped = [SilentStream(scene) for _ in range(silent)]
    faults: list[str] = []
    async with following(followers), AsyncExitStack() as stack:
        for one in stopped:
            await one.open()
            stack.callback(one.close)
        held = gateway.num_fds()
        for batch in range(1, _BATCHES + 1):
            await scene.writer.commit(_BATCH)
            await complete(followers, start + batch * _BATCH)
        try:
            await until(lambda: gateway.num_fds() <= held - silent, PATIENCE_S)
        except TimeoutError:
            faults.append(f"{gateway.num_fds()} descriptors, {held} while {silent} were stuck: not all were cut")
    if any(len(one.connections) > 1 for one in followers):
        faults.append("a reader that reads was cut")
    resumed = [SseFollower(scene) for _ in stopped]
    for one, was in zip(resumed, stopped, strict=True):
        one.at = was.at
    async with following(resumed):
        await complete(resumed, start + _BATCHES * _BATCH)
    outcome = await _outcome(scene, f"{silent} of {readers:,} readers stop reading", [*followers, *resumed], start)
    return replace(outcome, faults=[*faults, *outcome.faults])


async def churn(scene: Scene, count: int) -> Outcome:
    """Connects and disconnects leave tasks, descriptors and memory of both processes where they were."""
    processes = {name: psutil.Process(process.pid) for name, process in scene.processes.items()}
    await _come_and_go(scene, max(200, count // 5))
    tasks = await scene.tasks()
    before = {name: (process.num_fds(), process.memory_info().rss) for name, process in processes.items()}
    await _come_and_go(scene, count)
    faults = await _more_tasks(scene, tasks)
    notes = []
    for name, process in processes.items():
        fds, rss = before[name]
        try:
            await until(lambda process=process, fds=fds: process.num_fds() <= fds, PATIENCE_S)  # type: ignore[misc]
        except TimeoutError:
            faults.append(f"{name}: {process.num_fds()} descriptors, {fds} before")
        grown_mb = (process.memory_info().rss - rss) / 2**20
        notes.append(f"{name} {grown_mb:+.1f} MB, {tasks[name]} tasks")
        if grown_mb > 2 + count * 1024 / 2**20:  # a leaked connection is many KB
            faults.append(f"{name}: {grown_mb:.1f} MB more")
    return Outcome(f"connects and disconnects x{count:,}", 0, count, faults, ", ".join(notes))


async def _more_tasks(scene: Scene, before: Mapping[str, int]) -> list[str]:
    """What each process has in tasks beyond those of before, once the last clients are noticed to be gone."""
    now = await scene.tasks()

    async def back() -> bool:
        nonlocal now
        now = await scene.tasks()
        return all(now[name] <= count for name, count in before.items())

    with contextlib.suppress(TimeoutError):
        await first_true(back, PATIENCE_S)
    return [f"{name}: {now[name]} tasks, {count} before" for name, count in before.items() if now[name] > count]


@asynccontextmanager
async def following(followers: Sequence[Follower]) -> AsyncIterator[None]:
    """The followers at work, once all are connected."""
    tasks = [asyncio.create_task(one.follow()) for one in followers]
    try:
        await until(lambda: all(one.connections and one.at is not None for one in followers), PATIENCE_S)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _during(
    scene: Scene,
    what: str,
    trouble: Callable[[], Awaitable[None]],
    count: int,
    chance: random.Random,
    followers: Sequence[Follower],
    starts: Sequence[int] = (),
) -> Outcome:
    """Trouble while alerts are committed; `starts` is what each follower begins after, else now."""
    start = len(await log_of(scene.pool))
    async with following(followers):
        writing = asyncio.create_task(_keep_writing(scene, chance))
        try:
            for _ in range(count):
                await trouble()
        finally:
            writing.cancel()
            await asyncio.wait((writing,))
        log = await _settled(scene)
        await complete(followers, log)
    return await _outcome(scene, what, followers, start, starts)


def _followers(scene: Scene, count: int) -> list[Follower]:
    """As many of the socket as of core-api."""
    of_socket = [SocketFollower(scene.socket_address) for _ in range(count)]
    return [*of_socket, *(SseFollower(scene) for _ in range(count))]


async def _keep_writing(scene: Scene, chance: random.Random) -> None:
    while True:
        with contextlib.suppress(ServiceUnavailable):  # whether it was committed, the table tells
            await scene.writer.commit(chance.choice((1, 1, 1, 3)))
        await asyncio.sleep(chance.uniform(0, _PAUSE_S))


async def _settled(scene: Scene) -> int:
    """The number of the last event, once a commit goes through again."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await scene.writer.commit()
                return scene.writer.committed[-1].seq
            except ServiceUnavailable:
                await asyncio.sleep(_PAUSE_S)


async def _outcome(
    scene: Scene, what: str, followers: Sequence[Follower], start: int, starts: Sequence[int] = ()
) -> Outcome:
    log = await log_of(scene.pool)
    begun = zip(followers, starts or [start] * len(followers), strict=True)
    faults = [f"{type(one).__name__}: {fault}" for one, after in begun for fault in faults_of(one, log, after)]
    if [told[0] for told in log] != list(range(1, len(log) + 1)):
        faults.append("the log's numbers have a gap")
    lost = {(one.seq, one.alert_id) for one in scene.writer.committed} - set(log)
    faults += [f"acknowledged, and not in the log: {told}" for told in sorted(lost)]
    return Outcome(what, len(log) - start, sum(len(one.connections) for one in followers), faults)


async def _come_and_go(scene: Scene, count: int) -> None:
    for number in range(count):
        follower = SseFollower(scene) if number % 2 else SocketFollower(scene.socket_address)
        task = asyncio.create_task(follower.connect())
        await until(lambda follower=follower: follower.at is not None, PATIENCE_S)  # type: ignore[misc]
        task.cancel()
        await asyncio.wait((task,))
