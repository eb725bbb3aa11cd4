"""Who took part in a proposal, in which words, and what became of it."""

from collections.abc import Sequence

from server.queries import posts, proposals
from server.queries.domains import is_refused
from server.storage.sql import rows
from server.views.hearing import HeardView, OutcomeView
from server.views.posts import PostView
from server.views.viewer import VISITOR, Viewer

QUOTED = 3  # of what one person wrote the newest; more would bury the answer
ACTIONS = 20

# Words that stand. Answers and actions are what others did about a proposal; what a check asks nobody has written.
_WORDS = (
    "p.kind = 'comment' AND p.visibility IN ('public', 'unlisted', 'private') AND p.deleted_at IS NULL"
    " AND p.removed_by IS NULL AND NOT EXISTS (SELECT 1 FROM contributions c WHERE c.post_id = p.id"
    " AND c.kind IN ('answer', 'action')) AND NOT EXISTS (SELECT 1 FROM checks k WHERE k.post_id = p.id)"
)


async def took_part_elsewhere(
    proposal_id: int, us: Sequence[int], *, but: int, after: int, limit: int
) -> tuple[list[int], int | None]:
    """Accounts on other servers that support a proposal or said something about it, in the order of their ids: none
    that took it back, is gone or has blocked us, and none of a blocked domain. With them the last one looked at, None
    at the end.

    Args:
        us: the accounts in whose name they would be told.
        but: not this account, whose act it is.
        after: the last id of the part before.
        limit: how many are looked at.
    """
    found = await rows(
        "SELECT a.id, a.domain FROM accounts a WHERE a.domain <> '' AND a.state = 'active' AND a.inbox <> ''"
        " AND a.kind NOT IN ('topic', 'instance') AND a.id > ? AND a.id <> ?"
        " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id IN (?))"
        " AND (a.id IN (SELECT account_id FROM likes WHERE post_id = ?)"
        f" OR a.id IN (SELECT p.account_id FROM posts p WHERE p.proposal_id = ? AND {_WORDS})) ORDER BY a.id LIMIT ?",
        [after, but, list(us), proposal_id, proposal_id, limit],
    )
    refused = {domain for domain in {row["domain"] for row in found} if await is_refused(domain)}
    return [row["id"] for row in found if row["domain"] not in refused], found[-1]["id"] if found else None


async def outcome_of(proposal: PostView) -> OutcomeView:
    """What became of a proposal so far."""
    found = await rows(
        "SELECT c.post_id, c.kind FROM contributions c JOIN posts p ON p.id = c.post_id WHERE c.proposal_id = ?"
        " AND (c.kind = 'answer' OR (c.kind = 'action' AND c.state IN ('done', 'dropped'))) AND p.deleted_at IS NULL"
        " AND p.removed_by IS NULL ORDER BY c.post_id DESC LIMIT ?",
        [proposal.id, ACTIONS],
    )
    shown = {post.id: post for post in await posts.views([row["post_id"] for row in found], VISITOR)}
    of_kind = {
        kind: [shown[row["post_id"]] for row in found if row["kind"] == kind and row["post_id"] in shown]
        for kind in ("answer", "action")
    }
    state = proposal.proposal.state if proposal.proposal else ""
    steps = await proposals.steps_of(proposal.id) if state in ("closed", "withdrawn") else []
    return OutcomeView(
        proposal,
        next(iter(of_kind["answer"]), None),
        tuple(reversed(of_kind["action"])),
        next((step for step in reversed(steps) if step.kind == state), None),
    )


async def heard_by(outcome: OutcomeView, account_ids: Sequence[int], viewer: Viewer = VISITOR) -> dict[int, HeardView]:
    """By account, what became of their words; without those who have taken no part.

    Args:
        viewer: who reads it, if that is one of them: they also see what they said to their followers alone.
    """
    proposal_id = outcome.proposal.id
    supporters = await rows(
        "SELECT account_id FROM likes WHERE post_id = ? AND account_id IN (?)", [proposal_id, list(account_ids)]
    )
    said = await rows(
        "SELECT n.id, n.account_id FROM (SELECT p.id, p.account_id, ROW_NUMBER() OVER (PARTITION BY p.account_id"
        f" ORDER BY p.id DESC) AS place FROM posts p WHERE p.proposal_id = ? AND p.account_id IN (?) AND {_WORDS}) n"
        " WHERE n.place <= ? ORDER BY n.id",
        [proposal_id, list(account_ids), QUOTED],
    )
    shown = {post.id: post for post in await posts.views([row["id"] for row in said], viewer)}
    supporting = {row["account_id"] for row in supporters}
    wrote = {
        account_id: tuple(shown[row["id"]] for row in said if row["account_id"] == account_id and row["id"] in shown)
        for account_id in account_ids
    }
    return {
        account_id: HeardView(outcome, words, account_id in supporting)
        for account_id, words in wrote.items()
        if words or account_id in supporting
    }
