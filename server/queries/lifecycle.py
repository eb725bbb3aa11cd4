"""How a proposal stands, for the rules of its life, and what somebody is in it. Read in one statement."""

from server.queries.authorships import behind
from server.queries.calendar import calendar
from server.rules.clock import GIVEN_UP_DAYS
from server.rules.lifecycle import ACTS, Act, Facts, Part, may_act
from server.rules.permissions import Principal, may_steward
from server.rules.proposals import STATES, State
from server.storage.sql import row, rows
from server.views.posts import PostView

_STANDING = """
    SELECT p.account_id, p.local, p.mode, r.state, r.state_before, r.answer_code, r.corroborations_count,
        r.places_count, r.endorsements_count,
        k.sent_at, k.answered_at, k.long_days, k.owner_account_id, k.id AS ask_id,
        (SELECT COUNT(*) FROM contributions c JOIN posts o ON o.id = c.post_id WHERE c.proposal_id = p.id
            AND c.kind = 'objection' AND c.state = 'open' AND o.deleted_at IS NULL AND o.removed_by IS NULL
            AND o.held_reason = '') AS objections,
        (SELECT COUNT(*) FROM asks s WHERE s.proposal_id = p.id AND s.sent_at IS NOT NULL) AS sent,
        (SELECT COUNT(*) FROM asks s WHERE s.proposal_id = p.id AND s.sent_at IS NOT NULL
            AND s.owner_id = k.owner_id) AS asked,
        (SELECT c.state FROM checks c WHERE c.proposal_id = p.id AND c.method = 'consent'
            ORDER BY c.post_id DESC LIMIT 1) AS checked,
        (SELECT COUNT(*) FROM coauthors w WHERE w.proposal_id = p.id AND w.member_id = ?
            AND w.accepted_at IS NOT NULL) AS writes_along
    FROM posts p JOIN proposals r ON r.post_id = p.id
    LEFT JOIN asks k ON k.id = (SELECT MAX(n.id) FROM asks n WHERE n.proposal_id = p.id)
    WHERE p.id = ?"""


async def standing_of(by: Principal, post_id: int) -> tuple[Facts, frozenset[Part]]:
    """What the guards of `rules.lifecycle` look at, and what `by` is in this proposal.

    Raises `LookupError` for what is no proposal.
    """
    found = await row(_STANDING, [by.member_id, post_id])
    if found is None:
        raise LookupError(f"{post_id} is no proposal")
    sent = found["sent_at"] is not None
    since = (await calendar()).working_days_since(found["sent_at"]) if sent else 0
    facts = Facts(
        state=_state(found["state"]),
        before=_state(found["state_before"]),
        corroborations=found["corroborations_count"],
        places=found["places_count"],
        endorsements=found["endorsements_count"],
        check=found["checked"] or "none",
        objections_open=found["objections"],
        ask_ready=found["ask_id"] is not None and not sent,
        answer=found["answer_code"],
        asked=found["asked"],
        given_up=sent and found["answered_at"] is None and since > found["long_days"] + GIVEN_UP_DAYS,
        sent_ever=found["sent"] > 0,
    )
    parts: set[Part] = set()
    if by.standing == "clock":
        parts.add("clock")
    if may_steward(by):
        parts.add("steward")
    if by.standing == "owner" or (sent and by.account_id and by.account_id == found["owner_account_id"]):
        parts.add("owner")
    wrote = by.account_id == found["account_id"] or found["writes_along"]
    if not wrote and found["mode"] != "open":
        wrote = await behind(post_id) == by.account_id
    if by.standing == "member" and wrote:
        parts.add("author")
    return facts, frozenset(parts)


async def taken_part(proposal_id: int) -> bool:
    """Whether anybody but its author has supported, shared, backed or answered a proposal."""
    found = await row(
        "SELECT 1 AS one FROM posts p WHERE p.id = ? AND (EXISTS (SELECT 1 FROM likes l WHERE l.post_id = p.id"
        " AND l.account_id <> p.account_id) OR EXISTS (SELECT 1 FROM endorsements e WHERE e.proposal_id = p.id)"
        " OR EXISTS (SELECT 1 FROM posts o WHERE (o.proposal_id = p.id OR o.reblog_of_id = p.id) AND o.id <> p.id"
        " AND o.account_id <> p.account_id))",
        [proposal_id],
    )
    return found is not None


async def acts_of(by: Principal, post: PostView) -> list[Act]:
    """The acts that somebody may do with a proposal now, in the order of its life. Elsewhere than at its home whoever
    was asked may answer, and nothing else."""
    if post.proposal is None:
        return []
    facts, parts = await standing_of(by, post.id)
    if not post.local:
        parts &= {"owner"}
    return [act for act in ACTS if may_act(act, facts, parts) and (post.local or act == "answer")]


async def silent_since(at: int) -> list[int]:
    """Raised proposals of ours about which nobody has said a word since `at` (milliseconds)."""
    found = await rows(
        "SELECT r.post_id FROM proposals r JOIN posts p ON p.id = r.post_id WHERE r.state = 'raised' AND p.local"
        " AND p.deleted_at IS NULL AND p.removed_by IS NULL AND r.active_at < ? ORDER BY r.post_id LIMIT 500",
        [at],
    )
    return [each["post_id"] for each in found]


async def unreported_since(at: int) -> list[tuple[int, int]]:
    """Proposals of ours in action about which nothing has been reported since `at` (milliseconds): a step of the
    action, its end, or what is so elsewhere does not count. With each the time of the last report."""
    reported = (
        "(SELECT MAX(o.published_at) FROM contributions c JOIN posts o ON o.id = c.post_id WHERE c.proposal_id = p.id"
        " AND c.kind = 'action' AND o.deleted_at IS NULL AND o.removed_by IS NULL)"
    )
    decided = (
        "(SELECT MAX(s.at) FROM steps s WHERE s.proposal_id = p.id AND s.kind IN ('action_done', 'action_dropped'))"
    )
    found = await rows(
        f"SELECT p.id, r.state_at, {reported} AS reported, {decided} AS decided FROM proposals r"
        " JOIN posts p ON p.id = r.post_id WHERE r.state = 'in_action' AND p.local AND p.deleted_at IS NULL"
        " AND p.removed_by IS NULL AND r.state_at < ? ORDER BY p.id LIMIT 500",
        [at],
    )
    last = [(row["id"], max(row["state_at"], row["reported"] or 0, row["decided"] or 0)) for row in found]
    return [(proposal_id, reported_at) for proposal_id, reported_at in last if reported_at < at]


def _state(name: str) -> State:
    return next(state for state in STATES if state == name)
