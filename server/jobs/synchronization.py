"""The header with which a post for followers alone tells each server which followers we think it has (FEP-8fcf)."""

from federation.digest_sync import Synchronization, digest_of, header_of
from federation.names import origin_of
from federation.values import PUBLIC, addresses_of, loads
from server.ledger.deliveries import ClaimedDelivery
from server.queries import actors
from server.queries.follow_sync import followers_at


async def header_for(delivery: ClaimedDelivery) -> dict[str, str]:
    """`Collection-Synchronization` for a delivery of something that is for followers and not for everybody; nothing for
    any other. What most deliveries hold is seen without reading them."""
    if b"/followers" not in delivery.body or PUBLIC.encode() in delivery.body:
        return {}
    sender = await actors.by_id(delivery.sender_account_id)
    activity = loads(delivery.body)
    if sender is None or sender.followers_uri not in (
        *addresses_of(activity.get("to")),
        *addresses_of(activity.get("cc")),
    ):
        return {}
    digest = digest_of(await followers_at(sender.id, origin_of(delivery.inbox)))
    url = f"{sender.uri}/followers_synchronization"
    return {"collection-synchronization": header_of(Synchronization(sender.followers_uri, url, digest))}
