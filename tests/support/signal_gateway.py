"""A gateway whose mojo-compute and signal-service are the real ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from chitti_shared.testing.database import Database

from support.real_daemons import WIRES, settings_of, start


@asynccontextmanager
async def logged_in(stack: Any, database: Database, folder: Path, **given: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is logged in to a stack in which both replace the played daemons; `given` are settings."""
    settings = settings_of(database, folder, **given)
    async with AsyncExitStack() as daemons:
        for name in WIRES:
            await stack.daemons[name].stop()
            await start(name, settings, daemons, 1)
        yield await stack.logged_in()
