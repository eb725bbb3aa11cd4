"""Once a day, what is of no more use is forgotten.

The job of the next day waits under a key made from its time. Whoever starts, and each day's work before anything else,
asks for it: so exactly one waits, however many processes there are and however often they die.
"""

from collections.abc import Callable
from typing import Final

import structlog

from server.actions import pruning
from server.actions.mail_follows import prune_unconfirmed
from server.jobs.worker import Handler
from server.ledger import deliveries, letters, peers, receipts, repeats
from server.ledger.queue import ClaimedJob
from server.media.store import Store
from server.rules.permissions import OPERATOR
from server.storage.care import optimize
from server.storage.unit import unit

PRUNE: Final = "prune"
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
AT: Final = 3 * HOUR  # after midnight, UTC: most of our members are asleep

log = structlog.get_logger("prune")


def next_time(now: int) -> int:
    """The next time to prune after `now`; both in milliseconds."""
    return ((now - AT) // DAY + 1) * DAY + AT


async def begin(now: int) -> None:
    """See to it that the next pruning waits. Doing so again changes nothing."""
    at = next_time(now)
    async with unit() as work:
        work.enqueue(PRUNE, f"prune:{at}", {"at": at}, run_at=at)


def handler(store: Store, clock: Callable[[], int]) -> Handler:
    """The handler of queue `prune`; `clock` gives milliseconds since 1970."""

    async def handle(job: ClaimedJob) -> None:
        now = clock()
        await begin(max(now, int(job.payload["at"])))
        await prune(store, now)

    return handle


async def prune(store: Store, now: int) -> None:
    """All that is forgotten, and when. Activities of ours stay: their addresses are out in the world."""
    paths = await pruning.prune_media(OPERATOR, now - DAY)
    for path in paths:
        await store.delete(path)
    log.info(
        "pruned",
        secrets=await pruning.prune_secrets(OPERATOR, now),
        sessions=await pruning.prune_sessions(OPERATOR, now - 60 * DAY),
        idempotency_keys=await pruning.prune_idempotency_keys(OPERATOR, now - HOUR),
        repeats=await repeats.prune(now - HOUR),
        files=len(paths),
        unconfirmed=await prune_unconfirmed(OPERATOR, now - 7 * DAY),
        deliveries=await deliveries.prune(now - 30 * DAY, dead_before=now - 365 * DAY),
        hosts=await deliveries.prune_hosts(now - 30 * DAY),
        held=await peers.prune_held(now),
        letters=await letters.prune(now - 30 * DAY),
        receipts=await receipts.prune(now - 90 * DAY),
    )
    await optimize()
