"""Support of a proposal; a favourite of any other post. One record: undoable, pinned to the version."""

from tortoise.exceptions import IntegrityError

from server.actions import writing
from server.rules.errors import Conflict, NotFound
from server.rules.events.posts import PostLiked, PostUnliked
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_write
from server.storage import addresses
from server.storage.counts import move
from server.storage.models.accounts import Account
from server.storage.models.marks import Like
from server.storage.models.posts import Post
from server.storage.sql import execute
from server.storage.unit import unit


async def like_post(by: Principal, post_id: int, uri: str = "", told_by: int | None = None) -> int:
    """Support a proposal, or favourite a post; a second time changes nothing. Returns the id of the record.

    Args:
        uri: the id of the Like activity when it comes from elsewhere.
        told_by: the chapter that told of it, where nothing proves it.
    """
    check_write(by)
    post = await writing.check_parent(by, post_id)
    if post is None:
        raise NotFound
    before = await Like.get_or_none(account_id=by.account_id, post_id=post.id)
    if before is not None:
        if before.told_by is not None and told_by is None:
            await Like.filter(id=before.id).update(told_by=None)
        return before.id
    like_id = new_id()
    try:
        async with unit() as u:
            await Like.create(
                id=like_id,
                account_id=by.account_id,
                post_id=post.id,
                uri=uri or addresses.activity_uri(like_id),
                version=post.version,
                told_by=told_by,
                created_at=now_ms(),
            )
            await move("posts", post.id, likes_count=1)
            await move_support(by, post, 1)
            u.emit(PostLiked(like_id, post.id, by.account_id))
    except IntegrityError as error:
        again = await Like.get_or_none(account_id=by.account_id, post_id=post.id)
        if again is None:
            raise Conflict("This support was given to something else before.") from error
        return again.id
    return like_id


async def unlike_post(by: Principal, post_id: int) -> None:
    """Take support back; without support changes nothing."""
    check_write(by)
    post = await Post.get_or_none(id=post_id)
    like = await Like.get_or_none(account_id=by.account_id, post_id=post_id)
    if post is None or like is None:
        return
    async with unit() as u:
        if not await execute("DELETE FROM likes WHERE id = ?", [like.id]):
            return
        await move("posts", post_id, likes_count=-1)
        await move_support(by, post, -1)
        u.emit(PostUnliked(post_id, by.account_id, like.uri))


async def support_again(by: Principal, post_id: int) -> int:
    """Support the wording as it is now, where an earlier one was supported: taken back and given anew, so that every
    server that counts it knows the version. Returns the id of the record."""
    check_write(by)
    async with unit():
        await unlike_post(by, post_id)
        return await like_post(by, post_id)


async def move_support(by: Principal, post: Post, change: int) -> None:
    """Support is three numbers, never added up: of members here, of members of civic instances, of everyone else."""
    check_write(by)
    if post.kind != "proposal":
        return
    account = await Account.get(id=by.account_id).only("domain", "civic")
    if not account.domain:
        await move("proposals", post.id, support_here=change)
    elif account.civic:
        await move("proposals", post.id, support_civic=change)
    else:
        await move("proposals", post.id, support_wider=change)
