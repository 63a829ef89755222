"""Whatever ends the supervisor, nothing of the stack stays behind, and it comes up again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
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


def test_a_first_start_that_fails_still_tells_the_password():
    stack = LiveStack(sample=False, env={"CHITTI_FEED_ALLOW": "no port"})
    try:
        with pytest.raises(AssertionError, match=r"CHITTI_FEED_ALLOW: no port: expected host:port"):
            stack.start()
        assert re.search(r"^login: admin / \S+$", stack.output, re.MULTILINE)
    finally:
        stack.close()


def test_a_killed_gateway_takes_its_workers_along_and_comes_back(until: Any):
    with LiveStack(sample=False, env={"CHITTI_HTTP_WORKERS": "2"}) as stack:
        master = psutil.Process(stack.pids()["core-api"])
        gateway = {f"process {process.pid}": process.pid for process in (master, *master.children())}
        assert len(gateway) == 3
        master.kill()
        until(lambda: left(gateway) == [], what="its workers ended")
        until(lambda: stack.pids().get("core-api", master.pid) != master.pid, what="a new core-api")
        until(lambda: is_healthy(stack), what="healthy again")
        pids = family(stack)
    assert left(pids) == []


def is_healthy(stack: LiveStack) -> bool:
    try:
        return httpx.get(f"{stack.base_url}/health", trust_env=False, timeout=10).json()["status"] == "healthy"
    except httpx.TransportError:
        return False


def test_two_stacks_run_side_by_side_and_one_ends_alone(stack: LiveStack, chitti: Any):
    pids = stack.pids()
    with LiveStack(sample=False) as other:
        assert other.base_url != stack.base_url
        assert not set(family(stack).values()) & set(family(other).values())
        asked = ("call", "mojo-compute", "search_symbols", "--json", '{"q": "TCS", "with_prices": true}')
        found = [json.loads(chitti(*asked, stack=live).stdout) for live in (stack, other)]
        assert [answer["count"] for answer in found] == [1, 0]
    assert stack.pids() == pids
    assert is_healthy(stack)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path, chitti: Any):
    refused = chitti("up", stack=LiveStack(tmp_path, env={"CHITTI_DATA_DIR": "/proc/nowhere"}))
    assert refused.returncode == 1
    assert "can't use /proc/nowhere" in refused.stderr
