"""The connections that only read a SQLite file.

Most statements take less time than a trip to a thread and back, so they run where they are asked, on the event loop,
and are stopped after a millisecond or so of work. Those that need more, or that meet a lock, go to a thread. Either way
nothing is left behind when whoever asked is cancelled: a thread ends its statement, and nobody takes the answer.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

from server.storage.sqlite_writer import named

STATEMENTS = 256  # kept prepared by each connection
STEPS = 20_000  # of SQLite's virtual machine, most of a millisecond; a statement gets one to two times as many here
SENT_ON = 100  # how many times a statement that took longer is sent to a thread before it is tried again

Rows = list[dict[str, Any]]


class Question(NamedTuple):
    """A statement with its values, and who waits for the rows."""

    answer: asyncio.Future[Any]
    statement: str
    values: Sequence[Any] | None


class Readers:
    """What answers questions about the database at `path`: one connection here, and some in threads."""

    def __init__(self, path: str, pragmas: Mapping[str, Any]) -> None:
        self._path = path
        self._pragmas = {**pragmas, "query_only": "ON"}
        self._here: sqlite3.Connection | None = None
        self._ticks = 0
        self._long: dict[str, int] = {}
        self._questions: SimpleQueue[Question | asyncio.Future[Any]] = SimpleQueue()
        self._threads: list[Thread] = []

    async def open(self, threads: int) -> None:
        """Connect. Raises what SQLite raises if the file cannot be opened."""
        for _ in range(threads):
            opened: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            thread = Thread(target=self._serve, args=(opened,), name="sqlite-reader", daemon=True)
            thread.start()
            await opened
            self._threads.append(thread)
        self._here = self._connect({"busy_timeout": 0})
        self._here.set_progress_handler(self._tick, STEPS)

    async def close(self) -> None:
        """End all connections, after what was asked before."""
        ended = [asyncio.get_running_loop().create_future() for _ in self._threads]
        for each in ended:
            self._questions.put(each)
        self._threads.clear()
        await asyncio.gather(*ended)
        if self._here:
            self._here.close()
            self._here = None

    async def rows(self, statement: str, values: Sequence[Any] | None) -> Rows:
        """What a statement that only reads returns, by column name. Raises `sqlite3.Error`."""
        if self._here and not self._is_sent_on(statement):
            self._ticks = 0
            try:
                return named(statement, values)(self._here)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode not in (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY):
                    raise
                self._long[statement] = SENT_ON
        answer: asyncio.Future[Rows] = asyncio.get_running_loop().create_future()
        self._questions.put(Question(answer, statement, values))
        return await answer

    def _tick(self) -> bool:
        """Called by SQLite as often as a prepared statement has done `STEPS`, counted over all its runs, so the first
        call may come early. True stops it."""
        self._ticks += 1
        return self._ticks > 1

    def _is_sent_on(self, statement: str) -> bool:
        """Whether a statement took long a short while ago."""
        left = self._long.get(statement)
        if left is None:
            return False
        if left:
            self._long[statement] = left - 1
        else:
            del self._long[statement]
        return left > 0

    def _connect(self, pragmas: Mapping[str, Any] | None = None) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, cached_statements=STATEMENTS)
        for name, value in {**self._pragmas, **(pragmas or {})}.items():
            connection.execute(f"PRAGMA {name}={value}")
        return connection

    def _serve(self, opened: asyncio.Future[Any]) -> None:
        """One thread, from the opening of its connection until it is told to end."""
        try:
            connection = self._connect()
        except BaseException as error:
            tell(opened, error)
            return
        tell(opened, None)
        while isinstance(asked := self._questions.get(), Question):
            try:
                tell(asked.answer, named(asked.statement, asked.values)(connection))
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
