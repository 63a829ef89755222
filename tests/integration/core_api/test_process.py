"""The process: its commands, its start and its end."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from chitti_shared.testing.waiting import until
from core_api.security.tokens import Tokens

LOGIN = re.compile(r"\Alogin: (\S+) / (\S{16})\n\Z")


async def run(database: Any, folder: Path, *arguments: str, stdin: bytes = b"", **env: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error of `python -m core_api ...`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "core_api", *arguments),
        cwd=folder,
        env=environment(database, folder, env),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(stdin), 30)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def environment(database: Any, folder: Path, more: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHITTI_", "DATABASE_URL"))}
    return kept | {
        "DATABASE_URL_CORE_API": database.url_of("core-api"),
        "CHITTI_DATA_DIR": str(folder),
        "CHITTI_RUNTIME_DIR": str(folder),
        "CHITTI_HTTP_PORT": "0",
        **more,
    }


async def test_the_first_admin_is_made_once_and_told_once(database, folder):
    status, out, err = await run(database, folder, "ensure-admin")
    assert (status, err) == (0, "")
    found = LOGIN.match(out)
    assert found
    assert found[1] == "admin"
    status, out, _ = await run(database, folder, "ensure-admin")
    assert (status, out) == (0, "login: admin (password set at first start)\n")


async def test_the_first_password_can_be_given(database, folder):
    _, out, _ = await run(database, folder, "ensure-admin", CHITTI_ADMIN_PASSWORD="given by me")
    assert out == "login: admin (password set by CHITTI_ADMIN_PASSWORD)\n"
    status, _, err = await run(database, folder, "user", "add", "x", CHITTI_USER_PASSWORD="short")
    assert status == 1
    assert "8 to 256 characters" in err


async def test_users_are_added_listed_and_given_new_passwords(database, folder):
    status, out, _ = await run(database, folder, "user", "add", "Asha")
    assert status == 0
    assert LOGIN.match(out)[1] == "asha"
    status, out, _ = await run(
        database, folder, "user", "add", "ravi", "--role", "admin", "--password-stdin", stdin=b"correct horse\n"
    )
    assert out == "login: ravi (password set)\n"
    _, out, _ = await run(database, folder, "user", "list")
    assert [line.split("\t")[:2] for line in out.splitlines()] == [["asha", "user"], ["ravi", "admin"]]
    _, out, _ = await run(database, folder, "user", "reset-password", "asha")
    assert LOGIN.match(out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("user", "add", "asha"), "there is a user 'asha' already"),
        (("user", "add", "a b"), "'a b' is not a user name"),
        (("user", "reset-password", "nobody"), "no user 'nobody'"),
        (("token", "--user", "nobody"), "no user 'nobody'"),
    ],
)
async def test_what_cant_be_done_is_one_line_and_status_1(database, folder, arguments, words):
    await run(database, folder, "user", "add", "asha")
    status, out, err = await run(database, folder, *arguments)
    assert (status, out) == (1, "")
    assert err == f"core-api: {words}\n"


async def test_a_token_for_local_programs_is_one_json_line(database, folder):
    await run(database, folder, "user", "add", "asha")
    status, out, _ = await run(database, folder, "token", "--user", "asha", CHITTI_JWT_SECRET="s" * 32)
    assert status == 0
    made = json.loads(out)
    assert (made["token_type"], made["expires_in"]) == ("bearer", 3600)
    assert Tokens(b"s" * 32, 3600).verify(made["access_token"]).name == "asha"


async def test_without_a_database_or_a_secret_it_says_what_to_set(database, folder):
    status, _, err = await run(database, folder, DATABASE_URL_CORE_API="")
    assert status == 1
    assert "DATABASE_URL" in err.splitlines()[-1]
    status, _, err = await run(database, folder, CHITTI_ENV="prod")
    assert (status, err) == (1, "core-api: CHITTI_ENV=prod needs CHITTI_JWT_SECRET or CHITTI_JWT_SECRET_FILE\n")


@asynccontextmanager
async def serving(
    database: Any, folder: Path, *, under: tuple[str, ...] = (), **env: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """A process that is ready, and its port; killed if the test leaves it. `under`: a command that runs it."""
    process = await asyncio.create_subprocess_exec(
        *(*under, sys.executable, "-m", "core_api"),
        cwd=folder,
        env=environment(database, folder, env),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(30):
            while (line := json.loads(await process.stderr.readline()))["event"] != "ready":
                pass
        yield process, line["port"]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_it_serves_until_it_is_told_to_stop(database, folder, workers):
    _, out, _ = await run(database, folder, "ensure-admin")
    found = LOGIN.match(out)
    async with serving(database, folder, CHITTI_HTTP_WORKERS=workers) as (process, port):
        form = {"username": found[1], "password": found[2]}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10) as client:
            token = (await client.post("/api/auth/token", data=form)).json()["access_token"]
            for _ in range(8):  # by several connections, so by several workers
                async with httpx.AsyncClient(base_url=client.base_url, trust_env=False, timeout=10) as other:
                    reply = await other.get("/api/watchlist", headers={"authorization": f"Bearer {token}"})
                    assert (reply.status_code, reply.json()["error"]) == (503, "service_unavailable")
            assert (await client.get("/health")).status_code == 503
        process.send_signal(signal.SIGTERM)
        rest = await asyncio.wait_for(process.stderr.read(), 20)
        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert b"Traceback" not in rest


async def test_workers_end_with_a_parent_that_was_killed(database, folder):
    async with serving(database, folder, CHITTI_HTTP_WORKERS="2") as (process, _):
        workers = psutil.Process(process.pid).children()
        assert len(workers) == 2
        process.kill()
        await until(lambda: not any(worker.is_running() for worker in workers), timeout_s=20)


async def test_a_worker_that_dies_is_started_again(database, folder):
    async with serving(database, folder, CHITTI_HTTP_WORKERS="2") as (process, _):
        parent = psutil.Process(process.pid)
        first, other = parent.children()
        first.kill()
        await until(lambda: len([one for one in parent.children() if one.pid != first.pid]) == 2, timeout_s=20)
        assert other in parent.children()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_each_process_may_open_as_many_files_as_it_allows_streams(database, folder, workers):
    under = ("sh", "-c", 'ulimit -S -n 300 && exec "$@"', "sh")
    given = {"CHITTI_STREAM_LIMIT": "500", "CHITTI_HTTP_WORKERS": workers}
    async with serving(database, folder, under=under, **given) as (process, _):
        parent = psutil.Process(process.pid)
        for one in [*parent.children(), parent][: int(workers)]:
            assert one.rlimit(psutil.RLIMIT_NOFILE)[0] >= 500


async def test_fewer_files_than_streams_are_told_at_the_start(database, folder):
    under = ("sh", "-c", 'ulimit -n 300 && exec "$@"', "sh")
    process = await asyncio.create_subprocess_exec(
        *(*under, sys.executable, "-m", "core_api"),
        cwd=folder,
        env=environment(database, folder, {"CHITTI_STREAM_LIMIT": "500"}),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(30):
            while (line := json.loads(await process.stderr.readline()))["level"] != "WARNING":
                assert line["event"] != "ready"
        assert line["event"] == "fewer files may be opened than streams are allowed"
        assert (line["streams"], line["files"]) == (500, 300)
    finally:
        process.kill()
        await process.wait()


async def test_two_signals_end_it_at_once_and_in_order(database, folder):
    async with serving(database, folder) as (process, port):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /api/auth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n")  # under way for ever
        await writer.drain()
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        rest = await asyncio.wait_for(process.stderr.read(), 8)  # less than its grace
        assert await process.wait() == 0
        assert b"Traceback" not in rest, rest.decode().replace("\\n", "\n")
        writer.close()
