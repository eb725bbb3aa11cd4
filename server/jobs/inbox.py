"""The lane `inbox`: an activity that was accepted takes effect (architecture, journey 2)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from weakref import WeakValueDictionary

import structlog

from federation.errors import ProtocolError, Unavailable
from federation.names import domain_of
from federation.origin import check_activity
from federation.parse import parse_activity
from federation.values import loads
from server.inbound.arrival import Arrived
from server.inbound.dispatch import dispatch
from server.inbound.passing import post_of, reply_of
from server.ledger import receipts
from server.ledger.queue import ClaimedJob, RetryLater
from server.ledger.receipts import Arrival
from server.queries import actors
from server.remote.gateway import Remote
from server.rules.errors import CivicError
from server.rules.events.posts import ActivityTaken
from server.storage.models.work import WAITING
from server.storage.unit import unit

TRIES: Final = 60  # with the queue's back-off: days, for a server that is needed and away

log = structlog.get_logger("inbox")


def handler(remote: Remote) -> Callable[[ClaimedJob], Awaitable[None]]:
    """The worker's handler for the lane.

    What one server sent takes effect in the order in which it came, so that support never overtakes the proposal it is
    for; different servers do not wait for each other.
    """
    turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def work(job: ClaimedJob) -> None:
        arrival = await receipts.load(int(job.payload["receipt_id"]))
        if arrival is None or arrival.state != WAITING:
            return
        turn = turns.setdefault(domain_of(arrival.signer_uri), asyncio.Lock())
        async with turn:
            try:
                await take(remote.fresh(), arrival)
            except RetryLater as later:
                later.forever = job.attempts < TRIES
                raise

    return work


async def take(remote: Remote, arrival: Arrival) -> None:
    """Let an activity take effect and note what became of it. Doing it again changes nothing: every act is known by the
    id of its activity or object.

    Raises `RetryLater` when another server is needed for it and cannot be reached just now.
    """
    receipt_id = arrival.id
    try:
        account = await actors.by_uri(arrival.signer_uri)
        if account is None or account.state != "active":
            await receipts.finish(receipt_id, state=receipts.REFUSED, reason="its account is not active here")
            return
        activity = parse_activity(loads(arrival.body))
        check_activity(activity, account.uri)
        arrived = Arrived(activity, account)
        post_id = await post_of(arrived)
        await dispatch(remote, arrived)
        post_id = post_id or await reply_of(arrived)
    except Unavailable as error:
        wait = int((error.retry_after or 0) * 1000)
        when = int(remote.clock() * 1000) + wait if wait else None
        raise RetryLater(when, error.reason) from error
    except ProtocolError as error:
        await _refuse(receipt_id, arrival.activity_uri, error.reason)
    except CivicError as error:
        await _refuse(receipt_id, arrival.activity_uri, error.detail or error.text)
    else:
        async with unit() as work:
            await receipts.finish(receipt_id)
            if post_id is not None:
                work.emit(ActivityTaken(receipt_id, post_id))


async def _refuse(receipt_id: int, uri: str, reason: str) -> None:
    log.info("refused", activity=uri, reason=reason)
    await receipts.finish(receipt_id, state=receipts.REFUSED, reason=reason)
