"""Support is pinned to the wording that was supported."""

from server.storage.sql import row
from server.views.viewer import Viewer


async def version_supported(viewer: Viewer, proposal_id: int) -> int | None:
    """The version that the viewer supports; None without support."""
    found = await row(
        "SELECT version FROM likes WHERE post_id = ? AND account_id = ?", [proposal_id, viewer.account_id]
    )
    return int(found["version"]) if found else None
