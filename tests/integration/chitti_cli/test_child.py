from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Protocol

import psutil
import pytest
from chitti_cli.supervisor.backoff import Backoff
from chitti_cli.supervisor.child import START_ATTEMPTS, Child, Command, environment
from chitti_cli.supervisor.watchdog import Watchdog

FULL = Path("/dev/full")


SLEEPER = "import time; print('ready', flush=True); time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


class Make(Protocol):
    def __call__(self, code: str, program: str = ...) -> Child: ...


@pytest.fixture
def reports() -> list[str]:
    return []


@pytest.fixture
async def make(tmp_path: Path, reports: list[str]) -> AsyncIterator[Make]:
    watchdog = Watchdog()
    children: list[Child] = []

    def make_child(code: str, program: str = sys.executable) -> Child:
        child = Child(
            Command("news-nlp", (program, "-c", code), environment(PYTHONUNBUFFERED="1")),
            log=tmp_path / "news-nlp.log",
            backoff=Backoff(0.01, 0.05, 30.0, random.Random(1)),
            watchdog=watchdog,
            report=lambda level, name, text: reports.append(f"{level} {name}: {text}"),
        )
        children.append(child)
        child.start()
        return child

    yield make_child
    for child in children:
        await child.stop(1.0)
    watchdog.close()


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        await asyncio.sleep(0.01)


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_a_killed_child_is_started_again_and_the_reason_told(make: Make, reports: list[str]):
    child = make(SLEEPER)
    child.ready = True
    await until(lambda: child.pid)
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: child.pid not in {None, first})
    assert reports[0].startswith("ERROR news-nlp: ended by signal SIGKILL")


async def test_the_reason_names_the_exit_code_and_the_last_words(make: Make, reports: list[str]):
    child = make("import sys; print('{\"level\":\"INFO\"}'); sys.exit('no such database')")
    child.ready = True
    await until(lambda: reports)
    assert reports[0].startswith("ERROR news-nlp: ended by exit code 1 (no such database); starting it again in 0.0")


async def test_an_old_warning_does_not_explain_an_end(make: Make, reports: list[str], monkeypatch: pytest.MonkeyPatch):
    child = make('print(\'{"level":"WARNING","event":"feed refused"}\')\n' + SLEEPER)
    child.ready = True
    await until(lambda: "WARNING news-nlp: feed refused" in reports)
    monkeypatch.setattr("chitti_cli.supervisor.child.LAST_WORDS_S", 0.0)  # old at once
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    await until(lambda: len(reports) > 1)
    assert reports[1].startswith("ERROR news-nlp: ended by signal SIGKILL; starting it again in ")


async def test_a_child_that_never_comes_up_is_given_up(make: Make):
    child = make("raise SystemExit('the socket is taken')")
    await until(lambda: child.gave_up)
    assert child.gave_up == "exit code 1 (the socket is taken)"
    assert child.tail == ["the socket is taken"]


async def test_warnings_are_shown_and_everything_is_kept(make: Make, reports: list[str], tmp_path: Path):
    lines = (
        'print(\'{"level":"INFO","event":"calm"}\')\n'
        'print(\'{"level":"WARNING","event":"feed refused","url":"http://x"}\')\n'
    )
    child = make(lines + SLEEPER)
    log = tmp_path / "news-nlp.log"
    await until(lambda: b"ready\n" in log.read_bytes())
    assert reports == ["WARNING news-nlp: feed refused (url=http://x)"]
    assert log.read_bytes().count(b"\n") == 3
    assert log.stat().st_mode & 0o777 == 0o600
    assert child.pid is not None


async def test_stop_asks_first_and_kills_after_the_grace(make: Make, reports: list[str], tmp_path: Path):
    child = make(DEAF)
    await until(lambda: b"deaf" in (tmp_path / "news-nlp.log").read_bytes())
    pid = child.pid
    assert pid is not None
    await child.stop(0.2)
    assert gone(pid)
    assert reports == ["WARNING news-nlp: did not stop within 0.2 s, killed"]


