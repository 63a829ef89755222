from __future__ import annotations

import asyncpg
import pytest
from chitti_shared.db.failures import mapped_connecting, mapped_failures
from chitti_shared.errors import ChittiError, InvalidInput, Overloaded, ServiceUnavailable, Timeout


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (ConnectionResetError(104, "Connection reset by peer"), ServiceUnavailable),
        (asyncpg.ConnectionDoesNotExistError("closed in the middle of operation"), ServiceUnavailable),
        (asyncpg.CannotConnectNowError("starting up"), ServiceUnavailable),
        (asyncpg.AdminShutdownError("terminating"), ServiceUnavailable),
        (asyncpg.CrashShutdownError("crash"), ServiceUnavailable),
        (asyncpg.TooManyConnectionsError("too many clients"), ServiceUnavailable),
        (asyncpg.InterfaceError("connection is closed"), ServiceUnavailable),
        (asyncpg.InterfaceError("pool is closing"), ServiceUnavailable),
        (
            asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
            ServiceUnavailable,
        ),
        (TimeoutError(), Timeout),
        (asyncpg.QueryCanceledError("statement timeout"), Timeout),
        (asyncpg.LockNotAvailableError("lock timeout"), Overloaded),
        (asyncpg.DeadlockDetectedError("deadlock"), Overloaded),
    ],
)
def test_failures_of_the_connection_are_ours(raised: Exception, expected: type[ChittiError]) -> None:
    with pytest.raises(expected) as caught, mapped_failures():
        raise raised
    assert type(caught.value) is expected
    assert caught.value.__cause__ is raised
    assert caught.value.retryable


@pytest.mark.parametrize(
    "raised",
    [
        asyncpg.CharacterNotInRepertoireError("invalid byte sequence: 0x00"),
        asyncpg.UntranslatableCharacterError("unsupported Unicode escape sequence"),
    ],
)
def test_a_nul_in_a_text_is_the_callers_mistake(raised: Exception) -> None:
    with pytest.raises(InvalidInput) as caught, mapped_failures():
        raise raised
    assert caught.value.details == {"constraint": "no NUL"}


@pytest.mark.parametrize(
    "raised",
    [
        asyncpg.UniqueViolationError("twice"),
        asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
        asyncpg.InternalClientError("got result for unknown protocol state 3"),
        InvalidInput("ours already"),
        FileNotFoundError("a file of the caller's"),
        LookupError("not of the database"),
    ],
)
def test_other_failures_pass_as_they_are(raised: Exception) -> None:
    with pytest.raises(type(raised)) as caught, mapped_failures():
        raise raised
    assert caught.value is raised


@pytest.mark.parametrize("raised", [FileNotFoundError(2, "No such file or directory", "/run/x"), TimeoutError()])
def test_nobody_there_while_connecting_is_service_unavailable(raised: Exception) -> None:
    with pytest.raises(ServiceUnavailable) as caught, mapped_connecting():
        raise raised
    assert "/run/x" not in caught.value.message


def test_a_database_url_that_is_none_is_named() -> None:
    with pytest.raises(InvalidInput) as caught, mapped_connecting():
        raise asyncpg.ClientConfigurationError("invalid DSN: scheme is expected to be postgresql, got ''")
    assert caught.value.details["field"] == "DATABASE_URL"
