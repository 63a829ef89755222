from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from chitti_shared.db import connect_pool
from signal_service.streaming.cursors import resolve
from signal_service.streaming.epochs import Mark, MarkFile
from signal_service.work.told import alert_of, encoded

pytestmark = pytest.mark.integration


async def owner_execute(database, statement, *arguments):
    async with await connect_pool(database.url_of("migrator"), application_name="test-owner") as pool:
        return await pool.execute(statement, *arguments)


async def test_a_fresh_log_is_empty_and_at_its_beginning(open_desk):
    desk = await open_desk()
    assert (desk.log.top.seq, desk.log.oldest) == (0, 1)
    assert resolve(desk.log.top, desk.log.extent) is None


async def test_two_transactions_whose_first_commits_last_are_told_in_commit_order_without_a_gap(open_desk, finding):
    desk = await open_desk()
    async with desk.pool.transaction() as connection:
        await connection.execute("SELECT count(*) FROM signals.alerts")  # it has begun
        await desk.raise_alerts(2)
        assert await desk.published() == [2]
        row = await desk.log.open(connection)
        late = finding(1)
        await desk.alerts.insert(connection, late, desk.clock())
        told = encoded(alert_of(late, desk.clock()))
        await desk.log.append(connection, row, [(late.alert_id, told)], desk.clock())
        assert await desk.published() == [2]
    assert await desk.published() == [2, 1]
    assert desk.log.top.seq == 2


async def test_a_writer_waits_for_the_one_before_it_so_numbers_follow_commits(open_desk):
    desk = await open_desk()
    reached, go_on = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(desk.raise_alerts(1, reached=reached, before_commit=go_on))
    await reached.wait()
    second = asyncio.create_task(desk.raise_alerts(2))
    assert await desk.published() == []
    go_on.set()
    await asyncio.gather(first, second)
    assert await desk.published() == [1, 2]


async def test_a_rolled_back_transaction_leaves_no_gap(open_desk):
    desk = await open_desk()
    await desk.raise_alerts(1)
    reached = asyncio.Event()
    failing = asyncio.create_task(desk.raise_alerts(2, reached=reached, before_commit=asyncio.Event()))
    await reached.wait()
    failing.cancel()
    await asyncio.wait([failing])
    await desk.raise_alerts(3)
    assert await desk.published() == [1, 3]
    assert desk.log.top.seq == 2


async def test_nothing_is_published_before_its_mark_is_on_disk(open_desk, folder):
    desk = await open_desk()
    await desk.raise_alerts(1, 2)
    assert desk.log.top.seq == 0
    await desk.log.refresh()
    assert MarkFile(folder / "marks", "alerts").read() == Mark(desk.log.epoch, 2)


async def test_a_restart_goes_on_in_the_same_epoch(open_desk):
    desk = await open_desk()
    await desk.raise_alerts(1, 2)
    await desk.log.refresh()
    epoch = desk.log.epoch
    await desk.raise_alerts(3)  # committed, and killed before it was marked
    again = await open_desk()
    assert again.log.epoch == epoch
    assert await again.published() == [1, 2, 3]


async def test_a_restart_between_the_mark_and_the_publication_goes_on_in_the_same_epoch(open_desk, folder):
    desk = await open_desk()
    await desk.raise_alerts(1, 2)
    await desk.log.refresh()
    await desk.raise_alerts(3)
    MarkFile(folder / "marks", "alerts").write(Mark(desk.log.epoch, 3))  # and killed before it was published
    again = await open_desk()
    assert again.log.epoch == desk.log.epoch
    assert await again.published(2) == [3]


async def test_a_refresh_whose_asker_is_gone_leaves_mark_and_log_whole(open_desk, folder):
    """A reader that leaves while the mark is written cancels what it asked for, not the write in its thread."""
    desk = await open_desk()
    marks, written = desk.log._marks, threading.Event()
    write, started = marks.write, asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(mark: Mark) -> None:
        loop.call_soon_threadsafe(started.set)
        written.wait(10)
        write(mark)

    marks.write = slow
    await desk.raise_alerts(1)
    leaving = asyncio.create_task(desk.log.refresh())
    await started.wait()
    leaving.cancel()
    await asyncio.wait([leaving])
    marks.write = write
    await desk.raise_alerts(2)
    assert await desk.published() == [1, 2]
    written.set()  # the write of before comes last
    await loop.shutdown_default_executor()
    assert MarkFile(folder / "marks", "alerts").read() == Mark(desk.log.epoch, 2)


async def test_a_log_that_went_back_begins_a_new_epoch(open_desk, database):
    desk = await open_desk()
    await desk.raise_alerts(1, 2, 3)
    await desk.log.refresh()
    before = desk.log.top
    await owner_execute(database, "DELETE FROM signals.events WHERE seq > 1")
    await owner_execute(database, "UPDATE signals.streams SET seq = 1")
    again = await open_desk()
    assert again.log.epoch != before.epoch
    assert resolve(before, again.log.extent) == "epoch"
    assert await again.published() == [1]


