"""What the desk needs to know of a message to it, and of what its writer said to it before."""

from dataclasses import dataclass

from server.rules.proposals import DESK
from server.storage.sql import row, rows
from server.views.viewer import Viewer

LETTER = "desk:"


@dataclass(frozen=True, slots=True)
class Written:
    """A post that the desk may have to answer. `by_software`: no person wrote it, or it says so. `from_app`: its writer
    used an app. `civic`: their server knows proposals. `pictured`: something is attached."""

    id: int
    account_id: int
    acct: str
    uri: str
    url: str
    local: bool
    by_software: bool
    civic: bool
    from_app: bool
    pictured: bool
    kind: str
    visibility: str
    language: str
    source: str
    thread_id: int
    is_reply: bool


async def desk_id() -> int | None:
    """The account of our desk; None where a steward has suspended it."""
    found = await row("SELECT id FROM accounts WHERE name_key = ? AND domain = '' AND state = 'active'", [DESK])
    return int(found["id"]) if found else None


async def written(post_id: int) -> Written | None:
    """A post as the desk reads it."""
    found = await row(
        "SELECT p.account_id, p.kind, p.visibility, p.language, p.source, p.thread_id, p.application_id,"
        " p.in_reply_to_id, p.in_reply_to_uri, a.name, a.domain, a.uri, a.url, a.kind AS account_kind, a.bot, a.civic,"
        " EXISTS (SELECT 1 FROM media f WHERE f.post_id = p.id) AS pictured"
        " FROM posts p JOIN accounts a ON a.id = p.account_id WHERE p.id = ?",
        [post_id],
    )
    if found is None:
        return None
    return Written(
        id=post_id,
        account_id=found["account_id"],
        acct=f"{found['name']}@{found['domain']}" if found["domain"] else found["name"],
        uri=found["uri"],
        url=found["url"] or found["uri"],
        local=not found["domain"],
        by_software=bool(found["bot"]) or found["account_kind"] not in ("person", "organisation"),
        civic=bool(found["civic"]),
        from_app=found["application_id"] is not None,
        pictured=bool(found["pictured"]),
        kind=found["kind"],
        visibility=found["visibility"],
        language=found["language"],
        source=found["source"],
        thread_id=found["thread_id"],
        is_reply=found["in_reply_to_id"] is not None or bool(found["in_reply_to_uri"]),
    )


async def conversation(desk: int, account_id: int, thread_id: int, up_to: int) -> int | None:
    """The id of a conversation: that of the first message of this person to the desk in the thread, up to this one. It
    stays the same when the message is taken back."""
    found = await row(f"SELECT MIN(p.id) AS id {_TO_DESK} AND p.thread_id = ?", [desk, account_id, up_to, thread_id])
    return found["id"] if found else None


async def thread_before(desk: int, account_id: int, before: int) -> int | None:
    """The thread in which this person wrote to the desk last, before this message."""
    found = await rows(
        f"SELECT p.thread_id {_TO_DESK} AND p.id <> ? ORDER BY p.id DESC LIMIT 1", [desk, account_id, before, before]
    )
    return found[0]["thread_id"] if found else None


_TO_DESK = (
    "FROM posts p JOIN mentions m ON m.post_id = p.id AND m.account_id = ?"
    " WHERE p.account_id = ? AND p.id <= ? AND p.visibility IN ('direct', 'private')"
)


async def raised(viewer: Viewer, key: str, desk: int, thread_id: int) -> int | None:
    """The proposal that a conversation is about: it was raised under this key, or the conversation began with what the
    desk wrote of it (`letter_of`)."""
    found = await row(
        "SELECT id FROM posts WHERE account_id = ? AND kind = 'proposal' AND local AND deleted_at IS NULL"
        " AND removed_by IS NULL AND (idempotency_key = ? OR ? || CAST(id AS TEXT) ="
        " (SELECT r.idempotency_key FROM posts r WHERE r.id = ? AND r.account_id = ?))",
        [viewer.account_id, key, LETTER, thread_id, desk],
    )
    return int(found["id"]) if found else None


def letter_of(post_id: int) -> str:
    """The key of the desk's answer to a post."""
    return f"{LETTER}{post_id}"


async def has_said(desk: int, key: str) -> bool:
    """Whether the desk has given this answer before."""
    found = await row("SELECT 1 AS one FROM posts WHERE account_id = ? AND idempotency_key = ?", [desk, key])
    return found is not None
