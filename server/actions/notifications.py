"""Putting notifications away."""

from server.rules.permissions import Principal, check_member
from server.storage.sql import execute


async def dismiss_notification(by: Principal, notification_id: int) -> None:
    """Put one away; an unknown one changes nothing."""
    check_member(by)
    await execute(
        "UPDATE notifications SET dismissed = ? WHERE id = ? AND account_id = ?",
        [True, notification_id, by.account_id],
    )


async def dismiss_all_notifications(by: Principal) -> None:
    """Put all of them away. The rows stay, so that no cause notifies a second time."""
    check_member(by)
    await execute("UPDATE notifications SET dismissed = ? WHERE account_id = ?", [True, by.account_id])
