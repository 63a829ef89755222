"""The real daemons of a test, in its process."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from mojo_compute.__main__ import wire as wire_compute
from signal_service.__main__ import wire as wire_signals

WIRES: dict[str, Any] = {"mojo-compute": wire_compute, "signal-service": wire_signals}


def settings_of(database: Database, folder: Path, **given: Any) -> Settings:
    """Settings of both daemons: sockets and data in the folder, each with its own login."""
    logins = {f"database_url_{name.replace('-', '_')}": database.url_of(name) for name in WIRES}
    return Settings(_env_file=None, chitti_runtime_dir=folder, chitti_data_dir=folder / "data", **logins, **given)


async def start(name: str, settings: Settings, stack: AsyncExitStack, grace_s: float = 0) -> None:
    """Serve until the stack is left."""
    server: Any = await WIRES[name](settings, stack)
    await server.start(settings.listen_of(name))
    stack.push_async_callback(server.close, grace_s)
