"""Posts that wait for their time, for the outside."""

from typing import Any

from server.render.accounts import stamp
from server.render.media import as_media
from server.rules.drafts import PostDraft
from server.views.scheduled import ScheduledView

# --- Mastodon's API: ScheduledStatus ---


def as_scheduled(view: ScheduledView, origin: str) -> dict[str, Any]:
    """A ScheduledStatus; its text is exactly what was typed."""
    draft = view.draft
    poll = draft.poll if isinstance(draft, PostDraft) else None
    parent = draft.in_reply_to_id if isinstance(draft, PostDraft) else None
    return {
        "id": str(view.id),
        "scheduled_at": stamp(view.publish_at),
        "params": {
            "text": draft.source,
            "poll": {
                "options": list(poll.options),
                "expires_in": view.poll_seconds,
                "multiple": poll.multiple,
                "hide_totals": poll.hide_totals,
            }
            if poll
            else None,
            "media_ids": [str(media_id) for media_id in draft.media_ids] or None,
            "sensitive": draft.sensitive,
            "spoiler_text": draft.spoiler_text or None,
            "visibility": draft.visibility,
            "in_reply_to_id": str(parent) if parent else None,
            "language": draft.language or None,
            "application_id": draft.application_id or 0,
            "scheduled_at": None,
            "idempotency": None,
            "with_rate_limit": False,
        },
        "media_attachments": [as_media(media, origin) for media in view.media],
    }
