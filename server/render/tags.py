"""Hashtags for the outside."""

from typing import Any

from server.render.posts import tag_url

# --- Mastodon's API: Tag ---


def as_tag(
    name: str, origin: str, *, history: tuple[tuple[int, int, int], ...] = (), following: bool | None = None
) -> dict[str, Any]:
    """A Tag. `history` is (day in ms, uses, people), newest first; the API wants each figure as text.

    Args:
        following: left out for a visitor.
    """
    shown: dict[str, Any] = {
        "id": name.lower(),
        "name": name,
        "url": tag_url(origin, name.lower()),
        "history": [
            {"day": str(day // 1000), "uses": str(uses), "accounts": str(people)} for day, uses, people in history
        ],
    }
    if following is not None:
        shown |= {"following": following, "featuring": False}
    return shown
