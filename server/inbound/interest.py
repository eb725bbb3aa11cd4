"""Whether anyone here has a reason to want a post (contract, "What an instance keeps and shows")."""

from federation.objects.post import Post
from federation.parse import Activity
from federation.values import MAX_ADDRESSES, Json, first, id_of, ids_of
from server.inbound.arrival import Arrived
from server.queries import actors
from server.remote.posts import coming_of, topic_of


async def is_wanted(arrived: Arrived, document: Json) -> bool:
    """Its author is followed here, it mentions or addresses somebody here, it answers something known, it says that it
    is about the same barrier as one of ours, it came through a linked chapter, or it names a topic of ours."""
    if arrived.via is not None:
        return True
    post = Post.parse(document)
    if post.in_reply_to and await actors.post_by_uri(post.in_reply_to) is not None:
        return True
    for uri in ids_of(document.get("civic:sameBarrier"), MAX_ADDRESSES):
        known = await actors.post_by_uri(uri)
        if known is not None and known[2]:
            return True
    if await actors.has_followers_here(arrived.account.id):
        return True
    named = {*post.to, *post.cc, *arrived.activity.to, *arrived.activity.cc, *(item.href for item in post.mentions)}
    if any(account.local for account in (await actors.by_uris(sorted(named))).values()):
        return True
    return await topic_of(post, coming_of(arrived.activity, arrived.via, arrived.account)) is not None


async def concerns_known_post(activity: Activity) -> bool:
    """Whether an activity answers a post that is known here, or changes or deletes one."""
    if activity.type == "Create":
        parent = id_of(first((activity.inner or {}).get("inReplyTo")))
        return parent is not None and await actors.post_by_uri(parent) is not None
    if activity.type not in ("Update", "Delete") or activity.object_id is None:
        return False
    return await actors.post_by_uri(activity.object_id) is not None
