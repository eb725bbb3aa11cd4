"""Notifications for the outside."""

from typing import Any, Final

from server.render.accounts import as_account, stamp
from server.render.posts import as_status
from server.views.notifications import NotificationView

# --- Mastodon's API: Notification ---

WORDS: Final = {
    "mention": "{} mentioned you",
    "status": "{} posted",
    "reblog": "{} shared your post",
    "follow": "{} follows you",
    "follow_request": "{} asks to follow you",
    "favourite": "{} supports what you wrote",
    "poll": "A poll has ended",
    "update": "{} edited a post",
    "admin.sign_up": "{} joined",
    "admin.report": "{} sent a report",
}


def as_notification(notification: NotificationView, origin: str) -> dict[str, Any]:
    """A Notification. `account` is always there; `status` where the kind has one."""
    shown: dict[str, Any] = {
        "id": str(notification.id),
        "type": notification.kind,
        "created_at": stamp(notification.created_at),
        "group_key": f"ungrouped-{notification.id}",
        "account": as_account(notification.account, origin),
    }
    if notification.post is not None:
        shown["status"] = as_status(notification.post, origin)
    if notification.kind.startswith("admin."):
        title = in_words(notification)
        shown["fallback"] = {"title": title, "summary": title, "description": title, "details": title}
    return shown


def in_words(notification: NotificationView) -> str:
    """One line: for push messages and for clients that do not know the kind."""
    return WORDS.get(notification.kind, "{}").format(notification.account.shown_name)
