"""`python -m core_api`: serve, or look after the users."""

from __future__ import annotations

import argparse
import asyncio
import sys

from chitti_shared.errors import ChittiError
from chitti_shared.logs import configure_logging
from chitti_shared.settings import what_is_wrong
from pydantic import ValidationError

from core_api.commands import Commands, run_command
from core_api.security.secret import SecretError
from core_api.serve import SERVICE, run
from core_api.settings import GatewaySettings


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and run it; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = GatewaySettings()
        if options.command is None:
            configure_logging(SERVICE, settings.chitti_log_level)
            return run(settings, options.listen_fd, options.life_fd)
        configure_logging(SERVICE, "WARNING")
        asyncio.run(run_command(settings, lambda commands: _chosen(commands, options)))
    except (ChittiError, SecretError, OSError) as error:
        sys.stderr.write(f"core-api: {_sentence(error, options)}\n")
        return 1
    except ValidationError as error:
        sys.stderr.write(f"core-api: a setting is wrong: {what_is_wrong(error)}\n")
        return 1
    return 0


async def _chosen(commands: Commands, options: argparse.Namespace) -> None:
    if options.command == "ensure-admin":
        await commands.ensure_admin()
    elif options.command == "token":
        await commands.token(options.user)
    elif options.action == "add":
        await commands.add(options.name, options.role, from_stdin=options.password_stdin)
    elif options.action == "reset-password":
        await commands.reset_password(options.name, from_stdin=options.password_stdin)
    else:
        await commands.list_users()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="core_api", description="The HTTP gateway. Without a command it serves.")
    parser.add_argument("--listen-fd", type=int, help=argparse.SUPPRESS)  # a worker's socket, from its parent
    parser.add_argument("--life-fd", type=int, help=argparse.SUPPRESS)  # ends when the parent is gone
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("ensure-admin", help="create the first login where there is none, and print it")
    token = commands.add_parser("token", help="print an access token as JSON")
    token.add_argument("--user", required=True)
    user = commands.add_parser("user", help="look after users").add_subparsers(dest="action", required=True)
    add = user.add_parser("add", help="create a user and print the password")
    add.add_argument("name")
    add.add_argument("--role", choices=("user", "admin"), default="user")
    reset = user.add_parser("reset-password", help="make a new password, print it, and end the user's logins")
    reset.add_argument("name")
    for one in (add, reset):
        one.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    user.add_parser("list", help="one line a user")
    return parser


def _sentence(error: Exception, options: argparse.Namespace) -> str:
    if isinstance(error, ChittiError):
        return error.message
    if isinstance(error, OSError) and options.command is None:
        return f"cannot listen: {error.strerror or error}"
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
