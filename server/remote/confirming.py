"""Asking the origin of an activity whether it is so: for what comes through others and carries no proof (FEP-fe34)."""

from federation.errors import Gone, ProtocolError
from federation.parse import Activity, parse_activity
from federation.values import type_of
from server.remote.gateway import Remote


async def confirmed(remote: Remote, activity: Activity) -> Activity:
    """An activity as its origin has it. Many servers do not serve activities: a new or edited post is then taken as it
    is there now, and a deletion is believed if the post is gone there. The caller checks who did it.

    Raises `ProtocolError` when nothing confirms it, `Unavailable` when its origin cannot be asked just now.
    """
    try:
        return parse_activity(await remote.read(activity.id))
    except ProtocolError:
        uri = activity.object_id
        if activity.type in ("Create", "Update") and uri:
            return parse_activity({**activity.raw, "object": await remote.read(uri)})
        if activity.type == "Delete" and uri and await is_gone(remote, uri):
            return activity
        raise


async def is_gone(remote: Remote, uri: str) -> bool:
    """Whether its origin says that there is nothing any more, or a Tombstone."""
    try:
        return type_of(await remote.read(uri)) == "Tombstone"
    except Gone:
        return True
