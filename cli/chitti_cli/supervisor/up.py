"""What `chitti up` does: everything from an empty folder to a healthy stack, and down again."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager

from chitti_shared.contracts.services import SERVICES
from chitti_shared.db import EmbeddedServer
from chitti_shared.errors import ChittiError
from chitti_shared.ipc import StartupError, prepare_runtime_dir
from chitti_shared.logs import configure_logging
from chitti_shared.settings import Settings
from rich.markup import escape

from chitti_cli.accounts import ensure_admin
from chitti_cli.problem import Problem
from chitti_cli.stack_record import StackLock
from chitti_cli.supervisor.database import Database, embedded, uses_own_server
from chitti_cli.supervisor.health import Deadline, wait_until_healthy, wait_until_serving
from chitti_cli.supervisor.journal import Journal
from chitti_cli.supervisor.logfile import LogFile
from chitti_cli.supervisor.ports import choose_port
from chitti_cli.supervisor.sample import import_sample
from chitti_cli.supervisor.stack import Options, Stack
from chitti_cli.supervisor.watchdog import Watchdog
from chitti_cli.terminal import Terminal

WATCHDOG_S = 1.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def up(settings: Settings, options: Options, terminal: Terminal) -> None:
    """Run the stack until a stop signal; the first one stops it in order, the second one at once.

    Raises
    ------
    Problem
        It can't be run; what was started is stopped again.
    """
    supervisor = Supervisor(settings, options, terminal)
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(supervisor.run())
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, supervisor.on_signal, task)
    try:
        await task
    except asyncio.CancelledError:
        if not supervisor.stopping:
            raise
        terminal.line("Stopped.")
    finally:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)


class Supervisor:
    """One run of `chitti up`."""

    def __init__(self, settings: Settings, options: Options, terminal: Terminal) -> None:
        self.stopping = False
        self._settings = settings
        self._options = options
        self._terminal = terminal
        self._stack: Stack | None = None

    def on_signal(self, task: asyncio.Task[None]) -> None:
        """Stop in order; asked a second time, kill what is left."""
        if not self.stopping:
            self.stopping = True
            self._terminal.line("\nStopping ... (Ctrl-C once more kills what is left)")
            task.cancel()
        elif self._stack is not None:
            self._stack.kill()

    async def run(self) -> None:
        """Bring everything up, then keep it up until cancelled.

        Raises
        ------
        Problem
            Something can't be started.
        """
        try:
            await self._run()
        except ChittiError as error:
            logs = self._settings.chitti_data_dir / "logs"
            raise Problem(f"the stack can't be started: {error.message}", f"logs: {logs}") from error

    async def _run(self) -> None:
        started = time.monotonic()
        settings, terminal = self._settings, self._terminal
        async with AsyncExitStack() as owned:
            owned.enter_context(self._folders())
            # said now, before a minute of work, and once more when the port is taken in earnest
            choose_port(settings.chitti_http_host, settings.chitti_http_port)
            watchdog = Watchdog()
            owned.callback(watchdog.close)
            database = await owned.enter_async_context(self._database())
            self._stack = stack = Stack(settings, self._options, terminal, watchdog, database)
            owned.push_async_callback(stack.stop)
            login = await self._start(stack)
            stack.write_record()
            self._welcome(stack, login, time.monotonic() - started)
            await self._attend(watchdog)

    async def _attend(self, watchdog: Watchdog) -> None:
        """Keep the one who ends everything if this process can't: a second without it, from time to time."""
        while True:
            try:
                if watchdog.revive():
                    self._terminal.report("ERROR", "watchdog", "was killed; another one runs")
            except OSError as error:
                self._terminal.report("ERROR", "watchdog", f"can't be started again: {error.strerror or error}")
            await asyncio.sleep(WATCHDOG_S)

    def _folders(self) -> ExitStack:
        data_dir = self._settings.chitti_data_dir
        owned = ExitStack()
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            owned.callback(StackLock(data_dir).release)
            logs = data_dir / "logs"
            logs.mkdir(mode=0o700, exist_ok=True)
            file = LogFile(logs / "supervisor.log", lambda reason: self._terminal.report("ERROR", "supervisor", reason))
            owned.callback(file.close)
            configure_logging("supervisor", stream=Journal(file, self._terminal.report))
            prepare_runtime_dir(self._settings.chitti_runtime_dir)
        except OSError as error:
            owned.close()
            raise Problem(
                f"can't use {error.filename}: {error.strerror}", "set CHITTI_DATA_DIR and CHITTI_RUNTIME_DIR"
            ) from error
        except StartupError as error:
            owned.close()
            raise Problem(str(error), "set CHITTI_RUNTIME_DIR") from error
        except BaseException:
            owned.close()
            raise
        return owned

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Database]:
        settings, terminal = self._settings, self._terminal
        async with AsyncExitStack() as owned:
            server: EmbeddedServer | None = None
            if uses_own_server(settings):
                with terminal.step("PostgreSQL") as step:
                    server = EmbeddedServer(
                        settings.chitti_data_dir, settings.chitti_runtime_dir, on_progress=terminal.say
                    )
                    await owned.enter_async_context(embedded(server, self._options.backoff(), terminal.report))
                    step.note = "embedded, ready"
            database = Database(settings, server)
            with terminal.step("Migrations"):
                await database.migrate(terminal.say)
            yield database

    async def _start(self, stack: Stack) -> str:
        """Start the processes, make the first login, fill an empty database; the login line."""
        terminal, deadline = self._terminal, Deadline(self._options.healthy_within_s)
        admin = asyncio.create_task(ensure_admin(stack.environment_of("core-api")))
        try:
            stack.start()
            with terminal.step("Daemons") as step:
                waits = (wait_until_serving(name, self._settings, deadline, stack.children) for name in SERVICES)
                await asyncio.gather(*waits)
                step.note = ", ".join(SERVICES)
            if self._options.sample:
                with terminal.step("Sample market") as step:
                    step.note = await import_sample(self._settings, step.now) or "prices are there already"
            with terminal.step("Gateway") as step:
                await wait_until_healthy(stack.url, stack.gateway, deadline, stack.children)
                step.note = "healthy"
            return await admin
        except BaseException:
            # its password stands nowhere else
            if admin.done() and not admin.cancelled() and admin.exception() is None:
                terminal.line(escape(admin.result()))
            raise
        finally:
            admin.cancel()

    def _welcome(self, stack: Stack, login: str, took_s: float) -> None:
        commands = (
            ("make demo", "news in, alerts out, live"),
            (
                """.venv/bin/chitti call mojo-compute compute_rsi --json '{"symbol": "TCS", "period": 14}'""",
                "an indicator over a socket",
            ),
            (".venv/bin/chitti alerts --follow", "every alert as it is committed"),
        )
        self._terminal.line(f"\n[bold green]Trading-Chitti is up[/] [dim]({took_s:.1f} s)[/]\n")
        self._terminal.line(f"  API      {stack.url}")
        self._terminal.line(f"  docs     {stack.url}/docs")
        self._terminal.line(f"  logs     {escape(str(stack.settings.chitti_data_dir / 'logs'))}")
        self._terminal.line(f"\n{escape(login)}")
        self._terminal.line("\nTry in another shell:")
        for command, what in commands:
            self._terminal.line(f"  [cyan]{escape(command)}[/]\n      [dim]{what}[/]")
        self._terminal.line("\nCtrl-C stops everything.")
