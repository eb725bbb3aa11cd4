"""Our own activities, frozen when they were made."""

from server.storage.sql import row, rows
from server.views.viewer import Page


async def body_of(uri: str) -> bytes | None:
    """The very bytes that were sent under this id, if it was for everybody."""
    found = await row("SELECT body FROM activities WHERE uri = ? AND public = ?", [uri, True])
    return bytes(found["body"]) if found else None


async def sent_to(post_id: int) -> list[str]:
    """The servers that were sent something about a post of ours and are still in the books, by name."""
    found = await rows(
        "SELECT DISTINCT d.host FROM deliveries d JOIN activities x ON x.id = d.activity_id WHERE x.post_id = ?"
        " ORDER BY d.host",
        [post_id],
    )
    return [each["host"] for each in found]


async def newest_of(account_id: int, page: Page) -> list[tuple[int, bytes]]:
    """What an account said to everybody and still stands, newest first: Creates and Announces with the cursor of
    each."""
    found = await rows(
        "SELECT x.id AS cursor, x.body AS body FROM activities x JOIN posts p ON p.id = x.post_id"
        " WHERE x.account_id = ? AND x.public = ? AND p.account_id = ? AND p.deleted_at IS NULL"
        " AND p.removed_by IS NULL AND p.held_reason = '' AND p.visibility IN ('public', 'unlisted') AND x.id < ?"
        " AND (SELECT count(*) FROM activities y WHERE y.post_id = x.post_id AND y.account_id = x.account_id"
        " AND y.id < x.id) = 0 ORDER BY x.id DESC LIMIT ?",
        [account_id, True, account_id, page.max_id or 2**63 - 1, page.limit],
    )
    return [(int(each["cursor"]), bytes(each["body"])) for each in found]
