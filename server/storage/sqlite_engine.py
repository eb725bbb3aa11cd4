"""SQLite for Tortoise: one connection that writes, a few that only read, and transactions that survive cancellation.

Tortoise's own backend has one connection for everything, so that each read waits for the transaction of some other
task; it begins deferred, so that two processes fail with "database is locked" in spite of a time-out; and a task that
is cancelled while it begins or commits leaves its lock taken for ever. Tortoise finds this engine by `client_class`.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiosqlite
from tortoise.backends.base.client import (
    ConnectionWrapper,
    NestedTransactionContext,
    TransactionalDBClient,
    TransactionContext,
)
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError

from server.storage.settle import settle
from server.storage.sqlite_writer import Writer, counted, hop, named

# Memory is counted for each connection: three of them stay below 25 MB with these.
PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "NORMAL",
    "busy_timeout": 10_000,
    "foreign_keys": "ON",
    "cache_size": -6_000,
    "mmap_size": 33_554_432,
    "temp_store": "MEMORY",
    "journal_size_limit": 67_108_864,
}
OF_THE_FILE = {"journal_mode", "journal_size_limit"}
READS = re.compile(r"\s*select\b|\s*with\b(?!.*\b(?:insert|update|delete|replace\s+into)\b)", re.IGNORECASE | re.DOTALL)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into Tortoise's."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OperationalError(error) from error
    except sqlite3.IntegrityError as error:
        raise IntegrityError(error) from error


class Client(SqliteClient):
    """The connections of one database file. `readers=0` makes one connection do everything (migrations)."""

    def __init__(self, file_path: str, readers: int = 2, **settings: Any) -> None:
        super().__init__(file_path, **{**PRAGMAS, **settings})
        self._wanted_readers = readers
        self._readers: list[aiosqlite.Connection] = []
        self._idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._opening = asyncio.Lock()

    async def create_connection(self, with_db: bool) -> None:
        async with self._opening:
            if self._connection:
                return
            with translated():
                await super().create_connection(with_db)
            for _ in range(self._wanted_readers):
                reader = await aiosqlite.connect(self.filename, isolation_level=None)
                self._readers.append(reader)
                reader.row_factory = sqlite3.Row
                for name, value in self.pragmas.items():
                    if name not in OF_THE_FILE:
                        await reader.execute_fetchall(f"PRAGMA {name}={value}")
                await reader.execute_fetchall("PRAGMA query_only=ON")
                self._idle.put_nowait(reader)

    async def close(self) -> None:
        for reader in self._readers:
            await reader.close()
        self._readers.clear()
        self._idle = asyncio.LifoQueue()
        await super().close()

    @asynccontextmanager
    async def _connection_for(self, query: str) -> AsyncIterator[Any]:
        if not self._connection:
            await self.create_connection(with_db=True)
        if self._readers and READS.match(query):
            reader = await self._idle.get()
            try:
                yield reader
            finally:
                self._idle.put_nowait(reader)
        else:
            async with self._lock:
                yield self._connection

    async def execute_query(self, query: str, values: Sequence[Any] | None = None) -> tuple[int, Sequence[Any]]:
        async with self._connection_for(query) as connection:
            with translated():
                return await hop(connection, counted(query, values))

    async def execute_query_dict(self, query: str, values: Sequence[Any] | None = None) -> list[dict[str, Any]]:
        async with self._connection_for(query) as connection:
            with translated():
                return await hop(connection, named(query, values))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        async with self._in_transaction() as transaction:
            await transaction.execute_many(query, values)

    def _in_transaction(self) -> TransactionContext:
        return Transaction(Wrapper(self), self._lock)


class Wrapper(SqliteTransactionWrapper):
    """What queries see inside a transaction. It knows its end, and the task that began it."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._root: Wrapper = self
        self.task = asyncio.current_task()
        if isinstance(connection, Wrapper):  # a savepoint shares the lock and the writer of its transaction
            self._lock = connection._lock
            self._root = connection._root

    def acquire_connection(self) -> ConnectionWrapper[Writer]:
        if self._root._finalized:
            raise TransactionManagementError(
                "Used after its transaction ended: start background tasks with context=contextvars.Context()"
            )
        return ConnectionWrapper(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(Wrapper(self))

    async def execute_query(self, query: str, values: Sequence[Any] | None = None) -> tuple[int, Sequence[Any]]:
        async with self.acquire_connection() as writer:
            with translated():
                return await writer.hop(counted(query, values))

    async def execute_query_dict(self, query: str, values: Sequence[Any] | None = None) -> list[dict[str, Any]]:
        async with self.acquire_connection() as writer:
            with translated():
                return await writer.hop(named(query, values))

    async def execute_many(self, query: str, values: Sequence[Sequence[Any]]) -> None:
        """Nobody learns what came of it, so it need not be done at once."""
        async with self.acquire_connection() as writer:
            writer.put_off(query, values)


class Transaction(TransactionContext):
    """Takes the writer for itself and gives it back, ended cleanly, whenever the task is cancelled. The BEGIN goes with
    the first statement."""

    def __init__(self, client: Wrapper, lock: asyncio.Lock) -> None:
        self.client = client
        self._lock = lock

    async def __aenter__(self) -> TransactionalDBClient:
        await self._lock.acquire()
        client = self.client
        try:
            parent = client._parent
            if not parent._connection:
                await parent.create_connection(with_db=True)
            client._connection = Writer(parent._connection)
            self._token = get_connections().set(client.connection_name, client)
        except BaseException:
            client._finalized = True
            self._lock.release()
            raise
        return client

    async def __aexit__(self, kind: Any, error: Any, traceback: Any) -> None:
        try:
            if not self.client._finalized:
                await settle(self.client.rollback() if kind else self._commit())
        finally:
            self.client._finalized = True
            get_connections().reset(self._token)
            self._lock.release()

    async def _commit(self) -> None:
        connection = self.client._connection
        try:
            with translated():
                await self.client.commit()
        except BaseException:
            await connection.rollback()
            raise


client_class = Client
