"""Accounts as the protocol needs them: addresses, keys and follows by their federated ids. Readers of the edges that
talk to other servers, not of people: nothing here depends on who is looking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from server.rules.permissions import Principal
from server.storage.sql import row, rows

Done = Literal["follow", "like", "boost", "endorsement"]

_COLUMNS = "a.id, a.uri, a.kind, a.name, a.domain, a.state, a.inbox, a.outbox, a.followers_uri, a.fetched_at"


@dataclass(frozen=True, slots=True)
class WireAccount:
    """An account by its federated side. `domain` is empty here; `fetched_at` in milliseconds, 0 if never fetched."""

    id: int
    uri: str
    kind: str
    name: str
    domain: str
    state: str
    inbox: str
    outbox: str
    followers_uri: str
    fetched_at: int

    @property
    def local(self) -> bool:
        return not self.domain

    @property
    def principal(self) -> Principal:
        """This account as somebody who acts from its own server."""
        return Principal("remote", self.id, suspended=self.state != "active")


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key (PEM or multibase) and whose it is."""

    uri: str
    public: str
    account: WireAccount


@dataclass(frozen=True, slots=True)
class FollowFacts:
    account_id: int
    target_id: int
    state: str


async def by_uri(uri: str) -> WireAccount | None:
    """The account with this federated id, here or elsewhere, whatever its state."""
    found = await row(f"SELECT {_COLUMNS} FROM accounts a WHERE a.uri = ?", [uri])
    return _account(found) if found else None


async def by_id(account_id: int) -> WireAccount | None:
    found = await row(f"SELECT {_COLUMNS} FROM accounts a WHERE a.id = ?", [account_id])
    return _account(found) if found else None


async def by_ids(ids: Sequence[int]) -> dict[int, WireAccount]:
    """Those that there are, by id."""
    found = await rows(f"SELECT {_COLUMNS} FROM accounts a WHERE a.id IN (?)", [list(ids)])
    return {int(each["id"]): _account(each) for each in found}


async def by_uris(uris: list[str]) -> dict[str, WireAccount]:
    """Those that are known, by id."""
    if not uris:
        return {}
    found = await rows(f"SELECT {_COLUMNS} FROM accounts a WHERE a.uri IN (?)", [uris])
    return {str(each["uri"]): _account(each) for each in found}


async def key(uri: str) -> KnownKey | None:
    """The public key with this id."""
    found = await row(
        f"SELECT k.public, {_COLUMNS} FROM keys k JOIN accounts a ON a.id = k.account_id WHERE k.uri = ?", [uri]
    )
    return KnownKey(uri, str(found["public"]), _account(found)) if found else None


async def members_of(organisation_id: int, limit: int) -> list[str]:
    """The federated ids of those whom an organisation confirms as its members, in the order they joined."""
    found = await rows(
        "SELECT a.uri FROM memberships s JOIN accounts a ON a.id = s.account_id WHERE s.organisation_id = ?"
        " AND s.confirmed AND a.state = 'active' ORDER BY s.since, s.id LIMIT ?",
        [organisation_id, limit],
    )
    return [str(each["uri"]) for each in found]


async def has_followers_here(account_id: int) -> bool:
    """Whether anyone who lives here follows this account."""
    found = await row(
        "SELECT 1 AS one FROM follows f JOIN accounts a ON a.id = f.account_id"
        " WHERE f.target_id = ? AND f.state = 'accepted' AND a.domain = '' LIMIT 1",
        [account_id],
    )
    return found is not None


async def followers_here(account_id: int) -> list[int]:
    """The accounts of ours that follow this one."""
    found = await rows(
        "SELECT f.account_id AS id FROM follows f JOIN accounts a ON a.id = f.account_id"
        " WHERE f.target_id = ? AND f.state = 'accepted' AND a.domain = '' AND a.state = 'active'",
        [account_id],
    )
    return [int(each["id"]) for each in found]


async def follow_by_uri(uri: str) -> FollowFacts | None:
    """The follow that this Follow activity asked for."""
    found = await row("SELECT account_id, target_id, state FROM follows WHERE uri = ?", [uri])
    return FollowFacts(int(found["account_id"]), int(found["target_id"]), str(found["state"])) if found else None


async def post_by_uri(uri: str) -> tuple[int, int, bool, bool] | None:
    """Id, author's id, whether it is ours, and whether it is gone or held, of the post with this federated id."""
    found = await row(
        "SELECT id, account_id, local, deleted_at, removed_by, held_reason FROM posts WHERE uri = ?"
        " AND reblog_of_id IS NULL",
        [uri],
    )
    if found is None:
        return None
    gone = found["deleted_at"] is not None or found["removed_by"] is not None or bool(found["held_reason"])
    return int(found["id"]), int(found["account_id"]), bool(found["local"]), gone


