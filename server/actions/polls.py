"""Votes in the poll of a post. The first vote stands."""

from tortoise.exceptions import IntegrityError

from server.actions import writing
from server.actions.writing import closing
from server.rules.errors import Conflict, Invalid, NotFound
from server.rules.events.posts import PollClosed, PollCounted, PollVoted
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer, check_write
from server.storage.counts import touch
from server.storage.models.posts import Poll, PollVote
from server.storage.sql import execute
from server.storage.unit import SCHEDULE, unit


async def vote(by: Principal, post_id: int, choices: tuple[int, ...], uri: str = "") -> None:
    """Vote once. A vote from elsewhere may bring the choices of a poll with several answers one by one.

    Raises:
        Invalid: no such option, or several where one is asked.
        Conflict: the poll is closed, or this person voted before.
    """
    check_write(by)
    post = await writing.check_parent(by, post_id)
    if post is None:
        raise NotFound
    try:
        async with unit() as u:
            poll = await Poll.filter(post_id=post.id).select_for_update(no_key=True).get_or_none()
            if poll is None:
                raise NotFound
            chosen, first = await check_vote(by, poll, choices)
            for choice in chosen:
                await PollVote.create(
                    id=new_id(), poll_id=post.id, account_id=by.account_id, choice=choice, uri=uri, at=now_ms()
                )
            if post.local:
                await count_votes(by, poll, chosen, first=first)
            elif poll.expires_at is not None:
                u.enqueue(SCHEDULE, *closing(by, post.id), kind="close_poll", run_at=poll.expires_at)
            await touch("posts", post.id)
            u.emit(PollVoted(post.id, by.account_id, tuple(chosen)))
    except IntegrityError as error:
        raise Conflict("You have voted in this poll before.") from error


async def check_vote(by: Principal, poll: Poll, choices: tuple[int, ...]) -> tuple[list[int], bool]:
    """The choices in order, and whether they are the first of this person. The row of the poll is locked.

    Raises:
        Invalid, Conflict: as `vote`.
    """
    check_write(by)
    if poll.closed_at is not None or (poll.expires_at is not None and poll.expires_at <= now_ms()):
        raise Conflict("This poll is closed.")
    chosen = sorted(set(choices))
    if not chosen or chosen[0] < 0 or chosen[-1] >= len(poll.options):
        raise Invalid("choices", "Choose one of the options.")
    if len(chosen) > 1 and not poll.multiple:
        raise Invalid("choices", "Choose one option only.")
    before = await PollVote.exists(poll_id=poll.post_id, account_id=by.account_id)
    if before and (by.standing == "member" or not poll.multiple):
        raise Conflict("You have voted in this poll before.")
    return chosen, not before


async def count_votes(by: Principal, poll: Poll, chosen: list[int], *, first: bool) -> None:
    """Add a vote to the counts. A poll from elsewhere is counted at its home, which tells us."""
    check_write(by)
    poll.options = [
        {**option, "votes": int(option["votes"]) + (1 if place in chosen else 0)}
        for place, option in enumerate(poll.options)
    ]
    poll.voters_count += 1 if first else 0
    await poll.save(update_fields=["options", "voters_count"])


async def close_poll(by: Principal, post_id: int, now: int) -> None:
    """Close a poll whose time is over (`now`, milliseconds). Once: a second time changes nothing, and so does a time
    that is too early."""
    check_administer(by)
    async with unit() as u:
        closed = await execute(
            "UPDATE polls SET closed_at = ? WHERE post_id = ? AND closed_at IS NULL AND expires_at <= ?",
            [now, post_id, now],
        )
        if closed:
            await touch("posts", post_id)
            u.emit(PollClosed(post_id, now))


async def tell_counts(by: Principal, post_id: int, at: int) -> None:
    """How an open poll stands is to be told now; it was due at `at` (milliseconds)."""
    check_administer(by)
    async with unit() as u:
        u.emit(PollCounted(post_id, at))
