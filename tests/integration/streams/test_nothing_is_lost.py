"""A few rounds of what `make soak` does at length; the seed is fixed, the machine's timing is not."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from chitti_shared.testing.database import DatabaseServer, server_folder

from tests.soak.__main__ import soak
from tests.soak.rounds import Outcome, churn, kills, outages, shutdown, stuck
from tests.soak.scene import ACKNOWLEDGED_STAYS, Scene, running

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

SEED = 20251001


@pytest.fixture
def own_server() -> Iterator[DatabaseServer]:
    """A database server of this test's own, whose commits survive a kill."""
    with server_folder() as folder:
        server = DatabaseServer(folder, ACKNOWLEDGED_STAYS)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
async def scene(own_server: DatabaseServer, folder: Path) -> AsyncIterator[Scene]:
    async with running(own_server.create(), folder) as served:
        yield served


@pytest.fixture
def chance() -> random.Random:
    return random.Random(SEED)


def well(outcome: Outcome) -> bool:
    assert outcome.faults == [], outcome.what
    return outcome.connections > 0


@pytest.mark.parametrize("package", ["signal_service", "core_api"])
async def test_a_killed_process_loses_invents_and_repeats_no_alert(scene, chance, package):
    outcome = await kills(scene, package, 3, chance, readers=2)
    assert well(outcome)
    assert outcome.connections > 4  # someone was cut, and came back


async def test_a_database_that_ends_at_once_loses_invents_and_repeats_no_alert(scene, own_server, chance):
    assert well(await outages(scene, own_server, 2, chance, readers=2))


async def test_a_shutdown_with_open_streams_ends_in_its_grace_and_all_resume(scene):
    assert well(await shutdown(scene, 100))


async def test_readers_that_stop_reading_are_cut_and_resume_and_no_other_notices(scene):
    assert well(await stuck(scene, 40, 10))


async def test_clients_that_come_and_go_leave_nothing_behind_in_the_processes(scene):
    assert well(await churn(scene, 200))


@pytest.mark.exhaustive
@pytest.mark.timeout(1800)
async def test_a_fifth_of_the_soak_finds_no_fault(own_server, chance):
    async for outcome in soak(own_server, chance, 0.2):
        assert well(outcome)
