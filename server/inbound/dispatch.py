"""Which file takes which verb. A verb that is not here is none of our business and changes nothing."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from federation.parse import Activity
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
                await VERBS[inside.activity.type](remote, inside)
            return
    handler = VERBS.get(activity.type)
    if handler is not None:
        await handler(remote, arrived)
