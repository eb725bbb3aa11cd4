"""Block: an account elsewhere does not want to be reached by one of ours any more."""

from server.actions.blocks import block
from server.inbound.arrival import Arrived
from server.queries import actors
from server.remote.gateway import Remote


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Respect it: follows both ways end."""
    activity = arrived.activity
    target = await actors.by_uri(activity.object_id) if activity.object_id else None
    if target is not None and target.local and not await actors.is_tombstoned(activity.id):
        await block(arrived.by, target.id, activity.id)
