"""Direct messages, grouped by thread."""

from server.queries.paging import window
from server.storage.sql import rows
from server.views.viewer import Page, Viewer


async def of(viewer: Viewer, page: Page) -> list[tuple[int, int]]:
    """(thread id, id of its newest direct post) of the member's conversations; the second is the cursor."""
    where, values, order = window(page, "newest")
    found = await rows(
        "SELECT thread_id, newest FROM (SELECT p.thread_id, MAX(p.id) AS newest FROM posts p"
        " WHERE p.visibility = 'direct' AND p.deleted_at IS NULL AND p.removed_by IS NULL"
        " AND p.held_reason = '' AND (p.account_id = ?"
        " OR p.id IN (SELECT m.post_id FROM mentions m WHERE m.account_id = ?)) GROUP BY p.thread_id) AS threads"
        f" WHERE {where} ORDER BY newest {order} LIMIT ?",
        [viewer.account_id, viewer.account_id, *values, page.limit],
    )
    pairs = [(row["thread_id"], row["newest"]) for row in found]
    return pairs[::-1] if order == "ASC" else pairs


async def newest_in(viewer: Viewer, thread_id: int) -> int | None:
    """The newest direct post of a thread that is the member's, if it is one."""
    found = await rows(
        "SELECT MAX(p.id) AS newest FROM posts p WHERE p.thread_id = ? AND p.visibility = 'direct'"
        " AND p.deleted_at IS NULL AND p.removed_by IS NULL AND p.held_reason = '' AND (p.account_id = ?"
        " OR p.id IN (SELECT m.post_id FROM mentions m WHERE m.account_id = ?))",
        [thread_id, viewer.account_id, viewer.account_id],
    )
    return found[0]["newest"] if found and found[0]["newest"] else None
