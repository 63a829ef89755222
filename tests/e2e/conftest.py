"""Real processes: a stack for each test module, and the `chitti` command beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from chitti_shared.testing.stack import LiveStack


class RunChitti(Protocol):
    def __call__(self, *arguments: str, stack: LiveStack | None = None) -> subprocess.CompletedProcess[str]: ...


class Follower:
    """`chitti alerts --follow --json` as a process; its events as they are printed."""

    def __init__(self, stack: LiveStack, *options: str) -> None:
        self.events: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chitti_cli", "alerts", "--follow", "--json", *options],
            env=stack.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    @property
    def alert_ids(self) -> list[str]:
        """Event ids of the alerts, in the order they were printed."""
        return [event["event_id"] for event in list(self.events) if event["event"] == "new_alert"]

    def close(self) -> str:
        """End it; what it wrote to stderr."""
        self.process.terminate()
        assert self.process.stderr is not None
        with self.process.stderr as stderr:
            said = stderr.read().decode()
        self._reader.join()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return said


@pytest.fixture(scope="module")
def stack() -> Iterator[LiveStack]:
    """A stack with the sample market, for the tests of one module."""
    live = LiveStack().start()
    yield live
    assert live.close() == 0


@pytest.fixture
def chitti(request: pytest.FixtureRequest) -> RunChitti:
    """Runs the command line against the module's stack, or the one given."""

    def run(*arguments: str, stack: LiveStack | None = None) -> subprocess.CompletedProcess[str]:
        live = stack or request.getfixturevalue("stack")
        return subprocess.run(
            [sys.executable, "-m", "chitti_cli", *arguments],
            env=live.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run


@pytest.fixture
def until() -> Callable[..., None]:
    """Waits for a condition."""

    def wait(condition: Callable[[], object], seconds: float = 30.0, what: str = "the condition") -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
            time.sleep(0.02)

    return wait


@pytest.fixture
def follow() -> Iterator[Callable[..., Follower]]:
    """Starts followers and ends them."""
    started: list[Follower] = []

    def start(stack: LiveStack, *options: str) -> Follower:
        follower = Follower(stack, *options)
        started.append(follower)
        return follower

    yield start
    for follower in started:
        if follower.process.returncode is None:
            follower.close()
