"""Stamps we gave for quotes, and quotes whose permission is still to be looked at."""

from dataclasses import dataclass

from server.queries.visibility import visible
from server.storage.sql import row
from server.views.viewer import VISITOR


@dataclass(frozen=True, slots=True)
class Stamp:
    """That `quoting_uri` may quote `quoted_uri`, says its author."""

    quoted_uri: str
    author_uri: str
    quoting_uri: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What a post from elsewhere quotes, and the stamp it brought."""

    uri: str
    author_uri: str
    quoted_uri: str
    stamp_uri: str


async def stamp(stamp_id: int) -> Stamp | None:
    """A stamp that holds, of a post that everybody may read."""
    seen, bound = visible(VISITOR)
    found = await row(
        "SELECT p.uri, a.uri AS author, s.quoting_uri FROM quote_stamps s JOIN posts p ON p.id = s.quoted_id"
        f" JOIN accounts a ON a.id = p.account_id WHERE s.id = ? AND s.revoked_at IS NULL AND {seen}",
        [stamp_id, *bound],
    )
    return Stamp(found["uri"], found["author"], found["quoting_uri"]) if found else None


async def has_stamp(quoted_id: int, quoting_uri: str) -> bool:
    """Whether we gave this post permission to quote one of ours."""
    found = await row(
        "SELECT 1 AS one FROM quote_stamps WHERE quoted_id = ? AND quoting_uri = ? AND revoked_at IS NULL",
        [quoted_id, quoting_uri],
    )
    return found is not None


async def pending(post_id: int) -> Quote | None:
    """The quote of a post, while its permission was not found yet."""
    found = await row(
        "SELECT p.uri, a.uri AS author, p.quote_uri, p.quote_stamp FROM posts p JOIN accounts a ON a.id = p.account_id"
        " WHERE p.id = ? AND p.quote_state = 'pending' AND p.deleted_at IS NULL",
        [post_id],
    )
    return Quote(found["uri"], found["author"], found["quote_uri"], found["quote_stamp"]) if found else None
