"""Under which keys the rendering of a post may be kept."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.queries.visibility import visible
from server.rules.ids import now_ms
from server.storage.sql import rows
from server.views.viewer import Viewer

PERSON = ("id", "rev", "followers_count", "following_count", "posts_count", "last_post_at")


@dataclass(frozen=True, slots=True)
class RenderKey:
    """What changes whenever the rendering of a post would: `words` for all but its authors, and of each author `people`
    (the account's id first), apart from it because an author's counts change with each post."""

    id: int
    words: tuple[int, ...]
    people: tuple[tuple[int, ...], ...]


async def render_keys(ids: Iterable[int], viewer: Viewer) -> list[RenderKey]:
    """For each post the viewer may see, in the order of `ids`, the keys under which rendered bytes may be kept."""
    wanted = list(ids)
    seen, bound = visible(viewer)
    inner, inner_bound = visible(viewer, post="r", author="b")
    found = await rows(
        "SELECT p.id, p.rev, r.id AS shared, r.rev AS shared_rev, q.rev AS poll_open,"
        f" {_person('a')}, {_person('b')} FROM posts p JOIN accounts a ON a.id = p.account_id"
        " LEFT JOIN posts r ON r.id = p.reblog_of_id LEFT JOIN accounts b ON b.id = r.account_id"
        " LEFT JOIN (SELECT post_id, CASE WHEN expires_at <= ? THEN 1 ELSE 0 END AS rev FROM polls) q"
        f" ON q.post_id = COALESCE(r.id, p.id) WHERE p.id IN (?) AND {seen} AND (r.id IS NULL OR {inner})",
        [now_ms(), wanted, *bound, *inner_bound],
    )
    keys = {}
    for row in found:
        authors = [author for author in ("a", "b") if row[f"{author}_id"] is not None]
        words = ("id", "rev", "shared", "shared_rev", "poll_open", *(f"{author}_rev" for author in authors))
        people = tuple(tuple(row[f"{author}_{name}"] or 0 for name in PERSON) for author in authors)
        keys[row["id"]] = RenderKey(row["id"], tuple(row[name] or 0 for name in words), people)
    return [keys[post_id] for post_id in wanted if post_id in keys]


def _person(author: str) -> str:
    return ", ".join(f"{author}.{name} AS {author}_{name}" for name in PERSON)
