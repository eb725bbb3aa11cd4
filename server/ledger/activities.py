"""Our outgoing activities, frozen: the bytes that are sent are the bytes served at the activity's address."""

from dataclasses import dataclass

from server.rules.ids import new_id
from server.storage import sql


@dataclass(frozen=True, slots=True)
class Frozen:
    """`body` is what was frozen first under this address."""

    id: int
    uri: str
    body: bytes


async def freeze(
    uri: str, *, account_id: int, object_uri: str, post_id: int | None, body: bytes, public: bool, now: int
) -> Frozen:
    """Keep an activity under its address. A second time gives what was kept the first time, so that work which is done
    again after a crash sends the same bytes.

    Args:
        public: whether everybody may read it at its address.
        now: milliseconds since 1970.
    """
    found = await sql.row(  # what changes nothing tells, unlike DO NOTHING, what is there
        "INSERT INTO activities (id, uri, account_id, object_uri, post_id, body, public, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uri) DO UPDATE SET uri = excluded.uri RETURNING id, body",
        [new_id(), uri, account_id, object_uri, post_id, body, public, now],
    )
    assert found is not None
    return Frozen(found["id"], uri, bytes(found["body"]))


async def frozen(uri: str) -> Frozen | None:
    """What was kept under an address."""
    found = await sql.row("SELECT id, body FROM activities WHERE uri = ?", [uri])
    return Frozen(found["id"], uri, bytes(found["body"])) if found else None


async def newest_create(post_id: int, uri: str) -> Frozen | None:
    """The Create of a post that was kept under this address, or that of a later restoration; None if it was never sent,
    or was taken back since."""
    found = await sql.row(
        "SELECT id, uri, body FROM activities WHERE post_id = ? AND (uri = ? OR uri LIKE ?) ORDER BY id DESC LIMIT 1",
        [post_id, uri, f"{uri}-restored-%"],
    )
    return Frozen(found["id"], found["uri"], bytes(found["body"])) if found else None


async def forget_words(post_id: int, deletion: str) -> None:
    """Drop every activity that carries the words of a post which is gone, and what of it still waits to be sent. Its
    Delete stays, under the address `deletion`, and so does whatever passes that on."""
    for row in await sql.rows(
        "SELECT id, uri, body FROM activities WHERE post_id = ? AND uri <> ?", [post_id, deletion]
    ):
        if f'"{deletion}"'.encode() not in bytes(row["body"]):
            await sql.execute("DELETE FROM activities WHERE id = ?", [row["id"]])
