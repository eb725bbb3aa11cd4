"""Changing the schema of a database that is in use, without losing a row, an index or a trigger.

Tortoise's own migrations, run in a safer way: one at a time under a lock that dies with its process, each in one
transaction with the note that it was applied, foreign keys off and then checked, the SQLite file backed up first.
"""

import asyncio
import fcntl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TextIO

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import ConfigurationError, OperationalError
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor, BaseSchemaEditor
from tortoise.transactions import in_transaction

from server.rules.errors import Refused
from server.storage.database import APPS, CONNECTION, Database, dialect_of, sqlite_path
from server.storage.schema_state import project
from server.storage.sqlite_tables import SafeSqliteEditor

BACKUPS_KEPT = 5
LOCK_SECONDS = 600.0
ADVISORY_LOCK = 0x666F6C6B


class Executor(MigrationExecutor):
    """Applies migrations forward, each one wholly or not at all."""

    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> BaseSchemaEditor:
        editor = SafeSqliteEditor if self.connection.capabilities.dialect == "sqlite" else AsyncpgSchemaEditor
        return editor(self.connection, atomic=atomic, collect_sql=collect_sql)

    async def waiting(self) -> list[str]:
        """Names of the migrations that are not applied yet, in order.

        Raises:
            Refused: there are some that only a newer version of the program knows.
        """
        plan = await self.plan()
        newer = sorted(key.name for key in set(await self.recorder.applied_migrations()) - set(self._full_plan()))
        if newer:
            raise Refused(
                "A newer version of Folkmoot has changed this database (%(migration)s). Install that version again, or"
                " put the backup in its place that was made before the upgrade.",
                migration=newer[-1],
            )
        return [step.migration.name for step in plan]

    async def upgrade(self) -> list[str]:
        """Apply all that wait; their names."""
        await self.recorder.ensure_schema(self._schema_editor(atomic=False))
        plan = await self.plan()
        applied = set(await self.recorder.applied_migrations())
        keys = [key for key in self._full_plan() if key in applied]
        connections = {label: app["default_connection"] for label, app in self.loader.apps_config.items()}
        state = await project(self.loader.graph, keys, connections)
        for step in plan:
            editor = self._schema_editor()
            async with in_transaction(CONNECTION) as transaction:
                editor.client = transaction
                await step.migration.apply(state, schema_editor=editor)
                await _check_foreign_keys(transaction, step.migration.name)
                self.recorder.connection = transaction
                await self.recorder.record_applied(step.migration.app_label, step.migration.name)
            self.recorder.connection = self.connection
        return [step.migration.name for step in plan]


async def migrate(url: str, data_dir: Path, *, apps: Mapping[str, dict[str, Any]] = APPS) -> list[str]:
    """Bring a database up to date and return the names of the migrations that were applied.

    A SQLite database that holds something is backed up first, to `<data_dir>/backups/`; the newest five are kept.
    Raises `ConfigurationError` if another process is still migrating after ten minutes.
    """
    async with _lock(url, data_dir), _executor(url, data_dir, apps) as executor:
        names = await executor.waiting()
        if not names:
            return []
        if dialect_of(url) == "sqlite" and await _holds_something(executor.connection):
            await _back_up(executor.connection, sqlite_path(url, data_dir), data_dir)
        return await executor.upgrade()


async def pending(url: str, data_dir: Path, *, apps: Mapping[str, dict[str, Any]] = APPS) -> list[str]:
    """Names of the migrations that a database still needs."""
    async with _executor(url, data_dir, apps) as executor:
        return await executor.waiting()


@asynccontextmanager
async def _executor(url: str, data_dir: Path, apps: Mapping[str, dict[str, Any]]) -> AsyncIterator[Executor]:
    database = await Database.open(url, data_dir=data_dir, migrating=True, apps=apps)
    try:
        with database.use():
            yield Executor(database.client, {key: dict(app) for key, app in apps.items()})
    finally:
        await database.close()


@asynccontextmanager
async def _lock(url: str, data_dir: Path) -> AsyncIterator[None]:
    """One process migrates at a time. Both kinds of lock go when their process does."""
    end = time.monotonic() + LOCK_SECONDS
    if dialect_of(url) == "postgres":
        import asyncpg  # noqa: PLC0415  # 2.5 MB that SQLite has no use for

        connection = await asyncpg.connect(url)
        try:
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", ADVISORY_LOCK):
                await _wait_for_lock(end)
            yield
        finally:
            await connection.close()
    else:
        with _lock_file(data_dir) as file:
            while not _taken(file):
                await _wait_for_lock(end)
            yield


def _lock_file(data_dir: Path) -> TextIO:
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return (data_dir / "migrate.lock").open("w")


def _taken(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _wait_for_lock(end: float) -> None:
    if time.monotonic() > end:
        raise ConfigurationError("Another process has been migrating this database for ten minutes: look at its log")
    await asyncio.sleep(0.1)


async def _holds_something(client: BaseDBAsyncClient) -> bool:
    tables = await client.execute_query_dict(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('tortoise_migrations', 'sqlite_sequence')"
    )
    return bool(tables)


async def _back_up(client: BaseDBAsyncClient, path: Path, data_dir: Path) -> None:
    copy = _name_of_copy(data_dir / "backups", path)
    await client.execute_query("VACUUM INTO ?", [str(copy)])
    _keep_newest(copy, path)


def _name_of_copy(folder: Path, path: Path) -> Path:
    folder.mkdir(exist_ok=True, mode=0o700)
    moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    return folder / f"{path.stem}-{moment}-{time.time_ns() % 10**9:09}.sqlite3"


def _keep_newest(copy: Path, path: Path) -> None:
    copy.chmod(0o600)
    for old in sorted(copy.parent.glob(f"{path.stem}-*.sqlite3"))[:-BACKUPS_KEPT]:
        old.unlink()


async def _check_foreign_keys(client: BaseDBAsyncClient, name: str) -> None:
    if client.capabilities.dialect != "sqlite":
        return
    if broken := await client.execute_query_dict("PRAGMA foreign_key_check"):
        tables = ", ".join(sorted({each["table"] for each in broken}))
        raise OperationalError(
            f"Migration {name} would leave rows without their parents in {tables}: nothing was changed"
        )
