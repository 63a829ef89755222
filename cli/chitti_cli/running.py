"""Runs a command's coroutine and turns its failures into words and an exit code."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import msgspec
import typer
from chitti_shared.errors import ChittiError, ServiceUnavailable
from chitti_shared.market_time import IST
from rich.console import Console
from rich.markup import escape

from chitti_cli.problem import Problem
from chitti_cli.stack_record import running_stack

if TYPE_CHECKING:  # every command imports this module, `--help` too; what only a running one needs is imported there
    from chitti_shared.settings import Settings

T = TypeVar("T")
NOT_RUNNING = 3

out = Console()
err = Console(stderr=True)


def load_settings() -> Settings:
    """The settings; a wrong one ends the command with its name."""
    from chitti_shared.settings import Settings, what_is_wrong
    from pydantic import ValidationError

    try:
        return Settings()
    except ValidationError as error:
        fail(f"a setting is wrong: {what_is_wrong(error)}", "see .env.example")


def run(work: Coroutine[Any, Any, T], settings: Settings) -> T:
    """The coroutine's result; a failure that a person can do something about ends the command with its words."""
    import httpx
    from chitti_shared.ipc import StartupError

    try:
        return asyncio.run(work)
    except Problem as problem:
        fail(problem.message, problem.hint)
    except ServiceUnavailable as error:
        if "status" in error.details or "url" in error.details:  # a server elsewhere, not one of ours
            fail(f"{error.code}: {error.message}", when_again(error.details))
        if running_stack(settings.chitti_data_dir) is None:
            fail("the stack is not running", "start it with: make run-all   (or: chitti up)", NOT_RUNNING)
        fail(f"{error.code}: {error.message}", "see: chitti status")
    except ChittiError as error:
        details = msgspec.json.encode(error.details).decode() if error.details else None
        fail(f"{error.code}: {error.message}", details)
    except httpx.HTTPError as error:
        fail(f"the gateway does not answer: {error or type(error).__name__}", "see: chitti status")
    except StartupError as error:
        fail(str(error), "see docs/CONFIGURATION.md")
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def when_again(details: Mapping[str, Any]) -> str:
    """When to ask a server again that could not answer."""
    wait_ms = details.get("retry_after_ms")
    if wait_ms is None:
        return "try again later"
    moment = datetime.now(IST) + timedelta(milliseconds=wait_ms)
    return f"it asks to be left alone for {wait_ms / 1000:,.0f} s, until {moment:%d %b %H:%M} IST"


def fail(message: str, hint: str | None = None, code: int = 1) -> NoReturn:
    """Say what is wrong on stderr and end the command."""
    err.print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True, highlight=False)
    if hint:
        err.print(f"  {escape(hint)}", soft_wrap=True, highlight=False)
    raise typer.Exit(code)


def write_record(record: msgspec.Struct | dict[str, Any]) -> None:
    """One line of JSON for a program, out at once."""
    write_line(msgspec.json.encode(record))


def write_line(data: bytes) -> None:
    """One line of output for a program, out at once."""
    sys.stdout.buffer.write(data + b"\n")
    sys.stdout.buffer.flush()
