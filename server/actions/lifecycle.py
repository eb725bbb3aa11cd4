"""Moving a proposal through its life: one act at a time, at its home alone, each entered in its timeline."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from server.actions import writing
from server.actions.steps import enter_step
from server.queries.calendar import calendar
from server.rules.clock import GIVEN_UP_DAYS
from server.rules.errors import Conflict, NotFound
from server.rules.events import ProposalMoved
from server.rules.ids import now_ms
from server.rules.lifecycle import ACTS, NOTHING_MORE, Act, Facts, Part, Wanted, check_act
from server.rules.permissions import Principal, check_move, may_steward
from server.rules.proposals import STATES, State
from server.storage.models.asks import Ask
from server.storage.models.contributions import CoAuthor
from server.storage.models.posts import Post
from server.storage.models.proposals import Proposal
from server.storage.sql import row
from server.storage.unit import Unit, unit

STEP_KINDS: dict[Act, str] = {
    "hold": "held", "release": "released", "agree": "agreed", "talk_again": "talked_again", "send": "sent",
    "answer": "answered", "ask_again": "sent", "begin": "in_action", "close": "closed", "reopen": "reopened",
    "link": "linked", "unlink": "unlinked", "rest": "dormant", "wake": "woken", "withdraw": "withdrawn",
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
    also: Callable[[Moving, Unit], Awaitable[None]] | None = None,
) -> int:
    """The same inside a transaction that holds the proposal."""
    check_move(by)
    post, proposal = moving.post, moving.proposal
    at = max(now_ms(), proposal.told_at + 1)
    facts = await facts_of(by, moving)
    target = check_act(act, facts, await parts_of(by, moving), wanted)
    if also is not None:
        await also(moving, u)
    changed = target != proposal.state
    if changed:
        if ACTS[act].target is not None:
            proposal.state_before = proposal.state
        proposal.state, proposal.state_at = target, at
    proposal.outcome = wanted.outcome if act == "close" else "" if act == "reopen" else proposal.outcome
    await proposal.save(update_fields=("state", "state_at", "state_before", "outcome", "answer_code"))
    step_id = await enter_step(
        by,
        post,
        STEP_KINDS[act],
        at,
        state=target if changed else "",
        note_html=writing.markdown(wanted.reason, ()),
        post_id=said_in,
        by_name=by_name,
        version=post.version if act in ("agree", "send") else None,
    )
    u.emit(ProposalMoved(post.id, step_id, act, by.spoken_by or by.account_id))
    return step_id


async def locked(by: Principal, post_id: int) -> Moving:
    """A proposal of ours, held until the transaction ends.

    Raises:
        NotFound: it is gone, or its home is elsewhere.
    """
    check_move(by)
    post = await Post.filter(id=post_id, kind="proposal", deleted_at=None).select_for_update().get_or_none()
    if post is None:
        raise NotFound
    if not post.local:
        raise Conflict("This proposal lives on another server. Its people there move it on.")
    proposal = await Proposal.get(post_id=post_id)
    return Moving(post, proposal, await Ask.filter(proposal_id=post_id).order_by("-id").first())


async def parts_of(by: Principal, moving: Moving) -> frozenset[Part]:
    """What somebody is in a proposal."""
    check_move(by)
    parts: set[Part] = set()
    if by.standing == "clock":
        parts.add("clock")
    if may_steward(by):
        parts.add("steward")
    if by.standing == "owner" or (moving.ask is not None and moving.ask.sent_at and _is_owner(by, moving.ask)):
        parts.add("owner")
    if by.standing == "member" and (by.account_id == moving.post.account_id or await _writes_along(by, moving.post)):
        parts.add("author")
    return frozenset(parts)


async def _writes_along(by: Principal, post: Post) -> bool:
    return await CoAuthor.exists(proposal_id=post.id, member_id=by.member_id, accepted_at__isnull=False)


def _is_owner(by: Principal, ask: Ask) -> bool:
    return ask.owner_account_id is not None and by.account_id == ask.owner_account_id


async def facts_of(by: Principal, moving: Moving) -> Facts:
    """What the guards look at, as it stands inside this transaction."""
    check_move(by)
    post_id, proposal, ask = moving.post.id, moving.proposal, moving.ask
    found = await row(
        "SELECT (SELECT COUNT(*) FROM contributions c JOIN posts p ON p.id = c.post_id WHERE c.proposal_id = ?"
        " AND c.kind = 'objection' AND c.state = 'open' AND p.deleted_at IS NULL AND p.removed_by IS NULL)"
        " AS objections, (SELECT COUNT(*) FROM asks WHERE proposal_id = ? AND sent_at IS NOT NULL) AS asked,"
        " (SELECT state FROM checks WHERE proposal_id = ? AND method = 'consent' ORDER BY post_id DESC LIMIT 1)"
        " AS checked",
        [post_id, post_id, post_id],
    )
    assert found is not None
    since = (await calendar()).working_days_since(ask.sent_at) if ask is not None and ask.sent_at else 0
    return Facts(
        state=_state(proposal.state),
        before=_state(proposal.state_before),
        corroborations=proposal.corroborations_count,
        places=proposal.places_count,
        endorsements=proposal.endorsements_count,
        check=found["checked"] or "none",
        objections_open=found["objections"],
        ask_ready=ask is not None and ask.sent_at is None,
        answer=proposal.answer_code,
        asked=found["asked"],
        given_up=ask is not None and ask.answered_at is None and since > ask.long_days + GIVEN_UP_DAYS,
        sent_ever=found["asked"] > 0,
    )


def _state(name: str) -> State:
    return next(state for state in STATES if state == name)
