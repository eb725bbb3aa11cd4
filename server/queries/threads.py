"""Whole conversations as other servers read them, and what is known of those that are kept elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.queries.moments import moment
from server.queries.visibility import visible
from server.rules.ids import id_in
from server.storage import addresses
from server.storage.sql import row, rows
from server.views.threads import ThreadElsewhere
from server.views.viewer import VISITOR

_SEEN, _BOUND = visible(VISITOR)
_OPEN: Final = f"FROM posts p JOIN accounts a ON a.id = p.account_id WHERE p.kind <> 'boost' AND {_SEEN}"


@dataclass(frozen=True, slots=True)
class Listed:
    """Federated ids, and how many there are in all."""

    uris: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Root:
    """The first post of a conversation that is known here. `comments` are those known here below it."""

    thread_id: int
    uri: str
    local: bool
    comments: int


async def in_thread(thread_id: int, limit: int, offset: int) -> Listed:
    """What everybody may read of a conversation, the oldest first (FEP-7888), its root included."""
    return await _listed("p.thread_id = ?", thread_id, limit, offset)


async def answers_to(post_id: int, limit: int, offset: int) -> Listed:
    """What answers a post directly, the oldest first."""
    return await _listed("p.in_reply_to_id = ?", post_id, limit, offset)


async def _listed(condition: str, value: int, limit: int, offset: int) -> Listed:
    found = await rows(f"SELECT p.uri {_OPEN} AND {condition} ORDER BY p.id LIMIT ? OFFSET ?", [value, limit, offset])
    counted = await row(f"SELECT COUNT(*) AS total {_OPEN} AND {condition}", [value])
    return Listed(tuple(each["uri"] for each in found), counted["total"] if counted else 0)


async def root_of(post_id: int) -> Root | None:
    """The root of the conversation that a post is in."""
    found = await row(
        "SELECT r.id, r.uri, r.local, (SELECT COUNT(*) FROM posts c WHERE c.thread_id = r.id AND c.id <> r.id"
        " AND c.kind <> 'boost') AS comments FROM posts p JOIN posts r ON r.id = p.thread_id WHERE p.id = ?",
        [post_id],
    )
    return Root(found["id"], found["uri"], bool(found["local"]), found["comments"]) if found else None


async def beginning_of(context_uri: str) -> int | None:
    """The post that began the conversation with this `context`, if it is still here."""
    place, _, name = context_uri.rpartition("/")
    here = id_in(name) if place == f"{addresses.base()}/contexts" else None
    found = await row(
        "SELECT p.id FROM posts p WHERE (p.id = ? OR (p.context_uri = ? AND NOT p.local)) AND p.thread_id = p.id"
        " AND p.deleted_at IS NULL AND p.removed_by IS NULL AND p.held_reason = ''"
        " AND p.visibility IN ('public', 'unlisted') ORDER BY p.id LIMIT 1",
        [here or 0, context_uri],
    )
    return int(found["id"]) if found else None


async def from_elsewhere(thread_id: int, limit: int) -> Sequence[str]:
    """The federated ids of the newest comments of other servers in a conversation."""
    found = await rows(
        "SELECT uri FROM posts WHERE thread_id = ? AND id <> ? AND NOT local AND kind <> 'boost'"
        " AND deleted_at IS NULL AND visibility IN ('public', 'unlisted') ORDER BY id DESC LIMIT ?",
        [thread_id, thread_id, limit],
    )
    return [each["uri"] for each in found]


async def elsewhere(thread_id: int) -> ThreadElsewhere | None:
    """What is known of the rest of a conversation; None if nobody asked yet."""
    found = await row("SELECT known_elsewhere, asked_at FROM threads WHERE thread_id = ?", [thread_id])
    return ThreadElsewhere(found["known_elsewhere"], moment(found["asked_at"])) if found else None


async def begun_here_by(post_id: int) -> int | None:
    """The account of ours that began the thread in which somebody elsewhere said this; None for all else."""
    found = await row(
        "SELECT r.account_id FROM posts p JOIN posts r ON r.id = p.thread_id JOIN accounts a ON a.id = r.account_id"
        " WHERE p.id = ? AND p.id <> r.id AND NOT p.local AND r.local AND a.domain = ''"
        " AND r.visibility IN ('public', 'unlisted') AND r.deleted_at IS NULL AND r.removed_by IS NULL",
        [post_id],
    )
    return int(found["account_id"]) if found else None
