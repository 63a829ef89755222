"""Waits until the stack answers, and says what is in the way when it does not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import httpx
from chitti_shared.contracts.services import SERVICES
from chitti_shared.contracts.system import HEALTH
from chitti_shared.errors import ChittiError
from chitti_shared.settings import Settings

from chitti_cli.problem import Problem
from chitti_cli.sockets import client_of
from chitti_cli.supervisor.child import Child

POLL_S = 0.05


class Deadline:
    """A point in time and what to say when it has passed."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = time.monotonic() + seconds

    async def pause(self, waiting_for: str, children: Mapping[str, Child]) -> None:
        """Sleep one poll.

        Raises
        ------
        Problem
            A child gave up, or the time is over.
        """
        for child in children.values():
            if child.gave_up is not None:
                raise Problem(f"{child.name} does not start: {child.gave_up}", diagnosis(child))
        if time.monotonic() > self._at:
            silent = [child for child in children.values() if not child.ready]
            hint = "\n".join(diagnosis(child) for child in silent) or "see the logs folder"
            raise Problem(f"{waiting_for} after {self._seconds:g} s", hint)
        await asyncio.sleep(POLL_S)


def diagnosis(child: Child) -> str:
    """The child's last words and where to read the rest."""
    words = "\n".join(f"  {line}" for line in child.tail)
    return f"{child.name}, log in {child.log_path}" + (f"; it said last:\n{words}" if words else "")


async def wait_until_serving(name: str, settings: Settings, deadline: Deadline, children: Mapping[str, Child]) -> None:
    """Wait until the daemon `name` answers `health` on its socket."""
    while True:
        # a client of its own for each try: one that was refused waits longer each time
        async with client_of(SERVICES[name], settings) as client:
            try:
                await client.call(HEALTH, HEALTH.request(), timeout_s=5.0)
            except (ChittiError, OSError):
                await deadline.pause(f"{name} does not answer on {settings.listen_of(name)}", children)
            else:
                children[name].ready = True
                return


async def wait_until_healthy(url: str, gateway: Child, deadline: Deadline, children: Mapping[str, Child]) -> None:
    """Wait until `GET /health` says that every service is healthy."""
    said = "nothing"
    async with httpx.AsyncClient(base_url=url, timeout=5.0, trust_env=False) as http:
        while True:
            try:
                reply = await http.get("/health")
                state = reply.json()
            except (httpx.HTTPError, ValueError):
                pass
            else:
                gateway.ready = True
                if state.get("status") == "healthy":
                    return
                services = state.get("services", {})
                said = ", ".join(f"{name} is {entry.get('status')}" for name, entry in services.items())
            await deadline.pause(f"{url}/health is not healthy ({said})", children)
