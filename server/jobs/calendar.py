"""What the calendar does by itself, every few hours: answers that are late are said to be, and what nobody talks about
rests.

The next run waits under a key made from its time, as the daily pruning does (`prune.py`).
"""

from collections.abc import Callable
from typing import Final

import structlog

from server.actions.asks import note_delay
from server.actions.lifecycle import move_proposal
from server.jobs.worker import Handler
from server.ledger.queue import ClaimedJob
from server.queries import asks
from server.queries.lifecycle import silent_since
from server.rules.errors import CivicError
from server.rules.permissions import CLOCK
from server.storage.unit import unit

LANE: Final = "calendar"
EVERY: Final = 4 * 3_600_000  # so that a new day is noticed soon after midnight, whatever the time zone
SILENCE: Final = 183 * 86_400_000  # half a year without a word, after which a proposal rests

log = structlog.get_logger("calendar")


async def begin(now: int) -> None:
    """See to it that the next run waits. Doing so again changes nothing. `now` in milliseconds."""
    at = (now // EVERY + 1) * EVERY
    async with unit() as work:
        work.enqueue(LANE, f"calendar:{at}", {"at": at}, run_at=at)


def handler(clock: Callable[[], int]) -> Handler:
    """The handler of queue `calendar`; `clock` gives milliseconds since 1970."""

    async def handle(job: ClaimedJob) -> None:
        now = clock()
        await begin(max(now, int(job.payload["at"])))
        await look(now)

    return handle


async def look(now: int) -> None:
    """Enter what the calendar says today. Whatever moved on meanwhile is left alone."""
    for proposal_id, asked in await asks.awaited():
        if asked.state in ("delayed", "long_overdue"):
            await note_delay(CLOCK, proposal_id, asked.state)
    for proposal_id in await silent_since(now - SILENCE):
        try:
            await move_proposal(CLOCK, proposal_id, "rest")
        except CivicError as moved:
            log.info("not_resting", proposal_id=proposal_id, reason=moved.text)
