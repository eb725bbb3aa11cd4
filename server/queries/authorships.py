"""Who is behind a post in the organisation's voice. The only place that reads it, and its answers go nowhere but to
the author: to let them change their words, and to tell them of answers."""

from collections.abc import Sequence

from server.storage.sql import row, rows
from server.views.viewer import Viewer


async def behind(post_id: int | None) -> int | None:
    """The account of the member behind a post; None for one in somebody's own name, and for an anonymous one."""
    if post_id is None:
        return None
    found = await row("SELECT account_id FROM authorships WHERE post_id = ?", [post_id])
    return found["account_id"] if found else None


async def taking_part(proposal_id: int) -> list[int]:
    """The members behind a proposal and what was said about it in the organisation's voice: those who are told what
    becomes of it."""
    found = await rows(
        "SELECT DISTINCT xa.account_id FROM authorships xa JOIN posts p ON p.id = xa.post_id WHERE p.deleted_at IS NULL"
        " AND (p.id = ? OR p.proposal_id = ?)",
        [proposal_id, proposal_id],
    )
    return [each["account_id"] for each in found]


def is_behind(post: str) -> str:
    """A condition for a query about posts: that the member whose id it binds is behind this one."""
    return f"EXISTS (SELECT 1 FROM authorships xa WHERE xa.post_id = {post} AND xa.account_id = ?)"


async def written_by(viewer: Viewer, ids: Sequence[int]) -> set[int]:
    """Those of the posts behind which the viewer is."""
    if not viewer.signed_in or not ids:
        return set()
    found = await rows(
        "SELECT post_id FROM authorships WHERE account_id = ? AND post_id IN (?)", [viewer.account_id, list(ids)]
    )
    return {each["post_id"] for each in found}


async def already_said(account_id: int, idempotency_key: str) -> int | None:
    """The post that this member made with this Idempotency-Key before."""
    found = await row(
        "SELECT post_id FROM authorships WHERE account_id = ? AND idempotency_key = ?", [account_id, idempotency_key]
    )
    return found["post_id"] if found else None
