"""Users from the command line: the first admin, more users, new passwords, tokens."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable

from chitti_shared.errors import NotFound

from core_api.security.passwords import Passwords, generate
from core_api.security.secret import load_secret
from core_api.security.tokens import Role, Tokens
from core_api.serve import connected
from core_api.settings import GatewaySettings
from core_api.storage.accounts import Accounts, User

ADMIN = "admin"


class Commands:
    """What `python -m core_api <command>` does; each prints its result on standard output."""

    def __init__(self, settings: GatewaySettings, accounts: Accounts, passwords: Passwords) -> None:
        self._settings = settings
        self._accounts = accounts
        self._passwords = passwords

    async def ensure_admin(self) -> None:
        """Create the first login where there is none; print how to log in."""
        set_by_user = self._settings.chitti_admin_password
        if not await self._accounts.any_user():
            password = set_by_user.get_secret_value() if set_by_user else generate()
            if await self._accounts.add_first_admin(await self._passwords.hash(password)):
                shown = "(password set by CHITTI_ADMIN_PASSWORD)" if set_by_user else f"/ {password}"
                _print(f"login: {ADMIN} {shown}")
                return
        _print(f"login: {ADMIN} (password set at first start)")

    async def add(self, name: str, role: Role, *, from_stdin: bool) -> None:
        """Create a user."""
        password, shown = self._password(from_stdin=from_stdin)
        user = await self._accounts.add(name, await self._passwords.hash(password), role)
        _print(f"login: {user.name} {shown}")

    async def reset_password(self, name: str, *, from_stdin: bool) -> None:
        """Give a user a new password and end all logins of theirs."""
        user = await self._find(name)
        password, shown = self._password(from_stdin=from_stdin)
        hashed = await self._passwords.hash(password)
        await self._accounts.reset_password(user.user_id, hashed, self._settings.chitti_access_token_s)
        _print(f"login: {user.name} {shown}")

    async def list_users(self) -> None:
        """One line a user: name, role, since when."""
        for user in await self._accounts.list_users():
            _print(f"{user.name}\t{user.role}\t{user.created_at:%Y-%m-%d}")

    async def token(self, name: str) -> None:
        """A login for a local program, as one JSON line; whoever may run this owns the signing key anyway."""
        user = await self._find(name)
        tokens = Tokens(load_secret(self._settings), self._settings.chitti_access_token_s)
        access, _ = tokens.issue(user.user_id, user.name, user.role)
        _print(json.dumps({"access_token": access, "token_type": "bearer", "expires_in": tokens.life_s}))

    async def _find(self, name: str) -> User:
        user = await self._accounts.find(name)
        if user is None:
            raise NotFound(f"no user {name!r}", kind="user")
        return user

    def _password(self, *, from_stdin: bool) -> tuple[str, str]:
        """A password, and what is shown of it."""
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n"), "(password set)"
        if self._settings.chitti_user_password is not None:
            return self._settings.chitti_user_password.get_secret_value(), "(password set by CHITTI_USER_PASSWORD)"
        password = generate()
        return password, f"/ {password}"


async def run_command(settings: GatewaySettings, work: Callable[[Commands], Awaitable[None]]) -> None:
    """Run one command against the database. Errors: those of the accounts, service_unavailable."""
    passwords = Passwords(threads=1)
    try:
        async with await connected(settings) as pool:
            await work(Commands(settings, Accounts(pool), passwords))
    finally:
        passwords.close()


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
