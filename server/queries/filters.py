"""A member's filters, oldest first."""

from collections.abc import Sequence
from typing import Any

from server.queries.accounts import loaded
from server.queries.moments import maybe_moment
from server.storage.sql import rows
from server.views.filters import FilterStatusView, FilterView, KeywordView
from server.views.viewer import Viewer


async def all_of(viewer: Viewer) -> tuple[FilterView, ...]:
    """All of them with what they hold, also those that are over."""
    return await _views("f.account_id = ?", [viewer.account_id])


async def by_id(viewer: Viewer, filter_id: int) -> FilterView | None:
    """One of the member's own."""
    return next(iter(await _views("f.account_id = ? AND f.id = ?", [viewer.account_id, filter_id])), None)


async def with_keyword(viewer: Viewer, keyword_id: int) -> FilterView | None:
    """The member's filter that holds a keyword."""
    condition = "f.account_id = ? AND f.id = (SELECT k.within_id FROM filter_keywords k WHERE k.id = ?)"
    return next(iter(await _views(condition, [viewer.account_id, keyword_id])), None)


async def with_status(viewer: Viewer, entry_id: int) -> FilterView | None:
    """The member's filter that holds the entry of a post."""
    condition = "f.account_id = ? AND f.id = (SELECT s.within_id FROM filter_statuses s WHERE s.id = ?)"
    return next(iter(await _views(condition, [viewer.account_id, entry_id])), None)


async def _views(condition: str, values: Sequence[Any]) -> tuple[FilterView, ...]:
    found = await rows(f"SELECT f.* FROM filters f WHERE {condition} ORDER BY f.id", values)
    if not found:
        return ()
    ids = [row["id"] for row in found]
    keywords: dict[int, list[KeywordView]] = {}
    for row in await rows("SELECT * FROM filter_keywords WHERE within_id IN (?) ORDER BY id", [ids]):
        word = KeywordView(row["id"], row["keyword"], bool(row["whole_word"]))
        keywords.setdefault(row["within_id"], []).append(word)
    statuses: dict[int, list[FilterStatusView]] = {}
    for row in await rows("SELECT * FROM filter_statuses WHERE within_id IN (?) ORDER BY id", [ids]):
        statuses.setdefault(row["within_id"], []).append(FilterStatusView(row["id"], row["post_id"]))
    return tuple(
        FilterView(
            id=row["id"],
            title=row["title"],
            contexts=tuple(loaded(row["contexts"])),
            action=row["action"],
            expires_at=maybe_moment(row["expires_at"]),
            keywords=tuple(keywords.get(row["id"], ())),
            statuses=tuple(statuses.get(row["id"], ())),
        )
        for row in found
    )
