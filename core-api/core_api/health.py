"""Whether the daemons and the database work, asked at most once a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import HEALTH, HealthReply
from chitti_shared.db import Pool
from chitti_shared.errors import ChittiError
from chitti_shared.ipc import Client

from core_api import __version__

_TIMEOUT_S = 1.0
_FRESH_S = 1.0


class Health:
    """The gateway's view of the whole.

    `healthy`: all work. `degraded`: some don't. `unhealthy`: no service answers.

    Parameters
    ----------
    clients : mapping of str to Client
        By service.
    pool : Pool
        Of the gateway's own database.
    """

    def __init__(self, clients: Mapping[str, Client], pool: Pool) -> None:
        self._clients = dict(clients)
        self._pool = pool
        self._known: dict[str, Any] | None = None
        self._known_at = 0.0
        self._asking: asyncio.Task[dict[str, Any]] | None = None

    async def report(self) -> dict[str, Any]:
        """The body of `GET /health`; callers of the same moment share one round of questions."""
        if self._known is not None and time.monotonic() - self._known_at < _FRESH_S:
            return self._known
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(self._asked)
        return await asyncio.shield(self._asking)

    def _asked(self, _task: asyncio.Task[dict[str, Any]]) -> None:
        self._asking = None

    async def _ask(self) -> dict[str, Any]:
        database_asked = asyncio.create_task(self._database())
        services = await asyncio.gather(*(self._service(client) for client in self._clients.values()))
        database = await database_asked
        by_name = dict(zip(self._clients, services, strict=True))
        compute = by_name.get("mojo-compute", {}).get("info", {})
        report = {
            "status": _overall([service["status"] for service in services], database),
            "version": __version__,
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "mojo_available": bool(compute.get("mojo_available", False)),
            "engine": str(compute.get("engine", "unknown")),
            "services": by_name,
            "checks": {"database": database},
        }
        self._known, self._known_at = report, time.monotonic()
        return report

    async def _service(self, client: Client) -> dict[str, Any]:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                reply: HealthReply = await client.call(HEALTH, Empty(), timeout_s=_TIMEOUT_S)
        except (ChittiError, TimeoutError) as error:
            code = error.code if isinstance(error, ChittiError) else "timeout"
            return {"status": "unhealthy", "latency_ms": None, "version": None, "error": code}
        return {
            "status": reply.health,
            "latency_ms": round((time.perf_counter() - started) * 1000, 3),
            "version": reply.version,
            "uptime_s": reply.uptime_s,
            "checks": reply.checks,
            "info": reply.info,
        }

    async def _database(self) -> str:
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                await self._pool.ping()
        except (ChittiError, TimeoutError):
            return "unavailable"
        return "ok"


def _overall(services: list[str], database: str) -> str:
    if all(status == "unhealthy" for status in services):
        return "unhealthy"
    return "healthy" if database == "ok" and all(status == "healthy" for status in services) else "degraded"
