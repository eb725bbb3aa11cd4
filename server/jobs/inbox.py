"""The lane `inbox`: an activity that was accepted takes effect (architecture, journey 2)."""

from collections.abc import Awaitable, Callable

import structlog

from federation.errors import ProtocolError, Unavailable
from federation.origin import check_activity
from federation.parse import parse_activity
from federation.values import loads
from server.inbound.arrival import Arrived
from server.inbound.dispatch import dispatch
from server.ledger import receipts
from server.ledger.queue import ClaimedJob, RetryLater
from server.queries import actors
from server.remote.gateway import Remote
from server.rules.errors import CivicError
from server.storage.models.work import WAITING

log = structlog.get_logger("inbox")


def handler(remote: Remote) -> Callable[[ClaimedJob], Awaitable[None]]:
    """The worker's handler for the lane."""

    async def work(job: ClaimedJob) -> None:
        await take(remote.fresh(), int(job.payload["receipt_id"]))

    return work


async def take(remote: Remote, receipt_id: int) -> None:
    """Let an activity take effect and note what became of it. Doing it again changes nothing: every act is known by the
    id of its activity or object.

    Raises `RetryLater` when another server is needed for it and cannot be reached just now.
    """
    arrival = await receipts.load(receipt_id)
    if arrival is None or arrival.state != WAITING:
        return
    try:
        account = await actors.by_uri(arrival.signer_uri)
        if account is None or account.state != "active":
            await receipts.finish(receipt_id, state=receipts.REFUSED, reason="its account is not active here")
            return
        activity = parse_activity(loads(arrival.body))
        check_activity(activity, account.uri)
        await dispatch(remote, Arrived(activity, account))
    except Unavailable as error:
        wait = int((error.retry_after or 0) * 1000)
        when = int(remote.clock() * 1000) + wait if wait else None
        raise RetryLater(when, error.reason) from error
    except ProtocolError as error:
        await _refuse(receipt_id, arrival.activity_uri, error.reason)
    except CivicError as error:
        await _refuse(receipt_id, arrival.activity_uri, error.detail or error.text)
    else:
        await receipts.finish(receipt_id)


async def _refuse(receipt_id: int, uri: str, reason: str) -> None:
    log.info("refused", activity=uri, reason=reason)
    await receipts.finish(receipt_id, state=receipts.REFUSED, reason=reason)
