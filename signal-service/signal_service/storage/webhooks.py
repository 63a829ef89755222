"""Webhooks: what each is, how far it was told, how it fares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chitti_shared.db import Pool
from chitti_shared.positions import Position

from signal_service.webhooks.retries import Again, Answer, Failing, GiveUp

WEBHOOKS_CHANNEL = "signals_webhooks"
MOST = 100
DisabledBy = Literal["user", "failures", "gone"]

_COLUMNS = """name, url, secret, filter, enabled, disabled_by, revision, epoch, seq, delivered, failures, failing_since,
    next_try_at, last_status, last_error, last_success_at, created_at, updated_at"""
_ALL = f"SELECT {_COLUMNS} FROM signals.webhooks ORDER BY name"  # noqa: S608 - a constant
_ONE = f"SELECT {_COLUMNS} FROM signals.webhooks WHERE name = $1"  # noqa: S608 - a constant
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('signals.webhooks', 0))"
_COUNT = "SELECT count(*) FROM signals.webhooks"
_INSERT = f"""
INSERT INTO signals.webhooks (name, url, secret, filter, enabled, disabled_by, epoch, seq, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, CASE WHEN $5 THEN NULL ELSE 'user' END, $6, $7, $8, $8)
RETURNING {_COLUMNS}
"""  # noqa: S608 - a constant
_REPLACE = f"""
UPDATE signals.webhooks
SET url = $2, secret = coalesce($3, secret), filter = $4, enabled = $5,
    disabled_by = CASE WHEN $5 THEN NULL ELSE 'user' END, epoch = coalesce($6, epoch), seq = coalesce($7, seq),
    revision = revision + 1, failures = 0, failing_since = NULL, next_try_at = NULL, updated_at = $8
WHERE name = $1
RETURNING {_COLUMNS}
"""  # noqa: S608 - a constant
_REMOVE = "DELETE FROM signals.webhooks WHERE name = $1 RETURNING url"
_NOTIFY = "SELECT pg_notify($1, $2)"
# Who delivers writes only over the place it delivered from: a second deliverer, or a changed webhook, is noticed.
_MINE = "WHERE name = $1 AND revision = $2 AND epoch = $3 AND seq = $4 AND enabled RETURNING name"
_MOVE = f"UPDATE signals.webhooks SET epoch = $5, seq = $6 {_MINE}"  # noqa: S608 - a constant
_DELIVERED = f"""
UPDATE signals.webhooks
SET epoch = $5, seq = $6, delivered = delivered + 1, failures = 0, failing_since = NULL, next_try_at = NULL,
    last_status = $7, last_error = NULL, last_success_at = $8
{_MINE}
"""  # noqa: S608 - a constant
_FAILED = f"""
UPDATE signals.webhooks
SET failures = $5, failing_since = $6, next_try_at = $7, last_status = $8, last_error = $9,
    enabled = $10::text IS NULL, disabled_by = $10
{_MINE}
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook as stored. `filter` is the contract's `AlertFilter` as plain values."""

    name: str
    url: str
    secret: str
    filter: dict[str, Any]
    enabled: bool
    disabled_by: DisabledBy | None
    revision: int
    position: Position
    delivered: int
    failing: Failing | None
    next_try_at: datetime | None
    last_status: int | None
    last_error: str | None
    last_success_at: datetime | None
    created_at: datetime
    updated_at: datetime

    def __repr__(self) -> str:
        return f"Hook({self.name!r}, revision={self.revision})"  # the secret stays out of logs and tracebacks


class WebhookTable:
    """The webhooks. Changes by users wake whoever delivers."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def all(self) -> list[Hook]:
        """Every webhook, by name."""
        return [_hook_of(record) for record in await self._pool.fetch(_ALL)]

    async def one(self, name: str) -> Hook | None:
        record = await self._pool.fetchrow(_ONE, name)
        return _hook_of(record) if record is not None else None

    async def put(
        self,
        name: str,
        url: str,
        wanted: dict[str, Any],
        *,
        enabled: bool,
        fresh_secret: str,
        new_secret: bool,
        start: Position,
        moved: bool,
        now: datetime,
    ) -> tuple[Hook, bool, bool] | None:
        """Store a webhook; whether it is new, and whether its secret is `fresh_secret`. None: there are too many.

        A new one begins after `start`, an existing one only if `moved`.
        """
        async with self._pool.transaction() as connection:
            await connection.execute(_LOCK)
            place = (start.epoch, start.seq) if moved else (None, None)
            secret = fresh_secret if new_secret else None
            record = await connection.fetchrow(_REPLACE, name, url, secret, wanted, enabled, *place, now)
            created = record is None
            if record is None:
                if await connection.fetchval(_COUNT) >= MOST:
                    return None
                record = await connection.fetchrow(
                    _INSERT, name, url, fresh_secret, wanted, enabled, start.epoch, start.seq, now
                )
            await connection.execute(_NOTIFY, WEBHOOKS_CHANNEL, name)
            return _hook_of(record), created, created or new_secret

    async def remove(self, name: str) -> str | None:
        """The URL of what was removed; None: there is none."""
        async with self._pool.transaction() as connection:
            url: str | None = await connection.fetchval(_REMOVE, name)
            await connection.execute(_NOTIFY, WEBHOOKS_CHANNEL, name)
            return url

    async def move(self, hook: Hook, to: Position) -> bool:
        """Note that nothing up to `to` needs telling. False: the webhook is another's by now."""
        return await self._mine(_MOVE, hook, to.epoch, to.seq)

    async def delivered(self, hook: Hook, to: Position, status: int | None, now: datetime) -> bool:
        """Note a delivery. False as in `move`."""
        return await self._mine(_DELIVERED, hook, to.epoch, to.seq, status, now)

    async def failed(self, hook: Hook, answer: Answer, then: Again | GiveUp) -> bool:
        """Note a failure and what follows. False as in `move`."""
        again_at, stopped_by = (then.at, None) if isinstance(then, Again) else (None, then.by)
        failing = then.failing
        return await self._mine(
            _FAILED, hook, failing.failures, failing.since, again_at, answer.status, answer.why[:500], stopped_by
        )

    async def _mine(self, statement: str, hook: Hook, *values: Any) -> bool:
        at = hook.position
        found = await self._pool.fetchval(statement, hook.name, hook.revision, at.epoch, at.seq, *values)
        return found is not None


def _hook_of(record: Any) -> Hook:
    failing = Failing(record["failures"], record["failing_since"]) if record["failures"] else None
    return Hook(
        name=record["name"],
        url=record["url"],
        secret=record["secret"],
        filter=record["filter"],
        enabled=record["enabled"],
        disabled_by=record["disabled_by"],
        revision=record["revision"],
        position=Position(record["epoch"], record["seq"]),
        delivered=record["delivered"],
        failing=failing,
        next_try_at=record["next_try_at"],
        last_status=record["last_status"],
        last_error=record["last_error"],
        last_success_at=record["last_success_at"],
        created_at=record["created_at"],
        updated_at=record["updated_at"],
    )
