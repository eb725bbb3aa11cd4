"""The unit of work: rows, and what follows from them, in one transaction (the transactional outbox).

    async with unit() as work:
        post = await Post.create(…)
        work.emit(PostPublished(post.id))

Either all of it is there afterwards, or nothing. Never wait for the network inside one.
"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import orjson
from tortoise.exceptions import TransactionManagementError
from tortoise.transactions import in_transaction

from server.rules.events.event import Event
from server.rules.ids import new_id
from server.storage import sql
from server.storage.database import CONNECTION, Database, current

EFFECTS = "effects"
SCHEDULE = "schedule"  # the lane of what has its time: a post written for later, the end of a poll

_active: ContextVar["Unit | None"] = ContextVar("unit", default=None)


class Unit:
    """What is still to be written when the transaction commits."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.task = asyncio.current_task()
        self.ended = False
        self.failed = False
        self._jobs: list[tuple[Any, ...]] = []
        self._lanes: set[str] = set()

    def emit(self, event: Event) -> None:
        """Record that something happened: one job in the lane `effects`, with the event's name and fields."""
        name = type(event).__name__
        fields = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
        self.enqueue(EFFECTS, None, {"event": name, **fields}, kind=name)

    def enqueue(
        self, queue: str, key: str | None, payload: Mapping[str, Any], *, kind: str = "", run_at: int | None = None
    ) -> None:
        """Ask for work: in the lane `queue`, not before `run_at` (milliseconds; now if not given).

        While a job with the same `key` waits or runs, this does nothing.
        """
        if self.ended:
            raise TransactionManagementError("This unit of work has ended")
        now = self.database.clock()
        body = orjson.dumps(payload).decode()
        self._jobs.append((new_id(), queue, kind or queue, key, body, now if run_at is None else run_at, now))

    def wake(self, lane: str) -> None:
        """Tell the workers of a lane, after the commit, that there is work."""
        self._lanes.add(lane)

    async def write(self) -> set[str]:
        """Write the jobs; the lanes to wake for them. Called once, before the commit."""
        statement = """
            INSERT INTO jobs (id, queue, kind, key, payload, run_at, created_at, state, attempts, lock)
            VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, '') ON CONFLICT (key) DO NOTHING"""
        await sql.execute_many(statement, self._jobs)
        return self._lanes | {job[1] for job in self._jobs}


@asynccontextmanager
async def unit() -> AsyncIterator[Unit]:
    """One transaction on the database in use. One inside another joins it, and if the inner fails the outer does.

    Raises `TransactionManagementError` in a task that was started inside a transaction: its writes would be committed,
    or lost, by somebody else. Start such a task with `context=contextvars.Context()`.
    """
    database = current()
    outer = _active.get()
    if outer is not None and outer.database is database:
        if outer.ended or outer.task is not asyncio.current_task():
            raise TransactionManagementError(
                "This task was started inside a transaction: start it with context=contextvars.Context()"
            )
        try:
            yield outer
        except BaseException:
            outer.failed = True
            raise
        return
    work = Unit(database)
    try:
        async with in_transaction(CONNECTION):
            token = _active.set(work)
            try:
                yield work
                if work.failed:
                    raise TransactionManagementError("A part of this unit of work failed, so none of it is kept")
                lanes = await work.write()
            finally:
                _active.reset(token)
                work.ended = True
    finally:
        work.ended = True
    if lanes:
        database.wake(*lanes)
