"""Logins: they are core-api's, so its own commands make them."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence

import msgspec
from chitti_shared.settings import Settings

from chitti_cli.problem import Problem
from chitti_cli.stack_record import StackRecord, require_stack
from chitti_cli.supervisor.child import environment
from chitti_cli.supervisor.lines import readable


class Token(msgspec.Struct, frozen=True):
    """An access token and the seconds it lives."""

    access_token: str
    expires_in: float


async def ensure_admin(env: Mapping[str, str]) -> str:
    """Make the first login if there is none; the line that tells about it (`login: admin / ...`)."""
    return await core_api(env, "ensure-admin")


async def local_token(stack: StackRecord, data_dir: str) -> Token:
    """An access token for the admin of a stack of this user on this machine."""
    answer = await core_api(environment_for(stack, data_dir), "token", "--user", "admin")
    return msgspec.json.decode(answer, type=Token)


def environment_for(stack: StackRecord, data_dir: str) -> dict[str, str]:
    """The environment in which a core-api command acts on a running stack."""
    return environment(
        CHITTI_DATA_DIR=data_dir,
        CHITTI_RUNTIME_DIR=stack.runtime_dir,
        DATABASE_URL_CORE_API=stack.database_urls["core-api"],
    )


async def core_api(env: Mapping[str, str], *arguments: str, password: str | None = None) -> str:
    """Run `python -m core_api ARGUMENTS...` and return what it printed.

    Raises
    ------
    Problem
        It failed; the message is its own last line.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "core_api", *arguments),
        env=env,
        stdin=DEVNULL if password is None else PIPE,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
    )
    try:
        given = None if password is None else (password + "\n").encode()
        out, err = await process.communicate(given)
    except asyncio.CancelledError:
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
    if process.returncode != 0:
        lines = [readable(line)[1] for line in err.splitlines() if line.strip()]
        reason = lines[-1] if lines else f"it ended with {process.returncode}"
        raise Problem(f"core-api refuses `{arguments[0]}`: {reason.removeprefix('core-api: ')}")
    return out.decode().strip()


async def change_user(settings: Settings, arguments: Sequence[str], password: str | None) -> str:
    """Run a `user` command of core-api against the running stack; what it says."""
    stdin_option = () if password is None else ("--password-stdin",)
    return await core_api(_running(settings), "user", *arguments, *stdin_option, password=password)


def _running(settings: Settings) -> dict[str, str]:
    data_dir = settings.chitti_data_dir
    return environment_for(require_stack(data_dir), str(data_dir))
