"""The processes of one stack: which, in which environment, stopped in which order."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from dataclasses import dataclass

from chitti_shared.contracts.services import SERVICES
from chitti_shared.settings import Settings

from chitti_cli.stack_record import StackRecord
from chitti_cli.supervisor.backoff import Backoff
from chitti_cli.supervisor.child import Child, Command, environment
from chitti_cli.supervisor.database import Database
from chitti_cli.supervisor.ports import choose_port
from chitti_cli.supervisor.watchdog import Watchdog
from chitti_cli.terminal import Terminal

GATEWAY = "core-api"
GATEWAY_SECRETS = ("CHITTI_JWT_SECRET", "CHITTI_ADMIN_PASSWORD", "CHITTI_USER_PASSWORD")
STOP_GRACE_S = 15.0
STABLE_S = 30.0
FIRST_RESTART_S = 0.3
# the daemons have threads of their own: those of a linear algebra library would wait for one another beside them
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Options:
    """What `chitti up` was asked for beside the settings."""

    sample: bool = True
    restart_cap_s: float = 30.0
    healthy_within_s: float = 120.0

    def backoff(self) -> Backoff:
        """The waits of one process between its crashes."""
        return Backoff(FIRST_RESTART_S, self.restart_cap_s, STABLE_S, random.Random())  # noqa: S311 - spread only


class Stack:
    """The daemons and the gateway of one data folder, over a database that runs.

    Raises
    ------
    Problem
        The gateway's port is taken.
    """

    def __init__(
        self, settings: Settings, options: Options, terminal: Terminal, watchdog: Watchdog, database: Database
    ) -> None:
        self.settings = settings
        self.database = database
        self._options = options
        self._terminal = terminal
        self._watchdog = watchdog
        self.port = choose_port(settings.chitti_http_host, settings.chitti_http_port)
        self.children = {name: self._child(name) for name in (*SERVICES, GATEWAY)}

    @property
    def url(self) -> str:
        """Where the gateway answers, for a program on this machine."""
        host = self.settings.chitti_http_host
        any_address = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared, not bound
        host = any_address.get(host, host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def gateway(self) -> Child:
        """core-api."""
        return self.children[GATEWAY]

    def start(self) -> None:
        """Start all processes; they wait for each other by themselves."""
        for child in self.children.values():
            child.start()

    async def stop(self) -> None:
        """Stop the gateway, then the daemons."""
        await self.gateway.stop(STOP_GRACE_S)
        await asyncio.gather(*(self.children[name].stop(STOP_GRACE_S) for name in SERVICES))

    def kill(self) -> None:
        """End every process now."""
        for child in self.children.values():
            child.signal(signal.SIGKILL)

    def environment_of(self, name: str) -> dict[str, str]:
        """The environment of one process: ours, with its own database login and secrets, and nobody else's."""
        own = "DATABASE_URL_" + name.replace("-", "_").upper()
        inherited = environment(
            CHITTI_RUNTIME_DIR=str(self.settings.chitti_runtime_dir),
            CHITTI_DATA_DIR=str(self.settings.chitti_data_dir),
            CHITTI_HTTP_HOST=self.settings.chitti_http_host,
            CHITTI_HTTP_PORT=str(self.port),
            **{own: self.database.url_of(name)},
        )
        others = () if name == GATEWAY else GATEWAY_SECRETS
        kept = {
            key: value
            for key, value in inherited.items()
            if key == own or not key.upper().startswith(("DATABASE_URL", *others))
        }
        return ONE_THREAD | kept

    def write_record(self) -> None:
        """Leave the note by which other commands find this stack."""
        StackRecord(
            pid=os.getpid(),
            url=self.url,
            runtime_dir=str(self.settings.chitti_runtime_dir),
            listen={name: self.settings.listen_of(name) for name in SERVICES},
            database_urls={name: self.database.url_of(name) for name in self.children},
        ).write(self.settings.chitti_data_dir)

    def _child(self, name: str) -> Child:
        return Child(
            Command(name, (sys.executable, "-m", name.replace("-", "_")), self.environment_of(name)),
            log=self.settings.chitti_data_dir / "logs" / f"{name}.log",
            backoff=self._options.backoff(),
            watchdog=self._watchdog,
            report=self._terminal.report,
        )
