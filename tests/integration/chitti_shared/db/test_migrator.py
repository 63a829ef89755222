from __future__ import annotations

import asyncio

import asyncpg
import pytest

from chitti_shared.db import Pool, migrate
from chitti_shared.testing.database import DatabaseServer

pytestmark = pytest.mark.integration


async def test_a_second_migration_finds_nothing_to_do(database_url: str) -> None:
    assert await migrate(database_url) == []


async def test_the_template_has_the_schemas(pool: Pool) -> None:
    names = await pool.fetchval(
        "SELECT array_agg(nspname::text ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^pg_'"
    )
    assert names == ["auth", "information_schema", "md", "ml", "news", "public", "signals"]
