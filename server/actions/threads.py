"""No more notifications from a conversation."""

from server.actions import writing
from server.rules.errors import NotFound
from server.rules.ids import new_id
from server.rules.permissions import Principal, check_member
from server.storage.models.marks import ThreadMute


async def mute_thread(by: Principal, post_id: int) -> None:
    """Be told nothing more of the conversation this post is in."""
    check_member(by)
    await ThreadMute.get_or_create(
        account_id=by.account_id, thread_id=await thread_of(by, post_id), defaults={"id": new_id()}
    )


async def unmute_thread(by: Principal, post_id: int) -> None:
    """Be told again."""
    check_member(by)
    await ThreadMute.filter(account_id=by.account_id, thread_id=await thread_of(by, post_id)).delete()


async def thread_of(by: Principal, post_id: int) -> int:
    """The thread of a post that this person may see."""
    check_member(by)
    post = await writing.check_parent(by, post_id)
    if post is None:
        raise NotFound
    return int(post.thread_id)
