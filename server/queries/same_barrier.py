"""Proposals that are said to be about the same barrier, and what they count together."""

from collections.abc import Sequence

from server.queries import posts
from server.queries.moments import moment
from server.storage.sql import rows
from server.views.posts import PostView
from server.views.same_barrier import Pooled, SameBarrierView
from server.views.viewer import VISITOR, Viewer


async def of_proposal(proposal_id: int, viewer: Viewer = VISITOR) -> list[SameBarrierView]:
    """What is said, or wished, to be the same; those that the viewer may not see are only an address."""
    found = await rows(
        "SELECT s.other_uri, s.said_here, s.said_there, s.by_id, s.created_at, p.id FROM same_barriers s"
        " LEFT JOIN posts p ON p.uri = s.other_uri WHERE s.proposal_id = ? AND (s.said_here OR s.said_there"
        " OR s.by_id IS NOT NULL) ORDER BY s.created_at, s.id",
        [proposal_id],
    )
    seen = {each.id: each for each in await posts.views([row["id"] for row in found if row["id"]], viewer)}
    return [
        SameBarrierView(
            uri=row["other_uri"],
            said_here=bool(row["said_here"]),
            said_there=bool(row["said_there"]),
            wished_at=moment(row["created_at"]) if row["by_id"] is not None else None,
            post=seen.get(row["id"] or 0),
        )
        for row in found
    ]


def pooled(post: PostView, same: Sequence[SameBarrierView]) -> Pooled | None:
    """What a proposal and those that are firmly the same count together; None for one by itself."""
    every = [post, *(each.post for each in same if each.firm and each.post is not None)]
    if len(every) == 1:
        return None
    return Pooled(
        proposals=len(every),
        organisations=len({each.account.domain for each in every}),
        corroborations=sum(each.proposal.corroborations_count for each in every if each.proposal),
    )


async def wished_before(at: int) -> list[tuple[int, str]]:
    """Proposals of ours that a steward would link, and told the author so before `at` (milliseconds); and with what."""
    found = await rows(
        "SELECT s.proposal_id, s.other_uri FROM same_barriers s JOIN posts p ON p.id = s.proposal_id"
        " WHERE s.by_id IS NOT NULL AND NOT s.said_here AND p.local AND p.deleted_at IS NULL AND p.removed_by IS NULL"
        " AND s.created_at < ? ORDER BY s.id LIMIT 500",
        [at],
    )
    return [(row["proposal_id"], row["other_uri"]) for row in found]


async def uris_said(proposal_id: int) -> list[str]:
    """The addresses that the home of a proposal says are the same."""
    found = await rows(
        "SELECT other_uri FROM same_barriers WHERE proposal_id = ? AND said_here ORDER BY id", [proposal_id]
    )
    return [row["other_uri"] for row in found]
