"""What a member can take along: their lists, and everything they said in their own name."""

from collections.abc import AsyncIterator

from server.queries.accounts import loaded
from server.rules.exports import Entry, ListKind
from server.storage.sql import rows

_ADDRESS = "CASE WHEN t.domain = '' THEN ? ELSE t.domain END AS domain"
CHUNK = 200


async def entries(kind: ListKind, account_id: int, domain: str) -> list[Entry]:
    """A list in the order it grew. `domain` is that of this instance, for those who live here."""
    if kind == "bookmarks":
        found = await rows(
            "SELECT p.uri FROM bookmarks b JOIN posts p ON p.id = b.post_id WHERE b.account_id = ? ORDER BY b.id",
            [account_id],
        )
        return [Entry(each["uri"]) for each in found]
    if kind == "lists":
        found = await rows(
            f"SELECT l.title, t.name, {_ADDRESS} FROM lists l JOIN list_accounts e ON e.list_id = l.id"
            " JOIN accounts t ON t.id = e.account_id WHERE l.account_id = ? ORDER BY l.id, e.id",
            [domain, account_id],
        )
        return [Entry(f"{each['name']}@{each['domain']}", title=each["title"]) for each in found]
    if kind == "following":
        found = await rows(
            f"SELECT t.name, {_ADDRESS}, f.show_boosts, f.notify, f.languages FROM follows f"
            " JOIN accounts t ON t.id = f.target_id WHERE f.account_id = ? ORDER BY f.id",
            [domain, account_id],
        )
        return [
            Entry(
                f"{each['name']}@{each['domain']}",
                boosts=bool(each["show_boosts"]),
                notify=bool(each["notify"]),
                languages=tuple(loaded(each["languages"]) or ()),
            )
            for each in found
        ]
    quiet = "x.notifications" if kind == "mutes" else "0"
    found = await rows(
        f"SELECT t.name, {_ADDRESS}, {quiet} AS quiet FROM {kind} x JOIN accounts t ON t.id = x.target_id"
        " WHERE x.account_id = ? ORDER BY x.id",
        [domain, account_id],
    )
    return [Entry(f"{each['name']}@{each['domain']}", quiet=bool(each["quiet"])) for each in found]


async def said(account_id: int) -> AsyncIterator[bytes]:
    """The activity that made each post of theirs that still stands, whoever it was for; the oldest first."""
    after = 0
    while True:
        found = await rows(
            "SELECT p.id, (SELECT x.body FROM activities x WHERE x.post_id = p.id AND x.account_id = p.account_id"
            " ORDER BY x.id LIMIT 1) AS body FROM posts p WHERE p.account_id = ? AND p.id > ?"
            " AND p.deleted_at IS NULL AND p.removed_by IS NULL ORDER BY p.id LIMIT ?",
            [account_id, after, CHUNK],
        )
        for each in found:
            if each["body"] is not None:
                yield bytes(each["body"])
        if len(found) < CHUNK:
            return
        after = found[-1]["id"]


async def liked(account_id: int) -> list[str]:
    """The ids of the posts they support."""
    found = await rows(
        "SELECT p.uri FROM likes x JOIN posts p ON p.id = x.post_id WHERE x.account_id = ? ORDER BY x.id", [account_id]
    )
    return [each["uri"] for each in found]


async def proposals_of(account_id: int) -> list[int]:
    """Their proposals, the oldest first."""
    found = await rows(
        "SELECT id FROM posts WHERE account_id = ? AND kind = 'proposal' AND deleted_at IS NULL ORDER BY id",
        [account_id],
    )
    return [each["id"] for each in found]


async def files_of(account_id: int) -> list[tuple[int, str]]:
    """Their pictures and documents: id and path in the store."""
    found = await rows("SELECT id, path FROM media WHERE account_id = ? AND path <> '' ORDER BY id", [account_id])
    return [(each["id"], each["path"]) for each in found]
