"""What somebody who is gone has left behind, a batch at a time."""

from server.storage.sql import rows

BATCH = 100


async def posts_of(account_id: int) -> list[int]:
    """Posts and comments that still stand."""
    found = await rows(
        "SELECT id FROM posts WHERE account_id = ? AND deleted_at IS NULL AND reblog_of_id IS NULL LIMIT ?",
        [account_id, BATCH],
    )
    return [row["id"] for row in found]


async def boosted_by(account_id: int) -> list[int]:
    """Posts they share."""
    found = await rows(
        "SELECT reblog_of_id AS id FROM posts WHERE account_id = ? AND reblog_of_id IS NOT NULL LIMIT ?",
        [account_id, BATCH],
    )
    return [row["id"] for row in found]


async def liked_by(account_id: int) -> list[int]:
    """Posts they support."""
    return [
        row["id"]
        for row in await rows("SELECT post_id AS id FROM likes WHERE account_id = ? LIMIT ?", [account_id, BATCH])
    ]


async def followed_by(account_id: int) -> list[int]:
    """Accounts they follow, or wish to."""
    return [
        row["id"]
        for row in await rows("SELECT target_id AS id FROM follows WHERE account_id = ? LIMIT ?", [account_id, BATCH])
    ]


async def followers_of(account_id: int) -> list[int]:
    """Accounts that follow them, or wish to."""
    return [
        row["id"]
        for row in await rows("SELECT account_id AS id FROM follows WHERE target_id = ? LIMIT ?", [account_id, BATCH])
    ]
