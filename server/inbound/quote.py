"""QuoteRequest: somebody elsewhere wishes to quote a post of ours (FEP-044f)."""

from federation.objects.quote import quoting_of
from server.actions.quotes import ask_to_quote
from server.inbound.arrival import Arrived
from server.queries import actors
from server.remote.gateway import Remote
from server.rules.errors import NotFound


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Answer with a stamp, or a refusal. What they cannot see is not answered at all."""
    activity = arrived.activity
    quoting = quoting_of(activity)
    post = await actors.post_by_uri(activity.object_id) if activity.object_id else None
    if post is None or not post[2] or post[3]:
        return
    try:
        await ask_to_quote(arrived.by, post[0], quoting, activity.id)
    except NotFound:
        return