async def test_stop_between_two_runs_ends_the_wait(make: Make):
    child = make("raise SystemExit(1)")
    child.ready = True
    await until(lambda: child.pid is None)
    started = time.monotonic()
    await child.stop(5.0)
    assert time.monotonic() - started < 4.0
    assert child.pid is None


FAMILY = (
    "import subprocess, sys, time\n"
    "worker = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(worker.pid, flush=True)\n"
    "time.sleep(600)\n"
)


async def test_what_a_killed_child_had_started_ends_with_it(make: Make, reports: list[str], tmp_path: Path):
    child = make(FAMILY)
    child.ready = True
    log = tmp_path / "news-nlp.log"
    await until(lambda: log.exists() and log.read_bytes().endswith(b"\n"))
    worker, first = int(log.read_bytes()), child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)  # its worker still holds its output
    await until(lambda: child.pid not in {None, first})
    assert gone(worker)
    assert reports[0].startswith("ERROR news-nlp: ended by signal SIGKILL")


async def test_a_child_is_watched_though_the_watchdog_was_killed(make: Make):
    child = make(SLEEPER)
    child.ready = True
    await until(lambda: child.pid)
    first = child.pid
    watchdog = child._watchdog
    dog = watchdog._process.pid
    assert first is not None
    os.kill(dog, signal.SIGKILL)
    await until(lambda: gone(dog))
    os.kill(first, signal.SIGKILL)
    await until(lambda: child.pid not in {None, first})
    assert watchdog._process.pid != dog
    assert watchdog._watched == {child.pid}


def test_a_watchdog_that_was_killed_is_replaced_by_one_that_knows_all():
    sleeper = subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, start_new_session=True)
    watchdog = Watchdog()
    watchdog.watch(sleeper.pid)
    assert not watchdog.revive()
    watchdog._process.kill()
    watchdog._process.wait()
    assert watchdog.revive()
    assert not watchdog.revive()
    watchdog.close()
    assert sleeper.wait(10) == -signal.SIGKILL
    assert sleeper.stdout is not None
    sleeper.stdout.close()


async def test_a_program_that_cannot_be_started_is_tried_again_then_given_up(make: Make, reports: list[str]):
    child = make("", program="/no/such/program")
    await until(lambda: child.gave_up)
    assert child.gave_up == "a failed start: No such file or directory"
    assert len(reports) == START_ATTEMPTS - 1
    assert reports[0].startswith("ERROR news-nlp: ended by a failed start: No such file or directory; starting")


@pytest.mark.skipif(not FULL.exists(), reason="the system has no /dev/full")
async def test_a_log_that_cannot_be_written_stops_no_child(make: Make, reports: list[str], tmp_path: Path):
    (tmp_path / "news-nlp.log").symlink_to(FULL)
    child = make("print('x' * 1_000_000, flush=True); raise SystemExit('done')")
    await until(lambda: child.gave_up)
    assert child.gave_up == "exit code 1 (done)"
    assert reports[0] == "ERROR news-nlp: its log can't be written: No space left on device"


def test_children_die_with_a_supervisor_that_is_killed():
    code = (
        "import subprocess, sys, time\n"
        "from chitti_cli.supervisor.watchdog import Watchdog\n"
        "dog = Watchdog()\n"
        "pids = [subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid for _ in range(3)]\n"
        "[dog.watch(pid) for pid in pids]\n"
        "dog.forget(pids[0])\n"
        "print(dog._process.pid, *pids, flush=True)\n"
        "time.sleep(600)\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    with supervisor.stdout as output:
        dog, forgotten, *watched = map(int, output.readline().split())
    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait()
    asyncio.run(until(lambda: all(gone(pid) for pid in (dog, *watched))))
    assert not gone(forgotten)
    os.kill(forgotten, signal.SIGKILL)
