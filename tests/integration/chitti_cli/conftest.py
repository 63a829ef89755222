from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from chitti_shared.testing.database import Database
from support.real_daemons import settings_of, start
from support.terminal import Chitti


@pytest.fixture
def chitti(folder: Path) -> Chitti:
    """Runs `chitti` with arguments: exit code, output, complaints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHITTI_", "DATABASE_"))}
    given = {"CHITTI_RUNTIME_DIR": str(folder), "CHITTI_DATA_DIR": str(folder), "COLUMNS": "200"}

    async def called(*arguments: str) -> tuple[int | None, str, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "chitti_cli", *arguments),
            env=kept | given,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, complaints = await process.communicate()
        return process.returncode, output.decode(), complaints.decode()

    return called


@pytest.fixture
async def daemon(database: Database, folder: Path) -> AsyncIterator[None]:
    """A running signal-service."""
    async with AsyncExitStack() as stack:
        await start("signal-service", settings_of(database, folder), stack, grace_s=10)
        yield
