"""The lane of things to fetch: a newly linked chapter's newest proposals with their threads; the organisations that
somebody claims to belong to."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from federation.errors import Unavailable
from server.jobs.worker import Handler
from server.ledger.queue import ClaimedJob, RetryLater
from server.remote.chapters import fetch_newest
from server.remote.gateway import Remote
from server.remote.organisations import confirm_organisations

FETCHES = 600


def handler(remote: Remote) -> Handler:
    """The handler of queue `fetch`."""

    async def handle(job: ClaimedJob) -> None:
        try:
            await KINDS[job.kind](remote, job.payload)
        except Unavailable as error:
            raise RetryLater(reason=error.reason) from error

    return handle


async def chapter(remote: Remote, payload: Mapping[str, Any]) -> None:
    await fetch_newest(remote.fresh(FETCHES, FETCHES), int(payload["chapter_id"]))


async def organisations(remote: Remote, payload: Mapping[str, Any]) -> None:
    await confirm_organisations(remote.fresh(), int(payload["account_id"]), payload["organisation_uris"])


KINDS: Final[Mapping[str, Callable[[Remote, Mapping[str, Any]], Awaitable[None]]]] = {
    "chapter": chapter,
    "organisations": organisations,
}
