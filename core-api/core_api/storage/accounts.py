"""Users and what was issued to them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
from chitti_shared.db import Pool
from chitti_shared.errors import Conflict, InvalidInput

from core_api.security.tokens import Principal, Role

_REUSE_GRACE = timedelta(seconds=10)  # a reply may get lost, and two tabs may refresh at once
_TICKET_LIFE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class User:
    user_id: int
    name: str
    role: Role
    password_hash: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Revocations:
    """Tokens refused before their time, and by user the time (Unix seconds) from which theirs count."""

    token_ids: frozenset[str]
    valid_from: dict[int, float]


class Accounts:
    """`auth.*`; tokens and tickets are stored as SHA-256 only.

    Every method may raise service_unavailable (the database is away).
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, name: str) -> User | None:
        row = await self._pool.fetchrow(
            "SELECT user_id, name, role, password_hash, created_at FROM auth.users WHERE name = $1", name.lower()
        )
        return _user(row) if row else None

    async def list_users(self) -> list[User]:
        rows = await self._pool.fetch(
            "SELECT user_id, name, role, password_hash, created_at FROM auth.users ORDER BY name"
        )
        return [_user(row) for row in rows]

    async def add(self, name: str, password_hash: str, role: Role) -> User:
        """A new user. Errors: conflict (the name is taken), invalid_input (not a name)."""
        with _explained(name):
            row = await self._pool.fetchrow(
                "INSERT INTO auth.users (name, password_hash, role) VALUES ($1, $2, $3)"
                " RETURNING user_id, name, role, password_hash, created_at",
                name.lower(),
                password_hash,
                role,
            )
        return _user(row)

    async def add_first_admin(self, password_hash: str) -> bool:
        """Create `admin` where no user exists yet; False where one does."""
        return bool(
            await self._pool.fetchval(
                "INSERT INTO auth.users (name, password_hash, role)"
                " SELECT 'admin', $1, 'admin' WHERE NOT EXISTS (SELECT FROM auth.users)"
                " ON CONFLICT DO NOTHING RETURNING true",
                password_hash,
            )
        )

    async def any_user(self) -> bool:
        return bool(await self._pool.fetchval("SELECT EXISTS (SELECT FROM auth.users)"))

    async def set_hash(self, user: User, password_hash: str) -> None:
        """Store the same password's hash anew (other cost parameters); logins stay."""
        await self._pool.execute(
            "UPDATE auth.users SET password_hash = $2 WHERE user_id = $1 AND password_hash = $3",
            user.user_id,
            password_hash,
            user.password_hash,
        )

    async def reset_password(self, user_id: int, password_hash: str, token_life_s: int) -> None:
        """Give a new password and end every login of the user."""
        async with self._pool.transaction() as connection:
            await connection.execute(
                "UPDATE auth.users SET password_hash = $2, password_set_at = now() WHERE user_id = $1",
                user_id,
                password_hash,
            )
            await connection.execute("DELETE FROM auth.refresh_tokens WHERE user_id = $1", user_id)
            await connection.execute("DELETE FROM auth.stream_tickets WHERE user_id = $1", user_id)
            await connection.execute(
                "INSERT INTO auth.revocations (user_id, valid_from, expires_at)"
                " VALUES ($1, clock_timestamp(), clock_timestamp() + $2)",
                user_id,
                timedelta(seconds=token_life_s),
            )

    async def store_refresh(self, token: str, user_id: int, life_s: int, family: UUID | None = None) -> None:
        async with self._pool.acquire() as connection:
            await _insert_refresh(connection, token, family or uuid4(), user_id, life_s)

    async def rotate_refresh(self, token: str, fresh: str, life_s: int) -> User | None:
        """Spend `token` and store `fresh` in its place; the user it belongs to.

        None: unknown, expired, or spent before (which ends every token of that login, since
        one of the two who hold it stole it).
        """
        async with self._pool.transaction() as connection:
            row = await connection.fetchrow(
                "SELECT family, used_at, now() AS now, r.expires_at > now() AS live, u.*"
                " FROM auth.refresh_tokens r JOIN auth.users u USING (user_id)"
                " WHERE token_hash = $1 FOR UPDATE OF r",
                digest(token),
            )
            if row is None or not row["live"]:
                return None
            if row["used_at"] is not None and row["now"] - row["used_at"] > _REUSE_GRACE:
                await connection.execute("DELETE FROM auth.refresh_tokens WHERE family = $1", row["family"])
                return None
            await connection.execute(
                "UPDATE auth.refresh_tokens SET used_at = coalesce(used_at, now()) WHERE token_hash = $1",
                digest(token),
            )
            await _insert_refresh(connection, fresh, row["family"], row["user_id"], life_s)
            return _user(row)

    async def end_login(self, principal: Principal, refresh_token: str | None) -> None:
        """Refuse the access token from now on, and every refresh token of its login where one is given."""
        async with self._pool.transaction() as connection:
            await connection.execute(
                "INSERT INTO auth.revocations (token_id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                principal.token_id,
                _time(principal.expires_at),
            )
            await connection.execute("DELETE FROM auth.stream_tickets WHERE token_id = $1", principal.token_id)
            if refresh_token is not None:
                await connection.execute(
                    "DELETE FROM auth.refresh_tokens WHERE user_id = $2 AND family IN"
                    " (SELECT family FROM auth.refresh_tokens WHERE token_hash = $1)",
                    digest(refresh_token),
                    principal.user_id,
                )

    async def store_ticket(self, ticket: str, principal: Principal) -> None:
        await self._pool.execute(
            "INSERT INTO auth.stream_tickets"
            " (ticket_hash, user_id, token_id, token_issued_at, token_expires_at, expires_at)"
            " VALUES ($1, $2, $3, $4, $5, now() + $6)",
            digest(ticket),
            principal.user_id,
            principal.token_id,
            _time(principal.issued_at),
            _time(principal.expires_at),
            _TICKET_LIFE,
        )

    async def spend_ticket(self, ticket: str) -> Principal | None:
        """Whose ticket it was; None: unknown, spent or expired. The deletion is what makes it single-use."""
        row = await self._pool.fetchrow(
            "DELETE FROM auth.stream_tickets t USING auth.users u WHERE t.ticket_hash = $1"
            " AND u.user_id = t.user_id AND t.expires_at > now()"
            " RETURNING u.user_id, u.name, u.role, t.token_id, t.token_issued_at, t.token_expires_at",
            digest(ticket),
        )
        if row is None:
            return None
        issued, expires = row["token_issued_at"].timestamp(), row["token_expires_at"].timestamp()
        return Principal(row["user_id"], row["name"], cast("Role", row["role"]), row["token_id"], issued, expires)

    async def revocations(self) -> Revocations:
        """Those that still matter; every process asks once a second."""
        rows = await self._pool.fetch(
            "SELECT token_id, user_id, valid_from FROM auth.revocations WHERE expires_at > now() ORDER BY valid_from"
        )
        return Revocations(
            frozenset(row["token_id"] for row in rows if row["token_id"] is not None),
            {row["user_id"]: row["valid_from"].timestamp() for row in rows if row["user_id"] is not None},
        )

    async def sweep(self) -> None:
        """Delete what has expired."""
        await self._pool.execute("DELETE FROM auth.stream_tickets WHERE expires_at <= now()")
        await self._pool.execute("DELETE FROM auth.refresh_tokens WHERE expires_at <= now()")
        await self._pool.execute("DELETE FROM auth.revocations WHERE expires_at <= now()")


def digest(token: str) -> bytes:
    """What is stored of a random token: 256 bits of entropy need no salt."""
    return hashlib.sha256(token.encode()).digest()


async def _insert_refresh(connection: Any, token: str, family: UUID, user_id: int, life_s: int) -> None:
    await connection.execute(
        "INSERT INTO auth.refresh_tokens (token_hash, family, user_id, expires_at) VALUES ($1, $2, $3, now() + $4)",
        digest(token),
        family,
        user_id,
        timedelta(seconds=life_s),
    )


def _user(row: Any) -> User:
    return User(row["user_id"], row["name"], cast("Role", row["role"]), row["password_hash"], row["created_at"])


def _time(unix_s: float) -> datetime:
    return datetime.fromtimestamp(unix_s, UTC)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise Conflict(f"there is a user {name.lower()!r} already", kind="user") from error
    except asyncpg.CheckViolationError as error:
        raise InvalidInput(
            f"{name!r} is not a user name",
            field="name",
            constraint="1 to 64 of a-z 0-9 . _ @ -, beginning with a letter or digit",
        ) from error
