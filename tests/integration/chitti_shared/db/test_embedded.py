from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from chitti_shared.db import EmbeddedServer, connect_pool
from chitti_shared.errors import Conflict, InvalidInput, ServiceUnavailable
from chitti_shared.testing.database import UNSAFE_AND_FAST, server_folder
from chitti_shared.testing.waiting import until

pytestmark = pytest.mark.integration


@pytest.fixture
def home() -> Iterator[Path]:
    with server_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def fresh_cluster() -> Iterator[Path]:
    """A data folder as a first start leaves it, to be copied."""
    with server_folder() as folder:

        async def make() -> None:
            async with server_in(folder):
                pass

        asyncio.run(make())
        yield folder / "data"


@pytest.fixture
def used(home: Path, fresh_cluster: Path) -> Path:
    """A folder whose server was started before."""
    subprocess.run(["cp", "-a", fresh_cluster, home / "data"], check=True)
    return home


def server_in(home: Path, **options: object) -> EmbeddedServer:
    return EmbeddedServer(home / "data", home / "run", settings=UNSAFE_AND_FAST, stop_grace_s=10, **options)  # type: ignore[arg-type]


def started(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)


def gone(process: psutil.Process) -> bool:
    """Whether it ended; an orphan may stay a zombie where process 1 reaps none."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def open_to(folder: Path, mode: int) -> None:
    folder.chmod(mode)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_first_start_makes_a_private_cluster(home: Path) -> None:
    steps: list[str] = []
    async with server_in(home, on_progress=steps.append) as server:
        cluster = server.cluster
        assert mode_of(cluster.data) == 0o700
        assert mode_of(cluster.socket_dir) == 0o700
        assert mode_of(home / "data" / "database-logins.json") == 0o600
        assert not mode_of(home / "data") & 0o007
        admin = await asyncpg.connect(server.superuser_url)
        row = await admin.fetchrow(
            "SELECT current_setting('listen_addresses') AS tcp, current_setting('data_checksums') AS checksums,"
            " (SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'chitti') AS locale,"
            " (SELECT count(*) FROM pg_authid WHERE rolname LIKE 'chitti_%' AND rolpassword LIKE 'SCRAM-%') AS scram"
        )
        await admin.close()
        assert tuple(row or ()) == ("", "on", "bC.UTF-8", 5)
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(server.url_of("core-api"), password="guess")
        with pytest.raises(InvalidInput, match="expected one of"):
            server.url_of("elsewhere")
    assert [step.split(" in ")[0] for step in steps] == ["creating the database"]
    assert not server.running


async def test_durability_is_on_unless_told_otherwise(used: Path) -> None:
    async with EmbeddedServer(used / "data", used / "run") as server:
        admin = await asyncpg.connect(server.superuser_url)
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            assert await admin.fetchval("SELECT current_setting($1)", setting) == "on"
        await admin.close()


async def test_a_restart_keeps_data_and_passwords(used: Path) -> None:
    async with server_in(used) as server:
        url = server.url_of("migrator")
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE SCHEMA kept")
        await connection.close()
        await server.start()  # runs already: nothing happens
    async with server_in(used):
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT to_regnamespace('kept') IS NOT NULL")
        await connection.close()


async def test_lost_passwords_are_made_anew(used: Path) -> None:
    (used / "data" / "database-logins.json").unlink()
    async with server_in(used) as server:
        await (await asyncpg.connect(server.url_of("news-nlp"))).close()


async def test_a_killed_server_starts_again_and_pools_recover(used: Path) -> None:
    async with (
        EmbeddedServer(used / "data", used / "run", settings={"fsync": "off"}) as server,
        await connect_pool(server.url_of("migrator"), application_name="test") as pool,
    ):
        await pool.execute("CREATE TABLE public.kept (a int)")
        await pool.execute("INSERT INTO public.kept SELECT generate_series(1, 1000)")
        sleeping = asyncio.create_task(pool.execute("SELECT pg_sleep(60)"))
        await until(lambda: pool.sizes()["idle"] == 0)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(ServiceUnavailable):
            await sleeping
        assert await server.wait() == 128 + signal.SIGKILL
        assert not server.running
        with pytest.raises(ServiceUnavailable):
            await pool.fetchval("SELECT 1")
        await server.start()
        assert await pool.fetchval("SELECT count(*) FROM public.kept") == 1000


async def test_a_crashed_session_does_not_break_the_pool(used: Path) -> None:
    async with (
        server_in(used) as server,
        await connect_pool(server.url_of("core-api"), application_name="test") as pool,
    ):
        pid = await pool.fetchval("SELECT pg_backend_pid()")
        os.kill(pid, signal.SIGKILL)  # PostgreSQL then ends all sessions and recovers
        async with asyncio.timeout(20):
            while True:
                try:
                    assert await pool.fetchval("SELECT pg_backend_pid()") != pid
                    break
                except ServiceUnavailable:
                    await asyncio.sleep(0.02)
        assert server.running


async def test_a_pid_file_that_names_a_stranger_is_cleared(used: Path) -> None:
    async with server_in(used) as server:
        cluster = server.cluster
    with started("sleep", "60") as stranger:
        for path in (cluster.data / "postmaster.pid", cluster.socket_dir / ".s.PGSQL.5432.lock"):
            path.write_text(f"{stranger.pid}\n{cluster.data}\n1\n5432\n{cluster.socket_dir}\n\n")
            shutil.chown(path, cluster.account.uid, cluster.account.gid)
        async with server_in(used):
            pass
        assert stranger.poll() is None
        stranger.kill()


LAUNCHER = """
import asyncio, signal, sys
from pathlib import Path
from chitti_shared.db import EmbeddedServer
from chitti_shared.testing.database import UNSAFE_AND_FAST

