"""What the processes of one instance tell each other at once, with PostgreSQL's LISTEN and NOTIFY.

A notice is news and never the only record: whoever misses one finds the rows, because workers look once a second all
the same. SQLite needs none of this: there, one `serve` does everything that somebody may be waiting to see.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import orjson

from server.storage.database import Database

CHANNEL: Final = "folkmoot"
LONGEST: Final = 7_900  # bytes; NOTIFY takes less than 8000
KEPT: Final = 1_000  # notices that wait for a connection, or to be read; the oldest are forgotten
QUIET_SECONDS: Final = 30.0  # after which we ask whether the connection is still there
AGAIN_SECONDS: Final = 1.0

Notice = list[Any]

log = logging.getLogger(__name__)


class Notices:
    """The line to the other processes on this database, a connection of its own: `tell` and `next`, while `run` runs.

    From then on `Database.wake` wakes the workers of all processes. `missed` is called for each new connection, when
    notices may have been lost.
    """

    def __init__(self, database: Database, missed: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._missed = missed
        self._lanes: set[str] = set()
        self._waiting: deque[Notice] = deque(maxlen=KEPT)
        self._arrived: asyncio.Queue[Notice] = asyncio.Queue(KEPT)
        self._news = asyncio.Event()

    def tell(self, name: str, *facts: Any) -> None:
        """Tell all other processes: a name and facts that JSON can hold, together no longer than `LONGEST`."""
        self._waiting.append([name, *facts])
        self._news.set()

    async def next(self) -> Notice:
        """Wait for the next thing that another process told."""
        return await self._arrived.get()

    async def run(self) -> None:
        """Stay connected until cancelled."""
        self._database.beyond = self._wake
        try:
            while True:
                try:
                    await self._talk()
                except Exception as error:
                    log.warning("Other processes cannot be heard just now, trying again: %s", error or repr(error))
                await asyncio.sleep(AGAIN_SECONDS)
        finally:
            self._database.beyond = None

    def _wake(self, lanes: tuple[str, ...]) -> None:
        self._lanes.update(lanes or [""])
        self._news.set()

    async def _talk(self) -> None:
        connection = await self._database.client.connect_alone()  # type: ignore[attr-defined]  # of postgres_engine
        try:
            connection.add_termination_listener(lambda _: self._news.set())
            await connection.add_listener(CHANNEL, self._hear)
            self._missed()
            self._database.wake_here()
            while not connection.is_closed():
                await self._send(connection)
                try:
                    async with asyncio.timeout(QUIET_SECONDS):
                        await self._news.wait()
                except TimeoutError:
                    await connection.execute("SELECT 1", timeout=AGAIN_SECONDS * 5)
        finally:
            with suppress(Exception):
                await connection.close(timeout=AGAIN_SECONDS)

    async def _send(self, connection: Any) -> None:
        """Everything that waits, as much as fits into one message at a time."""
        self._news.clear()
        if self._lanes:
            self._waiting.appendleft(["wake", *self._lanes])
            self._lanes.clear()
        while self._waiting:
            parts: list[bytes] = []
            room = LONGEST
            while self._waiting and len(part := orjson.dumps(self._waiting[0])) < room:
                parts.append(part)
                room -= len(part) + 1
                self._waiting.popleft()
            if parts:
                text = b"[" + b",".join(parts) + b"]"
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, text.decode(), timeout=QUIET_SECONDS)
            else:
                log.error("Too long to be told to other processes: %s", self._waiting.popleft()[0])

    def _hear(self, connection: Any, sender: int, _: str, text: object) -> None:
        if sender == connection.get_server_pid():
            return
        for notice in orjson.loads(str(text)):
            if notice[0] == "wake":
                self._database.wake_here(*filter(None, notice[1:] if "" not in notice else []))
                continue
            if self._arrived.full():
                self._arrived.get_nowait()
            self._arrived.put_nowait(notice)
