"""A blocked domain: nothing more goes there."""

from server.effects.context import Context
from server.ledger.deliveries import cancel_for_host
from server.rules.events.moderation import DomainBlocked


async def cut_off(context: Context, event: DomainBlocked) -> None:
    await cancel_for_host(event.domain)
