"""What a member was told, newest first. Ids are small numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.queries import accounts, posts
from server.queries.moments import moment
from server.queries.paging import window
from server.queries.proposals import steps_by_id
from server.storage.sql import rows
from server.views.notifications import NotificationView
from server.views.viewer import Page, Viewer

_COLUMNS = "SELECT n.id, n.kind, n.from_account_id, n.post_id, n.step_id, n.created_at FROM notifications n"
_NEEDS_POST = frozenset(("mention", "status", "reblog", "favourite", "poll", "update"))
_BY_AUTHOR = ("mention", "status", "update")  # named as the post names its author
_NOT_MUTED = (
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = n.account_id AND b.target_id = n.from_account_id)"
    " AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = n.account_id AND m.target_id = n.from_account_id"
    " AND m.notifications)"
    " AND NOT EXISTS (SELECT 1 FROM domain_blocks d JOIN accounts f ON f.domain = d.domain"
    " WHERE d.account_id = n.account_id AND f.id = n.from_account_id)"
)


async def of(
    viewer: Viewer,
    page: Page,
    *,
    kinds: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    from_id: int | None = None,
) -> list[tuple[int, NotificationView | None]]:
    """(cursor, notification) of a page. One whose post is gone or hidden by now is None, so that the cursor stays.

    Args:
        kinds: only these, if any are given.
        without: not these.
        from_id: only what this account caused.
    """
    where, values, order = window(page, "n.id")
    if kinds:
        where += " AND n.kind IN (?)"
        values.append(list(kinds))
    if without:
        where += " AND n.kind NOT IN (?)"
        values.append(list(without))
    if from_id is not None:
        where += " AND n.from_account_id = ?"
        values.append(from_id)
    found = await rows(
        f"{_COLUMNS} WHERE n.account_id = ? AND NOT n.dismissed{_NOT_MUTED} AND {where} ORDER BY n.id {order} LIMIT ?",
        [viewer.account_id, *values, page.limit],
    )
    views = await _views(found, viewer)
    pairs = [(int(row["id"]), view) for row, view in zip(found, views, strict=True)]
    return pairs[::-1] if order == "ASC" else pairs


async def by_id(viewer: Viewer, notification_id: int) -> NotificationView | None:
    """One of the member's own."""
    found = await rows(
        f"{_COLUMNS} WHERE n.id = ? AND n.account_id = ? AND NOT n.dismissed", [notification_id, viewer.account_id]
    )
    return (await _views(found, viewer))[0] if found else None


async def between(viewer: Viewer, since: int, until: int, limit: int) -> list[NotificationView]:
    """What a member was told after `since`, up to `until` (milliseconds), newest first."""
    found = await rows(
        f"{_COLUMNS} WHERE n.account_id = ? AND NOT n.dismissed{_NOT_MUTED} AND n.created_at > ? AND n.created_at <= ?"
        " ORDER BY n.id DESC LIMIT ?",
        [viewer.account_id, since, until, limit],
    )
    return [each for each in await _views(found, viewer) if each is not None]


async def unread_count(viewer: Viewer, most: int) -> int:
    """How many came after the marker, counted up to `most`."""
    found = await rows(
        "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM notifications n WHERE n.account_id = ? AND NOT n.dismissed"
        f"{_NOT_MUTED} AND n.id > COALESCE((SELECT m.last_read_id FROM markers m"
        " WHERE m.account_id = n.account_id AND m.timeline = 'notifications'), 0) LIMIT ?) AS newest",
        [viewer.account_id, most],
    )
    return int(found[0]["n"])


async def _views(found: Sequence[Mapping[str, Any]], viewer: Viewer) -> list[NotificationView | None]:
    """In a fixed number of queries."""
    people = await accounts.by_ids(list({int(row["from_account_id"]) for row in found})) if found else {}
    wanted = list({int(row["post_id"]) for row in found if row["post_id"] is not None})
    shown = {post.id: post for post in await posts.views(wanted, viewer)} if wanted else {}
    steps = await steps_by_id([int(row["step_id"]) for row in found if row["step_id"] is not None])
    views: list[NotificationView | None] = []
    for row in found:
        post = shown.get(row["post_id"])
        account = post.account if post and row["kind"] in _BY_AUTHOR else people.get(row["from_account_id"])
        if account is None or (post is None and row["kind"] in _NEEDS_POST):
            views.append(None)
        else:
            views.append(
                NotificationView(
                    row["id"], row["kind"], account, post, moment(row["created_at"]), steps.get(row["step_id"])
                )
            )
    return views
