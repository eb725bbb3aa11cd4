"""Pictures, and where they are served."""

from collections.abc import Iterable, Mapping
from typing import Any

from server.storage.sql import rows
from server.views.media import MediaView
from server.views.viewer import Viewer

COLUMNS = (
    "id, account_id, post_id, kind, media_type, remote_url, path, small_path, width, height, small_width,"
    " small_height, description, focus_x, focus_y, blurhash, state"
)


def view_of(row: Mapping[str, Any]) -> MediaView:
    """A view of a row with `COLUMNS`. Addresses are paths of ours; a picture from elsewhere that was not fetched yet
    has one that fetches it when somebody looks, and a document stays where it is."""
    url = f"/media/{row['path']}" if row["path"] else f"/media/elsewhere/{row['id']}"
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
