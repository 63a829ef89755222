"""The rules in the database: a user's own, which are switched off, and since when each is judged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chitti_shared.db import Pool
from chitti_shared.errors import Conflict, InvalidInput
from chitti_shared.logs import get_logger

from signal_service.rules import SHIPPED_BY_NAME, RuleDocument, RuleSide, parse_document
from signal_service.rules.book import Entry, RuleBook, book_of

log = get_logger(__name__)

WAKE_CHANNEL = "signals_rules"
MAX_RULES = 200

_VERSION = "SELECT version FROM signals.rule_book"
_HOLD = "SELECT version FROM signals.rule_book FOR SHARE"
_TAKE = "UPDATE signals.rule_book SET version = version + 1 RETURNING version"
_LOCK = "SELECT version FROM signals.rule_book FOR UPDATE"
_ROWS = "SELECT name, document, enabled, created_at, updated_at FROM signals.rules ORDER BY name"
_SIDES = "SELECT rule, direction, fingerprint, since FROM signals.rule_sides"
_PUT = """
INSERT INTO signals.rules (name, document, enabled, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
ON CONFLICT (name) DO UPDATE SET
    document = excluded.document, enabled = excluded.enabled, updated_at = excluded.updated_at
RETURNING created_at = updated_at
"""
_COUNT = "SELECT count(*) FROM signals.rules WHERE document IS NOT NULL AND name <> $1"
_SWITCH = """
INSERT INTO signals.rules (name, enabled, created_at, updated_at) VALUES ($1, $2, $3, $3)
ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled, updated_at = excluded.updated_at
"""
_REMOVE = "DELETE FROM signals.rules WHERE name = $1 AND document IS NOT NULL RETURNING name"
_SET_SIDE = """
INSERT INTO signals.rule_sides (rule, direction, fingerprint, since) VALUES ($1, $2, $3, $4)
ON CONFLICT (rule, direction) DO UPDATE SET fingerprint = excluded.fingerprint, since = excluded.since
"""
_DROP_SIDES = "DELETE FROM signals.rule_sides WHERE rule = $1 AND direction = $2"
_FORGET = "DELETE FROM signals.rule_states WHERE rule = $1 AND direction = $2"
_NOTIFY = "SELECT pg_notify($1, $2)"


class RuleTable:
    """The book as it is stored. Methods that take a connection run inside the caller's transaction."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def version(self) -> int:
        return int(await self._pool.fetchval(_VERSION))

    async def hold(self, connection: Any) -> int:
        """The version, which nobody changes before the caller's transaction ends."""
        return int(await connection.fetchval(_HOLD))

    async def read(self) -> RuleBook:
        """The book as it stands."""
        async with self._pool.transaction() as connection:
            return await _book(connection, await self.hold(connection))

    async def begin(self) -> RuleBook:
        """The book; conditions that changed with the service itself begin anew."""
        async with self._pool.transaction() as connection:
            await connection.fetchval(_LOCK)
            return await _settle(connection, touched=False)

    async def put(self, document: RuleDocument, given: dict[str, Any], enabled: bool, now: datetime) -> bool:
        """Store a user's rule; whether it is new.

        Raises
        ------
        Conflict
            A rule that comes with the service has that name, or there are too many.
        """
        name = document.name
        if name in SHIPPED_BY_NAME:
            raise Conflict(f"{name} is a rule that comes with the service: give yours another name", field="name")
        async with self._pool.transaction() as connection:
            await connection.fetchval(_LOCK)
            if await connection.fetchval(_COUNT, name) >= MAX_RULES:
                raise Conflict(f"there are {MAX_RULES} rules: remove one first", field="name")
            created = bool(await connection.fetchval(_PUT, name, given, enabled, now))
            await _settle(connection, touched=True)
        return created

    async def switch(self, name: str, enabled: bool, now: datetime) -> None:
        """Switch a rule on or off."""
        async with self._pool.transaction() as connection:
            await connection.fetchval(_LOCK)
            await connection.execute(_SWITCH, name, enabled, now)
            await _settle(connection, touched=True)

    async def remove(self, name: str) -> bool:
        """Forget a user's rule; whether there was one."""
        async with self._pool.transaction() as connection:
            await connection.fetchval(_LOCK)
            removed = await connection.fetchval(_REMOVE, name) is not None
            if removed:
                await _settle(connection, touched=True)
        return removed


async def _settle(connection: Any, *, touched: bool) -> RuleBook:
    """Bring what is judged in line with the rules: what is new or changed begins anew, what is gone is forgotten.

    The book takes a new version if a rule was `touched`, or if a condition differs from what was judged.
    """
    book = await _book(connection, 0)
    known = {(record["rule"], record["direction"]): record["fingerprint"] for record in await connection.fetch(_SIDES)}
    adopted = [side for side in book.sides if known.get(side.key, side.fingerprint) is None]
    for side in adopted:  # judged before it was noted as what
        await connection.execute(_SET_SIDE, *side.key, side.fingerprint, 0)
    changed = [side for side in book.sides if side not in adopted and known.get(side.key) != side.fingerprint]
    gone = known.keys() - book.by_key.keys()
    differs = touched or bool(changed) or bool(gone)
    version = await connection.fetchval(_TAKE if differs else _VERSION)
    for key in gone:
        await connection.execute(_DROP_SIDES, *key)
        await connection.execute(_FORGET, *key)
    await _begin(connection, changed, version)
    if differs:
        await connection.execute(_NOTIFY, WAKE_CHANNEL, str(version))
    return await _book(connection, version)


async def _begin(connection: Any, sides: list[RuleSide], version: int) -> None:
    for side in sides:
        await connection.execute(_FORGET, *side.key)
        await connection.execute(_SET_SIDE, *side.key, side.fingerprint, version)


async def _book(connection: Any, version: int) -> RuleBook:
    own, disabled = [], []
    for record in await connection.fetch(_ROWS):
        if record["name"] in SHIPPED_BY_NAME:
            disabled += [] if record["enabled"] else [record["name"]]
        elif record["document"] is not None:
            document = _parsed(record["name"], record["document"])
            if document is not None:
                own.append(Entry(document, record["enabled"], record["created_at"], record["updated_at"]))
    sides = await connection.fetch(_SIDES)
    since = {(record["rule"], record["direction"]): record["since"] for record in sides}
    return book_of(version, own, disabled, since)


def _parsed(name: str, document: Any) -> RuleDocument | None:
    """A stored rule; None where the language no longer has a word that it uses: it is told, and not judged."""
    try:
        return parse_document(document)
    except InvalidInput as error:
        log.warning("a stored rule can't be read and is not judged", rule=name, reason=error.message)
        return None
