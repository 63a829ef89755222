"""What PostgreSQL's failures mean to a caller: the one place where they become ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from chitti_shared.errors import Overloaded, ServiceUnavailable, Timeout

# The server is gone, going, coming, or has no room for one more session.
_UNREACHABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)


@contextmanager
def mapped_failures() -> Iterator[None]:
    """Turn the failures of the connection inside this block into `ChittiError`s.

    Lost or refused connections are ServiceUnavailable, a statement over its time Timeout,
    a lock waited for in vain Overloaded. What the statement itself did wrong passes as it is.
    """
    try:
        yield
    except TimeoutError as error:  # before OSError, which it is one of
        raise Timeout("the database did not answer in time") from error
    except asyncpg.QueryCanceledError as error:
        raise Timeout("the database took longer than a statement may") from error
    except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
        raise Overloaded("the database's rows are held by others", retry_after_ms=200) from error
    except _UNREACHABLE as error:
        raise ServiceUnavailable(f"the database cannot be reached: {_words_of(error)}", kind="database") from error
    except asyncpg.InterfaceError as error:
        if "clos" not in str(error):  # a misuse of asyncpg is a defect, and stays one
            raise
        raise ServiceUnavailable("the connection to the database was closed", kind="database") from error


def _words_of(error: BaseException) -> str:
    # An OSError's text may hold the address, never the password.
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else type(error).__name__
