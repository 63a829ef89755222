"""A gateway whose mojo-compute and signal-service are the real ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from mojo_compute.__main__ import wire as wire_compute
from signal_service.__main__ import wire as wire_signals


@asynccontextmanager
async def logged_in(stack: Any, database: Database, folder: Path, **given: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is logged in to a stack in which both replace the played daemons; `given` are settings."""
    settings = Settings(
        _env_file=None,
        chitti_runtime_dir=folder,
        chitti_data_dir=folder / "data",
        database_url_mojo_compute=database.url_of("mojo-compute"),
        database_url_signal_service=database.url_of("signal-service"),
        **given,
    )
    async with AsyncExitStack() as daemons:
        for name, wire in (("mojo-compute", wire_compute), ("signal-service", wire_signals)):
            await stack.daemons[name].stop()
            server: Any = await wire(settings, daemons)
            await server.start(settings.listen_of(name))
            daemons.push_async_callback(server.close, 1)
        yield await stack.logged_in()
