"""The lane of what has its time: posts that were written for later, how polls stand, and their ends."""

from collections.abc import Callable

import structlog

from server.actions.polls import close_poll, tell_counts
from server.actions.scheduling import publish_scheduled
from server.jobs.worker import Handler
from server.ledger.queue import ClaimedJob
from server.queries import members, scheduled
from server.rules.errors import CivicError
from server.rules.permissions import OPERATOR

log = structlog.get_logger("schedule")


def handler(clock: Callable[[], int]) -> Handler:
    """The handler of queue `schedule`; `clock` gives milliseconds since 1970."""

    async def handle(job: ClaimedJob) -> None:
        if job.kind == "publish":
            await publish(int(job.payload["scheduled_id"]), clock())
        elif job.kind == "close_poll":
            await close_poll(OPERATOR, int(job.payload["post_id"]), clock())
        elif job.kind == "tell_counts":
            await tell_counts(OPERATOR, int(job.payload["post_id"]), int(job.payload["at"]))
        else:
            raise LookupError(f"This version knows nothing of {job.kind}")

    return handle


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
