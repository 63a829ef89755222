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


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups; pytest-randomly has shuffled by then
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order what several processes share out: the long ones first, what shares a module's fixture in one process."""
    usual = float(config.getini("timeout"))
    patience: dict[pytest.Item, float] = {}
    for item in items:
        limit = item.get_closest_marker("timeout")
        patience[item] = float(limit.args[0]) if limit is not None and limit.args else usual
        # made once for the module: spread over processes it would be made in each of them
        if item.get_closest_marker("xdist_group") is None and uses_module_fixture(item):
            item.add_marker(pytest.mark.xdist_group(item.location[0]))
    # one begun last would be waited for
    items.sort(key=lambda item: patience[item] <= usual)


def uses_module_fixture(item: pytest.Item) -> bool:
    """Whether the test asks for a fixture of its module's, by itself or through others."""
    found = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    return any(definition[-1].scope == "module" for definition in found.values())


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
