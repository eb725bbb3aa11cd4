"""Posts written for later: they are checked like any other when they are put away, and published by the same acts."""

from server.actions.posts import publish_post
from server.actions.proposals import publish_proposal
from server.queries.accounts import loaded
from server.rules.drafts import PostDraft
from server.rules.errors import Invalid, NotFound
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member
from server.rules.scheduling import EARLIEST_MS, MOST_WAITING, Draft, packed, unpacked
from server.storage.models.scheduled import ScheduledStatus
from server.storage.sql import rows
from server.storage.unit import SCHEDULE, unit


class TriedOut(Exception):
    """Takes back what was only tried."""


async def schedule_post(by: Principal, draft: Draft, publish_at: int) -> int:
    """Put a draft away until `publish_at` (milliseconds); returns the id of what waits, the same for the same
    Idempotency-Key.

    Raises:
        Invalid: the time is too near, there is too much waiting, or the draft could not be published now either.
        NotFound, Refused: as publishing it would.
    """
    check_member(by)
    key = draft.idempotency_key or None
    before = await ScheduledStatus.get_or_none(member_id=by.member_id, idempotency_key=key) if key else None
    if before is not None:
        return int(before.id)
    check_time(by, publish_at)
    if await ScheduledStatus.filter(member_id=by.member_id).count() >= MOST_WAITING:
        raise Invalid("scheduled_at", "You have %(limit)s posts waiting, which is the limit.", limit=MOST_WAITING)
    facts = packed(draft, now_ms())
    await try_out(by, unpacked(facts, now_ms()))
    scheduled_id = new_id()
    async with unit() as u:
        await ScheduledStatus.create(
            id=scheduled_id,
            member_id=by.member_id,
            publish_at=publish_at,
            draft=facts,
            media_ids=list(draft.media_ids),
            idempotency_key=key,
            created_at=now_ms(),
        )
        u.enqueue(SCHEDULE, *job(by, scheduled_id, publish_at), kind="publish", run_at=publish_at)
    return scheduled_id


async def reschedule_post(by: Principal, scheduled_id: int, publish_at: int) -> None:
    """Another time for what waits.

    Raises:
        Invalid: the time is too near.
        NotFound: nothing of this member waits under this id.
    """
    check_member(by)
    check_time(by, publish_at)
    async with unit() as u:
        mine = ScheduledStatus.filter(id=scheduled_id, member_id=by.member_id)
        if not await mine.update(publish_at=publish_at):
            raise NotFound
        u.enqueue(SCHEDULE, *job(by, scheduled_id, publish_at), kind="publish", run_at=publish_at)


async def cancel_scheduled(by: Principal, scheduled_id: int) -> None:
    """Throw away what waits; its pictures are free again."""
    check_member(by)
    if not await ScheduledStatus.filter(id=scheduled_id, member_id=by.member_id).delete():
        raise NotFound


async def publish_scheduled(by: Principal, scheduled_id: int, now: int) -> int | None:
    """Publish what waits, if its time has come (`now`, milliseconds); returns the post's id.

    It stops waiting in the transaction that publishes it: whatever dies in between, it is published once.

    Raises:
        CivicError: it cannot be published any more (what it answers is gone); then it still waits, for its author to
            see.
    """
    check_member(by)
    async with unit():
        found = await rows(
            "DELETE FROM scheduled_statuses WHERE id = ? AND member_id = ? AND publish_at <= ? RETURNING draft",
            [scheduled_id, by.member_id, now],
        )
        return await publish(by, unpacked(loaded(found[0]["draft"]), now_ms())) if found else None


async def try_out(by: Principal, draft: Draft) -> None:
    """Publish a draft and take it back at once, so that what is wrong with it is said now and not when nobody looks."""
    check_member(by)
    try:
        async with unit():
            await publish(by, draft)
            raise TriedOut
    except TriedOut:
        return


async def publish(by: Principal, draft: Draft) -> int:
    """The act for this kind of draft."""
    check_member(by)
    return await (publish_post(by, draft) if isinstance(draft, PostDraft) else publish_proposal(by, draft))


def check_time(by: Principal, publish_at: int) -> None:
    check_member(by)
    if publish_at < now_ms() + EARLIEST_MS:
        raise Invalid("scheduled_at", "Choose a time at least five minutes from now.")


def job(by: Principal, scheduled_id: int, publish_at: int) -> tuple[str, dict[str, int]]:
    """The key and payload of the job. A new time is a new job; the one for the old time finds that it is too early, or
    that nothing waits."""
    check_member(by)
    return f"scheduled:{scheduled_id}:{publish_at}", {"scheduled_id": scheduled_id}
