"""What processes tell each other through PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from server.storage import sql
from server.storage.database import Database
from server.storage.notices import KEPT, LONGEST, Notices
from server.storage.unit import unit
from tests.storage.databases import ENGINE, WORK, Clock

pytestmark = pytest.mark.skipif(ENGINE != "postgres", reason="SQLite needs no notices")


class Line:
    """One end of the line: a database of its own, as another process has it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.connections = 0
        self.notices = Notices(database, self._missed)
        self.woken = asyncio.Event()
        database.listen(self.woken, "inbox")

    def _missed(self) -> None:
        self.connections += 1

    async def next(self) -> list[object]:
        async with asyncio.timeout(10):
            return await self.notices.next()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Line"]:
        before = self.connections
        running = asyncio.create_task(self.notices.run())
        await until(lambda: self.connections > before)
        self.woken.clear()
        try:
            yield self
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Line]:
    async with Line(database).open() as line:
        yield line


@pytest.fixture
async def there(database: Database, tmp_path: Path, clock: Clock) -> AsyncIterator[Line]:
    other = await Database.open(database.url, data_dir=tmp_path, clock=clock, apps=WORK)
    try:
        async with Line(other).open() as line:
            yield line
    finally:
        await other.close()


async def test_a_notice_reaches_the_others_and_not_its_sender(here: Line, there: Line) -> None:
    here.notices.tell("shown", 5, "update")
    assert await there.next() == ["shown", 5, "update"]
    there.notices.tell("removed", 6)
    assert await here.next() == ["removed", 6]


async def test_work_that_is_written_wakes_the_workers_of_its_lane_everywhere(here: Line, there: Line) -> None:
    async with unit() as work:
        work.enqueue("fetch", None, {})
    here.notices.tell("mark")
    await there.next()
    assert not there.woken.is_set()
    async with unit() as work:
        work.enqueue("inbox", None, {})
    async with asyncio.timeout(10):
        await there.woken.wait()
    there.woken.clear()
    here.database.wake()
    async with asyncio.timeout(10):
        await there.woken.wait()


async def test_many_notices_at_once_are_all_told_and_one_that_is_too_long_is_left_out(here: Line, there: Line) -> None:
    for number in range(KEPT // 2):
        here.notices.tell("notified", [[number, 10**17]] * 10)
        if number == 7:
            here.notices.tell("much", "x" * LONGEST)
    for number in range(KEPT // 2):
        assert await there.next() == ["notified", [[number, 10**17]] * 10]


async def test_a_line_that_broke_is_mended_and_whoever_may_have_missed_something_looks(here: Line, there: Line) -> None:
    with there.database.use():
        await sql.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
    await until(lambda: here.connections == there.connections == 2)
    await until(here.woken.is_set)
    here.notices.tell("shown", 8, "update")
    assert await there.next() == ["shown", 8, "update"]
