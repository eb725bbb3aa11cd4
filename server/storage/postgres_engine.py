"""PostgreSQL for Tortoise over asyncpg: no connection is lost when a task is cancelled while it begins or commits.

Tortoise's own context leaks a connection of the pool for each such cancellation, until none is left.
"""

import asyncio
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    ConnectionWrapper,
    NestedTransactionContext,
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

from server.storage.settle import settle

OF_THE_POOL = {"min_size", "max_size", "max_queries", "max_inactive_connection_lifetime"}


class Client(AsyncpgDBClient):
    """The pool of one database."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        # The planner thinks that a timeline is much work, and would compile it for seconds to run it in a millisecond.
        self.server_settings.setdefault("jit", "off")

    async def create_pool(self, **settings: Any) -> asyncpg.Pool:
        return await asyncpg.create_pool(None, reset=_leave, **settings)

    async def create_connection(self, with_db: bool) -> None:
        if self._pool is None:
            await super().create_connection(with_db)

    async def connect_alone(self) -> asyncpg.Connection:
        """A connection outside of the pool, for what must stay on one and the same."""
        settings = {name: value for name, value in self._template.items() if name not in OF_THE_POOL}
        return await asyncpg.connect(password=self.password, **settings)

    def _in_transaction(self) -> TransactionContext:
        return Transaction(Wrapper(self), self._pool_init_lock)


class Wrapper(TransactionWrapper):
    """What queries see inside a transaction. It knows its end, and the task that began it."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._root: Wrapper = self
        self.task = asyncio.current_task()
        if isinstance(connection, Wrapper):
            self._lock = connection._lock
            self._root = connection._root

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        if self._root._finalized:
            raise TransactionManagementError(
                "Used after its transaction ended: start background tasks with context=contextvars.Context()"
            )
        return ConnectionWrapper(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(Wrapper(self))


class Transaction(TransactionContextPooled):
    """Takes a connection from the pool and gives it back clean, whenever the task is cancelled."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        client = self.client
        pool = client._parent._pool
        connection = client._connection = await pool.acquire()
        try:
            await settle(client.begin())
        except BaseException:
            client._finalized = True
            await settle(pool.release(connection))  # the pool resets a connection it takes back, which rolls back
            raise
        self.token = get_connections().set(self.connection_name, client)
        return client

    async def __aexit__(self, kind: Any, error: Any, traceback: Any) -> None:
        client = self.client
        try:
            if not client._finalized:
                await settle(client.rollback() if kind else client.commit())
        finally:
            client._finalized = True
            get_connections().reset(self.token)
            await settle(client._parent._pool.release(client._connection))


async def _leave(connection: Any) -> None:
    """What happens to a connection that goes back to the pool, after an open transaction was rolled back: nothing.
    We change nothing else of a session, and each statement would wait for one more answer of the server."""


client_class = Client
