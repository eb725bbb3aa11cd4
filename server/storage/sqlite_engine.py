"""SQLite for Tortoise: one connection that writes, a few that only read, and transactions that survive cancellation.

Tortoise's own backend has one connection for everything, so that each read waits for the transaction of some other
task; it begins deferred, so that two processes fail with "database is locked" in spite of a time-out; and a task that
is cancelled while it begins or commits leaves its lock taken for ever. Tortoise finds this engine by `client_class`.
"""

import asyncio
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

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
from server.storage.sqlite_readers import Readers
from server.storage.sqlite_writer import Writer, counted, hop, named

# Memory is counted for each connection: four of them stay below 25 MB with these.
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


@lru_cache(maxsize=2048)
def only_reads(query: str) -> bool:
    """Whether a statement changes nothing. Remembered: to look through a long one takes longer than to run it."""
    return READS.match(query) is not None


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
        self._readers: Readers | None = None
        self._opening = asyncio.Lock()

    async def create_connection(self, with_db: bool) -> None:
        async with self._opening:
            if self._connection:
                return
            with translated():
                await super().create_connection(with_db)
            if self._wanted_readers:
                with translated():
                    pragmas = {name: value for name, value in self.pragmas.items() if name not in OF_THE_FILE}
                    self._readers = Readers(self.filename, pragmas)
                    await self._readers.open(self._wanted_readers)

    async def close(self) -> None:
        if self._readers:
            await self._readers.close()
            self._readers = None
        await super().close()

    async def execute_query(self, query: str, values: Sequence[Any] | None = None) -> tuple[int, Sequence[Any]]:
        if reader := await self._reader_for(query):
            with translated():
                found = await reader.rows(query, values)
                return len(found), found
        async with self._lock:
            with translated():
                return await hop(self._connection, counted(query, values))

    async def execute_query_dict(self, query: str, values: Sequence[Any] | None = None) -> list[dict[str, Any]]:
        if reader := await self._reader_for(query):
            with translated():
                return await reader.rows(query, values)
        async with self._lock:
            assert self._connection
            with translated():
                return await hop(self._connection, named(query, values))

    async def _reader_for(self, query: str) -> Readers | None:
        """Where to ask this; None: where everything is written."""
        if not self._connection:
            await self.create_connection(with_db=True)
        return self._readers if only_reads(query) else None

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
