"""Move: an account elsewhere lives at a new address."""

from federation.errors import Forged
from server.actions.follows import follow, unfollow
from server.inbound.arrival import Arrived
from server.queries import accounts, actors
from server.remote.actors import fetch_actor
from server.remote.gateway import Remote
from server.rules.errors import CivicError
from server.rules.permissions import Principal


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Its followers here follow the new address instead, if that one says it is the same (`alsoKnownAs`). Both are read
    anew for it.

    Raises `Forged` when it does not say so.
    """
    target = arrived.activity.target
    if target is None or target == arrived.account.uri or remote.is_here(target):
        return
    new = await fetch_actor(remote, target)
    view = await accounts.by_id(new.id)
    if view is None or arrived.account.uri not in view.also_known_as:
        raise Forged("the new address does not name the old one as its own")
    await fetch_actor(remote, arrived.account.uri)
    for follower in await actors.followers_here(arrived.account.id):
        by = Principal("member", follower)
        try:
            await follow(by, new.id)
            await unfollow(by, arrived.account.id)
        except CivicError:
            continue
