"""Pictures, and where they are served."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from server.queries.visibility import visible
from server.storage.sql import row as first_row
from server.storage.sql import rows
from server.views.media import MediaView
from server.views.viewer import Viewer

COLUMNS = (
    "id, account_id, post_id, kind, media_type, remote_url, path, small_path, width, height, small_width,"
    " small_height, description, focus_x, focus_y, blurhash, state, key"
)


def view_of(row: Mapping[str, Any]) -> MediaView:
    """A view of a row with `COLUMNS`. Addresses are paths of ours; a picture from elsewhere that was not fetched yet
    has one that fetches it when somebody looks, and a document stays where it is. Both are secrets of those who may see
    the post."""
    url = f"/media/{row['path']}" if row["path"] else f"/media/elsewhere/{row['id']}/{row['key']}"
    if row["kind"] == "document" and not row["path"]:
        url = row["remote_url"]
    focus = None if row["focus_x"] is None or row["focus_y"] is None else (row["focus_x"], row["focus_y"])
    return MediaView(
        id=row["id"],
        kind=row["kind"],
        media_type=row["media_type"],
        url=url,
        small_url=f"/media/{row['small_path']}" if row["small_path"] else url,
        remote_url=row["remote_url"],
        width=row["width"],
        height=row["height"],
        small_width=row["small_width"],
        small_height=row["small_height"],
        description=row["description"],
        focus=focus,
        blurhash=row["blurhash"],
        state=row["state"],
    )


async def own(viewer: Viewer, media_id: int) -> MediaView | None:
    """A picture this member uploaded."""
    found = await rows(f"SELECT {COLUMNS} FROM media WHERE id = ? AND account_id = ?", [media_id, viewer.account_id])
    return view_of(found[0]) if found else None


async def by_id(media_id: int) -> MediaView | None:
    found = await rows(f"SELECT {COLUMNS} FROM media WHERE id = ?", [media_id])
    return view_of(found[0]) if found else None


Openness = Literal["public", "private", ""]  # for everybody's eyes, for some, for nobody

_PLACE = (
    "p.id AS post_id, p.visibility, p.deleted_at, p.removed_by, a.state,"
    " EXISTS (SELECT 1 FROM accounts f WHERE f.id = m.account_id AND m.id IN (f.avatar_id, f.header_id)) AS face"
)
_JOINED = "FROM media m LEFT JOIN posts p ON p.id = m.post_id LEFT JOIN accounts a ON a.id = p.account_id"


async def openness(media_id: int, key: str, viewer: Viewer) -> Openness:
    """How a picture from elsewhere may be shown to somebody who asks for it by its id: it stands on a profile, or in a
    post that the viewer may see or whose picture's address they know, with its `key`."""
    seen, bound = visible(viewer)
    found = await first_row(f"SELECT m.key, {seen} AS seen, {_PLACE} {_JOINED} WHERE m.id = ?", [*bound, media_id])
    if found is None or (found["post_id"] is None and not found["face"]):
        return ""
    known = bool(key) and key == found["key"]
    return _openness(found) if found["post_id"] is None or found["seen"] or known else ""


async def openness_of_file(path: str) -> Openness:
    """The same for a file, whose path is known only to those who were shown it. What no post uses yet may be looked at
    by whoever uploaded it; what a steward removed is for nobody."""
    found = await rows(f"SELECT {_PLACE} {_JOINED} WHERE m.path = ? OR m.small_path = ?", [path, path])
    ways = {_openness(place) for place in found}
    return "public" if "public" in ways else "private" if "private" in ways else ""


def _openness(place: Mapping[str, Any]) -> Openness:
    if place["post_id"] is None:
        return "public" if place["face"] else "private"
    if place["deleted_at"] is not None or place["removed_by"] is not None or place["state"] != "active":
        return ""
    return "public" if place["visibility"] in ("public", "unlisted") else "private"


async def by_ids(ids: Iterable[int]) -> dict[int, MediaView]:
    """Avatars and headers of many accounts, or whatever else is known by id."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    found = await rows(f"SELECT {COLUMNS} FROM media WHERE id IN (?)", [wanted])
    return {row["id"]: view_of(row) for row in found}


async def of_posts(ids: Iterable[int]) -> dict[int, tuple[MediaView, ...]]:
    """The pictures of many posts, each in its order."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    found = await rows(f"SELECT {COLUMNS} FROM media WHERE post_id IN (?) ORDER BY post_id, position, id", [wanted])
    grouped: dict[int, tuple[MediaView, ...]] = {}
    for row in found:
        grouped[row["post_id"]] = (*grouped.get(row["post_id"], ()), view_of(row))
    return grouped
