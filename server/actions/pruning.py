"""Forgetting what is of no more use to anybody. Times are milliseconds since 1970."""

from server.queries.accounts import loaded
from server.rules.permissions import Principal, check_administer
from server.storage.sql import execute, rows

BATCH = 500  # pictures at a time, so that nobody waits long for the database

_NOT_USED = (
    "m.post_id IS NULL AND m.created_at < ? AND m.id > ?"
    " AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.avatar_id = m.id OR a.header_id = m.id)"
)


async def prune_secrets(by: Principal, now: int) -> int:
    """Codes and links for signing in that were used or are over. How many there were."""
    check_administer(by)
    gone = 0
    for table in ("codes", "login_links"):
        gone += await execute(f"DELETE FROM {table} WHERE used_at IS NOT NULL OR expires_at < ?", [now])
    return gone


async def prune_sessions(by: Principal, before: int) -> int:
    """Browsers that nobody has used since `before`."""
    check_administer(by)
    return await execute("DELETE FROM sessions WHERE seen_at < ?", [before])


async def prune_idempotency_keys(by: Principal, before: int) -> int:
    """Keys with which apps repeat a post they could not be sure of; the posts stay."""
    check_administer(by)
    return await execute(
        "UPDATE posts SET idempotency_key = NULL WHERE idempotency_key IS NOT NULL AND created_at < ?", [before]
    )


async def prune_media(by: Principal, before: int) -> list[str]:
    """Pictures that were uploaded before `before` and that nothing uses: no post, old version, waiting post or profile.
    Returns the paths that can be deleted: no other picture has the same file."""
    check_administer(by)
    wanted = await still_named(by)
    paths: set[str] = set()
    last = 0
    while found := await rows(
        f"SELECT m.id FROM media m WHERE {_NOT_USED} ORDER BY m.id LIMIT {BATCH}", [before, last]
    ):
        last = found[-1]["id"]
        gone = await rows(
            "DELETE FROM media WHERE id IN (?) AND post_id IS NULL RETURNING path, small_path",
            [[row["id"] for row in found if row["id"] not in wanted]],
        )
        paths |= {path for row in gone for path in (row["path"], row["small_path"]) if path}
    every = sorted(paths)
    shared = await rows(
        "SELECT path, small_path FROM media WHERE path IN (?) OR small_path IN (?)", [every, every]
    ) if every else []  # fmt: skip
    return sorted(paths - {path for row in shared for path in (row["path"], row["small_path"])})


async def still_named(by: Principal) -> set[int]:
    """The pictures that old versions of posts show, and those of posts that wait for their time."""
    check_administer(by)
    named = await rows(
        "SELECT v.media_ids FROM post_versions v JOIN posts p ON p.id = v.post_id WHERE p.local"
        " AND EXISTS (SELECT 1 FROM media m WHERE m.account_id = p.account_id AND m.post_id IS NULL)"
        " UNION ALL SELECT s.media_ids FROM scheduled_statuses s",
        [],
    )
    return {int(media_id) for row in named for media_id in loaded(row["media_ids"]) or []}
