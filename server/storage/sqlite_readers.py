"""The connections that only read a SQLite file: each in a thread of its own, and a statement goes to whichever is free.

A statement costs one trip to a thread and back. In between, nothing of it is left on the event loop, so whoever asked
may be cancelled at any time: the thread ends its statement, and nobody takes the answer.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

STATEMENTS = 256  # kept prepared by each connection


class Question(NamedTuple):
    """A statement with its values, and who waits for the rows."""

    answer: asyncio.Future[Any]
    statement: str
    values: Sequence[Any]


class Readers:
    """Some threads that answer questions about the database at `path`."""

    def __init__(self, path: str, pragmas: Mapping[str, Any]) -> None:
        self._path = path
        self._pragmas = {**pragmas, "query_only": "ON"}
        self._questions: SimpleQueue[Question | asyncio.Future[Any]] = SimpleQueue()
        self._threads: list[Thread] = []

    async def open(self, number: int) -> None:
        """Start this many. Raises what SQLite raises if the file cannot be opened."""
        for _ in range(number):
            opened: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            thread = Thread(target=self._answer, args=(opened,), name="sqlite-reader", daemon=True)
            thread.start()
            await opened
            self._threads.append(thread)

    async def close(self) -> None:
        """End all of them, after what was asked before."""
        ended = [asyncio.get_running_loop().create_future() for _ in self._threads]
        for each in ended:
            self._questions.put(each)
        self._threads.clear()
        await asyncio.gather(*ended)

    async def rows(self, statement: str, values: Sequence[Any] | None) -> list[dict[str, Any]]:
        """What a statement that only reads returns, by column name. Raises `sqlite3.Error`."""
        answer: asyncio.Future[list[dict[str, Any]]] = asyncio.get_running_loop().create_future()
        self._questions.put(Question(answer, statement, values or ()))
        return await answer

    def _answer(self, opened: asyncio.Future[Any]) -> None:
        """One thread, from the opening of its connection until it is told to end."""
        try:
            connection = sqlite3.connect(self._path, isolation_level=None, cached_statements=STATEMENTS)
            for name, value in self._pragmas.items():
                connection.execute(f"PRAGMA {name}={value}")
        except BaseException as error:
            tell(opened, error)
            return
        tell(opened, None)
        while isinstance(asked := self._questions.get(), Question):
            try:
                cursor = connection.execute(asked.statement, asked.values)
                names = [column[0] for column in cursor.description]
                tell(asked.answer, [dict(zip(names, row, strict=True)) for row in cursor])
            except BaseException as error:
                tell(asked.answer, error)
        connection.close()
        tell(asked, None)


def tell(waiting: asyncio.Future[Any], what: Any) -> None:
    """Hand a result, or an exception, to whoever waits for it on an event loop; from any thread."""
    with contextlib.suppress(RuntimeError):  # the loop was closed before the answer came
        waiting.get_loop().call_soon_threadsafe(_take, waiting, what)


def _take(waiting: asyncio.Future[Any], what: Any) -> None:
    if waiting.done():
        return
    if isinstance(what, BaseException):
        waiting.set_exception(what)
    else:
        waiting.set_result(what)
