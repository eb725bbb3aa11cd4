"""Holding: what a steward reads first. Something new can be held from the start, something shown can be taken from view
and shown again. `held_reason` says so; of a proposal its state says the same (`lifecycle.move` calls here)."""

from typing import Final

from server.actions.counting import count, recount
from server.actions.decisions import record_decision
from server.queries.accounts import loaded
from server.queries.calendar import calendar
from server.rules.clock import add_working_days
from server.rules.drafts import PostDraft, ProposalDraft
from server.rules.errors import Conflict, Refused
from server.rules.events.moderation import PostHidden, PostRestored
from server.rules.events.posts import PostPublished
from server.rules.ids import now_ms
from server.rules.moderation import HOLDS, READ_DAYS, Why
from server.rules.permissions import CLOCK, Principal, check_move, check_write, may_steward
from server.storage.models.posts import Post
from server.storage.sql import row, rows
from server.storage.unit import SCHEDULE, Unit, unit

FASTER: Final = "Somebody else decided about this a moment ago. Read the page again."
NOT_HELD: Final = ("answer", "action")  # they move a proposal on, and only whoever was asked or a steward enters them


async def reason_to_hold(by: Principal, draft: PostDraft | ProposalDraft) -> str:
    """Why a steward should read something new before others do; empty if it can go up."""
    check_write(by)
    if by.standing != "member" or draft.elsewhere is not None or draft.visibility not in ("public", "unlisted"):
        return ""
    if isinstance(draft, PostDraft) and draft.record in NOT_HELD:
        return ""
    found = await row(
        "SELECT a.limited, (SELECT value FROM settings WHERE name = 'hold_first') AS hold_first,"
        " EXISTS (SELECT 1 FROM posts p WHERE p.account_id = a.id AND p.held_reason = '' AND p.removed_by IS NULL"
        " AND p.reblog_of_id IS NULL AND p.visibility IN ('public', 'unlisted')) AS shown"
        " FROM accounts a WHERE a.id = ?",
        [by.account_id],
    )
    if found is None or found["limited"]:
        return "limited"
    if draft.hold in HOLDS:
        return draft.hold
    first = loaded(found["hold_first"]) == "yes" and not found["shown"]  # what the site chose, and has seen of them
    return "first_post" if first and not may_steward(by) else ""


async def topic_holds(by: Principal, proposal_id: int) -> str:
    """Why a comment from a server that does not share the topic waits for a steward, by the rule of the topic; empty if
    it can go up. Whoever was asked about the proposal is no stranger.

    Raises:
        Refused: in this topic people of the organisations that share it comment, and nobody else.
    """
    check_write(by)
    if by.standing != "remote":
        return ""
    found = await row(
        "SELECT t.replies, EXISTS (SELECT 1 FROM posts c JOIN proposals q ON q.post_id = c.proposal_id"
        " WHERE c.account_id = a.id AND c.kind = 'comment' AND q.topic_id = r.topic_id AND c.held_reason = ''"
        " AND c.removed_by IS NULL AND c.deleted_at IS NULL) AS known"
        " FROM proposals r JOIN topics t ON t.account_id = r.topic_id JOIN accounts a ON a.id = ?"
        " WHERE r.post_id = ? AND t.replies <> 'open' AND NOT EXISTS (SELECT 1 FROM chapters s JOIN accounts h"
        " ON h.id = s.account_id WHERE s.topic_id = t.account_id AND s.state = 'linked' AND h.domain = a.domain)"
        " AND NOT EXISTS (SELECT 1 FROM asks k WHERE k.proposal_id = r.post_id AND k.owner_account_id = a.id)",
        [by.account_id, proposal_id],
    )
    if found is None:
        return ""
    if found["replies"] == "members":
        raise Refused("In this topic only people of the organisations that share it can comment.")
    return "" if found["known"] else "stranger"


async def publish_or_hold(by: Principal, post: Post, u: Unit, *, fetched: bool = False) -> None:
    """The end of publishing: everybody hears of it, or stewards do."""
    check_write(by)
    if post.held_reason:
        await record_decision(CLOCK, u, "hold", post.account_id, Why(post.held_reason), post_id=post.id)
        await remind_later(by, post.id, u)
    else:
        u.emit(PostPublished(post.id, fetched=fetched))


async def hide(by: Principal, post: Post, why: Why, u: Unit) -> None:
    """Take what is shown from view until a steward has decided.

    Raises:
        Conflict: it is held or gone by now.
    """
    check_move(by)
    if not await rows(
        "UPDATE posts SET held_reason = ?, rev = rev + 1 WHERE id = ? AND held_reason = '' AND removed_by IS NULL"
        " AND deleted_at IS NULL RETURNING id",
        [why.code, post.id],
    ):
        raise Conflict(FASTER)
    await uncount(by, post)
    await record_decision(by, u, "hold", post.account_id, why, post_id=post.id)
    await remind_later(by, post.id, u)
    u.emit(PostHidden(post.id))


async def show(by: Principal, post: Post, u: Unit) -> bool:
    """Show what was held or removed. Returns whether nobody could see it ever before: then it is published now.

    Raises:
        Conflict: it is shown, or its author has taken it back.
    """
    check_move(by)
    first = await _never_shown(by, post.id)
    if first:
        post.published_at = now_ms()
    if not await rows(
        "UPDATE posts SET held_reason = '', removed_by = NULL, removed_reason = '', removed_note = '', rev = rev + 1,"
        " published_at = ? WHERE id = ? AND deleted_at IS NULL AND (held_reason <> '' OR removed_by IS NOT NULL)"
        " RETURNING id",
        [post.published_at, post.id],
    ):
        raise Conflict(FASTER)
    await record_decision(
        by, u, "publish", post.account_id, Why(post.removed_reason or post.held_reason), post_id=post.id
    )
    await count(by, post, 1)
    if post.proposal_id is not None:
        await recount(by, post.proposal_id)
    u.emit(PostPublished(post.id) if first else PostRestored(post.id))
    return first


async def uncount(by: Principal, post: Post) -> None:
    """The counts that one post less to see moves."""
    check_move(by)
    await count(by, post, -1)
    if post.kind == "comment" and post.proposal_id is not None:
        await recount(by, post.proposal_id)


async def _never_shown(by: Principal, post_id: int) -> bool:
    """Whether a post was held from the start, and nobody has released it since."""
    check_move(by)
    found = await row(
        "SELECT MAX(CASE WHEN act = 'hold' AND code IN (?) THEN 1 ELSE 0 END) AS held,"
        " MAX(CASE WHEN act = 'publish' THEN 1 ELSE 0 END) AS shown FROM decisions WHERE post_id = ?",
        [list(HOLDS), post_id],
    )
    return found is not None and bool(found["held"]) and not found["shown"]


async def remind_later(by: Principal, post_id: int, u: Unit) -> None:
    """Have stewards reminded, should it still wait after a working day."""
    check_move(by)
    days = await calendar()
    waits = (add_working_days(days.today, READ_DAYS, days.holidays) - days.today).days
    at = now_ms() + waits * 24 * 3600 * 1000
    u.enqueue(SCHEDULE, f"held:{post_id}:{at}", {"post_id": post_id}, kind="held_too_long", run_at=at)


async def remind_again(by: Principal, post_id: int) -> bool:
    """Whether a post still waits; then stewards are reminded once more later."""
    check_move(by)
    waiting = await Post.filter(id=post_id, deleted_at=None, removed_by=None).exclude(held_reason="").exists()
    if waiting:
        async with unit() as u:
            await remind_later(by, post_id, u)
    return waiting
