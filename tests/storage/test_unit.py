import asyncio
import contextvars
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError, TransactionManagementError

from server.rules.events.event import Event
from server.storage import sql, sqlite_writer
from server.storage.database import Database
from server.storage.models.work import Host, Job
from server.storage.unit import unit
from tests.storage.databases import ENGINE, Clock

HOST = "INSERT INTO hosts (domain, first_seen) VALUES (?, ?)"
sqlite_only = pytest.mark.skipif(ENGINE != "sqlite", reason="about SQLite alone")


@dataclass(frozen=True, slots=True)
class KettleBoiled(Event):
    kettle_id: int
    note: str | None = None


async def test_rows_and_events_are_kept_together(database: Database, clock: Clock) -> None:
    signal = asyncio.Event()
    database.listen(signal)
    async with unit() as work:
        await Host.create(domain="a.example", first_seen=1)
        work.emit(KettleBoiled(5, "hot"))
        assert not signal.is_set()
    assert signal.is_set()
    job = await Job.get()
    assert (job.queue, job.kind, job.key) == ("effects", "KettleBoiled", None)
    assert job.payload == {"event": "KettleBoiled", "kettle_id": 5, "note": "hot"}
    assert job.run_at == clock.now


async def test_rows_and_events_are_lost_together(database: Database) -> None:
    async def fail() -> None:
        async with unit() as work:
            await Host.create(domain="a.example", first_seen=1)
            work.emit(KettleBoiled(5))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await Host.all().count() == await Job.all().count() == 0


async def test_a_key_is_queued_once(database: Database) -> None:
    for _ in range(2):
        async with unit() as work:
            work.enqueue("media", "photo:1", {"photo": 1}, run_at=9)
            work.enqueue("media", "photo:1", {"photo": 1}, run_at=9)
            work.enqueue("media", None, {"photo": 2})
    assert await Job.filter(key="photo:1").count() == 1
    assert await Job.filter(key=None).count() == 2


async def test_a_unit_inside_another_joins_it(database: Database) -> None:
    async with unit() as outer:
        async with unit() as inner:
            inner.emit(KettleBoiled(1))
        assert inner is outer
        assert await Job.all().count() == 0
    assert await Job.all().count() == 1


async def test_an_inner_failure_that_was_caught_still_undoes_the_whole(database: Database) -> None:
    async def fails() -> None:
        async with unit():
            await Host.create(domain="half.example", first_seen=1)
            raise ValueError

    async def swallows() -> None:
        async with unit():
            with pytest.raises(ValueError):
                await fails()

    with pytest.raises(TransactionManagementError, match="none of it is kept"):
        await swallows()
    assert await Host.all().count() == 0


async def test_a_task_started_inside_a_unit_cannot_join_it(database: Database) -> None:
    async def write() -> None:
        async with unit():
            await Host.create(domain="stray.example", first_seen=1)

    async def write_in_use() -> None:
        with database.use():
            await write()

    async with unit():
        during = asyncio.create_task(write())
        await asyncio.wait([during])
        after = asyncio.create_task(write())
        apart = asyncio.create_task(write_in_use(), context=contextvars.Context())
    for task in (during, after):
        with pytest.raises(TransactionManagementError, match="started inside a transaction"):
            await task
    await apart
    assert await Host.all().count() == 1


async def test_a_cancelled_unit_leaves_nothing_and_wakes_nobody(database: Database) -> None:
    started = asyncio.Event()

    async def write() -> None:
        async with unit() as work:
            work.emit(KettleBoiled(1))
            started.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await Job.all().count() == 0


async def test_what_nobody_waits_for_is_there_for_whatever_is_asked_after_it(database: Database) -> None:
    async with unit():
        await sql.write(HOST, ["a.example", 1])
        await sql.execute_many(HOST, [("b.example", 2), ("c.example", 3)])
        await sql.write("DELETE FROM hosts WHERE domain IN (?)", [["b.example"]])
        found = await sql.rows("SELECT domain FROM hosts ORDER BY domain")
        assert [host["domain"] for host in found] == ["a.example", "c.example"]
        assert await sql.execute("UPDATE hosts SET first_seen = 9 WHERE first_seen < ?", [9]) == 2
        await sql.write(HOST, ["d.example", 4])
    assert [host.domain for host in await Host.all().order_by("domain")] == ["a.example", "c.example", "d.example"]


async def test_what_nobody_waits_for_and_fails_takes_all_of_it_back(database: Database) -> None:
    async def fail() -> None:
        async with unit() as work:
            await sql.write(HOST, ["a.example", 1])
            await sql.write(HOST, ["a.example", 2])
            work.emit(KettleBoiled(5))

    with pytest.raises(IntegrityError):
        await fail()
    assert await Host.all().count() == await Job.all().count() == 0
    async with unit():
        await sql.write(HOST, ["a.example", 1])
    assert await Host.all().count() == 1


@sqlite_only
async def test_a_failure_that_is_overlooked_still_takes_all_of_it_back(database: Database) -> None:
    async def overlook() -> None:
        async with unit():
            await sql.write(HOST, ["a.example", 1])
            await sql.write(HOST, ["a.example", 2])
            with suppress(IntegrityError):
                await sql.rows("SELECT domain FROM hosts")
            await sql.write(HOST, ["b.example", 1])

    with pytest.raises(TransactionManagementError):
        await overlook()
    assert await Host.all().count() == 0


@sqlite_only
async def test_a_transaction_that_asks_for_nothing_is_one_hop_to_the_thread_and_an_empty_one_is_none(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hops = 0
    real = sqlite_writer.hop

    async def counted(connection: Any, work: Callable[[Any], Any]) -> Any:
        nonlocal hops
        hops += 1
        return await real(connection, work)

    monkeypatch.setattr(sqlite_writer, "hop", counted)
    async with unit():
        pass
    assert hops == 0
    async with unit() as work:
        await sql.write(HOST, ["a.example", 1])
        await sql.write(HOST, ["b.example", 2])
        work.emit(KettleBoiled(5))
    assert hops == 1
    assert await Host.all().count() == 2
    assert await Job.all().count() == 1
