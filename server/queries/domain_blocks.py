"""The domains that a member wants nothing from."""

from server.queries.paging import window
from server.storage.sql import rows
from server.views.viewer import Page, Viewer


async def blocked_by(viewer: Viewer, page: Page) -> list[tuple[int, str]]:
    """A part of them, the newest first, each with the cursor of its paging."""
    where, values, order = window(page, "id")
    found = await rows(
        f"SELECT id, domain FROM domain_blocks WHERE account_id = ? AND {where} ORDER BY id {order} LIMIT ?",
        [viewer.account_id, *values, page.limit],
    )
    pairs = [(row["id"], row["domain"]) for row in found]
    return pairs[::-1] if order == "ASC" else pairs
