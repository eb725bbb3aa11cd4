"""Saying that two proposals are about the same barrier. Each stays its author's; nothing is moved or merged."""

from dataclasses import replace
from html import escape

from server.actions import voices
from server.actions.alike import alike
from server.actions.lifecycle import Moving, locked, move
from server.actions.steps import enter_step
from server.queries.calendar import calendar
from server.queries.lifecycle import standing_of
from server.rules.errors import Conflict, Invalid, NotFound
from server.rules.events.proposals import BarrierNoted, ProposalMoved
from server.rules.ids import new_id, now_ms
from server.rules.lifecycle import NOTHING_MORE, Act
from server.rules.permissions import Principal, check_move, check_write
from server.rules.same_barrier import TOLD_DAYS, check_say, holds
from server.rules.sanitise import clean_html
from server.storage.models.checks import SameBarrier
from server.storage.models.posts import Post
from server.storage.unit import Unit, unit


async def link_barrier(by: Principal, proposal_id: int, other_id: int) -> bool:
    """Say that a proposal of ours is about the same barrier as another that is known here. A steward who does so for
    its author only tells them the first time, and says it again `TOLD_DAYS` working days later. Returns whether it is
    said now.

    Raises:
        NotFound: one of the two is not here.
        Refused, Conflict: as `rules.same_barrier.check_say` says; or the author was told too short a time ago.
    """
    check_write(by)
    async with unit() as u:
        moving = await locked(by, proposal_id)
        other = await Post.get_or_none(id=other_id, kind="proposal", deleted_at=None, removed_by=None)
        if other is None:
            raise NotFound("The other proposal is no longer here.")
        if other.id == proposal_id:
            raise Invalid("other", "This is the same page. Give the address of the other proposal.")
        facts, parts = await standing_of(by, proposal_id)
        check_say(facts.state, parts)
        row = await SameBarrier.get_or_none(proposal_id=proposal_id, other_uri=other.uri)
        if row is not None and row.said_here:
            return True
        told = row.created_at if row is not None and row.by_id is not None else None
        days = (await calendar()).working_days_since(told) if told is not None else None
        if not holds(parts, days):
            if told is not None:
                raise Conflict(
                    "Its author was told %(days)s working days ago. You can say it for them after %(limit)s.",
                    days=days,
                    limit=TOLD_DAYS,
                )
            await _tell_author(by, moving.post, other, row, u)
            return False
        await alike(await voices.mover(by, moving.post), moving.post, other.uri, True)
        await _step(by, moving, other, "link", u)
    return True


async def link_wished(by: Principal, proposal_id: int, other_uri: str) -> bool:
    """What a steward wished to say, and the author was told of and has not refused, is said by itself once they have
    known for `TOLD_DAYS` working days. Returns whether it is said now. `by` is the calendar.

    Raises:
        Refused, Conflict: the proposal is in no state for it.
    """
    check_move(by)
    async with unit() as u:
        moving = await locked(by, proposal_id)
        facts, parts = await standing_of(by, proposal_id)
        check_say(facts.state, parts)
        row = await SameBarrier.get_or_none(proposal_id=proposal_id, other_uri=other_uri, said_here=False)
        other = await Post.get_or_none(uri=other_uri, kind="proposal", deleted_at=None, removed_by=None)
        if row is None or row.by_id is None or other is None:
            return False
        if not holds(parts, (await calendar()).working_days_since(row.created_at)):
            return False
        steward = replace(by, account_id=row.by_id)  # it stands in the timeline as their word
        await alike(steward, moving.post, other_uri, True)
        await _step(steward, moving, other, "link", u)
    return True


async def unlink_barrier(by: Principal, proposal_id: int, other_uri: str) -> None:
    """Take it back, or refuse what a steward or the other side wishes. What is not said changes nothing."""
    check_write(by)
    async with unit() as u:
        moving = await locked(by, proposal_id)
        facts, parts = await standing_of(by, proposal_id)
        check_say(facts.state, parts)
        row = await SameBarrier.get_or_none(proposal_id=proposal_id, other_uri=other_uri)
        if row is None:
            return
        if not row.said_here:
            row.by_id = None
            await row.save(update_fields=("by_id",))
            return
        await alike(await voices.mover(by, moving.post), moving.post, other_uri, False)
        other = await Post.get_or_none(uri=other_uri)
        await _step(by, moving, other, "unlink", u)


async def _tell_author(by: Principal, post: Post, other: Post, row: SameBarrier | None, u: Unit) -> None:
    now = now_ms()
    if row is None:
        row = await SameBarrier.create(
            id=new_id(), proposal_id=post.id, other_uri=other.uri, by_id=by.account_id, created_at=now
        )
    else:
        row.by_id, row.created_at = by.account_id, now
        await row.save(update_fields=("by_id", "created_at"))
    u.emit(BarrierNoted(post.id, row.id, by.account_id))


async def _step(by: Principal, moving: Moving, other: Post | None, act: Act, u: Unit) -> None:
    """Enter it in the timeline. A proposal that is only talked about also changes its state: to the first link, and
    back from the last."""
    post = moving.post
    note = _named(other) if other is not None else ""
    left = await SameBarrier.filter(proposal_id=post.id, said_here=True).count()
    if (act, moving.proposal.state) == ("link", "raised") or (
        (act, moving.proposal.state) == ("unlink", "linked") and not left
    ):
        await move(by, moving, u, act, NOTHING_MORE, note_html=note)
        return
    at = max(now_ms(), moving.proposal.told_at + 1)
    by = await voices.mover(by, post)
    step_id = await enter_step(by, post, "linked" if act == "link" else "unlinked", at, note_html=note)
    u.emit(ProposalMoved(post.id, step_id, act, by.spoken_by or by.account_id))


def _named(other: Post) -> str:
    return clean_html(f'<p><a href="{escape(other.url or other.uri)}">{escape(other.title)}</a></p>')
