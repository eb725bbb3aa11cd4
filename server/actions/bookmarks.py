"""Following a post privately."""

from server.actions import writing
from server.rules.errors import NotFound
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member
from server.storage.models.marks import Bookmark


async def bookmark_post(by: Principal, post_id: int) -> None:
    """Keep a post for oneself; a second time changes nothing. Nobody else learns of it.

    Raises:
        NotFound: no such post, or not for this person.
    """
    check_member(by)
    post = await writing.check_parent(by, post_id)
    if post is None:
        raise NotFound
    await Bookmark.get_or_create(
        account_id=by.account_id, post_id=post.id, defaults={"id": new_id(), "created_at": now_ms()}
    )


async def unbookmark_post(by: Principal, post_id: int) -> None:
    """Let it go again."""
    check_member(by)
    await Bookmark.filter(account_id=by.account_id, post_id=post_id).delete()
