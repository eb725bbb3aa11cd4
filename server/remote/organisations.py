"""Whom somebody elsewhere belongs to. An actor names its organisations in `civic:memberOf`; that alone proves nothing.

One at the member's own origin is believed, for one server speaks for both. One of another host counts when its own list
of members names the member (FEP-fe34, reciprocal claims).
"""

from collections.abc import Sequence
from typing import Final

from federation.errors import Malformed, ProtocolError
from federation.names import same_origin
from federation.objects.actor import Actor
from federation.values import id_of
from server.actions.memberships import record_memberships
from server.queries import actors
from server.queries.actors import WireAccount
from server.remote.actors import known_or_fetched, record_actor
from server.remote.gateway import Remote
from server.remote.threads import items_of

MOST: Final = 3  # organisations that one account may name


async def confirm_organisations(remote: Remote, account_id: int, claimed: Sequence[str]) -> None:
    """Keep those of the claimed organisations that are confirmed, in the order given, and forget all others.

    Raises `Unavailable` when one cannot be asked just now: what was known before stays until then.
    """
    member = await actors.by_id(account_id)
    if member is None or member.local or member.state != "active":
        return
    confirmed = []
    for uri in dict.fromkeys(claimed[:MOST]):
        try:
            organisation = await _confirmed(remote, uri, member)
        except ProtocolError:
            continue
        if organisation is not None and organisation.kind == "organisation" and organisation.state == "active":
            confirmed.append(organisation.id)
    await record_memberships(member.principal, confirmed)


async def _confirmed(remote: Remote, uri: str, member: WireAccount) -> WireAccount | None:
    """The organisation, if `member` belongs to it. Those of ours have a log-in here, so nobody elsewhere is one."""
    if remote.is_here(uri):
        return None
    if same_origin(uri, member.uri):
        return await known_or_fetched(remote, uri)
    await remote.discover(uri)
    document = await remote.read(uri)
    listed = Actor.parse(document).civic_members
    if listed is None or not same_origin(listed, uri):
        raise Malformed("this organisation does not say who belongs to it")
    async for item in items_of(remote, listed):
        if id_of(item) == member.uri:
            return await record_actor(remote, document)
    return None
