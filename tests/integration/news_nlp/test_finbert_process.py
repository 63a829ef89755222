"""What the daemon makes of a worker that does not speak as it should: any process at the end of the line."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator

import msgspec
import pytest
from chitti_shared.ipc import frame
from news_nlp.finbert import processes
from news_nlp.finbert.messages import MOST_BYTES, Probabilities, Scored
from news_nlp.finbert.processes import Lost, WorkerProcess

pytestmark = pytest.mark.integration
SCORED = Scored([Probabilities(0.5, 0.25, 0.25)])


@pytest.fixture
async def line() -> AsyncIterator[tuple[WorkerProcess, socket.socket]]:
    """A worker that sleeps, and its end of the line."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    process = await asyncio.create_subprocess_exec("sleep", "600")
    worker = WorkerProcess(process, ours, memory_mb=64)
    with theirs:
        yield worker, theirs
        await worker.end()


async def test_an_answer_may_come_byte_by_byte(line: tuple[WorkerProcess, socket.socket]):
    worker, theirs = line
    asked = asyncio.ensure_future(worker.ask(b"question", 30.0))
    for byte in frame(msgspec.json.encode(SCORED)):
        theirs.send(bytes([byte]))
        await asyncio.sleep(0)
    assert await asked == SCORED
    assert theirs.recv(100) == frame(b"question")


async def test_answers_follow_one_another_on_the_line(line: tuple[WorkerProcess, socket.socket]):
    worker, theirs = line
    theirs.send(frame(msgspec.json.encode(SCORED)) * 2)
    assert [await worker.ask(b"{}", 30.0) for _ in range(2)] == [SCORED, SCORED]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (frame(b"not json"), "answered what is no answer and was killed"),
        (frame(b'{"type": "dance"}'), "answered what is no answer and was killed"),
        (frame(b'{"type": "scored", "probabilities": [["a", 0, 0]]}'), "answered what is no answer and was killed"),
        (frame(b""), "answered what is no answer and was killed"),
        (struct.pack(">I", MOST_BYTES + 1), f"a message of {MOST_BYTES + 1} bytes"),
    ],
    ids=["no json", "unknown kind", "no numbers", "empty", "oversize"],
)
async def test_a_worker_that_answers_nonsense_is_killed(
    line: tuple[WorkerProcess, socket.socket], data: bytes, reason: str
):
    worker, theirs = line
    theirs.send(data)
    with pytest.raises(Lost, match=reason):
        await worker.ask(b"{}", 30.0)
    assert await worker.ended() == "was ended by signal 9 (Killed)"
    assert worker.memory_bytes() == 0


async def test_a_worker_that_says_nothing_is_killed_in_time(line: tuple[WorkerProcess, socket.socket]):
    worker, theirs = line
    theirs.send(frame(msgspec.json.encode(SCORED))[:-1])
    with pytest.raises(Lost, match=r"took longer than 0\.2 s and was killed"):
        await worker.ask(b"{}", 0.2)


async def test_a_worker_that_hangs_up_and_lives_on_is_killed(
    line: tuple[WorkerProcess, socket.socket], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(processes, "_END_S", 0.05)
    worker, theirs = line
    theirs.close()
    with pytest.raises(Lost, match="signal 9"):
        await worker.ask(b"{}", 30.0)
