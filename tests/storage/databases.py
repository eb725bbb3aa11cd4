"""A fresh database for a test, on the engine that FOLKMOOT_TEST_ENGINE names (sqlite, the default, or postgres).

Tortoise keeps SQL for one engine in the process, so the two are tested in separate runs.
"""

import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from server.storage.database import CONNECTION, Database

ENGINE = os.environ.get("FOLKMOOT_TEST_ENGINE", "sqlite")
SERVER = os.environ.get("FOLKMOOT_TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
WORK = {"folkmoot": {"models": ["server.storage.models.work"], "default_connection": CONNECTION}}


@asynccontextmanager
async def fresh_url(folder: Path, *, like: str = "") -> AsyncIterator[str]:
    """The address of an empty database that is gone afterwards; on PostgreSQL, of a copy of the one called `like`."""
    if ENGINE == "sqlite":
        yield f"sqlite://{folder}/test-{secrets.token_hex(4)}.sqlite3"
        return
    try:
        server = await asyncpg.connect(SERVER, timeout=5)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        pytest.skip(f"no PostgreSQL at {SERVER}: {error}")
    name = f"folkmoot_test_{os.getpid()}_{secrets.token_hex(4)}"
    copied = f' TEMPLATE "{like}"' if like else ""
    await server.execute(f'CREATE DATABASE "{name}"{copied}')
    try:
        yield f"{SERVER.rpartition('/')[0]}/{name}"
    finally:
        await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await server.close()


class Clock:
    """A time that moves only when told to."""

    def __init__(self, now: int = 1_800_000_000_000) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


@asynccontextmanager
async def fresh_database(folder: Path, clock: Callable[[], int]) -> AsyncIterator[Database]:
    """An open database that holds the tables of `models.work`."""
    async with fresh_url(folder) as url:
        database = await Database.open(url, data_dir=folder, clock=clock, apps=WORK)
        try:
            await database.create_tables()
            yield database
        finally:
            await database.close()
