"""The stack's PostgreSQL: the embedded one, kept running here, or the one that the settings name."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from chitti_shared.db import EmbeddedServer, MigrationError, migrate
from chitti_shared.errors import ChittiError
from chitti_shared.settings import Settings

from chitti_cli.problem import Problem
from chitti_cli.supervisor.backoff import Backoff
from chitti_cli.supervisor.child import describe_exit

Report = Callable[[str, str, str], None]


class Database:
    """Where each service logs in. `server` is None when the settings name a database of their own."""

    def __init__(self, settings: Settings, server: EmbeddedServer | None) -> None:
        self._settings = settings
        self.server = server

    def url_of(self, service: str) -> str:
        """The login of `service`, or of the `migrator`.

        Raises
        ------
        Problem
            The settings name a database for some services only.
        """
        if self.server is not None:
            return self.server.url_of(service)
        url = self._settings.database_url_of(service)
        if url is None:
            name = "DATABASE_URL_" + service.replace("-", "_").upper()
            raise Problem(f"no database is set for {service}", f"set {name}, or DATABASE_URL for all")
        return url

    async def migrate(self, say: Callable[[str], None]) -> None:
        """Bring the schemas to this version, under the migrator's login.

        Raises
        ------
        Problem
            A migration can't be applied.
        """
        try:
            await migrate(self.url_of("migrator"), on_progress=say)
        except MigrationError as error:
            hint = "it left nothing behind, and the migrations before it stay: put its file right and start again"
            raise Problem(str(error), hint) from error


def uses_own_server(settings: Settings) -> bool:
    """Whether the settings name no database at all, so that the embedded one is wanted."""
    services = ("migrator", "mojo-compute", "signal-service", "news-nlp", "core-api")
    return all(settings.database_url_of(service) is None for service in services)


@asynccontextmanager
async def embedded(server: EmbeddedServer, backoff: Backoff, report: Report) -> AsyncIterator[EmbeddedServer]:
    """Start `server` and start it again whenever it ends by itself; stop it at the end."""
    await server.start()
    keeper = asyncio.create_task(_keep_running(server, backoff, report), name="supervise postgresql")
    keeper.add_done_callback(lambda task: None if task.cancelled() else _tell_of_end(task, report))
    try:
        yield server
    finally:
        keeper.cancel()
        await asyncio.wait({keeper})
        await server.stop()


def _tell_of_end(keeper: asyncio.Task[None], report: Report) -> None:
    report("CRITICAL", "postgresql", f"is no longer kept running: {keeper.exception()!r}")


async def _keep_running(server: EmbeddedServer, backoff: Backoff, report: Report) -> None:
    while True:
        started = time.monotonic()
        status = await server.wait()
        # its guard passes a death by signal N on as the exit code 128 + N
        cause = describe_exit(128 - status if status > 128 else status)
        while True:
            delay_s = backoff.next_delay_s(time.monotonic() - started)
            report("ERROR", "postgresql", f"ended by {cause}; starting it again in {delay_s:.1f} s")
            await asyncio.sleep(delay_s)
            try:
                await server.start()
            except (ChittiError, OSError) as error:
                cause = f"a failed start: {error}"
            else:
                report("INFO", "postgresql", "is back")
                break
