"""Processes are killed while alerts flow: nothing is lost, nothing comes twice, everything comes back."""

from __future__ import annotations

import os
import random
import re
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest
from chitti_shared.contracts import signals
from chitti_shared.contracts.signals import SIGNAL_SERVICE
from chitti_shared.ipc import Client
from chitti_shared.testing.stack import LiveStack

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]

KILLS = 20
SYMBOLS = """
    ADANIENT ADANIPORTS APOLLOHOSP ASIANPAINT AXISBANK BAJAJFINSV BAJFINANCE BEL BHARTIARTL CIPLA COALINDIA DRREDDY
    EICHERMOT GRASIM HCLTECH HDFCBANK HDFCLIFE HEROMOTOCO HINDALCO HINDUNILVR ICICIBANK INDUSINDBK INFY ITC JSWSTEEL
    KOTAKBANK LT MARUTI NESTLEIND NTPC ONGC POWERGRID RELIANCE SBILIFE SBIN SHRIRAMFIN SUNPHARMA TATACONSUM TCS WIPRO
"""


async def committed(stack: LiveStack) -> list[str]:
    """Event ids of the alert log, oldest first."""
    ids: list[str] = []
    client = Client(SIGNAL_SERVICE, stack.address_of("signal-service"))
    try:
        after = None
        while True:
            page = await client.call(signals.READ_EVENTS, signals.ReadEventsRequest(after=after, limit=1000))
            ids += [event.event_id for event in page.events]
            after = page.at
            if not page.events or after == page.top:
                return ids
    finally:
        await client.close()


def surge(symbol: str, file: Path) -> Path:
    """A bar after the sample's last one: a rise of a fifth on enormous volume."""
    file.write_text(
        f"symbol,date,open,high,low,close,volume\n{symbol},2025-10-01,90000,110000,90000,108000,9000000000\n"
    )
    return file


async def test_kill_9_of_signal_service_loses_and_repeats_no_alert(
    stack: LiveStack, chitti: Any, follow: Any, until: Any, tmp_path: Path
):
    rng = random.Random(20)
    follower = follow(stack)
    until(lambda: follower.events, what="the first hb")
    symbols = rng.sample(SYMBOLS.split(), 2 * KILLS)
    killed: set[int] = set()
    for _round in range(KILLS):
        files = [str(surge(symbol, tmp_path / f"{symbol}.csv")) for symbol in (symbols.pop(), symbols.pop())]
        seen = len(follower.alert_ids)
        done = chitti("import-prices", *files)
        assert done.returncode == 0, done.stderr
        # sometimes before the alerts are committed, sometimes while they are sent, sometimes after
        wanted = seen + rng.choice([0, 0, 1, 2])
        until(lambda wanted=wanted: len(follower.alert_ids) >= wanted, what="alerts")
        pid = stack.pids()["signal-service"]
        os.kill(pid, signal.SIGKILL)
        killed.add(pid)
        until(lambda pid=pid: stack.pids().get("signal-service", pid) != pid, what="a new signal-service")
    assert len(killed) == KILLS
    until(lambda: chitti("status").returncode == 0, what="healthy again")
    log = await committed(stack)
    until(lambda: len(follower.alert_ids) >= len(log), what="the follower at the end of the log")
    assert follower.alert_ids == await committed(stack)
    assert len(log) >= 2 * KILLS  # each surge is at least one alert
    assert follower.process.poll() is None


def test_a_crashed_daemon_is_started_again_and_its_log_line_says_why(stack: LiveStack, chitti: Any, until: Any):
    for name in ("news-nlp", "mojo-compute", "core-api"):
        pid = stack.pids()[name]
        os.kill(pid, signal.SIGSEGV)
        until(lambda name=name, pid=pid: stack.pids().get(name, pid) != pid, what=f"a new {name}")
        assert re.search(rf"ERROR\s+{name}: ended by signal SIGSEGV.*; starting it again in", stack.output)
    until(lambda: chitti("status").returncode == 0, what="healthy again")


def test_postgresql_killed_underneath_comes_back(stack: LiveStack, chitti: Any, until: Any):
    pid = stack.pids()["postgresql"]
    os.kill(pid, signal.SIGKILL)
    until(lambda: stack.pids().get("postgresql", pid) != pid, what="a new postgresql")
    assert re.search(r"ERROR\s+postgresql: ended by signal SIGKILL", stack.output)

    def answers() -> bool:
        found = chitti("call", "mojo-compute", "get_prices", "--json", '{"symbol": "TCS", "bars": 1}')
        return found.returncode == 0

    until(answers, what="prices again")
    login = {"Authorization": f"Bearer {stack.token()}"}
    reply = httpx.get(f"{stack.base_url}/api/alerts", headers=login, trust_env=False, timeout=30)
    assert reply.status_code == 200


def test_a_second_supervisor_on_the_same_folder_is_refused(stack: LiveStack, chitti: Any):
    second = chitti("up")
    assert second.returncode == 1
    assert f"already running (process {stack.pid}, {stack.base_url})" in second.stderr.replace("\n", " ")


def test_a_port_in_use_is_told_before_anything_is_started(stack: LiveStack, chitti: Any, tmp_path: Path):
    port = stack.base_url.rsplit(":", 1)[1]
    other = LiveStack(tmp_path, env={"CHITTI_HTTP_PORT": port})
    refused = chitti("up", stack=other)
    assert refused.returncode == 1
    assert f"port {port} on 127.0.0.1 is in use" in refused.stderr
    assert not (tmp_path / "data" / "postgres").exists()
