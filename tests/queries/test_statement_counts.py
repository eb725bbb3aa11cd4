"""Writing takes the same number of statements, however many people live here and listen."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from server.actions.follows import follow
from server.jobs.effects import handler
from server.ledger import queue
from server.ledger.queue import JobOutcome, Verdict
from server.live.hub import Hub
from server.remote.actors import fetch_actor
from server.rules.ids import now_ms
from server.storage import search, sql
from tests.elsewhere import Here, opened
from tests.make import Ground

CLAIM_AND_SETTLE = 3  # one claim that finds work, the booking of it, one claim that finds no more


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements of what happens inside, as they were written."""
    texts: list[str] = []
    real = sql._translate

    def noted(text: str, dialect: Any) -> Any:
        texts.append(text)
        return real(text, dialect)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sql, "_translate", noted)
        yield texts


async def number_of(work: Callable[[], Awaitable[object]]) -> int:
    with statements() as texts:
        await work()
    return len(texts)


async def test_a_post_takes_as_many_statements_for_twenty_followers_here_as_for_one(here: Ground) -> None:
    amina = await here.member("amina")
    await here.befriend(await here.member("bryn"), amina)
    await here.say(amina, "Before #DampHomes")
    await here.settle()

    async def publish() -> None:
        await here.say(amina, "Two teams wait for the same form. #DampHomes")

    few, followed = await number_of(publish), await number_of(here.settle)
    for number in range(19):
        await here.befriend(await here.member(f"member{number}"), amina)
    await here.settle()
    many, more_followed = await number_of(publish), await number_of(here.settle)
    # Whether it is held, the post, its tag, that it has the tag, its author's count, the event.
    assert few == many == 6
    # Its facts, who watches, the search; it, what hangs on it and its author's organisation, to be rendered; who
    # follows, the key, the activity.
    assert followed == more_followed == CLAIM_AND_SETTLE + 3 + 7 + 3


async def test_a_post_that_arrives_takes_as_many_statements_for_twenty_followers_here_as_for_one(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as here:
        with here.database.use():
            await search.create(here.database.client)
            nadia = here.stranger("nadia")
            account = await fetch_actor(here.remote.fresh(), nadia.uri)

            async def befriend(name: str) -> None:
                await follow(await here.member(name), account.id)
                await sql.execute("UPDATE follows SET state = 'accepted'")

            async def arrive(number: str) -> None:
                assert (await here.receive(nadia, nadia.create(nadia.note(number)))).status_code == 202

            async def effects() -> None:
                await what_follows(here)

            await befriend("amina")
            await arrive("1")
            await effects()
            few, followed = await number_of(lambda: arrive("2")), await number_of(effects)
            for number in range(19):
                await befriend(f"member{number}")
            await effects()
            many, more_followed = await number_of(lambda: arrive("3")), await number_of(effects)
            assert await here.count("posts") == 3
            # Is its domain blocked, whose key, the receipt, the job. The receipt, its sender, who follows, is it here,
            # is it for a topic, is it here still not; the post, its author's count, the event; the receipt is done.
            assert few == many == 4 + CLAIM_AND_SETTLE + 6 + 3 + 1
            assert followed == more_followed == CLAIM_AND_SETTLE + 3  # its facts, who watches, the search


async def what_follows(here: Here) -> None:
    """Everything in the lane `effects`."""
    work = handler(here.remote.settings, Hub(), now_ms)
    while jobs := await queue.claim("effects", 50, lock="test", now=now_ms() + 1000):
        for job in jobs:
            await work(job)
        await queue.settle([JobOutcome(job, Verdict.DONE) for job in jobs], lock="test")
