"""What is forgotten once a day, and what is not."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.actions.media import StoredPicture, add_media
from server.actions.posts import edit_post
from server.actions.scheduling import schedule_post
from server.jobs import prune
from server.jobs.prune import DAY, HOUR
from server.ledger import deliveries, queue, receipts
from server.ledger.queue import JobOutcome, Verdict
from server.media.store import Store
from server.rules.drafts import PostDraft
from server.rules.ids import now_ms
from server.rules.permissions import Principal
from server.storage.sql import execute, rows
from tests.make import Ground, count, ground, one

NIGHT = 1_800_000_000_000 // DAY * DAY + 3 * HOUR


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Ground]:
    async with ground(tmp_path) as made:
        yield made


def store_of(here: Ground) -> Store:
    return Store(here.settings.media_dir)


async def upload(here: Ground, by: Principal, content: bytes) -> tuple[int, str]:
    path = await store_of(here).put(content, "png")
    picture = StoredPicture(path, path, "image/png", 1, 1, 1, 1, "")
    return await add_media(by, picture), path


async def waiting() -> list[int]:
    return [row["run_at"] for row in await rows("SELECT run_at FROM jobs WHERE queue = 'prune' ORDER BY run_at")]


async def night(here: Ground, now: int) -> int:
    """Do the pruning that is due; returns how many there were."""
    jobs = await queue.claim(prune.PRUNE, 10, lock="test", now=now)
    for job in jobs:
        await prune.handler(store_of(here), lambda: now)(job)
    await queue.settle([JobOutcome(job, Verdict.DONE) for job in jobs], lock="test")
    return len(jobs)


def test_the_next_time_is_three_in_the_morning() -> None:
    assert prune.next_time(NIGHT - 1) == NIGHT
    assert prune.next_time(NIGHT) == NIGHT + DAY
    assert prune.next_time(NIGHT + 20 * HOUR) == NIGHT + DAY


async def test_exactly_one_waits_whoever_starts_and_however_often(here: Ground) -> None:
    await asyncio.gather(*(prune.begin(NIGHT - HOUR) for _ in range(5)))
    await prune.begin(NIGHT - 1)
    assert await waiting() == [NIGHT]
    assert await night(here, NIGHT) == 1
    await prune.begin(NIGHT + 1)
    assert await waiting() == [NIGHT + DAY]


async def test_after_a_long_sleep_it_prunes_once_and_one_waits(here: Ground) -> None:
    await prune.begin(NIGHT - HOUR)
    woken = NIGHT + 5 * DAY + HOUR
    await prune.begin(woken)
    assert await night(here, woken) == 1
    assert await waiting() == [NIGHT + 6 * DAY]


async def test_a_process_that_dies_at_work_leaves_the_next_one_waiting(here: Ground) -> None:
    await prune.begin(NIGHT - HOUR)
    (job,) = await queue.claim(prune.PRUNE, 10, lock="dead", now=NIGHT)
    await prune.begin(NIGHT)
    await prune.handler(store_of(here), lambda: NIGHT + 1)(job)
    await prune.handler(store_of(here), lambda: NIGHT + 2)(job)
    assert (await waiting())[1:] == [NIGHT + DAY] or await waiting() == [NIGHT + queue.LEASE_MS, NIGHT + DAY]


async def test_secrets_that_are_over_and_sessions_of_long_ago_go(here: Ground) -> None:
    amina, now = await here.member("amina"), now_ms()
    await execute(
        "INSERT INTO apps (id, name, website, client_id, client_secret, redirect_uris, scopes, created_at)"
        " VALUES (1, 'a', '', 'a', 'a', '[]', '', 0)"
    )
    for name, expires, used in (("used", now + HOUR, now), ("over", now - 1, None), ("good", now + HOUR, None)):
        await execute(
            "INSERT INTO codes (code_hash, app_id, member_id, redirect_uri, scopes, expires_at, used_at)"
            " VALUES (?, 1, ?, '', '', ?, ?)",
            [name, amina.member_id, expires, used],
        )
        await execute(
            "INSERT INTO login_links (token_hash, member_id, expires_at, used_at) VALUES (?, ?, ?, ?)",
            [name, amina.member_id, expires, used],
        )
    for name, seen in (("old", now - 61 * DAY), ("new", now - 59 * DAY)):
        await execute(
            "INSERT INTO sessions (token_hash, member_id, csrf, created_at, seen_at) VALUES (?, ?, '', 0, ?)",
            [name, amina.member_id, seen],
        )
    await prune.prune(store_of(here), now)
    assert (await one("SELECT code_hash FROM codes"))["code_hash"] == "good"
    assert (await one("SELECT token_hash FROM login_links"))["token_hash"] == "good"
    assert (await one("SELECT token_hash FROM sessions"))["token_hash"] == "new"


async def test_idempotency_keys_last_an_hour_and_posts_for_ever(here: Ground) -> None:
    amina = await here.member("amina")
    old, new = [await here.say(amina, idempotency_key=key) for key in ("old", "new")]
    await execute("UPDATE posts SET created_at = ? WHERE id = ?", [now_ms() - HOUR - 1, old])
    await prune.prune(store_of(here), now_ms())
    keys = {row["id"]: row["idempotency_key"] for row in await rows("SELECT id, idempotency_key FROM posts")}
    assert keys == {old: None, new: "new"}


async def test_pictures_that_nothing_uses_go_with_their_files(here: Ground) -> None:
    amina, store = await here.member("amina"), store_of(here)
    names = ("lost", "posted", "edited", "waiting", "avatar", "fresh")
    ids, paths = {}, {}
    for name in names:
        ids[name], paths[name] = await upload(here, amina, name.encode())
    shared = StoredPicture(paths["posted"], paths["posted"], "image/png", 1, 1, 1, 1, "")
    await add_media(amina, shared)  # of the time when the same picture had the same file
    await here.say(amina, media_ids=(ids["posted"],))
    post_id = await here.say(amina, media_ids=(ids["edited"],))
    await edit_post(amina, post_id, PostDraft(source="Without"))
    await schedule_post(amina, PostDraft(source="Later", media_ids=(ids["waiting"],)), now_ms() + HOUR)
    await execute("UPDATE accounts SET avatar_id = ? WHERE id = ?", [ids["avatar"], amina.account_id])
    await execute("UPDATE media SET created_at = ? WHERE id <> ?", [now_ms() - DAY - 1, ids["fresh"]])
    await prune.prune(store, now_ms())
    assert {row["id"] for row in await rows("SELECT id FROM media")} == {ids[name] for name in names[1:]}
    assert {name for name in names if store.find(paths[name])} == set(names[1:])


async def test_old_receipts_go_but_what_is_civic_stays_to_be_proven(here: Ground) -> None:
    now = now_ms()
    for name, age, body in (
        ("old", 91, b'{"type":"Like"}'),
        ("civic", 91, b'{"civic:kind":"proposal"}'),
        ("new", 89, b'{"type":"Like"}'),
        ("waiting", 91, b"{}"),
    ):
        await receipts.accept(name, "https://elm.example/users/far", body, now - age * DAY)
        if name != "waiting":
            await execute("UPDATE receipts SET state = 1 WHERE activity_uri = ?", [name])
    await prune.prune(store_of(here), now)
    assert {row["activity_uri"] for row in await rows("SELECT activity_uri FROM receipts")} == {
        "civic",
        "new",
        "waiting",
    }


async def test_finished_deliveries_go_and_the_activities_stay_readable(here: Ground) -> None:
    amina, far = await here.member("amina"), await here.stranger("far")
    await here.befriend(far, amina)
    await here.say(amina)
    await here.settle()
    sent = await count("activities")
    await execute("UPDATE deliveries SET state = 1, created_at = ?", [now_ms() - 31 * DAY])
    await prune.prune(store_of(here), now_ms())
    assert (await count("deliveries"), await count("activities")) == (0, sent)


async def test_work_that_failed_for_good_stays_for_an_admin_to_see(here: Ground) -> None:
    await execute(
        "INSERT INTO jobs (id, queue, kind, payload, run_at, created_at, state) VALUES (1, 'x', 'x', '{}', 0, 0, 2)"
    )
    await prune.prune(store_of(here), now_ms())
    assert await count("jobs", "state = 2") == 1


async def test_row_35_the_books_forget_names_that_led_nowhere_and_nothing_else(here: Ground) -> None:
    for number in range(200):
        await deliveries.remember_scheme(f"h{number}.evil.example:{8000 + number}", "cavage", NIGHT)
    await deliveries.remember_scheme("elm.example", "cavage", NIGHT)
    await here.stranger("bo")
    await deliveries.remember_scheme("waits.example", "cavage", NIGHT)
    await execute(
        "INSERT INTO activities (id, uri, account_id, object_uri, body, created_at) VALUES (1, 'x:1', 1, 'x:2', ?, 1)",
        [b""],
    )
    await deliveries.add(1, 1, "x:2", [("waits.example", "https://waits.example/inbox")], NIGHT)
    await prune.prune(store_of(here), NIGHT + 29 * DAY)
    assert await count("hosts") == 202
    await prune.prune(store_of(here), NIGHT + 31 * DAY)
    assert {row["domain"] for row in await rows("SELECT domain FROM hosts")} == {"elm.example", "waits.example"}
