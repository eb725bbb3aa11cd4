"""Pictures for the outside."""

from typing import Any

from server.views.media import MediaView

# --- Mastodon's API: MediaAttachment ---


def as_media(media: MediaView, origin: str) -> dict[str, Any]:
    """A MediaAttachment. `meta` never holds half a focus, which breaks a client."""
    meta: dict[str, Any] = {}
    if media.width and media.height:
        meta["original"] = size_of(media.width, media.height)
    if media.small_width and media.small_height:
        meta["small"] = size_of(media.small_width, media.small_height)
    if media.focus is not None:
        meta["focus"] = {"x": media.focus[0], "y": media.focus[1]}
    ready = media.state == "ready"
    return {
        "id": str(media.id),
        "type": media.kind if media.kind in ("image", "video", "gifv", "audio") else "unknown",
        "url": absolute(origin, media.url) if ready else None,
        "preview_url": absolute(origin, media.small_url or media.url) if ready else None,
        "remote_url": media.remote_url or None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": meta,
        "description": media.description or None,
        "blurhash": media.blurhash or None,
    }


def absolute(origin: str, url: str) -> str:
    """An address that works everywhere: paths of ours get our origin."""
    return origin + url if url.startswith("/") else url


def size_of(width: int, height: int) -> dict[str, Any]:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": round(width / height, 6)}
