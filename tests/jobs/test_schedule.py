"""What has its time: posts written for later, and the ends of polls."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.actions.polls import vote
from server.actions.posts import delete_post, edit_post
from server.actions.scheduling import cancel_scheduled, publish_scheduled, reschedule_post, schedule_post
from server.jobs import schedule
from server.ledger import queue
from server.ledger.queue import JobOutcome, Verdict
from server.rules.drafts import Elsewhere, PollDraft, PostDraft, ProposalDraft
from server.rules.errors import Conflict
from server.rules.ids import now_ms
from server.rules.permissions import Principal
from server.storage.unit import SCHEDULE
from tests.make import ANSWERS, Ground, count, ground, kinds, one
from tests.world import world

MINUTE = 60_000
HOUR = 60 * MINUTE


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Ground]:
    async with ground(tmp_path) as made:
        yield made


async def at(now: int, times: int = 1) -> None:
    """Do what is due at this time, `times` over, as after a crash."""
    work = schedule.handler(lambda: now)
    while jobs := await queue.claim(SCHEDULE, 50, lock="test", now=now):
        for job in jobs:
            for _ in range(times):
                await work(job)
        await queue.settle([JobOutcome(job, Verdict.DONE) for job in jobs], lock="test")


async def posts_of(by: Principal) -> list[Any]:
    return [await one("SELECT * FROM posts WHERE account_id = ?", by.account_id)]


async def test_a_post_is_published_at_its_time_and_not_before(here: Ground) -> None:
    amina, ben = await here.member("amina"), await here.member("ben")
    due = now_ms() + HOUR
    draft = PostDraft(source="@ben *later* #damp", mentions=(await here.mention(ben),), poll=PollDraft(("a", "b")))
    await schedule_post(amina, draft, due)
    await at(due - 1)
    assert await count("posts") == 0
    await at(due)
    (row,) = await posts_of(amina)
    assert "<em>later</em>" in row["content_html"]
    assert await count("scheduled_statuses") == 0
    await here.settle()
    assert await here.told(ben) == ["mention"]
    assert len((await here.post(row["id"])).poll.options) == 2  # type: ignore[union-attr]  # it has one


async def test_the_poll_of_a_post_for_later_is_open_for_as_long_as_was_said(here: Ground) -> None:
    amina = await here.member("amina")
    open_until = now_ms() + 10 * MINUTE
    await schedule_post(
        amina, PostDraft(source="?", poll=PollDraft(("a", "b"), expires_at=open_until)), now_ms() + HOUR
    )
    before = now_ms()
    await at(now_ms() + HOUR)
    expires_at = (await one("SELECT expires_at FROM polls"))["expires_at"]
    assert abs(expires_at - (before + 10 * MINUTE)) < MINUTE


async def test_a_proposal_is_raised_at_its_time_with_all_its_answers(here: Ground) -> None:
    amina = await here.member("amina")
    topic_id = await here.topic()
    draft = ProposalDraft("Mend the lift", ANSWERS, topic_id=topic_id, hashtags=("Lifts",))
    await schedule_post(amina, draft, now_ms() + HOUR)
    await at(now_ms() + HOUR)
    (row,) = await posts_of(amina)
    found = await here.post(row["id"])
    assert found.proposal is not None
    assert [section.key for section in found.proposal.sections] == ["seen", "rule", "change"]
    assert {"lifts", "proposal"} <= {tag.name for tag in found.tags}


async def test_it_is_published_once_however_often_the_job_runs(here: Ground) -> None:
    amina = await here.member("amina")
    scheduled_id = await schedule_post(amina, PostDraft(source="Once"), now_ms() + HOUR)
    await at(now_ms() + HOUR, times=3)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(publish_scheduled(amina, scheduled_id, now_ms() + HOUR))
    assert await count("posts") == 1


async def test_two_at_once_publish_once(here: Ground) -> None:
    amina = await here.member("amina")
    scheduled_id = await schedule_post(amina, PostDraft(source="Once"), now_ms() + HOUR)
    due = now_ms() + HOUR
    done = await asyncio.gather(*(publish_scheduled(amina, scheduled_id, due) for _ in range(4)))
    assert sum(each is not None for each in done) == 1
    assert await count("posts") == 1


async def test_a_new_time_counts_and_the_old_one_does_not(here: Ground) -> None:
    amina = await here.member("amina")
    start = now_ms()
    later = await schedule_post(amina, PostDraft(source="Later"), start + HOUR)
    sooner = await schedule_post(amina, PostDraft(source="Sooner"), start + 5 * HOUR)
    await reschedule_post(amina, later, start + 3 * HOUR)
    await reschedule_post(amina, sooner, start + 2 * HOUR)
    published = []
    for hours in (1, 2, 3, 5):
        await at(start + hours * HOUR)
        published.append(await count("posts"))
    assert published == [0, 1, 2, 2]


async def test_what_was_taken_back_is_not_published(here: Ground) -> None:
    amina = await here.member("amina")
    await cancel_scheduled(amina, await schedule_post(amina, PostDraft(source="No"), now_ms() + HOUR))
    await at(now_ms() + HOUR)
    assert await count("posts") == 0


async def test_what_cannot_be_published_any_more_still_waits(here: Ground) -> None:
    amina = await here.member("amina")
    parent = await here.say(amina)
    scheduled_id = await schedule_post(amina, PostDraft(source="Yes", in_reply_to_id=parent), now_ms() + HOUR)
    await here.database.client.execute_query(f"UPDATE posts SET deleted_at = 1 WHERE id = {parent}")
    await at(now_ms() + HOUR)
    assert await count("scheduled_statuses", "id = ?", scheduled_id) == 1
    assert await count("jobs", "queue = 'schedule'") == 0


async def test_nothing_is_published_for_a_suspended_member(here: Ground) -> None:
    amina = await here.member("amina")
    await schedule_post(amina, PostDraft(source="Later"), now_ms() + HOUR)
    await here.database.client.execute_query("UPDATE accounts SET state = 'suspended' WHERE name = 'amina'")
    await at(now_ms() + HOUR)
    assert await count("posts") == 0


async def test_the_end_of_a_poll_is_told_once_to_its_author_and_to_voters_here(here: Ground) -> None:
    amina, ben, idle = [await here.member(name) for name in ("amina", "ben", "idle")]
    far = await here.stranger("far")
    due = now_ms() + 10 * MINUTE
    post_id = await here.say(amina, poll=PollDraft(("a", "b"), expires_at=due))
    await vote(ben, post_id, (1,))
    await vote(far, post_id, (0,), "https://elm.example/votes/1")
    await here.forget()
    rev = (await here.post(post_id)).rev
    await at(due - 1)
    await at(due, times=2)
    assert await here.settle(times=2) == ["PollCounted", "PollClosed"]
    assert [await here.told(who) for who in (amina, ben, idle)] == [["poll"], ["poll"], []]
    assert (await here.post(post_id)).rev > rev
    sent = await here.sent()
    assert kinds(sent) == {"https://elm.example/inbox": ["Update"]}
    question = sent["https://elm.example/inbox"][0]["object"]
    assert question["type"] == "Question"
    assert question["closed"]
    assert [option["replies"]["totalItems"] for option in question["oneOf"]] == [1, 1]
    with pytest.raises(Conflict):
        await vote(idle, post_id, (1,))


async def test_the_end_of_a_poll_elsewhere_is_told_to_voters_here_and_nobody_else(here: Ground) -> None:
    far, ben = await here.stranger("far"), await here.member("ben")
    due = now_ms() + 10 * MINUTE
    post_id = await here.say(far, poll=PollDraft(("a", "b"), expires_at=due))
    assert await count("jobs", "queue = 'schedule'") == 0
    await vote(ben, post_id, (1,))
    await here.forget()
    await at(due)
    await here.settle()
    assert await here.told(ben) == ["poll"]
    assert await here.sent() == {}


async def test_a_poll_elsewhere_that_is_closed_by_its_home_is_told_once(here: Ground) -> None:
    far, ben = await here.stranger("far"), await here.member("ben")
    due = now_ms() + 10 * MINUTE
    home = here.away()
    post_id = await here.say(far, elsewhere=home, content_html="<p>?</p>", poll=PollDraft(("a", "b"), expires_at=due))
    await vote(ben, post_id, (1,))
    await here.forget()
    again = Elsewhere(home.uri, home.url, home.published, now_ms())
    closed = PollDraft(("a", "b"), expires_at=due, votes=(0, 1), voters=1, closed=True)
    await edit_post(far, post_id, PostDraft(content_html="<p>?</p>", elsewhere=again, poll=closed))
    await at(due)
    await here.settle()
    assert await here.told(ben) == ["poll"]


async def test_a_poll_whose_post_is_gone_ends_in_silence(here: Ground) -> None:
    amina = await here.member("amina")
    due = now_ms() + 10 * MINUTE
    await delete_post(amina, await here.say(amina, poll=PollDraft(("a", "b"), expires_at=due)))
    await here.forget()
    await at(due)
    assert await here.settle() == []


async def test_the_worker_of_an_instance_publishes_what_an_app_scheduled(tmp_path: Path) -> None:
    async with world(tmp_path, "oak") as all_of_them:
        (oak,) = all_of_them.instances
        app = await oak.app(await oak.member("amina"))
        async with app:
            due = datetime.fromtimestamp(all_of_them.clock() + 3600, UTC).isoformat()
            answer = await app.post("/api/v1/statuses", json={"status": "Later", "scheduled_at": due})
            assert answer.status_code == 200, answer.text
            await all_of_them.settle()
            assert (await app.get("/api/v1/timelines/home")).json() == []
            all_of_them.clock.forward(3601)
            await all_of_them.settle()
            assert [each["content"] for each in (await app.get("/api/v1/timelines/home")).json()] == ["<p>Later</p>"]
            assert (await app.get("/api/v1/scheduled_statuses")).json() == []
        with oak.use():
            before = (await one("SELECT run_at FROM jobs WHERE queue = 'prune'"))["run_at"]
        all_of_them.clock.forward(86_400)
        await all_of_them.settle()
        with oak.use():
            assert (await one("SELECT run_at FROM jobs WHERE queue = 'prune'"))["run_at"] == before + 86_400_000