async def test_a_running_writer_notices_that_the_log_went_back(open_desk, database):
    desk = await open_desk()
    await desk.raise_alerts(1, 2, 3)
    await desk.log.refresh()
    before = desk.log.epoch
    await owner_execute(database, "DELETE FROM signals.events WHERE seq > 1")
    await owner_execute(database, "UPDATE signals.streams SET seq = 1")
    await desk.raise_alerts(4, 5, 6)  # the numbers 2 and 3 again: the epoch must tell them apart
    assert await desk.published() == [1, 4, 5, 6]
    assert desk.log.epoch != before


async def test_another_instance_takes_over_a_new_epoch_instead_of_making_its_own(open_desk, database):
    one, two = await open_desk("one"), await open_desk("two")
    await one.raise_alerts(1, 2)
    await one.log.refresh()
    await two.log.refresh()
    await owner_execute(database, "DELETE FROM signals.events WHERE seq > 1")
    await owner_execute(database, "UPDATE signals.streams SET seq = 1")
    await one.log.refresh()
    await two.log.refresh()
    assert one.log.epoch == two.log.epoch
    assert (await open_desk("two")).log.epoch == one.log.epoch


async def test_a_log_on_another_server_begins_a_new_epoch(open_desk, database):
    desk = await open_desk()
    await desk.raise_alerts(1)
    await owner_execute(database, "UPDATE signals.streams SET system_identifier = 1")
    again = await open_desk()
    assert again.log.epoch != desk.log.epoch
    assert (await open_desk()).log.epoch == again.log.epoch  # once


async def test_pages_reach_beyond_the_ring_into_the_table(open_desk):
    desk = await open_desk()
    await desk.raise_alerts(*range(1, 1201))
    again = await open_desk()
    assert again.log.ring.oldest == 201
    assert await again.published(100) == list(range(101, 1101))


async def test_a_page_of_the_table_never_holds_events_of_another_epoch(open_desk, database, monkeypatch):
    """Between a restore and this process' notice of it, numbers that it told of stand for other alerts."""
    one = await open_desk("one")
    await one.raise_alerts(1, 2, 3, 4, 5)
    await one.log.refresh()
    monkeypatch.setattr("signal_service.work.tail.WARM", 1)
    two = await open_desk("two")
    assert (two.log.ring.oldest, two.log.top) == (5, one.log.top)
    await owner_execute(database, "DELETE FROM signals.events WHERE seq > 2")
    await owner_execute(database, "UPDATE signals.streams SET seq = 2")
    await one.raise_alerts(6, 7, 8)  # as 3, 4 and 5 of a new epoch
    assert await two.log.page(1, 10) is None
    assert await two.published(2) == [6, 7, 8]


async def test_events_beyond_the_count_or_the_age_expire_and_alerts_stay(open_desk, pool, monkeypatch):
    moments = [datetime(2026, 1, 1, tzinfo=UTC)]
    desk = await open_desk(clock=lambda: moments[-1])
    start = desk.log.top
    await desk.raise_alerts(1, 2)
    moments.append(moments[-1] + timedelta(days=6))
    await desk.raise_alerts(3, 4, 5)
    moments.append(moments[-1] + timedelta(days=2))
    await desk.log.prune()
    again = await open_desk(clock=lambda: moments[-1])
    assert again.log.oldest == 3
    assert resolve(start, again.log.extent) == "expired"
    assert await again.published(2) == [3, 4, 5]
    monkeypatch.setattr("signal_service.work.tail.KEEP_EVENTS", 1)
    await again.log.prune()
    assert (await open_desk()).log.oldest == 5
    assert await pool.fetchval("SELECT count(*) FROM signals.alerts") == 5


async def test_an_emptied_log_goes_on_where_it_was(open_desk, database):
    desk = await open_desk()
    await desk.raise_alerts(1, 2)
    await desk.log.refresh()
    await owner_execute(database, "DELETE FROM signals.events")
    again = await open_desk()
    assert (again.log.oldest, again.log.top.seq) == (3, 2)
    assert resolve(desk.log.top, again.log.extent) is None
    await again.raise_alerts(3)
    assert await again.published(2) == [3]


async def test_one_alert_cannot_be_stored_or_told_twice(open_desk, finding):
    desk = await open_desk()
    await desk.raise_alerts(1)
    async with desk.pool.transaction() as connection:
        assert not await desk.alerts.insert(connection, finding(1), desk.clock())
    with pytest.raises(asyncpg.UniqueViolationError):
        await desk.pool.execute(
            "INSERT INTO signals.events SELECT topic, 2, alert_id, data, created_at FROM signals.events"
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE signals.alerts SET impact = 100.1",
        "UPDATE signals.alerts SET impact = 'NaN'",
        "UPDATE signals.alerts SET confidence = -0.1",
        "UPDATE signals.alerts SET price = 'Infinity'",
        "UPDATE signals.alerts SET kind = 'rumour'",
        "UPDATE signals.alerts SET evidence = '[]'",
        "UPDATE signals.alerts SET headline = 'half of a news alert'",
        "UPDATE signals.events SET data = '{}'",
        "UPDATE signals.streams SET seq = -1",
        "UPDATE signals.cursors SET position = -1",
    ],
)
async def test_rows_that_make_no_sense_are_refused(open_desk, change):
    desk = await open_desk()
    await desk.raise_alerts(1)
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.NotNullViolationError)):
        await desk.pool.execute(change)
