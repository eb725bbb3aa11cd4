"""Send one activity to one inbox, and say how it went."""

import random
from collections.abc import Awaitable, Callable

from federation.client import Client
from federation.delivery import Done, GiveUp, verdict
from federation.errors import ProtocolError, Unavailable
from federation.signatures.keys import Signer
from server.jobs.worker import Deliverer
from server.ledger import deliveries
from server.ledger.deliveries import ClaimedDelivery, DeliveryOutcome
from server.queries import keys

REMEMBERED_MS = 5_000


def signers(clock: Callable[[], int]) -> Callable[[int], Awaitable[Signer | None]]:
    """The keys of our accounts, each asked for once in a few seconds however many deliveries it signs."""
    known: dict[int, tuple[int, Signer | None]] = {}

    async def signer_of(account_id: int) -> Signer | None:
        until, signer = known.get(account_id, (0, None))
        if until <= clock():
            signing = await keys.signer_of(account_id)
            signer = Signer(signing.request_key_id, signing.request_private) if signing else None
            for old in [each for each, (end, _) in known.items() if end <= clock()]:
                del known[old]
            known[account_id] = (clock() + REMEMBERED_MS, signer)
        return signer

    return signer_of


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
