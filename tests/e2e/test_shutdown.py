"""Whatever ends the supervisor, nothing of the stack stays behind, and it comes up again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psutil
import pytest
from chitti_shared.testing.stack import LiveStack

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]


def left(pids: dict[str, int]) -> list[str]:
    """Names of the processes that still run."""
    alive = []
    for name, pid in pids.items():
        try:
            running = psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            running = False
        alive += [name] if running else []
    return alive


def family(stack: LiveStack) -> dict[str, int]:
    """Every process below the supervisor, with it."""
    every = psutil.Process(stack.pid).children(recursive=True)
    return {**stack.pids(), **{f"process {process.pid}": process.pid for process in every}}


def test_ctrl_c_leaves_nothing_and_a_killed_supervisor_neither(until: Any):
    with LiveStack(sample=False) as stack:
        pids = family(stack)
        assert {"core-api", "news-nlp", "signal-service", "mojo-compute", "postgresql", "watchdog"} <= set(pids)
        password = stack.admin_password
        assert stack.stop() == 0
        assert left(pids) == []
        assert list(stack.runtime_dir.glob("*.sock")) == []
        assert not (stack.data_dir / "stack.json").exists()
        assert stack.output.rstrip().endswith("Stopped.")

        stack.start()
        pids = family(stack)
        assert re.search(r"^login: admin \(password set at first start\)$", stack.output, re.MULTILINE)
        assert stack.output.count(password) == 1
        stack.kill()
        until(lambda: left(pids) == [], what="everything ended")
        stack.start()


def test_ctrl_c_while_starting_leaves_nothing(until: Any):
    stack = LiveStack(sample=False)
    stack.launch()
    until(lambda: "PostgreSQL" in stack.output, what="a started server")
    pids = family(stack)
    assert stack.close() == 0
    assert left(pids) == []


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path, chitti: Any):
    refused = chitti("up", stack=LiveStack(tmp_path, env={"CHITTI_DATA_DIR": "/proc/nowhere"}))
    assert refused.returncode == 1
    assert "can't use /proc/nowhere" in refused.stderr
