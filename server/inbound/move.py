"""Move: an account elsewhere lives at a new address."""

from federation.errors import Forged
from server.actions.moving import move_account
from server.inbound.arrival import Arrived
from server.queries import actors
from server.remote.actors import fetch_actor
from server.remote.gateway import Remote
from server.rules.errors import Invalid


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Its followers here follow the new address instead, if that one says it is the same (`alsoKnownAs`): it is read
    anew for it, unless it lives here. An account moves once in seven days.

    Raises `Forged` when the new address does not say so.
    """
    target = arrived.activity.target
    if target is None or target == arrived.account.uri:
        return
    new = await actors.by_uri(target) if remote.is_here(target) else await fetch_actor(remote, target)
    if new is None:
        return
    try:
        await move_account(arrived.by, new.id)
    except Invalid as error:
        raise Forged("the new address does not name the old one as its own, or has moved on") from error