async def main():
    server = EmbeddedServer(Path(sys.argv[1]) / "data", Path(sys.argv[1]) / "run", settings=UNSAFE_AND_FAST)
    await server.start()
    print(server.pid, flush=True)
    await server.wait()

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs start with it ignored
asyncio.run(main())
"""


async def launched_by(launcher: subprocess.Popen[bytes]) -> psutil.Process:
    """The server that a process running LAUNCHER started."""
    assert launcher.stdout is not None
    line = await asyncio.to_thread(launcher.stdout.readline)
    while not line.strip().isdigit():
        line = await asyncio.to_thread(launcher.stdout.readline)
    return psutil.Process(int(line))


async def test_a_server_left_behind_is_stopped_first(used: Path) -> None:
    with started(sys.executable, "-c", LAUNCHER, str(used)) as launcher:
        left = await launched_by(launcher)
        left.parent().kill()  # its guard: nobody watches it now, and its launcher ends
    assert not gone(left)
    steps: list[str] = []
    async with server_in(used, on_progress=steps.append) as second:
        assert second.pid != left.pid
        assert gone(left)
    assert steps == [f"stopping a PostgreSQL left behind (process {left.pid})"]


async def test_a_server_whose_guard_was_killed_is_stopped_all_the_same(used: Path) -> None:
    server = server_in(used)
    await server.start()
    left = psutil.Process(server.pid)
    left.parent().kill()
    assert await server.wait() == -signal.SIGKILL
    await server.stop()
    assert gone(left)


async def test_a_second_launcher_is_told_of_the_first(used: Path) -> None:
    async with server_in(used) as first:
        with pytest.raises(Conflict, match="already run by another process"):
            await server_in(used).start()
        assert first.running


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
async def test_no_server_outlives_its_launcher(used: Path, number: signal.Signals) -> None:
    with started(sys.executable, "-c", LAUNCHER, str(used)) as launcher:
        server = await launched_by(launcher)
        assert os.getsid(server.pid) != os.getsid(launcher.pid)  # out of reach of the terminal's Ctrl-C
        os.killpg(launcher.pid, number)
    await until(lambda: gone(server))


async def test_an_interrupted_first_start_is_begun_anew(home: Path) -> None:
    partial = home / "data" / "postgres" / "data.partial"
    partial.mkdir(parents=True)
    (partial / "PG_VERSION").write_text("18\n")
    async with server_in(home) as server:
        assert server.running
    assert not partial.exists()


async def test_a_cluster_of_another_version_is_refused(used: Path) -> None:
    (used / "data" / "postgres" / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(ServiceUnavailable, match="made by PostgreSQL 14"):
        await server_in(used).start()


async def test_a_server_that_ends_at_once_shows_its_log(used: Path) -> None:
    server = EmbeddedServer(used / "data", used / "run", settings={"shared_buffers": "nonsense"})
    with pytest.raises(ServiceUnavailable, match='invalid value for parameter "shared_buffers"'):
        await server.start()
    assert not server.running


async def test_a_path_too_long_for_a_socket_is_refused(home: Path) -> None:
    deep = home / ("d" * 60) / ("e" * 60)
    with pytest.raises(ServiceUnavailable, match="longer than 103 bytes"):
        await EmbeddedServer(deep, deep).start()


async def test_a_data_folder_open_to_others_is_closed(used: Path) -> None:
    (used / "data").chmod(0o777)
    async with server_in(used):
        assert not (used / "data").stat().st_mode & 0o022


@pytest.mark.skipif(os.geteuid() != 0, reason="a folder is given to another account under root only")
async def test_a_data_folder_of_another_that_everybody_may_write_to_is_refused(used: Path) -> None:
    os.chown(used / "data", 65534, -1)
    (used / "data").chmod(0o777)
    with pytest.raises(Conflict, match="everybody may write there"):
        await server_in(used).start()


async def test_a_folder_that_is_a_link_is_refused(home: Path) -> None:
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    (home / "data").mkdir(mode=0o700)
    (home / "data" / "postgres").symlink_to(elsewhere)
    with pytest.raises(Conflict, match=r"expected .* to be a folder"):
        await server_in(home).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="PostgreSQL runs as another account under root only")
async def test_under_root_an_unreachable_data_folder_and_program_move_to_where_the_account_can_go(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    package = Path(sys.modules["chitti_shared.db.binaries"].package_folder())
    for name in (package.name, package.name + ".libs"):
        (closed / name).symlink_to(package.with_name(name))
    monkeypatch.syspath_prepend(closed)
    monkeypatch.setattr("chitti_shared.db.cluster.SYSTEM_HOME", home / "system")
    steps: list[str] = []
    for _start in range(2):
        server = EmbeddedServer(closed / "data", closed / "run", settings=UNSAFE_AND_FAST, on_progress=steps.append)
        async with server:
            assert server.cluster.data.is_relative_to(home / "system")
            assert server.cluster.programs.is_relative_to(home / "system")
            await (await asyncpg.connect(server.url_of("core-api"))).close()
    assert mode_of(closed) == 0o700
    assert sum("cannot reach" in step for step in steps) == 1
    assert (closed / "data" / "postgres.location").read_text().strip() == str(server.cluster.home)


@pytest.mark.skipif(os.geteuid() != 0, reason="PostgreSQL runs as another account under root only")
async def test_a_cluster_that_became_unreachable_is_not_passed_over_for_an_empty_one(
    used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chitti_shared.db.cluster.SYSTEM_HOME", used / "system")
    open_to(used, 0o700)
    with pytest.raises(ServiceUnavailable, match=r"cannot enter .*open its parents"):
        await server_in(used).start()
    assert not (used / "system").exists()
    open_to(used, 0o711)
    async with server_in(used):
        pass
