import asyncio
import contextvars
import random
from pathlib import Path

import pytest
from tortoise.exceptions import ConfigurationError, IntegrityError, OperationalError, TransactionManagementError
from tortoise.transactions import in_transaction

from server.storage import sql
from server.storage.database import Database, current, sqlite_path
from server.storage.models.work import Host
from server.storage.unit import unit
from tests.storage.databases import ENGINE, Clock, fresh_database

sqlite_only = pytest.mark.skipif(ENGINE != "sqlite", reason="about SQLite alone")


async def add(domain: str) -> None:
    await Host.create(domain=domain, first_seen=1)


async def test_a_database_must_be_in_use() -> None:
    with pytest.raises(RuntimeError, match="No database is in use"):
        contextvars.Context().run(current)


async def test_two_instances_in_one_process_do_not_mix(database: Database, tmp_path: Path, clock: Clock) -> None:
    async with fresh_database(tmp_path, clock) as other:
        await add("ours.example")
        with other.use():
            assert await Host.all().count() == 0
            with database.use():
                assert await Host.all().count() == 1
                with database.use(), other.use():
                    assert current() is other
                assert current() is database
            await add("theirs.example")
        assert [host.domain for host in await Host.all()] == ["ours.example"]


async def test_closing_twice_is_safe(database: Database) -> None:
    await database.close()
    await database.close()


async def test_lists_of_any_length_and_text_with_question_marks_are_translated(database: Database) -> None:
    for number in range(3):
        await add(f"h{number}.example")
    many = [f"h{number}.example" for number in range(1, 40_000)]
    found = await sql.rows(
        "SELECT domain, '? IN (?)' AS text FROM hosts WHERE domain IN (?) AND first_seen = ? ORDER BY domain", [many, 1]
    )
    assert found == [{"domain": f"h{n}.example", "text": "? IN (?)"} for n in (1, 2)]
    assert await sql.rows("SELECT domain FROM hosts WHERE domain IN (?)", [[]]) == []
    assert len(await sql.rows("SELECT domain FROM hosts WHERE domain NOT IN (?)", [["h0.example"]])) == 2
    assert await sql.execute("UPDATE hosts SET failures = ? WHERE domain <> ?", [7, "h0.example"]) == 2
    assert await sql.execute("UPDATE hosts SET failures = ? WHERE domain = ?", [7, "nobody"]) == 0
    with pytest.raises(TypeError):
        await sql.rows("SELECT 1 FROM hosts WHERE domain = ?", [["a list"]])
    with pytest.raises(TypeError):
        await sql.rows("SELECT 1 FROM hosts WHERE domain = ?", [])


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with in_transaction():
            await add("a.example")
            await add("a.example")

    with pytest.raises(IntegrityError):
        await fail()
    assert await Host.all().count() == 0


async def test_transactions_survive_a_storm_of_cancellations(database: Database) -> None:
    chance = random.Random(7)
    whole = 0

    async def write(number: int) -> None:
        nonlocal whole
        async with in_transaction():
            await add(f"a{number}.example")
            if chance.random() < 0.5:
                async with in_transaction():
                    await Host.filter(domain=f"a{number}.example").update(failures=1)
            await add(f"b{number}.example")
        whole += 1

    async def write_until_late(number: int) -> None:
        task = asyncio.create_task(write(number))
        await asyncio.sleep(chance.random() * 0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    for start in range(0, 400, 20):
        await asyncio.gather(*(write_until_late(number) for number in range(start, start + 20)))
    async with asyncio.timeout(5):
        async with in_transaction():
            await add("after.example")
        found = {host.domain for host in await Host.all()}
    assert "after.example" in found
    for number in range(400):
        assert (f"a{number}.example" in found) == (f"b{number}.example" in found)
    assert len(found) >= 2 * whole + 1
    if database.dialect == "postgres":
        pool = database.client._pool
        assert pool.get_idle_size() == pool.get_size()


async def test_a_task_started_inside_a_transaction_cannot_write_after_it(database: Database) -> None:
    async def late() -> None:
        await asyncio.sleep(0.01)
        await add("late.example")

    async with in_transaction():
        task = asyncio.create_task(late())
    with pytest.raises(TransactionManagementError):
        await task
    assert await Host.all().count() == 0


@sqlite_only
async def test_reads_do_not_wait_for_a_transaction(database: Database) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with unit():
            await add("slow.example")
            inside.set()
            await go_on.wait()

    task = asyncio.create_task(slow())
    await inside.wait()
    async with asyncio.timeout(2):
        assert await Host.all().count() == 0
        assert await sql.rows("WITH all_of AS (SELECT * FROM hosts) SELECT * FROM all_of") == []
    go_on.set()
    await task
    assert await Host.all().count() == 1


@sqlite_only
async def test_a_write_hidden_in_a_with_goes_to_the_writer(database: Database) -> None:
    await sql.execute(
        "WITH new(d) AS (VALUES ('w.example')) INSERT INTO hosts (domain, first_seen) SELECT d, 1 FROM new"
    )
    assert await Host.all().count() == 1


@sqlite_only
async def test_sqlite_is_set_up_as_we_promise(database: Database) -> None:
    for query, value in (("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 10_000), ("synchronous", 1)):
        assert list((await sql.rows(f"PRAGMA {query}"))[0].values()) == [value]


@sqlite_only
async def test_what_sqlite_refuses_is_told_as_an_error_of_tortoise(database: Database) -> None:
    with pytest.raises(OperationalError):
        await sql.rows("SELECT nonsense FROM nowhere")


async def test_addresses_of_databases_are_checked(tmp_path: Path) -> None:
    for url in ("mysql://x/y", "sqlite:///x?journal_mode=OFF", "sqlite:///x?synchronous=OFF"):
        with pytest.raises(ConfigurationError):
            await Database.open(url, data_dir=tmp_path)
    assert sqlite_path("sqlite:////var/lib/a.db", tmp_path) == Path("/var/lib/a.db")
    assert sqlite_path("sqlite:///var/lib/a%20b.db?synchronous=FULL", tmp_path) == Path("/var/lib/a b.db")
    assert sqlite_path("sqlite://a.db", tmp_path) == tmp_path / "a.db"


async def test_one_process_uses_one_engine(database: Database, tmp_path: Path) -> None:
    other = "sqlite://x.db" if ENGINE == "postgres" else "postgres://127.0.0.1:1/x"
    with pytest.raises(ConfigurationError, match="not both"):
        await Database.open(other, data_dir=tmp_path)
