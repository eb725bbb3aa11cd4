"""What the calendar does by itself, every few hours: answers that are late are said to be, stewards are reminded, what
has no answer for much too long is closed, what nobody talks about rests. On Mondays stewards get the list of the week.

The next run waits under a key made from its time, as the daily pruning does (`prune.py`). Each thing that is done is
noted with it, so that a look which is cut off, or comes late after days without one, does nothing twice.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from server.actions.asks import close_unanswered, note_delay
from server.actions.lifecycle import move_proposal
from server.actions.reminders import remind
from server.actions.same_barrier import link_wished
from server.jobs.worker import Handler
from server.ledger.queue import ClaimedJob
from server.queries import asks
from server.queries.calendar import calendar
from server.queries.lifecycle import silent_since, unreported_since
from server.queries.same_barrier import wished_before
from server.queries.week import raised_between
from server.rules.errors import CivicError
from server.rules.permissions import CLOCK
from server.rules.reminding import REPORT_DAYS, WEEK_DAYS, newest_mark
from server.rules.same_barrier import TOLD_DAYS
from server.storage.unit import unit

LANE: Final = "calendar"
EVERY: Final = 4 * 3_600_000  # so that a new day is noticed soon after midnight, whatever the time zone
DAY: Final = 86_400_000
SILENCE: Final = 183 * DAY  # half a year without a word, after which a proposal rests

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
    await _week_over()
    for asked in await asks.awaited():
        await _unless_moved(_answer_awaited(asked), asked.proposal_id)
    for proposal_id, reported_at in await unreported_since(now - REPORT_DAYS * DAY):
        await remind(CLOCK, "no_report", proposal_id, reported_at, (now - reported_at) // (REPORT_DAYS * DAY))
    for proposal_id, other_uri in await wished_before(now - TOLD_DAYS * DAY):
        await _unless_moved(link_wished(CLOCK, proposal_id, other_uri), proposal_id)
    for proposal_id in await silent_since(now - SILENCE):
        await _unless_moved(move_proposal(CLOCK, proposal_id, "rest"), proposal_id)


async def _week_over() -> None:
    """What was raised in the week before this one, once."""
    days = await calendar()
    monday = days.monday
    if await raised_between(monday - WEEK_DAYS * DAY, monday):
        await remind(CLOCK, "week", 0, 0, days.day_of(monday).toordinal())


async def _answer_awaited(asked: asks.Awaited) -> None:
    """How late it is, said once; stewards are reminded; at last it is closed without an answer."""
    if asked.clock.state in ("delayed", "long_overdue"):
        await note_delay(CLOCK, asked.proposal_id, asked.clock.state)
    if asked.clock.given_up:
        await close_unanswered(CLOCK, asked.proposal_id, asked.clock.since)
    elif (mark := newest_mark(asked.clock.since, asked.limits)) is not None:
        await remind(CLOCK, "unanswered", asked.proposal_id, asked.ask_id, mark)


async def _unless_moved(act: Awaitable[object], proposal_id: int) -> None:
    try:
        await act
    except CivicError as moved:
        log.info("left_alone", proposal_id=proposal_id, reason=moved.text)
