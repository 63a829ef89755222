"""How the stack fares: what the gateway says, and each daemon by its own socket."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import httpx
from chitti_shared.contracts.services import SERVICES
from chitti_shared.contracts.system import HEALTH, HealthReply
from chitti_shared.errors import ChittiError
from chitti_shared.settings import Settings
from rich.markup import escape
from rich.table import Table

from chitti_cli.sockets import client_of
from chitti_cli.stack_record import StackRecord

_STYLES = {"healthy": "green", "degraded": "yellow"}


@dataclass(frozen=True, slots=True)
class ServiceState:
    """One process as it answered just now."""

    name: str
    health: str
    latency_ms: float | None = None
    version: str = ""
    uptime_s: float | None = None
    remark: str = ""


async def states(settings: Settings, stack: StackRecord) -> list[ServiceState]:
    """Ask everybody at once."""
    return await asyncio.gather(_gateway(stack), *(_daemon(settings, name) for name in SERVICES))


async def _gateway(stack: StackRecord) -> ServiceState:
    try:
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as http:
            started = time.perf_counter()
            reply = await http.get(f"{stack.url}/health")
            took_ms = (time.perf_counter() - started) * 1e3
        said = reply.json()
    except (httpx.HTTPError, ValueError) as error:
        return ServiceState("core-api", "unreachable", remark=str(error))
    return ServiceState("core-api", said["status"], took_ms, said["version"], remark=stack.url)


async def _daemon(settings: Settings, name: str) -> ServiceState:
    started = time.perf_counter()
    try:
        async with client_of(SERVICES[name], settings) as client:
            reply: HealthReply = await client.call(HEALTH, HEALTH.request(), timeout_s=5.0)
    except (ChittiError, OSError) as error:
        return ServiceState(name, "unreachable", remark=str(error))
    took_ms = (time.perf_counter() - started) * 1e3
    bad = [f"{check}: {state}" for check, state in reply.checks.items() if state not in {"ok", "healthy", "up"}]
    return ServiceState(name, reply.health, took_ms, reply.version, reply.uptime_s, "; ".join(bad) or _remark(reply))


def _remark(reply: HealthReply) -> str:
    """What a healthy daemon has to say of itself: the model that scores the news, and feeds that bring none."""
    said = [f"model {reply.info['model']}"] if "model" in reply.info else []
    troubled = []
    if failing := reply.info.get("feeds_failing"):
        dead = reply.info.get("feeds_dead")
        troubled.append(f"{failing} of {reply.info['feeds']} feeds fail{f', {dead} for a day or more' if dead else ''}")
    if quiet := reply.info.get("feeds_quiet"):
        troubled.append(f"{quiet} bring nothing new")
    if gone := reply.info.get("feeds_gone"):
        troubled.append(f"{gone} gone")
    if troubled:
        said.append(f"{', '.join(troubled)} (chitti feeds)")
    return ", ".join(said)


def table_of(found: list[ServiceState]) -> Table:
    """The states as a table."""
    table = Table("service", "health", "answers in", "up for", "version", "", box=None, pad_edge=False)
    for state in found:
        table.add_row(
            state.name,
            f"[{_STYLES.get(state.health, 'red')}]{state.health}[/]",
            "" if state.latency_ms is None else f"{state.latency_ms:.1f} ms",
            "" if state.uptime_s is None else span(state.uptime_s),
            escape(state.version),
            f"[dim]{escape(state.remark)}[/]",
        )
    return table


def span(seconds: float) -> str:
    """A length of time as a person says it: `42 s`, `5 min`, `3 h 5 min`, `2 d 4 h`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if minutes < 60:
        return f"{minutes} min"
    if hours < 24:
        return f"{hours} h {minutes % 60} min"
    return f"{days} d {hours % 24} h"
