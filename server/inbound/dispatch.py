"""Which file takes which verb. A verb that is not here is none of our business and changes nothing."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from federation.parse import Activity
from federation.topic_sync import item_of
from federation.values import dumps
from server.inbound import (
    announce,
    answer,
    block,
    collections,
    create,
    delete,
    flag,
    follow,
    like,
    move,
    quote,
    undo,
    update,
)
from server.inbound.arrival import Arrived
from server.ledger import topic_items
from server.remote.gateway import Remote

Handler = Callable[[Remote, Arrived], Awaitable[None]]

VERBS: Final[Mapping[str, Handler]] = {
    "Accept": answer.handle,
    "Add": collections.handle,
    "Announce": announce.handle,
    "Block": block.handle,
    "Create": create.handle,
    "Delete": delete.handle,
    "Flag": flag.handle,
    "Follow": follow.handle,
    "Like": like.handle,
    "Move": move.handle,
    "QuoteRequest": quote.handle,
    "Reject": answer.handle,
    "Remove": collections.handle,
    "Undo": undo.handle,
    "Update": update.handle,
}


async def dispatch(remote: Remote, arrived: Arrived) -> None:
    """Let an activity take effect, once however often it comes. Its origin has been checked.

    An Announce of another activity is unwrapped here, because what is inside is dispatched in turn; once only, so that
    nothing nests.
    """
    activity: Activity = arrived.activity
    if activity.type == "Announce" and arrived.via is None:
        inside = await announce.unwrapped(remote, arrived)
        if inside is not None:
            if inside.activity.type in VERBS and inside.activity.type != "Announce":
                await _take(remote, inside)
            return
    if activity.type in VERBS:
        await _take(remote, arrived)


async def _take(remote: Remote, arrived: Arrived) -> None:
    """Let it take effect; and keep what changed in a topic, which for posts is done where they are taken in."""
    await VERBS[arrived.activity.type](remote, arrived)
    item = item_of(arrived.activity.raw) if arrived.activity.type in ("Delete", "Like", "Undo") else None
    if item is not None:
        await topic_items.note_said(item, dumps(arrived.activity.raw), int(remote.clock() * 1000), arrived.via)
