"""Update: an actor says anew who it is, or a post or policy what it says."""

from typing import Final

from federation.objects.policy import is_policy
from federation.origin import check_object
from federation.values import Json, time_of
from server.inbound import policy
from server.inbound.arrival import Arrived
from server.inbound.create import take_in
from server.queries import actors
from server.remote.actors import is_actor, record_actor
from server.remote.gateway import Remote
from server.remote.posts import coming_of, is_post, renew_post

DAY: Final = 86_400


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Take over the new version. One of a post that we never saw is treated like its Create, if it is news."""
    activity = arrived.activity
    document = activity.inner
    if document is None:
        if activity.object_id is None or remote.is_here(activity.object_id):
            return
        document = await remote.read(activity.object_id)
    check_object(activity, document)
    if is_actor(document):
        await record_actor(remote, document)
    elif is_policy(document):
        await policy.take_in(remote, arrived, document)
    elif is_post(document):
        if await actors.post_by_uri(str(document["id"])) is None:
            if is_news(arrived, document, remote.clock()):
                await take_in(remote, arrived, document)
        else:
            await renew_post(remote, document, coming_of(activity, arrived.via, arrived.account))


def is_news(arrived: Arrived, document: Json, now: float) -> bool:
    """Whether an edit of a post that we never saw is taken in: one published within a day, whose Create may be late or
    lost. Others we have not seen because nobody here wanted them, and every new count of a poll is an edit. What is
    civic, or comes through a linked chapter, is always taken: a chapter that was away learns all from the next edit.
    """
    published = time_of(document.get("published"))
    return (
        arrived.via is not None
        or "civic:kind" in document
        or (published is not None and now - published.timestamp() <= DAY)
    )
