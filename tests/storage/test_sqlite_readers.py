import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.storage.sqlite_readers import SENT_ON, Readers

COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) AS many FROM n"


@pytest.fixture
async def readers(tmp_path: Path) -> AsyncIterator[Readers]:
    path = str(tmp_path / "some.sqlite3")
    with contextlib.closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE t (id INTEGER)")
        made.execute("INSERT INTO t VALUES (7)")
        made.commit()
    opened = Readers(path, {"busy_timeout": 10_000})
    await opened.open(2)
    yield opened
    await opened.close()


async def turns_while(running: "asyncio.Task[object]") -> int:
    """How often the event loop came round before the task was done."""
    turns = 0
    while not running.done():
        await asyncio.sleep(0)
        turns += 1
    return turns


async def test_a_short_statement_is_answered_at_once(readers: Readers) -> None:
    running = asyncio.create_task(readers.rows("SELECT id, 'x' AS text FROM t WHERE id = ?", [7]))
    assert await turns_while(running) == 1
    assert running.result() == [{"id": 7, "text": "x"}]


async def test_a_long_statement_does_not_hold_up_the_event_loop(readers: Readers) -> None:
    for _ in range(3):
        running = asyncio.create_task(readers.rows(COUNT, [1_000_000]))
        assert await turns_while(running) > 1
        assert running.result() == [{"many": 1_000_000}]


async def test_a_short_statement_stays_here_however_often_it_runs(readers: Readers) -> None:
    for _ in range(200):
        running = asyncio.create_task(readers.rows(COUNT, [1_000]))
        assert await turns_while(running) == 1


async def test_a_statement_that_was_long_once_comes_back(readers: Readers) -> None:
    await readers.rows(COUNT, [1_000_000])
    for _ in range(SENT_ON + 1):
        running = asyncio.create_task(readers.rows(COUNT, [10]))
        await turns_while(running)
    running = asyncio.create_task(readers.rows(COUNT, [10]))
    assert await turns_while(running) == 1


async def test_answers_go_on_after_a_storm_of_cancellations(readers: Readers) -> None:
    asked = [asyncio.create_task(readers.rows(COUNT, [200_000 + number])) for number in range(40)]
    await asyncio.sleep(0)
    for task in asked[::2]:
        task.cancel()
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert found[1::2] == [[{"many": 200_000 + number}] for number in range(1, 40, 2)]
    assert await readers.rows("SELECT id FROM t", None) == [{"id": 7}]


async def test_nothing_can_be_written_here(readers: Readers) -> None:
    for statement in ("WITH x AS (SELECT 1) DELETE FROM t", "INSERT INTO t VALUES (1)"):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await readers.rows(statement, None)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await readers.rows("SELECT * FROM missing", None)


async def test_a_locked_file_is_waited_for_in_a_thread(readers: Readers, tmp_path: Path) -> None:
    path = str(tmp_path / "plain.sqlite3")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE t (id INTEGER)")
        plain = Readers(path, {"busy_timeout": 10_000})
        await plain.open(1)
        writer.execute("BEGIN EXCLUSIVE")
        running = asyncio.create_task(plain.rows("SELECT id FROM t", None))
        await asyncio.sleep(0.05)
        assert not running.done()
        writer.execute("COMMIT")
        assert await running == []
        await plain.close()


async def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    missing = Readers(str(tmp_path / "no folder" / "x.sqlite3"), {})
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        await missing.open(1)
    await missing.close()
