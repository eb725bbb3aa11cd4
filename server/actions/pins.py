"""Own posts at the top of one's profile."""

from server.rules.errors import Invalid, NotFound
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_change, check_member
from server.storage.models.marks import Pin
from server.storage.models.posts import Post

MOST_PINS = 5


async def pin_post(by: Principal, post_id: int) -> None:
    """Show an own post first on one's profile.

    Raises:
        NotFound: no such post.
        Refused: somebody else's.
        Invalid: a direct message, a boost, or one too many.
    """
    check_member(by)
    post = await Post.get_or_none(id=post_id, deleted_at=None, removed_by=None, held_reason="")
    if post is None:
        raise NotFound
    check_change(by, post.account_id)
    if post.visibility == "direct" or post.reblog_of_id is not None:
        raise Invalid("id", "Only a post of your own that others can see can be pinned.")
    if await Pin.filter(account_id=by.account_id).exclude(post_id=post.id).count() >= MOST_PINS:
        raise Invalid("id", "You have pinned %(limit)s posts, which is the limit. Unpin one first.", limit=MOST_PINS)
    await Pin.get_or_create(
        account_id=by.account_id, post_id=post.id, defaults={"id": new_id(), "created_at": now_ms()}
    )


async def unpin_post(by: Principal, post_id: int) -> None:
    """Take a pin away; without a pin changes nothing."""
    check_member(by)
    await Pin.filter(account_id=by.account_id, post_id=post_id).delete()
