"""Failures that are the database's own, told from those that what is stored brings about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from chitti_shared.errors import ChittiError, ServiceUnavailable
from chitti_shared.logs import get_logger

log = get_logger(__name__)


class NotStored(Exception):
    """What came could not be taken in now, for a reason that does not lie in it; `error` is what callers are told.

    It is no `ChittiError`, so nobody takes it for a fault of what came.
    """

    def __init__(self, error: ChittiError) -> None:
        super().__init__(error.message)
        self.error = error


@contextmanager
def told_apart() -> Iterator[None]:
    """Make a failure inside this block that time can mend a `NotStored`.

    It is what callers may try again (the database is away, held by others or too slow, too much
    waits to be read), and every other failure of the server: a full disk, a standby that takes no
    writing, a right that is missing. What the values themselves do wrong (SQLSTATE classes 22 and
    23) passes as it is, and so do defects.
    """
    try:
        yield
    except ChittiError as error:
        if not error.retryable:
            raise
        raise NotStored(error) from error
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
        raise
    except asyncpg.PostgresError as error:
        log.exception("the database failed", sqlstate=error.sqlstate)
        failed = ServiceUnavailable("the database could not store it; the log tells why", kind="database")
        raise NotStored(failed) from error
