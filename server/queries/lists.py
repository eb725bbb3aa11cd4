"""A member's lists: their own, and a read-only one for each topic they follow, whose id is the topic's account."""

from collections.abc import Sequence

from server.queries.paging import window
from server.storage.sql import rows
from server.views.apps import ListView
from server.views.viewer import Page, Viewer


async def all_of(viewer: Viewer) -> list[ListView]:
    """The member's own lists by title, then those of the topics they follow."""
    own = await rows(
        "SELECT id, title, replies_policy, exclusive FROM lists WHERE account_id = ? ORDER BY title, id",
        [viewer.account_id],
    )
    return [*(_own(row) for row in own), *await _topics(viewer)]


async def by_id(viewer: Viewer, list_id: int) -> ListView | None:
    """One of the member's lists, or None: other people's are nobody's business."""
    found = await rows(
        "SELECT id, title, replies_policy, exclusive FROM lists WHERE id = ? AND account_id = ?",
        [list_id, viewer.account_id],
    )
    return _own(found[0]) if found else next((each for each in await _topics(viewer) if each.id == list_id), None)


async def is_topic(viewer: Viewer, list_id: int) -> bool:
    """True if this is the read-only list of a topic the member follows."""
    return any(each.id == list_id for each in await _topics(viewer))


async def accounts_in(viewer: Viewer, list_id: int, page: Page | None) -> list[tuple[int, int]]:
    """(cursor, account id) of those in an own list, newest first; all of them when `page` is None."""
    sql = (
        "SELECT e.id, e.account_id FROM list_accounts e JOIN lists l ON l.id = e.list_id"
        " WHERE l.id = ? AND l.account_id = ?"
    )
    values: list[object] = [list_id, viewer.account_id]
    if page is None:
        found = await rows(f"{sql} ORDER BY e.id DESC", values)
        return [(row["id"], row["account_id"]) for row in found]
    where, more, order = window(page, "e.id")
    found = await rows(f"{sql} AND {where} ORDER BY e.id {order} LIMIT ?", [*values, *more, page.limit])
    ordered = [(row["id"], row["account_id"]) for row in found]
    return ordered[::-1] if order == "ASC" else ordered


async def containing(viewer: Viewer, account_id: int) -> list[ListView]:
    """The member's own lists that hold this account."""
    found = await rows(
        "SELECT l.id, l.title, l.replies_policy, l.exclusive FROM lists l"
        " JOIN list_accounts e ON e.list_id = l.id WHERE l.account_id = ? AND e.account_id = ? ORDER BY l.title, l.id",
        [viewer.account_id, account_id],
    )
    return [_own(row) for row in found]


async def _topics(viewer: Viewer) -> list[ListView]:
    found = await rows(
        "SELECT t.account_id, t.name FROM topics t JOIN follows f ON f.target_id = t.account_id"
        " WHERE f.account_id = ? AND f.state = 'accepted' ORDER BY t.name, t.account_id",
        [viewer.account_id],
    )
    return [ListView(row["account_id"], f"Topic: {row['name']}", "none", False) for row in found]


def _own(row: dict[str, object]) -> ListView:
    return ListView(int(str(row["id"])), str(row["title"]), str(row["replies_policy"]), bool(row["exclusive"]))


async def familiar(viewer: Viewer, ids: Sequence[int]) -> dict[int, list[int]]:
    """By account: those the viewer follows who follow it too, a few of each."""
    if not ids:
        return {}
    found = await rows(
        "SELECT g.target_id, g.account_id FROM follows f JOIN follows g ON g.account_id = f.target_id"
        " WHERE f.account_id = ? AND f.state = 'accepted' AND g.state = 'accepted' AND g.target_id IN (?)"
        " ORDER BY g.id DESC LIMIT 200",
        [viewer.account_id, list(ids)],
    )
    grouped: dict[int, list[int]] = {}
    for row in found:
        grouped.setdefault(row["target_id"], []).append(row["account_id"])
    return {target: those[:10] for target, those in grouped.items()}
