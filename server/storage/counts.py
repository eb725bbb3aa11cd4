"""Counts that stand in a row, moved in the same transaction as the rows they count."""

from server.storage.sql import write

COUNTED = {
    "posts": {"replies_count", "likes_count", "boosts_count"},
    "accounts": {"followers_count", "following_count", "posts_count"},
    "proposals": {"comments_count", "support_here", "support_civic", "support_wider", "endorsements_count"},
    "topics": {"proposals_count"},
}
KEYS = {"posts": "id", "accounts": "id", "proposals": "post_id", "topics": "account_id"}
WITH_REV = {"posts", "accounts"}


async def move(table: str, row_id: int, **by: int) -> None:
    """Move counts of a row, for example `move("posts", 7, likes_count=1)`. A post's `rev` rises, so that what was
    rendered before is rendered anew; an account's does not, for each of its posts would be rendered anew with it."""
    assert set(by) <= COUNTED[table], f"not a count of {table}: {by}"
    parts = [f"{column} = {column} + ?" for column in by]
    if table == "posts":
        parts.append("rev = rev + 1")
    await write(f"UPDATE {table} SET {', '.join(parts)} WHERE {KEYS[table]} = ?", [*by.values(), row_id])


async def touch(table: str, row_id: int) -> None:
    """Raise the `rev` of a row whose surroundings changed; with an organisation's that of its members, who are shown
    with its name and mark."""
    assert table in WITH_REV
    members = " OR id IN (SELECT account_id FROM memberships WHERE organisation_id = ?)" if table == "accounts" else ""
    await write(f"UPDATE {table} SET rev = rev + 1 WHERE id = ?{members}", [row_id, row_id] if members else [row_id])
