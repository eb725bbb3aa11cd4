"""The lane of events: each goes through the table, its consequences in order, and one event after the other.

Several are claimed and booked at once, so that the books cost less than the work.
"""

import asyncio
from collections.abc import Callable

from server.config import Settings
from server.effects.context import Context
from server.effects.table import TABLE
from server.jobs.worker import Handler
from server.ledger.queue import ClaimedJob
from server.live.hub import Hub
from server.rules.events.event import Event
from server.rules.events.every import named

EVENTS = named()


def event_of(job: ClaimedJob) -> Event:
    """The event as it was emitted. Raises `KeyError` for one that this version does not know."""
    facts = dict(job.payload)
    kind = EVENTS[str(facts.pop("event"))]
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()})


def handler(settings: Settings, hub: Hub, clock: Callable[[], int]) -> Handler:
    """The handler of queue `effects`."""
    in_turn = asyncio.Lock()

    async def handle(job: ClaimedJob) -> None:
        event = event_of(job)
        context = Context(settings, hub, clock, job.id)
        async with in_turn:
            for consequence in TABLE[type(event)]:
                await consequence(context, event)

    return handle
