"""Support is pinned to the wording that was supported."""

from server.storage.sql import row
from server.views.viewer import Viewer


async def of_earlier_wording(proposal_id: int) -> int:
    """How many support a wording that has changed since."""
    found = await row(
        "SELECT count(*) AS n FROM likes l JOIN posts p ON p.id = l.post_id WHERE p.id = ? AND l.version < p.version",
        [proposal_id],
    )
    return int(found["n"]) if found else 0


async def version_supported(viewer: Viewer, proposal_id: int) -> int | None:
    """The version that the viewer supports; None without support."""
    found = await row(
        "SELECT version FROM likes WHERE post_id = ? AND account_id = ?", [proposal_id, viewer.account_id]
    )
    return int(found["version"]) if found else None
