"""Which arrivals have to be passed on: what somebody did to a post after it was published, and replies in threads of
ours. A topic's new posts are passed on by `effects/relay.arrived`."""

from typing import Final

from federation.parse import Activity
from federation.values import id_of
from server.inbound.arrival import Arrived
from server.queries import actors
from server.queries.threads import begun_here_by

VERBS: Final = frozenset({"Delete", "Like", "Undo", "Update"})


async def post_of(arrived: Arrived) -> int | None:
    """The post that an edit, a deletion or support is about, or support that is taken back; None for all else. Asked
    before it takes effect: an Undo leaves nothing to ask."""
    activity = arrived.activity
    if activity.type not in VERBS or arrived.via is not None:
        return None
    if activity.type == "Undo" and activity.inner is None:
        done = await actors.done_by(arrived.account.id, activity.object_id or "")
        return done[1] if done is not None and done[0] == "like" else None
    found = await actors.post_by_uri(_object_of(activity) or "")
    return found[0] if found is not None else None


async def reply_of(arrived: Arrived) -> int | None:
    """The reply in a thread of ours that a Create brought; None for all else. Asked after it took effect."""
    activity = arrived.activity
    if activity.type != "Create" or arrived.via is not None or (activity.inner or {}).get("inReplyTo") is None:
        return None
    found = await actors.post_by_uri(activity.object_id or "")
    return found[0] if found is not None and await begun_here_by(found[0]) is not None else None


def _object_of(activity: Activity) -> str | None:
    if activity.type != "Undo":
        return activity.object_id
    return id_of((activity.inner or {}).get("object")) if activity.inner_type == "Like" else None