async def post_or_tombstone(uri: str) -> tuple[int, bool] | None:
    """Id of the post with this federated id, and whether it is gone; one that was deleted before it arrived (0) is."""
    found = await row(
        "SELECT id, deleted_at IS NOT NULL OR removed_by IS NOT NULL AS gone FROM posts"
        " WHERE uri = ? AND reblog_of_id IS NULL UNION ALL SELECT 0, TRUE FROM tombstones WHERE uri = ?",
        [uri, uri],
    )
    return (int(found["id"]), bool(found["gone"])) if found else None


async def kind_of(post_id: int) -> str:
    """`post`, `comment`, `proposal` or `boost`; empty for an unknown id."""
    found = await row("SELECT kind FROM posts WHERE id = ?", [post_id])
    return str(found["kind"]) if found else ""


async def options_of(post_id: int) -> list[str]:
    """What the poll of a post of ours offers, in order; nothing for a post without one."""
    found = await row(
        "SELECT o.options AS options FROM polls o JOIN posts p ON p.id = o.post_id WHERE p.id = ? AND p.local = ?",
        [post_id, True],
    )
    if found is None:
        return []
    return [str(option["title"]) for option in _decoded(found["options"])]


async def is_following(account_id: int, target_id: int) -> bool:
    """Whether one follows the other, or has asked to."""
    found = await row("SELECT 1 AS one FROM follows WHERE account_id = ? AND target_id = ?", [account_id, target_id])
    return found is not None


async def is_blocking(account_id: int, target_id: int) -> bool:
    """Whether one has blocked the other."""
    found = await row("SELECT 1 AS one FROM blocks WHERE account_id = ? AND target_id = ?", [account_id, target_id])
    return found is not None


async def marks_of(account_id: int, post_id: int) -> set[str]:
    """What an account did about a post: `like`, `boost`, both or neither."""
    found = await rows(
        "SELECT 'like' AS what FROM likes WHERE account_id = ? AND post_id = ?"
        " UNION SELECT 'boost' FROM posts WHERE account_id = ? AND reblog_of_id = ?",
        [account_id, post_id, account_id, post_id],
    )
    return {str(each["what"]) for each in found}


async def like_told_by(account_id: int, post_id: int) -> int | None:
    """The chapter whose word is all there is for somebody's support of a post; None for support that is proven."""
    found = await row("SELECT told_by FROM likes WHERE account_id = ? AND post_id = ?", [account_id, post_id])
    return found["told_by"] if found else None


async def is_tombstoned(uri: str) -> bool:
    """Whether this was taken back before it arrived."""
    return await row("SELECT 1 AS one FROM tombstones WHERE uri = ?", [uri]) is not None


async def done_by(account_id: int, uri: str) -> tuple[Done, int] | None:
    """What this account did by the activity `uri`: a follow with its target, a like, an
    endorsement or a boost with its post."""
    found = await rows(
        "SELECT 'follow' AS what, target_id AS id FROM follows WHERE uri = ? AND account_id = ?"
        " UNION ALL SELECT 'like', post_id FROM likes WHERE uri = ? AND account_id = ?"
        " UNION ALL SELECT 'endorsement', proposal_id FROM endorsements WHERE uri = ? AND organisation_id = ?"
        " UNION ALL SELECT 'boost', reblog_of_id FROM posts"
        " WHERE uri = ? AND account_id = ? AND reblog_of_id IS NOT NULL",
        [uri, account_id] * 4,
    )
    return next(((each["what"], int(each["id"])) for each in found), None)


def _account(found: dict[str, Any]) -> WireAccount:
    return WireAccount(
        id=int(found["id"]),
        uri=str(found["uri"]),
        kind=str(found["kind"]),
        name=str(found["name"]),
        domain=str(found["domain"]),
        state=str(found["state"]),
        inbox=str(found["inbox"]),
        outbox=str(found["outbox"]),
        followers_uri=str(found["followers_uri"]),
        fetched_at=int(found["fetched_at"] or 0),
    )


def _decoded(value: Any) -> list[dict[str, Any]]:
    """JSON columns come as text from SQLite and may come decoded from PostgreSQL."""
    loaded = orjson.loads(value) if isinstance(value, str | bytes) else value
    return loaded if isinstance(loaded, list) else []


async def is_known_domain(domain: str) -> bool:
    """Whether anybody from exactly this domain is known."""
    return bool(await rows("SELECT 1 FROM accounts WHERE domain = ? LIMIT 1", [domain]))
