"""Hashtags: who follows them, and how much they are used."""

from dataclasses import dataclass

from server.queries.paging import window
from server.rules.ids import now_ms
from server.storage.sql import rows
from server.views.posts import TagView
from server.views.viewer import Page, Viewer

DAY = 86_400_000
_DAYS = 7


@dataclass(frozen=True, slots=True)
class TagUse:
    """A hashtag with the last seven days, newest first, as (day in ms, uses, people)."""

    tag: TagView
    history: tuple[tuple[int, int, int], ...]
    following: bool


async def by_name(viewer: Viewer, name: str) -> TagUse:
    """A hashtag; one nobody has used yet is simply unused."""
    key = name.lower()
    found = await rows("SELECT id, name, shown FROM tags WHERE name = ?", [key])
    if not found:
        return TagUse(TagView(key, name), _history({}), False)
    uses = await _uses([found[0]["id"]])
    following = await rows(
        "SELECT 1 AS one FROM tag_follows WHERE account_id = ? AND tag_id = ?", [viewer.account_id, found[0]["id"]]
    )
    return TagUse(TagView(key, found[0]["shown"]), _history(uses.get(found[0]["id"], {})), bool(following))


async def followed(viewer: Viewer, page: Page) -> list[tuple[int, TagUse]]:
    """(cursor, tag) of those the member follows, newest follow first."""
    where, values, order = window(page, "f.id")
    found = await rows(
        "SELECT f.id AS cursor_id, t.id, t.name, t.shown FROM tag_follows f JOIN tags t ON t.id = f.tag_id"
        f" WHERE f.account_id = ? AND {where} ORDER BY f.id {order} LIMIT ?",
        [viewer.account_id, *values, page.limit],
    )
    uses = await _uses([row["id"] for row in found])
    pairs = [
        (row["cursor_id"], TagUse(TagView(row["name"], row["shown"]), _history(uses.get(row["id"], {})), True))
        for row in found
    ]
    return pairs[::-1] if order == "ASC" else pairs


async def beginning_with(text: str, limit: int, offset: int = 0) -> list[TagUse]:
    """Hashtags that begin with `text`, the most recently used first."""
    key = text.lower().lstrip("#").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found = await rows(
        "SELECT id, name, shown FROM tags WHERE name LIKE ? ESCAPE '\\' ORDER BY last_at DESC, id DESC"
        " LIMIT ? OFFSET ?",
        [f"{key}%", limit, offset],
    )
    return await _with_uses(found)


async def most_used(limit: int, offset: int = 0) -> list[TagUse]:
    """The hashtags most people used in the last seven days."""
    found = await rows(
        "SELECT t.id, t.name, t.shown, COUNT(DISTINCT p.account_id) AS people FROM post_tags x"
        " JOIN posts p ON p.id = x.post_id JOIN tags t ON t.id = x.tag_id"
        " JOIN accounts a ON a.id = p.account_id"
        " WHERE p.id > ? AND p.visibility = 'public' AND p.deleted_at IS NULL AND p.removed_by IS NULL"
        " AND p.held_reason = '' AND NOT a.limited"
        " GROUP BY t.id, t.name, t.shown ORDER BY people DESC, t.id LIMIT ? OFFSET ?",
        [(now_ms() - _DAYS * DAY) << 16, limit, offset],
    )
    return await _with_uses(found)


async def _with_uses(found: list[dict[str, object]]) -> list[TagUse]:
    uses = await _uses([int(str(row["id"])) for row in found])
    return [
        TagUse(TagView(str(row["name"]), str(row["shown"])), _history(uses.get(int(str(row["id"])), {})), False)
        for row in found
    ]


async def _uses(tag_ids: list[int]) -> dict[int, dict[int, tuple[int, int]]]:
    """Per tag and day: how often, by how many. The day is read from the post's id."""
    if not tag_ids:
        return {}
    found = await rows(
        "SELECT x.tag_id, (p.id / 65536) / 86400000 AS day, COUNT(*) AS uses, COUNT(DISTINCT p.account_id) AS people"
        " FROM post_tags x JOIN posts p ON p.id = x.post_id"
        " WHERE x.tag_id IN (?) AND p.id > ?"
        " AND p.visibility = 'public' AND p.deleted_at IS NULL AND p.removed_by IS NULL"
        " AND p.held_reason = ''"
        " GROUP BY x.tag_id, (p.id / 65536) / 86400000",
        [tag_ids, (now_ms() // DAY - _DAYS + 1) * DAY << 16],
    )
    uses: dict[int, dict[int, tuple[int, int]]] = {}
    for row in found:
        uses.setdefault(row["tag_id"], {})[int(row["day"])] = (row["uses"], row["people"])
    return uses


def _history(uses: dict[int, tuple[int, int]]) -> tuple[tuple[int, int, int], ...]:
    today = now_ms() // DAY
    return tuple((day * DAY, *uses.get(day, (0, 0))) for day in range(today, today - _DAYS, -1))
