"""Under which keys the rendering of a post may be kept."""

from collections.abc import Iterable
from typing import NamedTuple

from server.queries.visibility import visible
from server.rules.ids import now_ms
from server.storage.sql import rows
from server.views.viewer import Viewer


class RenderKey(NamedTuple):
    """What changes whenever the rendering of a post would: `words` for all but its authors, and for each author in
    `people` the account's id and its key, apart from it because an author's counts change with each post."""

    id: int
    words: str
    people: tuple[tuple[int, str], ...]


async def render_keys(ids: Iterable[int], viewer: Viewer) -> list[RenderKey]:
    """For each post the viewer may see, in the order of `ids`, the keys under which rendered bytes may be kept."""
    wanted = list(ids)
    seen, bound = visible(viewer)
    inner, inner_bound = visible(viewer, post="r", author="b")
    found = await rows(
        f"SELECT p.id, {_joined('p.id', 'p.rev', 'a.rev')}"
        f" || COALESCE(' of ' || {_joined('r.id', 'r.rev', 'b.rev')}, '') || COALESCE(' ' || q.over, '') AS words,"
        f" a.id AS author, {_person('a')} AS author_key, b.id AS shared_author, {_person('b')} AS shared_author_key"
        " FROM posts p JOIN accounts a ON a.id = p.account_id"
        " LEFT JOIN posts r ON r.id = p.reblog_of_id LEFT JOIN accounts b ON b.id = r.account_id"
        " LEFT JOIN (SELECT post_id, CASE WHEN expires_at <= ? THEN 'over' ELSE 'open' END AS over FROM polls) q"
        f" ON q.post_id = COALESCE(r.id, p.id) WHERE p.id IN (?) AND {seen} AND (r.id IS NULL OR {inner})",
        [now_ms(), wanted, *bound, *inner_bound],
    )
    keys = {}
    for row in found:
        people: tuple[tuple[int, str], ...] = ((row["author"], row["author_key"]),)
        if row["shared_author"] is not None:
            people = (*people, (row["shared_author"], row["shared_author_key"]))
        keys[row["id"]] = RenderKey(row["id"], row["words"], people)
    return [keys[post_id] for post_id in wanted if post_id in keys]


def _person(author: str) -> str:
    names = ("id", "rev", "followers_count", "following_count", "posts_count")
    return _joined(*(f"{author}.{name}" for name in names), f"COALESCE({author}.last_post_at, 0)")


def _joined(*numbers: str) -> str:
    """Numbers as one text, put together by the database: a column costs more to carry over than to join."""
    return " || '.' || ".join(numbers)
