"""The lane of things to fetch: a newly linked chapter's newest proposals with their threads."""

from federation.errors import Unavailable
from server.jobs.worker import Handler
from server.ledger.queue import ClaimedJob, RetryLater
from server.remote.chapters import fetch_newest
from server.remote.gateway import Remote

FETCHES = 600


def handler(remote: Remote) -> Handler:
    """The handler of queue `fetch`."""

    async def handle(job: ClaimedJob) -> None:
        try:
            await fetch_newest(remote.fresh(FETCHES, FETCHES), int(job.payload["chapter_id"]))
        except Unavailable as error:
            raise RetryLater(reason=error.reason) from error

    return handle
