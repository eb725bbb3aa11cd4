"""Like: support for a proposal, a favourite for any other post."""

from server.actions.likes import like_post
from server.inbound.arrival import Arrived
from server.queries import actors
from server.remote.gateway import Remote
from server.remote.objects import fetch_post
from server.remote.posts import Coming
from server.rules.errors import NotFound


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Count it if we have the post. What a linked chapter passes on is for a post of its topic, which we fetch if we
    missed it; any other that nobody here has seen is not fetched."""
    activity = arrived.activity
    uri = activity.object_id
    post = await actors.post_by_uri(uri) if uri else None
    if post is None and uri and arrived.via is not None and not remote.is_here(uri):
        await fetch_post(remote, uri, Coming(via=arrived.via))
        post = await actors.post_by_uri(uri)
    if post is None or post[3] or await actors.is_tombstoned(activity.id):
        return
    try:
        await like_post(arrived.by, post[0], activity.id, told_by=arrived.via if arrived.told else None)
    except NotFound:
        return
