"""The columns by which alerts are listed, read in the order in which the alerts were committed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from chitti_shared.db import Pool

from signal_service.alerts.listing import (
    ACKNOWLEDGED_BIT,
    DIRECTION_BIT,
    DIRECTIONS,
    KINDS,
    OUTCOME_BIT,
    OUTCOMES,
    UNKNOWN,
    Listed,
)

# One row, a value a column: numbers as the bytes in which PostgreSQL sends them, names joined by what no name
# contains. A row and a Python object for every value would take ten times as long.
_PACKED = f"""
SELECT count(*) AS alerts,
    string_agg(int8send(number), '') AS number,
    string_agg(symbol, ' ') AS symbol,
    string_agg(rule, ' ') AS rule,
    string_agg(int2send((
        array_position($3::text[], kind) - 1
        + {1 << DIRECTION_BIT} * (array_position($4::text[], direction) - 1)
        + {1 << OUTCOME_BIT} * (array_position($5::text[], coalesce(outcome, 'pending')) - 1)
        + {1 << ACKNOWLEDGED_BIT} * (acknowledged_at IS NOT NULL)::integer
    )::smallint), '') AS state,
    string_agg(float8send(impact), '') AS impact,
    string_agg(float8send(coalesce(confidence, {UNKNOWN})), '') AS confidence,
    string_agg(timestamptz_send(created_at), '') AS created,
    string_agg(timestamptz_send(coalesce(expires_at, 'infinity')), '') AS expires,
    string_agg(int8send(changed_version), '') AS changed_version
FROM (
    SELECT number, symbol, rule, kind, direction, outcome, acknowledged_at, impact, confidence, created_at, expires_at,
        changed_version
    FROM signals.alerts WHERE %s LIMIT $2
) AS alerts
"""  # noqa: S608 - constants
_AFTER = _PACKED % "number > $1 ORDER BY number"
_CHANGED = _PACKED % ("(changed_version, number) > ($1, $6) AND changed_version > 0 ORDER BY changed_version, number")
_NAMES = (list(KINDS), list(DIRECTIONS), list(OUTCOMES))


class Change(NamedTuple):
    """A version of the log's state and, of the alerts that changed with it, one."""

    version: int
    number: int


class ListingTable:
    """Reads of `signals.alerts` by whoever keeps its columns in memory."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def after(self, number: int, limit: int) -> Listed | None:
        """Up to `limit` alerts with greater numbers, in order; None: there is none."""
        (record,) = await self._pool.fetch(_AFTER, number, limit, *_NAMES)
        return _listed_of(record) if record["alerts"] else None

    async def changed_after(self, change: Change, limit: int) -> tuple[Listed, Change] | None:
        """Up to `limit` alerts whose last change came after `change`, and the last of these changes; None: no such."""
        (record,) = await self._pool.fetch(_CHANGED, change.version, limit, *_NAMES, change.number)
        if not record["alerts"]:
            return None
        listed = _listed_of(record)
        versions = np.frombuffer(record["changed_version"], ">i8")
        return listed, Change(int(versions[-1]), int(listed.number[-1]))


def _listed_of(record: Any) -> Listed:
    return Listed(
        number=np.frombuffer(record["number"], ">i8"),
        symbol=record["symbol"].split(" "),
        rule=record["rule"].split(" "),
        state=np.frombuffer(record["state"], ">i2").astype(np.uint8),
        impact=np.frombuffer(record["impact"], ">f8"),
        confidence=np.frombuffer(record["confidence"], ">f8"),
        created=np.frombuffer(record["created"], ">i8"),
        expires=np.frombuffer(record["expires"], ">i8"),
    )
