"""Fixtures of the whole test suite."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from chitti_shared.db import Pool, connect_pool
from chitti_shared.testing.database import Database, DatabaseServer, server_folder, short_folder
from hypothesis import settings

# onnxruntime's wheels call home unless they are told not to
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# A busy machine is no failing test; speed is measured in benchmarks/.
settings.register_profile("project", deadline=None)
settings.load_profile("project")


@pytest.fixture(scope="session")
def database_server() -> Iterator[DatabaseServer]:
    """One PostgreSQL for this test process, started when the first test asks for it."""
    with server_folder() as folder:
        server = DatabaseServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def database(database_server: DatabaseServer) -> Iterator[Database]:
    """A fresh, migrated database: `.url_of(service)`, `.superuser_url`."""
    fresh = database_server.create()
    yield fresh
    database_server.drop(fresh)


@pytest.fixture
def database_url(database: Database) -> str:
    """The URL of a fresh, migrated database, logged in as the owner of its objects."""
    return database.url_of("migrator")


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """A pool on a fresh, migrated database, logged in as the owner of its objects."""
    async with await connect_pool(database_url, application_name="test") as connected:
        yield connected


@pytest.fixture
def folder() -> Iterator[Path]:
    """A fresh folder with a short path, as sockets need it."""
    with short_folder() as fresh:
        yield fresh
