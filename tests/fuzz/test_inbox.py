"""Documents of every dialect with something broken in them, through the whole way of a delivery: signed, taken in,
worked on, and then shown to apps, browsers and other servers. Nothing fails and nothing stays half done."""

import asyncio
from collections.abc import Iterator
from random import Random
from typing import Any

import orjson
import pytest

from server.storage.sql import execute, rows
from tests.elsewhere import ACTIVITY_JSON, Stranger
from tests.fuzz.cases import START, WHOLE_WAY, Tally, drawn
from tests.fuzz.dialects import activities, actor
from tests.fuzz.mutation import mutated, written
from tests.hostile.ground import House, house
from tests.payloads.recorded import EVERY, payload

BATCH = 20
SENDERS = 6
LIFE = 200  # after so many cases a sender has lost its key, moved or deleted itself
PAGES = (
    "/",
    "/proposals",
    "/topics/damp-homes",
    "/notifications",
    "/proposals/feed.atom",
    "/moderation",
    "/admin/peers",
)
LISTS = ("/api/v1/timelines/public", "/api/v1/timelines/home", "/api/v1/notifications", "/api/v1/conversations")

Json = dict[str, Any]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, House]]:
    with asyncio.Runner() as runner:
        opening = house(tmp_path_factory.mktemp("fuzz"))
        oak = runner.run(opening.__aenter__())
        try:
            runner.run(oak.join("rosa", "admin"))
            runner.run(oak.topic("damp-homes", "Damp homes"))
            yield runner, oak
        finally:
            runner.run(opening.__aexit__(None, None, None))


def test_nothing_that_other_software_could_send_is_an_error_of_ours(attacked: tuple[asyncio.Runner, House]) -> None:
    runner, oak = attacked
    tally = Tally(WHOLE_WAY)
    random = Random(START)
    senders: list[Stranger] = []
    said = runner.run(oak.people["rosa"].say("Which?", poll={"options": ["Damp", "Heat"], "expires_in": 86_400}))
    recorded = [written(payload(name, said["uri"])) for name in EVERY]
    drawing = drawn(activities().map(written), -(-WHOLE_WAY // 4))
    for number in range(0, WHOLE_WAY, BATCH):
        if number % LIFE == 0:
            senders = [oak.here.stranger(f"s{number + each}") for each in range(SENDERS)]
            runner.run(wanted(oak, senders))
        batch: list[tuple[Stranger, Json]] = []
        while len(batch) < BATCH:
            raw = next(drawing) if len(batch) % 4 == 0 else random.choice(recorded)
            raw = raw.replace(b"https://oak.example/posts/1", said["uri"].encode())
            who = random.choice(senders)
            batch.append((who, sent_by(who, raw, random.choice(recorded), random, number + len(batch))))
        runner.run(delivered(oak, tally, batch))
    tally.told("the whole way of a delivery")
    assert runner.run(posts_kept(oak)) > WHOLE_WAY // 40, "hardly anything was taken in: this tries too little"


async def wanted(oak: House, senders: list[Stranger]) -> None:
    """Rosa follows them all, or nearly everything would be of no interest here."""
    for who in senders:
        found = await oak.people["rosa"].app.get(f"/api/v2/search?q={who.uri}&resolve=true&type=accounts")
        await oak.people["rosa"].app.post(f"/api/v1/accounts/{found.json()['accounts'][0]['id']}/follow")
    with oak.use():
        await execute("UPDATE follows SET state = 'accepted'", [])


def sent_by(who: Stranger, raw: bytes, other: bytes, random: Random, number: int) -> Json:
    """A document in the name of `who`, with something broken in it, and around it what makes it an activity."""
    document: Json = orjson.loads(raw)
    for holder in (document, document.get("object")):
        found = (
            holder.get("actor") or holder.get("attributedTo") or holder.get("id") if isinstance(holder, dict) else None
        )
        if isinstance(found, str) and found.startswith("https://") and "oak.example" not in found:
            theirs = "https://elm.example" + ("/" + found.split("/", 3)[3] if found.count("/") > 2 else "")
            raw = raw.replace(found.encode(), who.uri.encode()).replace(
                found.split("/users/")[0].encode() if "/users/" in found else theirs.encode(), b"https://elm.example"
            )
    broken = mutated(raw, other, random) if random.random() < 0.8 else orjson.loads(raw)
    if "object" not in broken:
        broken = who.create({**broken, "id": broken["id"]}) if isinstance(broken.get("id"), str) else {"object": broken}
    if random.random() < 0.05:
        broken["object"] = mutated(written(actor(who.uri, "mastodon")), other, random)
    kind = (
        broken.get("type") if random.random() < 0.9 else random.choice(("Update", "Undo", "Announce", "Delete", "Add"))
    )
    return {**broken, "type": kind, "id": f"https://elm.example/activities/{number}", "actor": who.uri}


async def delivered(oak: House, tally: Tally, batch: list[tuple[Stranger, Json]]) -> None:
    """Deliver, let it take effect, and look at everything that shows it."""
    for who, document in batch:
        tally.case()
        answer = await oak.here.post(who, written(document))
        if answer.status_code not in (202, 400, 401, 403):
            tally.fault(AssertionError(f"the inbox answered {answer.status_code} {answer.text}"), document)
    for _ in range(10):  # a bug would be tried again for ever
        if not await oak.instance.worker.drain():
            break
    with oak.use():
        for job in await rows("SELECT queue, payload, last_error FROM jobs WHERE last_error LIKE '%Error: %'"):
            tally.fault(AssertionError(f"{job['queue']}: {job['last_error']:.300}"), (job["payload"], batch))
        await execute("DELETE FROM jobs WHERE last_error <> ''", [])
        newest = await rows("SELECT id, kind FROM posts ORDER BY created_at DESC, id DESC LIMIT 8")
        people = await rows("SELECT id, name, domain FROM accounts WHERE domain <> '' LIMIT 8")
    rosa = oak.people["rosa"]
    for client, path in (
        *((rosa.app, path) for path in LISTS),
        *((rosa.browser, path) for path in PAGES),
        *((rosa.app, f"/api/v1/statuses/{post['id']}{part}") for post in newest for part in ("", "/context")),
        *((rosa.browser, f"/{'proposals' if post['kind'] == 'proposal' else 'posts'}/{post['id']}") for post in newest),
        *((rosa.app, f"/api/v1/accounts/{one['id']}") for one in people),
        *((rosa.browser, f"/@{one['name']}@{one['domain']}") for one in people),
    ):
        answer = await client.get(path)
        if answer.status_code >= 500:
            tally.fault(AssertionError(f"{path.rstrip('0123456789')} answered {answer.status_code}"), (path, batch))
    answer = await oak.visitor.get("/topics/damp-homes/outbox", headers={"accept": ACTIVITY_JSON})
    if answer.status_code >= 500:
        tally.fault(AssertionError("the outbox of the topic cannot be read"), batch)
    oak.here.elsewhere.asked.clear()


async def posts_kept(oak: House) -> int:
    with oak.use():
        return await oak.here.count("posts", "uri LIKE 'https://elm.example/%'")
