from __future__ import annotations

import io
from pathlib import Path

import pytest
from chitti_cli.supervisor.database import Database
from chitti_cli.supervisor.stack import Options, Stack
from chitti_cli.supervisor.watchdog import Watchdog
from chitti_cli.terminal import Terminal
from chitti_shared.contracts.services import SERVICES
from chitti_shared.settings import Settings
from rich.console import Console

LOGINS = {"DATABASE_URL_" + name.replace("-", "_").upper(): name for name in (*SERVICES, "core-api", "migrator")}


def test_a_process_gets_its_own_login_and_no_secret_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for variable, name in LOGINS.items():
        monkeypatch.setenv(variable, f"postgresql://{name}@db/chitti")
    monkeypatch.setenv("DATABASE_URL", "postgresql://all@db/chitti")
    monkeypatch.setenv("CHITTI_JWT_SECRET", "s" * 32)
    monkeypatch.setenv("CHITTI_ADMIN_PASSWORD", "a" * 16)
    (tmp_path / "logs").mkdir()
    settings = Settings(chitti_data_dir=tmp_path, chitti_runtime_dir=tmp_path, chitti_http_port=0, _env_file=None)
    watchdog = Watchdog()
    stack = Stack(settings, Options(), Terminal(Console(file=io.StringIO())), watchdog, Database(settings, None))
    for name in (*SERVICES, "core-api"):
        env = stack.environment_of(name)
        own = [variable for variable in env if variable.startswith("DATABASE_URL")]
        assert [LOGINS[variable] for variable in own] == [name]
        assert ("CHITTI_JWT_SECRET" in env) == ("CHITTI_ADMIN_PASSWORD" in env) == (name == "core-api")
        assert env["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    assert stack.environment_of("mojo-compute")["OPENBLAS_NUM_THREADS"] == "2"
    watchdog.close()
