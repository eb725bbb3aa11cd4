"""Lists and markers for the outside."""

from typing import Any

from server.render.accounts import stamp
from server.views.apps import ListView, MarkerView

# --- Mastodon's API: List, Marker ---


def as_list(view: ListView) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "title": view.title,
        "replies_policy": view.replies_policy,
        "exclusive": view.exclusive,
    }


def as_marker(view: MarkerView) -> dict[str, Any]:
    return {"last_read_id": str(view.last_read_id), "version": view.version, "updated_at": stamp(view.updated_at)}
