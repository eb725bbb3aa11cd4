"""The posts a member has written for later."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.queries.accounts import loaded
from server.queries.media import by_ids as media_by_ids
from server.queries.moments import moment
from server.queries.paging import window
from server.rules.scheduling import unpacked
from server.storage.sql import row as first_row
from server.storage.sql import rows
from server.views.scheduled import ScheduledView
from server.views.viewer import Page, Viewer


async def of(viewer: Viewer, page: Page) -> list[ScheduledView]:
    """A page of them, the newest written first; the id is the cursor."""
    where, values, order = window(page, "s.id")
    found = await rows(
        f"SELECT s.* FROM scheduled_statuses s WHERE s.member_id = ? AND {where} ORDER BY s.id {order} LIMIT ?",
        [viewer.member_id, *values, page.limit],
    )
    views = await _views(found)
    return views[::-1] if order == "ASC" else views


async def by_id(viewer: Viewer, scheduled_id: int) -> ScheduledView | None:
    """One of the member's own."""
    found = await rows(
        "SELECT s.* FROM scheduled_statuses s WHERE s.id = ? AND s.member_id = ?", [scheduled_id, viewer.member_id]
    )
    return next(iter(await _views(found)), None)


async def author_of(scheduled_id: int) -> int | None:
    """The id of the member who wrote it; None if it is published or taken back by now."""
    found = await first_row("SELECT member_id FROM scheduled_statuses WHERE id = ?", [scheduled_id])
    return int(found["member_id"]) if found else None


async def _views(found: Sequence[Mapping[str, Any]]) -> list[ScheduledView]:
    named = {row["id"]: loaded(row["media_ids"]) or [] for row in found}
    pictures = await media_by_ids(picture for ids in named.values() for picture in ids)
    views = []
    for row in found:
        facts = loaded(row["draft"])
        views.append(
            ScheduledView(
                id=row["id"],
                publish_at=moment(row["publish_at"]),
                draft=unpacked(facts, row["publish_at"]),
                poll_seconds=(facts.get("poll") or {}).get("seconds"),
                media=tuple(pictures[picture] for picture in named[row["id"]] if picture in pictures),
            )
        )
    return views
