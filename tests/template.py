"""Databases that are up to date from the start. Migrating takes seconds and copying does not, so a migrated database is
kept to be copied: on SQLite for this process, on PostgreSQL for as long as its server runs and the migrations are the
same."""

import hashlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import asyncpg

from server.storage.migrating import migrate
from tests.storage.databases import ENGINE, SERVER, fresh_url

STORAGE = Path(__file__).parents[1] / "server" / "storage"
LOCK = 7_236_002  # any number: only one process at a time makes the template
_files: dict[str, Path] = {}


@asynccontextmanager
async def ready_url(folder: Path) -> AsyncIterator[str]:
    """The address of a database with all migrations applied, gone afterwards."""
    if ENGINE == "postgres":
        async with fresh_url(folder, like=await postgres_template(folder)) as url:
            yield url
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


async def postgres_template(folder: Path) -> str:
    """The name of a migrated database, made once for each state of the migrations. Empty where there is no server: the
    test is then left out by whoever connects next."""
    name = f"folkmoot_template_{fingerprint()}"
    try:
        server = await asyncpg.connect(SERVER, timeout=5)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return ""
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
