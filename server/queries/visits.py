"""What happened to proposals since a member last looked at them."""

from server.queries import posts
from server.storage.sql import rows
from server.views.posts import PostView
from server.views.viewer import Viewer


async def since_last_visit(viewer: Viewer, limit: int) -> list[tuple[PostView, int]]:
    """Proposals in which others did or said something since the member last looked, and in how many steps and
    comments; the newest first."""
    found = await rows(
        "SELECT n.proposal_id, n.steps + n.comments AS fresh FROM (SELECT v.proposal_id, r.active_at,"
        " (SELECT COUNT(*) FROM steps s WHERE s.proposal_id = v.proposal_id AND s.at > v.at"
        " AND (s.account_id IS NULL OR s.account_id <> ?)) AS steps,"
        " (SELECT COUNT(*) FROM posts p WHERE p.proposal_id = v.proposal_id AND p.kind = 'comment'"
        " AND p.created_at > v.at AND p.account_id <> ? AND p.visibility IN ('public', 'unlisted')"
        " AND p.deleted_at IS NULL AND p.removed_by IS NULL) AS comments"
        " FROM visits v JOIN proposals r ON r.post_id = v.proposal_id WHERE v.member_id = ? AND r.active_at > v.at) n"
        " WHERE n.steps + n.comments > 0 ORDER BY n.active_at DESC LIMIT ?",
        [viewer.account_id, viewer.account_id, viewer.member_id, limit],
    )
    fresh = {row["proposal_id"]: row["fresh"] for row in found}
    return [(post, fresh[post.id]) for post in await posts.views(list(fresh), viewer)]
