"""How far a member has read."""

from server.queries.moments import moment
from server.storage.sql import rows
from server.views.apps import MarkerView
from server.views.viewer import Viewer

TIMELINES = ("home", "notifications")


async def of(viewer: Viewer, timelines: tuple[str, ...] = TIMELINES) -> list[MarkerView]:
    """The markers of these timelines that were set."""
    wanted = [name for name in timelines if name in TIMELINES]
    if not wanted:
        return []
    found = await rows(
        "SELECT timeline, last_read_id, version, updated_at FROM markers WHERE account_id = ? AND timeline IN (?)",
        [viewer.account_id, wanted],
    )
    return [
        MarkerView(row["timeline"], row["last_read_id"], row["version"], moment(row["updated_at"])) for row in found
    ]
