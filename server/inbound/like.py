"""Like: support for a proposal, a favourite for any other post."""

from server.actions.likes import like_post
from server.inbound.arrival import Arrived
from server.queries import actors
from server.remote.gateway import Remote
from server.rules.errors import NotFound


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Count it if we have the post; support of what nobody here has seen is not fetched."""
    activity = arrived.activity
    post = await actors.post_by_uri(activity.object_id) if activity.object_id else None
    if post is None or post[3] or await actors.is_tombstoned(activity.id):
        return
    try:
        await like_post(arrived.by, post[0], activity.id)
    except NotFound:
        return
