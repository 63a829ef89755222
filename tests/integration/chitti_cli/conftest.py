from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
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
