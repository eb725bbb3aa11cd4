"""What people add to a proposal beyond a comment: published as a comment, decided about by those who may."""

from dataclasses import dataclass, field
from typing import Any, Final

from server.actions import voices, writing
from server.actions.counting import recount
from server.actions.lifecycle import locked
from server.actions.steps import enter_step
from server.queries.lifecycle import standing_of
from server.rules.contributions import (
    KINDS,
    ContributionKind,
    ContributionState,
    check_words,
    checked_facts,
    kind_of,
    meant_by,
)
from server.rules.drafts import PostDraft
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.events.proposals import ContributionDecided, ProposalMoved
from server.rules.ids import now_ms
from server.rules.lifecycle import Part
from server.rules.permissions import Principal, check_move, check_write, may_steward
from server.storage.models.accounts import Account
from server.storage.models.contributions import Contribution
from server.storage.models.posts import Post
from server.storage.models.proposals import Proposal
from server.storage.sql import execute, row
from server.storage.unit import unit

CHANGEABLE: Final = ("raised", "agreed", "linked", "dormant", "held")
SENT: Final = ("sent", "answered", "in_action", "closed")
OF_STEWARDS: Final = ("answer", "action")


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a comment may be to its proposal: a plain one without `kind`."""

    kind: ContributionKind | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    state: ContributionState = "counted"


async def admitted(by: Principal, draft: PostDraft, proposal_id: int) -> Admitted:
    """The kind of contribution that a draft may become, its facts, checked, and the state it begins in. In any app a
    hashtag or a label says what it is (`rules.contributions.meant_by`); it then waits to be counted. From elsewhere,
    what may not be this kind is a plain comment.

    Raises:
        Invalid: a fact or the words are missing or wrong.
        Refused: an answer or action by somebody whose it is not.
        Conflict: the proposal is in no state for it.
    """
    check_write(by)
    kind, facts = kind_of(draft.record), draft.facts
    formed = kind is not None and draft.elsewhere is None
    if kind is None:
        kind, facts = meant_by(draft.source, draft.hashtags)
    if kind is None:
        return Admitted()
    found = checked_facts(kind, facts, strict=formed)
    if formed:
        check_words(kind, draft.source)
    if kind in OF_STEWARDS and not await _may_enter(by, proposal_id):
        if formed:
            raise Refused("Only whoever owns the rule, or a steward, enters this.")
        return Admitted()
    if formed or kind_of(draft.record) is None:
        try:
            await _check_state(kind, proposal_id)
        except Conflict:
            if formed:
                raise
            return Admitted()
    state = KINDS[kind].state
    if kind == "corroboration" and (kind_of(draft.record) is None or not await _counts_at_once(by)):
        state = "waiting"
    return Admitted(kind, found, state)


async def _may_enter(by: Principal, proposal_id: int) -> bool:
    """Whether somebody may enter an answer or an action. At its home: whoever was asked, and stewards. Elsewhere its
    home judged already, and whoever was asked may answer from where they are."""
    asked = await row(
        "SELECT 1 AS one FROM asks WHERE proposal_id = ? AND sent_at IS NOT NULL AND owner_account_id = ?",
        [proposal_id, by.account_id],
    )
    if asked is not None or by.standing == "owner":
        return True
    post = await Post.get(id=proposal_id).only("local", "account_id")
    if post.local:
        return may_steward(by)
    home = await row(
        "SELECT 1 AS one FROM accounts h JOIN accounts a ON a.domain = h.domain WHERE h.id = ? AND a.id = ?",
        [post.account_id, by.account_id],
    )
    return by.standing == "remote" and home is not None


async def _check_state(kind: ContributionKind, proposal_id: int) -> None:
    proposal = await Proposal.get(post_id=proposal_id).only("state")
    if kind == "amendment" and proposal.state not in CHANGEABLE:
        raise Conflict("The wording is fixed once a proposal was sent. You can add something to it instead.")
    if kind == "check_in" and proposal.state not in ("in_action", "closed"):
        raise Conflict("Until something is being done there is nothing to look for. You can say that you see this too.")
    if kind == "supplement" and proposal.state not in SENT:
        raise Conflict("Until it is sent, the wording itself can be changed.")


async def decide_contribution(
    by: Principal, post_id: int, verdict: ContributionState, reason: str = "", *, reply_id: int | None = None
) -> int:
    """Accept or decline an amendment, mark an objection as answered, count what came from outside as "we see this
    too", say that an action is done or dropped. Returns the id of the step in the timeline.

    Args:
        reason: shown to everybody; needed to decline.
        reply_id: for an objection, the comment that answers it.

    Raises:
        Refused: only the author and stewards may.
        Conflict: it was decided before.
    """
    check_move(by)
    contribution = await Contribution.get_or_none(post_id=post_id)
    if contribution is None:
        raise NotFound
    async with unit() as u:
        moving = await locked(by, contribution.proposal_id)
        parts = (await standing_of(by, moving.post.id))[1]
        if not parts & _deciders(kind_of(contribution.kind)):
            raise Refused("This is for those to decide whose proposal it is.")
        by = await voices.mover(by, moving.post)
        kind = f"{contribution.kind}_{_word(contribution.kind, verdict)}"
        if verdict == "declined" and not reason.strip():
            raise Invalid("reason", "Say why, in a sentence: whoever suggested it should read it.")
        html = writing.markdown(reason, ())
        at = max(now_ms(), moving.proposal.told_at + 1)
        decided = await execute(
            "UPDATE contributions SET state = ?, reason_html = ?, decided_by = ?, decided_at = ?"
            " WHERE post_id = ? AND state IN ('open', 'waiting', 'planned')",
            [verdict, html, by.account_id, at, post_id],
        )
        if not decided:
            raise Conflict("This was decided before. Read the page again.")
        if contribution.kind == "corroboration":
            await recount(by, contribution.proposal_id)
        by_name = moving.ask.owner_name if moving.ask and by.standing == "owner" else ""
        step_id = await enter_step(
            by, moving.post, kind, at, note_html=html, post_id=reply_id or post_id, by_name=by_name
        )
        await execute("UPDATE posts SET rev = rev + 1 WHERE id = ?", [post_id])
        u.emit(ContributionDecided(post_id, by.account_id))
        u.emit(ProposalMoved(moving.post.id, step_id, kind, by.spoken_by or by.account_id))
    return step_id


async def attach_contribution(by: Principal, post: Post, what: Admitted) -> None:
    """The row beside a comment that is a contribution, inside the transaction that inserts it."""
    check_write(by)
    if what.kind is None or post.proposal_id is None:
        return
    await Contribution.create(
        post_id=post.id, proposal_id=post.proposal_id, kind=what.kind, state=what.state, facts=what.facts
    )
    if what.kind == "corroboration":
        await recount(by, post.proposal_id)


async def _counts_at_once(by: Principal) -> bool:
    """Whether "we see this too" counts without a steward's tick: for members here and of other civic instances."""
    account = await Account.get(id=by.account_id).only("domain", "civic")
    return not account.domain or account.civic


def _deciders(kind: ContributionKind | None) -> frozenset[Part]:
    """The wording is its author's alone; what is being done is told by those who do it."""
    if kind == "amendment":
        return frozenset({"author"})
    return frozenset({"steward", "owner"}) if kind == "action" else frozenset({"author", "steward"})


def _word(kind: str, verdict: ContributionState) -> str:
    return "answered" if kind == "objection" else verdict
