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
from chitti_shared.contracts import market, signals
from chitti_shared.contracts.action import Blob
from chitti_shared.contracts.compute import MOJO_COMPUTE
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


async def import_surge(compute: Client, *symbols: str) -> None:
    """Store a bar after the sample's last one: a rise to a new high on enormous volume."""
    rows = [f"{symbol},2025-10-01,90000,110000,90000,108000,9000000000" for symbol in symbols]
    document = Blob("\n".join(["symbol,date,open,high,low,close,volume", *rows, ""]).encode())
    done = await compute.call(market.IMPORT_PRICES, market.ImportPricesRequest(document=document, filename="surge.csv"))
    assert done.rows_stored == len(symbols)


def healthy(stack: LiveStack) -> bool:
    reply = httpx.get(f"{stack.base_url}/health", trust_env=False, timeout=10)
    return bool(reply.json()["status"] == "healthy")


async def test_kill_9_of_signal_service_loses_and_repeats_no_alert(stack: LiveStack, follow: Any, until: Any):
    rng = random.Random(20)
    follower = follow(stack)
    until(lambda: follower.events, what="the first hb")
    start = follower.events[0]["event_id"]
    symbols = rng.sample(SYMBOLS.split(), 2 * KILLS)
    compute = Client(MOJO_COMPUTE, stack.address_of("mojo-compute"))
    killed: set[int] = set()
    for _round in range(KILLS):
        seen = len(follower.alert_ids)
        await import_surge(compute, symbols.pop(), symbols.pop())
        # sometimes before the alerts are committed, sometimes while they are sent, sometimes after
        wanted = seen + rng.choice([0, 0, 1, 2])
        until(lambda wanted=wanted: len(follower.alert_ids) >= wanted, what="alerts")
        pid = stack.pids()["signal-service"]
        os.kill(pid, signal.SIGKILL)
        killed.add(pid)
        until(lambda pid=pid: stack.pids().get("signal-service", pid) != pid, what="a new signal-service")
    await compute.close()
    assert len(killed) == KILLS
    until(lambda: healthy(stack), what="healthy again")
    # a new high, a surge: at least two alerts for each symbol, once the last ones are judged
    until(lambda: len(follower.alert_ids) >= 4 * KILLS, what="all alerts")
    log = await committed(stack)
    expected = [event_id for event_id in log if seq_of(event_id) > seq_of(start)]
    until(lambda: len(follower.alert_ids) >= len(expected), what="the follower at the end of the log")
    assert follower.alert_ids == expected
    assert [seq_of(event_id) for event_id in log] == list(range(1, len(log) + 1))
    assert follower.process.poll() is None


def answers(stack: LiveStack) -> bool:
    try:
        httpx.get(f"{stack.base_url}/health", trust_env=False, timeout=10)
    except httpx.TransportError:
        return False
    return True


def seq_of(event_id: str) -> int:
    return int(event_id.rsplit("-", 1)[1])


def test_a_crashed_daemon_is_started_again_and_its_log_line_says_why(stack: LiveStack, until: Any):
    for name in ("news-nlp", "mojo-compute", "core-api"):
        pid = stack.pids()[name]
        os.kill(pid, signal.SIGSEGV)
        until(lambda name=name, pid=pid: stack.pids().get(name, pid) != pid, what=f"a new {name}")
        assert re.search(rf"ERROR\s+{name}: ended by signal SIGSEGV.*; starting it again in", stack.output)
    until(lambda: answers(stack) and healthy(stack), what="healthy again")


def test_postgresql_killed_underneath_comes_back(stack: LiveStack, chitti: Any, until: Any):
    pid = stack.pids()["postgresql"]
    os.kill(pid, signal.SIGKILL)
    until(lambda: stack.pids().get("postgresql", pid) != pid, what="a new postgresql")
    assert re.search(r"ERROR\s+postgresql: ended by signal SIGKILL", stack.output)

    def has_prices() -> bool:
        found = chitti("call", "mojo-compute", "get_prices", "--json", '{"symbol": "TCS", "bars": 1}')
        return found.returncode == 0

    until(has_prices, what="prices again")
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
