"""Moving a proposal through its life: one act at a time, at its home alone, each entered in its timeline."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from server.actions import voices, writing
from server.actions.holding import hide, show
from server.actions.steps import enter_step
from server.queries.lifecycle import standing_of
from server.rules.errors import Conflict, NotFound
from server.rules.events.proposals import ProposalMoved
from server.rules.ids import now_ms
from server.rules.lifecycle import ACTS, NOTHING_MORE, Act, Wanted, check_act
from server.rules.moderation import Why, check_why, words_of
from server.rules.permissions import CLOCK, Principal, check_move
from server.storage.models.asks import Ask
from server.storage.models.posts import Post
from server.storage.models.proposals import Proposal
from server.storage.unit import Unit, unit

STEP_KINDS: dict[Act, str] = {
    "hold": "held", "release": "released", "agree": "agreed", "talk_again": "talked_again", "send": "sent",
    "answer": "answered", "ask_again": "sent", "take_further": "taken_further", "begin": "in_action", "close": "closed",
    "disagree": "disagreed", "reopen": "reopened", "link": "linked", "unlink": "unlinked", "rest": "dormant",
    "wake": "woken", "withdraw": "withdrawn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moving:
    """A proposal that is about to move, locked: its rows, and what its newest ask is."""

    post: Post
    proposal: Proposal
    ask: Ask | None


async def move_proposal(
    by: Principal,
    post_id: int,
    act: Act,
    wanted: Wanted = NOTHING_MORE,
    *,
    by_name: str = "",
    said_in: int | None = None,
    also: Callable[[Moving, Unit], Awaitable[None]] | None = None,
) -> int:
    """Do one act of the life cycle. Returns the id of the step it entered.

    Args:
        by_name: who did it, where that is no account (an owner by letter or link).
        said_in: the post that says it, such as an answer.
        also: what else belongs into the same transaction.

    Raises:
        NotFound: there is no such proposal of ours.
        Refused, Conflict, Invalid: as `rules.lifecycle.check_act` says.
    """
    check_move(by)
    async with unit() as u:
        moving = await locked(by, post_id)
        return await move(by, moving, u, act, wanted, by_name=by_name, said_in=said_in, also=also)


async def move(
    by: Principal,
    moving: Moving,
    u: Unit,
    act: Act,
    wanted: Wanted,
    *,
    by_name: str = "",
    said_in: int | None = None,
    note_html: str = "",
    also: Callable[[Moving, Unit], Awaitable[None]] | None = None,
) -> int:
    """The same inside a transaction that holds the proposal. `note_html` is what the timeline says of it where nobody
    wrote a reason."""
    check_move(by)
    post, proposal = moving.post, moving.proposal
    at = max(now_ms(), proposal.told_at + 1)
    if post.removed_by is not None and act != "release":
        raise NotFound
    facts, parts = await standing_of(by, post.id)
    target = check_act(act, facts, parts, wanted)
    by = await voices.mover(by, post)
    if also is not None:
        await also(moving, u)
    changed = target != proposal.state
    if changed:
        if ACTS[act].target is not None:
            proposal.state_before = proposal.state
        proposal.state, proposal.state_at = target, at
    proposal.outcome = wanted.outcome if act == "close" else "" if act == "reopen" else proposal.outcome
    await proposal.save(update_fields=("state", "state_at", "state_before", "outcome", "answer_code"))
    kind, note = STEP_KINDS[act], wanted.reason
    if act == "hold":
        await hide(by, post, check_why(Why(wanted.code, wanted.reason)), u)
        note = words_of(wanted.code)  # the sentence is for its author alone
    elif act == "release" and await show(by, post, u):
        kind = "raised"
    step_id = await enter_step(
        by,
        post,
        kind,
        at,
        state=target if changed else "",
        note_html=writing.markdown(note, ()) or note_html,
        post_id=said_in,
        by_name=by_name,
        version=post.version if act in ("agree", "send", "take_further") or kind == "raised" else None,
    )
    u.emit(ProposalMoved(post.id, step_id, act, by.spoken_by or by.account_id))
    return step_id


async def locked(by: Principal, post_id: int) -> Moving:
    """A proposal of ours, held until the transaction ends. The lock leaves the key free: whoever has just inserted an
    answer to it holds that, and two of them would wait for each other for ever.

    Raises:
        NotFound: it is gone, or its home is elsewhere.
    """
    check_move(by)
    post = await Post.filter(id=post_id, kind="proposal", deleted_at=None).select_for_update(no_key=True).get_or_none()
    if post is None:
        raise NotFound
    if not post.local:
        raise Conflict("This proposal lives on another server. Its people there move it on.")
    proposal = await Proposal.get(post_id=post_id)
    return Moving(post, proposal, await Ask.filter(proposal_id=post_id).order_by("-id").first())


async def wake(by: Principal, proposal_id: int | None, u: Unit) -> None:
    """A proposal of ours that rests is awake again as soon as anybody says something, inside that transaction."""
    check_move(by)
    if await Proposal.exists(post_id=proposal_id, state="dormant") and await Post.exists(id=proposal_id, local=True):
        await move(CLOCK, await locked(CLOCK, int(proposal_id or 0)), u, "wake", NOTHING_MORE)
