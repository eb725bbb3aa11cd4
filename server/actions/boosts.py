"""Boosts: share somebody's post with one's own followers. A boost is a post of its own that points at another."""

from tortoise.exceptions import IntegrityError

from server.actions import writing
from server.rules.errors import Conflict, NotFound, Refused
from server.rules.events.posts import PostBoosted, PostUnboosted
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_write
from server.rules.visibility import Visibility
from server.storage import addresses
from server.storage.counts import move
from server.storage.models.posts import Post
from server.storage.sql import rows
from server.storage.unit import unit


async def boost_post(
    by: Principal, post_id: int, uri: str = "", visibility: Visibility = "public", published: int | None = None
) -> int:
    """Share a post; a second time changes nothing. Returns the id of the boost.

    Args:
        uri: the id of the Announce activity when it comes from elsewhere.
        published: when it was shared there, in milliseconds.
    """
    check_write(by)
    post = await writing.check_parent(by, post_id)
    if post is None:
        raise NotFound
    own_private = post.visibility == "private" and post.account_id == by.account_id
    if post.visibility not in ("public", "unlisted") and not own_private:
        raise Refused("Only public posts can be shared.")
    before = await Post.get_or_none(account_id=by.account_id, reblog_of_id=post.id, deleted_at=None)
    if before is not None:
        return before.id
    boost_id = new_id(published)
    address = uri or addresses.post_uri("boost", boost_id)
    try:
        async with unit() as u:
            await Post.create(
                id=boost_id,
                uri=address,
                url=address,
                account_id=by.account_id,
                kind="boost",
                local=not uri,
                visibility="private" if own_private else visibility,
                reblog_of_id=post.id,
                thread_id=boost_id,
                idempotency_key=f"boost:{post.id}",  # so that two at once make one
                published_at=published or now_ms(),
                created_at=now_ms(),
            )
            await move("posts", post.id, boosts_count=1)
            u.emit(PostBoosted(boost_id, post.id, by.account_id))
    except IntegrityError as error:
        again = await Post.get_or_none(account_id=by.account_id, reblog_of_id=post.id, deleted_at=None)
        if again is None:
            raise Conflict("This was shared in another way before.") from error
        return again.id
    return boost_id


async def unboost_post(by: Principal, post_id: int) -> None:
    """Take a boost back; without a boost changes nothing. `post_id` is the shared post's."""
    check_write(by)
    boost = await Post.get_or_none(account_id=by.account_id, reblog_of_id=post_id, deleted_at=None)
    if boost is None:
        return
    async with unit() as u:
        gone = await rows(
            "DELETE FROM posts WHERE id = ? AND reblog_of_id IS NOT NULL RETURNING removed_by", [boost.id]
        )
        if not gone:
            return
        if gone[0]["removed_by"] is None:
            await move("posts", post_id, boosts_count=-1)
        u.emit(PostUnboosted(boost.id, post_id, by.account_id, boost.uri))
