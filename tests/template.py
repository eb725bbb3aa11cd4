"""Databases that are up to date from the start. Migrating takes seconds and copying does not, so a migrated database is
kept to be copied: on SQLite for this process, on PostgreSQL for as long as its server runs and the migrations are the
same."""

import asyncio
import atexit
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import asyncpg
import pytest

from server.storage.migrating import migrate
from tests.storage.databases import ENGINE, SERVER, fresh_url

STORAGE = Path(__file__).parents[1] / "server" / "storage"
LOCK = 7_236_002  # any number: only one process at a time makes the template
_files: dict[str, Path] = {}
_idle: list[str] = []


@asynccontextmanager
async def ready_url(folder: Path) -> AsyncIterator[str]:
    """The address of a database with all migrations applied, gone afterwards."""
    if ENGINE == "postgres":
        url = _idle.pop() if _idle else await postgres_copy(folder)
        yield url
        await emptied(url)
        _idle.append(url)
        return
    async with fresh_url(folder) as url:
        shutil.copyfile(await sqlite_template(), url.removeprefix("sqlite://"))
        yield url


async def sqlite_template() -> Path:
    """A migrated file, made once in this process."""
    if "sqlite" not in _files:
        folder = Path(tempfile.mkdtemp(prefix="folkmoot-template-"))
        await migrate(f"sqlite://{folder}/template.sqlite3", data_dir=folder)
        _files["sqlite"] = folder / "template.sqlite3"
    return _files["sqlite"]


async def postgres_copy(folder: Path) -> str:
    """A new database of this process. Even copying takes a second where the disk is waited for, so it is used again and
    again, and dropped at the end."""
    name = f"folkmoot_test_{os.getpid()}_{secrets.token_hex(4)}"
    template = await postgres_template(folder)
    server = await asyncpg.connect(SERVER, timeout=5)
    try:
        await server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    finally:
        await server.close()
    atexit.register(lambda: asyncio.run(dropped(name)))
    return f"{SERVER.rpartition('/')[0]}/{name}"


async def emptied(url: str) -> None:
    """Delete every row but the record of the migrations."""
    database = await asyncpg.connect(url, timeout=5)
    try:
        tables = [row[0] for row in await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        await database.execute("SET session_replication_role = replica")
        await database.execute(";".join(f'DELETE FROM "{name}"' for name in tables if "migration" not in name))
    finally:
        await database.close()


async def dropped(name: str) -> None:
    server = await asyncpg.connect(SERVER, timeout=5)
    try:
        await server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await server.close()


async def postgres_template(folder: Path) -> str:
    """The name of a migrated database, made once for each state of the migrations. Without a server the test is left
    out."""
    name = f"folkmoot_template_{fingerprint()}"
    try:
        server = await asyncpg.connect(SERVER, timeout=5)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        pytest.skip(f"no PostgreSQL at {SERVER}: {error}")
    try:
        await server.execute("SELECT pg_advisory_lock($1)", LOCK)
        if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await server.execute(f'DROP DATABASE IF EXISTS "{name}_new"')
            await server.execute(f'CREATE DATABASE "{name}_new"')
            await migrate(f"{SERVER.rpartition('/')[0]}/{name}_new", data_dir=folder)
            await server.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    finally:
        await server.close()
    return name


@cache
def fingerprint() -> str:
    """Changes with the migrations."""
    found = sorted([*STORAGE.glob("migrations/*.py"), *STORAGE.glob("search*.py")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in found)).hexdigest()[:12]
