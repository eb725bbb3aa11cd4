"""A policy that arrived, in a Create or an Update."""

from federation.values import Json
from server.inbound.arrival import Arrived
from server.queries import actors, policies
from server.remote.gateway import Remote
from server.remote.policies import record_policy


async def take_in(remote: Remote, arrived: Arrived, document: Json) -> None:
    """Take it in if anyone here wants it: we know it, follow whoever named it, or share a topic with them."""
    known = await policies.by_uri(str(document.get("id"))) is not None
    wanted = known or arrived.via is not None or await policies.is_linked_domain(arrived.account.domain)
    if wanted or await actors.has_followers_here(arrived.account.id):
        await record_policy(remote, document)
