"""The lane of what has its time: posts for later, how polls stand and end, reminders of what is held."""

from collections.abc import Callable

import structlog

from server.actions.checks import close_due_poll
from server.actions.holding import remind_again
from server.actions.polls import tell_counts
from server.actions.scheduling import publish_scheduled
from server.jobs.worker import Handler
from server.ledger.queue import ClaimedJob
from server.queries import members, scheduled
from server.rules.errors import CivicError
from server.rules.events.moderation import HeldTooLong
from server.rules.permissions import OPERATOR
from server.storage.unit import unit

log = structlog.get_logger("schedule")


def handler(clock: Callable[[], int]) -> Handler:
    """The handler of queue `schedule`; `clock` gives milliseconds since 1970."""

    async def handle(job: ClaimedJob) -> None:
        if job.kind == "publish":
            await publish(int(job.payload["scheduled_id"]), clock())
        elif job.kind == "close_poll":
            await close_due_poll(OPERATOR, int(job.payload["post_id"]), clock())
        elif job.kind == "tell_counts":
            await tell_counts(OPERATOR, int(job.payload["post_id"]), int(job.payload["at"]))
        elif job.kind == "held_too_long":
            await held_too_long(int(job.payload["post_id"]))
        else:
            raise LookupError(f"This version knows nothing of {job.kind}")

    return handle


async def held_too_long(post_id: int) -> None:
    """What a steward has not read within a working day reminds all of them, and does so again later."""
    async with unit() as work:
        if await remind_again(OPERATOR, post_id):
            work.emit(HeldTooLong(post_id))


async def publish(scheduled_id: int, now: int) -> None:
    """Publish in its author's name what waits. What cannot be published any more stays, for its author to see."""
    member_id = await scheduled.author_of(scheduled_id)
    member = await members.by_id(member_id) if member_id is not None else None
    if member is None:
        return
    try:
        await publish_scheduled(members.principal(member), scheduled_id, now)
    except CivicError as error:
        log.warning("not_published", scheduled_id=scheduled_id, reason=error.detail or error.text)
