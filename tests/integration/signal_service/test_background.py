"""What becomes of the daemon when its background work fails."""

from __future__ import annotations

import asyncio
import os
import sys

import asyncpg
import pytest
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import HEALTH
from chitti_shared.ipc import Client
from chitti_shared.testing.waiting import first_true

pytestmark = pytest.mark.integration

# The daemon, but a line on its input makes the next heartbeat a failure that no step expects
DAEMON = """
import sys, threading
from chitti_shared.ipc import run_daemon
from signal_service.__main__ import NAME, wire
from signal_service.work import watch

def spoil():
    sys.stdin.readline()
    watch.BEAT_S = None

watch.BEAT_S = 0.05
threading.Thread(target=spoil, daemon=True).start()
run_daemon(NAME, wire)
"""


async def test_a_daemon_whose_background_work_fails_ends_itself_in_order(database, folder, serve_market):
    await serve_market()
    folder.chmod(0o700)
    environment = os.environ | {
        "DATABASE_URL_SIGNAL_SERVICE": database.url_of("signal-service"),
        "CHITTI_RUNTIME_DIR": str(folder),
        "CHITTI_DATA_DIR": str(folder / "data"),
        "CHITTI_LOG_LEVEL": "INFO",
    }
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DAEMON, env=environment, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    said = b""
    try:
        async with asyncio.timeout(60):
            while b'"event":"ready"' not in said:
                line = await process.stdout.readline()
                assert line, said.decode()
                said += line
            client = Client(signals.SIGNAL_SERVICE, f"unix://{folder}/signal-service.sock")
            assert (await client.call(HEALTH, Empty())).service == "signal-service"
            await client.close()
        said, _ = await asyncio.wait_for(process.communicate(b"\n"), 20)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    told = [said.find(event) for event in (b'"background work failed, stopping"', b'"stopping"', b'"stopped"')]
    assert -1 not in told, said.decode()
    assert told == sorted(told)


async def test_a_daemon_hears_all_channels_on_one_connection(start_service, serve_market, database):
    await serve_market()
    await start_service()
    admin = await asyncpg.connect(database.superuser_url)

    async def sessions() -> list[str]:
        rows = await admin.fetch(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE 'signal-service %'"
        )
        return sorted(row["application_name"] for row in rows)

    async def all_there() -> bool:
        return len(await sessions()) >= 2

    await first_true(all_there, 10)
    assert await sessions() == ["signal-service leader", "signal-service listener"]
    await admin.close()
