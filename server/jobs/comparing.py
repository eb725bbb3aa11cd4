"""When chapters are compared: every six hours, at each start (we may have been away), when a link begins, and when
somebody asks for it. The comparing itself is `inbound/comparing.py`, in the lane `fetch`."""

from typing import Final

from server.actions.topics import ask_compare
from server.queries import topics
from server.rules.permissions import OPERATOR
from server.storage.unit import unit

EVERY: Final = 6 * 3_600_000
RUNS: Final = (
    50  # one after the other; what is left then waits for the next round, however much a chapter claims to have
)


async def begin(now: int) -> None:
    """See to it that the next round waits. Doing so again changes nothing. `now` in milliseconds."""
    at = (now // EVERY + 1) * EVERY
    async with unit() as work:
        work.enqueue("fetch", f"compare:{at}", {"at": at}, kind="compare_all", run_at=at)


async def ask_all() -> None:
    """Compare with every chapter that we are linked with."""
    for topic_id, chapter_id in await topics.linked_pairs():
        await ask_compare(OPERATOR, topic_id, chapter_id)


async def go_on(topic_id: int, chapter_id: int, run: int) -> None:
    """Take what a run left: under a key of its own, for that run still holds the other."""
    if run >= RUNS:
        return
    async with unit() as work:
        payload = {"topic_id": topic_id, "chapter_id": chapter_id, "run": run}
        work.enqueue("fetch", f"compare:{topic_id}:{chapter_id}:{run}", payload, kind="compare")
