"""What was raised lately, for those who look after the house."""

from dataclasses import dataclass
from typing import Final

from server.queries import posts
from server.queries.policies import cited_by
from server.storage.sql import rows
from server.views.policies import PolicyRef
from server.views.posts import PostView
from server.views.viewer import VISITOR

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Raised:
    """A proposal and the rules that it names."""

    post: PostView
    policies: tuple[PolicyRef, ...]


async def raised_between(since: int, until: int) -> list[Raised]:
    """The proposals that everybody can read and that were raised in this time (milliseconds), here or where a topic is
    shared with us, the newest first."""
    found = await rows(
        "SELECT p.id FROM posts p JOIN proposals r ON r.post_id = p.id WHERE p.kind = 'proposal'"
        " AND p.published_at >= ? AND p.published_at < ? AND r.state <> 'held' AND (p.local OR r.topic_id IS NOT NULL)"
        " ORDER BY p.published_at DESC, p.id DESC LIMIT ?",
        [since, until, MOST],
    )
    shown = await posts.views([each["id"] for each in found], VISITOR)
    return [Raised(post, tuple(await cited_by(post.id))) for post in shown]
