"""Update: an actor says anew who it is, or a post or policy what it says."""

from federation.objects.policy import is_policy
from federation.origin import check_object
from server.inbound import policy
from server.inbound.arrival import Arrived
from server.inbound.create import take_in
from server.queries import actors
from server.remote.actors import is_actor, record_actor
from server.remote.gateway import Remote
from server.remote.posts import coming_of, is_post, renew_post


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Take over the new version. One of a post that we never saw is treated like its Create."""
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
            await take_in(remote, arrived, document)
        else:
            await renew_post(remote, document, coming_of(activity, arrived.via, arrived.account))
