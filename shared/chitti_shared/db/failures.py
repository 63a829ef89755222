"""What PostgreSQL's failures mean to a caller: the one place where they become ours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from chitti_shared.errors import InvalidInput, Overloaded, ServiceUnavailable, Timeout

# asyncpg's words for a session whose end the server has told but whose socket is still open
# (states FAILED and ERROR_CONSUME of its protocol).
_ENDED_SESSION = ("another operation (1) is in progress", "another operation (2) is in progress")

# The server is gone, going, coming, or has no room for one more session.
_UNREACHABLE = (
    ConnectionError,
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
    a lock waited for in vain Overloaded, text with a NUL InvalidInput. What else the
    statement did wrong passes as it is. A task that is cancelled while its connection is lost
    is cancelled: that the rollback failed too doesn't hide it.
    """
    try:
        with _cancellation_first():
            yield
    except TimeoutError as error:  # before OSError, which it is one of
        raise Timeout("the database did not answer in time") from error
    except asyncpg.QueryCanceledError as error:
        raise Timeout("the database took longer than a statement may") from error
    except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
        raise Overloaded("the database's rows are held by others", retry_after_ms=200) from error
    except (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError) as error:
        raise InvalidInput("the text holds a character that cannot be stored", constraint="no NUL") from error
    except _UNREACHABLE as error:
        raise _unreachable(error) from error
    except asyncpg.InternalClientError as error:
        if not str(error).endswith(_ENDED_SESSION):
            raise
        raise ServiceUnavailable("the database ended the session", kind="database") from error
    except asyncpg.InterfaceError as error:
        if "clos" not in str(error):  # a misuse of asyncpg is a defect, and stays one
            raise
        raise ServiceUnavailable("the connection to the database was closed", kind="database") from error


@contextmanager
def _cancellation_first() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        cancelled = error.__context__
        task = asyncio.current_task() if isinstance(cancelled, asyncio.CancelledError) else None
        if cancelled is None or task is None or not task.cancelling():
            raise
        raise cancelled from error


@contextmanager
def mapped_connecting() -> Iterator[None]:
    """`mapped_failures` around the making of a connection: an OSError means that nobody is there.

    A URL that is none is InvalidInput.
    """
    with mapped_failures():
        try:
            yield
        except asyncpg.ClientConfigurationError as error:
            raise InvalidInput(
                f"the database's URL is wrong: {error}",
                field="DATABASE_URL",
                constraint="postgresql://user:password@host:port/database",
            ) from error
        except TimeoutError as error:
            raise ServiceUnavailable("the database does not answer", kind="database") from error
        except OSError as error:
            raise _unreachable(error) from error


def _unreachable(error: BaseException) -> ServiceUnavailable:
    # An OSError's whole text may hold the address.
    words = (isinstance(error, OSError) and error.strerror) or type(error).__name__
    return ServiceUnavailable(f"the database cannot be reached: {words}", kind="database")
