"""Send one activity to one inbox, and say how it went."""

import random
from collections.abc import Callable

from federation.client import Client
from federation.delivery import Done, GiveUp, verdict
from federation.errors import ProtocolError, Unavailable
from server.jobs.synchronization import header_for
from server.jobs.worker import Deliverer
from server.ledger import deliveries
from server.ledger.deliveries import ClaimedDelivery, DeliveryOutcome
from server.remote.signers import signers


def deliverer(client: Client, clock: Callable[[], int]) -> Deliverer:
    """The worker of the delivery lane; `clock` gives milliseconds since 1970."""
    signer_of = signers(clock)

    async def deliver(delivery: ClaimedDelivery) -> DeliveryOutcome:
        signer = await signer_of(delivery.sender_account_id)
        if signer is None:
            return deliveries.give_up(delivery, error="the sender has no key any more")
        status: int | None = None
        retry_after: float | None = None
        error = ""
        try:
            posted = await client.post(
                delivery.inbox,
                delivery.body,
                signer,
                scheme="rfc9421" if delivery.scheme == "rfc9421" else "cavage",
                more=await header_for(delivery),
            )
            status, retry_after = posted.status, posted.retry_after
            if 200 <= status < 300 and posted.scheme != (delivery.scheme or "cavage"):
                await deliveries.remember_scheme(delivery.host, posted.scheme, clock())
        except Unavailable as unavailable:
            error, retry_after = unavailable.reason, unavailable.retry_after
        except ProtocolError as refused:
            return deliveries.give_up(delivery, error=refused.reason)
        return judged(delivery, status, retry_after, error, clock())

    return deliver


def judged(
    delivery: ClaimedDelivery, status: int | None, retry_after: float | None, error: str, now: int
) -> DeliveryOutcome:
    """What becomes of a delivery that was answered with `status`, or not at all (None). `now` in milliseconds."""
    decision = verdict(
        status,
        attempts=delivery.attempts,
        now=now / 1000,
        retry_after=retry_after,
        jitter=random.random(),  # noqa: S311 -- spreads retries, guards nothing
        first_tried=(delivery.first_tried_at or now) / 1000,
    )
    if isinstance(decision, Done):
        return deliveries.succeeded(delivery, status or 202)
    if isinstance(decision, GiveUp):
        return deliveries.give_up(delivery, status=status, error=error or decision.reason)
    return deliveries.retry(delivery, int(decision.when * 1000), status=status, error=error or f"answered {status}")
