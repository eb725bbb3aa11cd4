"""One hop to a connection's thread for as many statements as can go together. A hop costs more than most statements."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tortoise.exceptions import TransactionManagementError

T = TypeVar("T")


async def hop(connection: Any, work: Callable[[sqlite3.Connection], T]) -> T:
    """Do some work on a connection of aiosqlite, in the thread that owns it. It is done to its end, in its turn, even
    when the task that asked for it is cancelled meanwhile."""
    done: T = await connection._execute(work, connection._conn)
    return done


def counted(query: str, values: Sequence[Any] | None) -> Callable[[sqlite3.Connection], tuple[int, list[Any]]]:
    """One statement: how many rows it changed (for a query: returned), and the rows."""

    def work(connection: sqlite3.Connection) -> tuple[int, list[Any]]:
        cursor = connection.execute(query, values or ())
        rows = cursor.fetchall()
        return (cursor.rowcount if cursor.rowcount >= 0 else len(rows)), rows

    return work


def named(query: str, values: Sequence[Any] | None) -> Callable[[sqlite3.Connection], list[dict[str, Any]]]:
    """One statement: its rows by column name."""

    def work(connection: sqlite3.Connection) -> list[dict[str, Any]]:
        cursor = connection.cursor()
        cursor.row_factory = None  # a dict of a tuple costs a third of a dict of a `sqlite3.Row`
        rows = cursor.execute(query, values or ()).fetchall()
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    return work


class Writer:
    """The connection that writes, for one transaction. What nobody waits for (BEGIN, and statements that were put off)
    is done in the hop of the next statement that somebody waits for, or of the COMMIT; a transaction in which nobody
    asked for anything is one hop altogether."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._begun = False
        self._broken = False
        self._put_off: list[tuple[str, Sequence[Sequence[Any]]]] = []

    def put_off(self, query: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run an INSERT, UPDATE or DELETE for each of these rows later, before anything that is asked for after it."""
        self._put_off.append((query, rows))

    async def hop(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What was put off, and then this."""
        if self._broken:
            raise TransactionManagementError("A statement of this transaction failed, so it can only be rolled back")
        begun, self._begun = self._begun, True
        put_off, self._put_off = self._put_off, []

        def everything(connection: sqlite3.Connection) -> T:
            try:
                if not begun:
                    connection.execute("BEGIN IMMEDIATE")
                for query, rows in put_off:
                    connection.executemany(query, rows)
            except BaseException:
                self._broken = True  # whoever put it off has gone on believing in it
                raise
            return work(connection)

        return await hop(self._connection, everything)

    async def commit(self) -> None:
        if self._begun or self._put_off:
            await self.hop(lambda connection: connection.commit())

    async def rollback(self) -> None:
        self._put_off.clear()
        if self._begun:
            await self._connection.rollback()

    async def execute(self, query: str, values: Sequence[Any] = ()) -> None:
        """For savepoints."""
        await self.hop(lambda connection: connection.execute(query, values))

    async def execute_insert(self, query: str, values: Sequence[Any]) -> list[int | None]:
        """The row's id, in a list, as Tortoise takes it."""
        return [await self.hop(lambda connection: connection.execute(query, values).lastrowid)]

    async def executescript(self, script: str) -> None:
        """Several statements in one text; for migrations."""
        await self.hop(lambda connection: connection.executescript(script))
