"""The lane of things to fetch: a newly linked chapter's newest proposals with their threads, and what comparing with a
chapter shows to be missing; the organisations that
somebody claims to belong to; what is missing of a conversation; what a post quotes; the lists a member brings; who
here follows somebody elsewhere, as their server has it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from federation.errors import Unavailable
from server.actions.topics import ask_compare
from server.inbound import comparing as comparison
from server.jobs import comparing
from server.jobs.worker import Handler
from server.ledger.queue import ClaimedJob, RetryLater
from server.remote.chapters import fetch_newest
from server.remote.follow_sync import mend
from server.remote.gateway import Remote
from server.remote.imports import take_lines
from server.remote.organisations import confirm_organisations
from server.remote.quotes import look_up_quote
from server.remote.threads import complete_thread
from server.rules.permissions import OPERATOR

FETCHES: Final = 600
DISCOVERIES: Final = 400


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
    await ask_compare(OPERATOR, int(payload["topic_id"]), int(payload["chapter_id"]))


async def compare(remote: Remote, payload: Mapping[str, Any]) -> None:
    topic_id, chapter_id = int(payload["topic_id"]), int(payload["chapter_id"])
    outcome = await comparison.compare(remote.fresh(FETCHES, FETCHES), topic_id, chapter_id)
    if outcome is not None and outcome.more:
        await comparing.go_on(topic_id, chapter_id, int(payload.get("run", 0)) + 1)


async def compare_all(remote: Remote, payload: Mapping[str, Any]) -> None:
    now = int(remote.clock() * 1000)
    await comparing.begin(max(now, int(payload["at"])))
    await comparing.ask_all()


async def organisations(remote: Remote, payload: Mapping[str, Any]) -> None:
    await confirm_organisations(remote.fresh(), int(payload["account_id"]), payload["organisation_uris"])


async def thread(remote: Remote, payload: Mapping[str, Any]) -> None:
    await complete_thread(remote.fresh(FETCHES, DISCOVERIES), int(payload["post_id"]))


async def quote(remote: Remote, payload: Mapping[str, Any]) -> None:
    await look_up_quote(remote.fresh(), int(payload["post_id"]))


async def imports(remote: Remote, payload: Mapping[str, Any]) -> None:
    await take_lines(remote, int(payload["import_id"]))


async def followers(remote: Remote, payload: Mapping[str, Any]) -> None:
    await mend(remote.fresh(), int(payload["account_id"]), str(payload["url"]), str(payload["digest"]))


KINDS: Final[Mapping[str, Callable[[Remote, Mapping[str, Any]], Awaitable[None]]]] = {
    "chapter": chapter,
    "compare": compare,
    "compare_all": compare_all,
    "import": imports,
    "organisations": organisations,
    "quote": quote,
    "thread": thread,
    "followers": followers,
}
