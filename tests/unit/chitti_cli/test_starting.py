"""What `chitti --help` loads: nothing that only a running command needs."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("numpy", "httpx", "pydantic", "structlog", "asyncpg", "aiohttp", "prometheus_client")
LOADED = f"import sys, chitti_cli.app; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"


def test_the_list_of_commands_is_there_without_what_only_running_them_needs():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
