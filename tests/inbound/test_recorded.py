"""The usual activities of other software, delivered as their servers deliver them: the status each becomes for an app,
and what becomes of those that are no post."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from federation.values import many
from server.actions.follows import follow
from server.storage.sql import rows
from tests.elsewhere import Stranger
from tests.hostile.ground import House, house
from tests.payloads.recorded import EVERY, SHOWN, becomes, payload, told

Json = dict[str, Any]
TITLED = ("Article", "Page", "Event", "Video", "Audio", "Image")
POSTS = [name for name in EVERY if "object" not in payload(name) and "inbox" not in payload(name)]
CREATED = [name for name in EVERY if payload(name)["type"] == "Create" and "votes" not in name]


@pytest.fixture
async def oak(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        await made.join("rosa")
        await made.topic("damp-homes", "Damp homes")
        yield made


@dataclass
class Author(Stranger):
    """A stranger whose key is where their software puts it."""

    key: str = ""

    @property
    def key_id(self) -> str:
        return self.key or super().key_id


def known(oak: House, uri: str) -> Author:
    """The account that a payload is by: as its server describes it where that is recorded, with a key that we have."""
    host = uri.split("/")[2]
    who = Author(uri, uri.rpartition("/")[2].strip("@?="), host, 1)
    for name in EVERY:
        if name.endswith(("person.json", "group.json")) and payload(name)["id"] == uri:
            document = payload(name)
            key = document["publicKey"]
            document["publicKey"] = {**key, "publicKeyPem": who.document()["publicKey"]["publicKeyPem"]}
            who.key = key["id"]
            oak.here.elsewhere.at[who.key.partition("#")[0]] = document
            handle = document.get("webfinger") or f"{document['preferredUsername']}@{host}"
            who.name = handle.partition("@")[0]
            oak.here.elsewhere.at |= {uri: document, f"acct:{handle}": who.webfinger()}
            return who
    oak.here.publish(who)
    return who


async def followed(oak: House, who: Author) -> None:
    """Rosa follows whoever a payload is by, and they have said yes."""
    by = oak.people["rosa"].by
    with oak.use():
        found = await oak.instance.elsewhere.find_account(who.uri)
        assert found is not None, "the account could not be read"
        await follow(by, found.id)
        wish = await oak.here.one("SELECT uri FROM follows WHERE account_id = ?", by.account_id)
    answer = who.does("Accept", wish["uri"], "yes")
    answer["id"] = f"{who.uri}#accepts/1"
    assert (await oak.here.post(who, answer)).status_code == 202
    await oak.work()


async def deliver(oak: House, who: Author, document: Json) -> None:
    sent = document if "actor" in document and "object" in document else who.create(document)
    sent = {**sent, "id": sent["id"] if sent["id"].startswith(who.uri[:12]) else f"{who.uri}#create"}
    answer = await oak.here.post(who, sent)
    assert answer.status_code == 202, answer.text
    await oak.work()
    with oak.use():
        assert await oak.here.count("jobs", "last_error <> ''") == 0


async def shown(oak: House, name: str) -> Json:
    """What Rosa's app is given when this payload was delivered."""
    rosa = oak.people["rosa"]
    ours = await rosa.say("Damp in our house")
    document = payload(name, ours["uri"])
    made = next(iter(many(document["object"]))) if "object" in document else document
    who = known(oak, document.get("actor") or document["attributedTo"])
    await followed(oak, who)
    await deliver(oak, who, document)
    with oak.use():
        found = await rows("SELECT id FROM posts WHERE uri = ?", [made["id"]])
    assert found, "no status came of it"
    answer = await rosa.app.get(f"/api/v1/statuses/{found[0]['id']}")
    assert answer.status_code == 200
    return told(answer.json())


@pytest.mark.parametrize("name", SHOWN)
async def test_a_payload_becomes_this_status(oak: House, name: str) -> None:
    assert await shown(oak, name) == becomes(name)


def test_every_post_that_is_recorded_has_the_status_it_becomes() -> None:
    assert sorted(SHOWN) == sorted([*CREATED, *(name for name in POSTS if name != "mastodon/question.json")])
    assert len({name.partition("/")[0] for name in SHOWN}) >= 15


@pytest.mark.parametrize("name", SHOWN)
def test_what_has_a_title_shows_it_and_leads_to_its_page(name: str) -> None:
    made = payload(name).get("object", payload(name))
    status = becomes(name)
    if made["type"] not in TITLED and not made.get("name"):
        return
    assert status["content"].startswith(f"<p><strong>{made['name']}</strong></p>")
    assert f'<a href="{status["url"]}"' in status["content"]
    assert len(status["content"]) > len(made["name"]) + 60, "only the title is left"


AWAY = "uri NOT LIKE 'https://oak.example/%' AND deleted_at IS NULL"
WISHES = "follows f JOIN accounts a ON a.id = f.account_id"
# What each act that is no post does: what is counted, before it and after it.
ACTS = {
    "mastodon/follow.json": (WISHES, "a.domain <> ''", 0, 1),
    "mastodon/undo_follow_rosa.json": (WISHES, "a.domain <> ''", 1, 0),
    "mastodon/like.json": ("likes", "1 = 1", 0, 1),
    "mastodon/undo_like.json": ("likes", "1 = 1", 1, 0),
    "mastodon/announce.json": ("posts", "reblog_of_id IS NOT NULL", 0, 1),
    "mastodon/flag.json": ("reports", "1 = 1", 0, 1),
    "mastodon/block.json": ("blocks", "1 = 1", 0, 1),
    "mastodon/update_person.json": ("accounts", "display_name = 'Amina in Leeds'", 0, 1),
    "mastodon/update_public.json": ("posts", "content_html = '<p>Damp no more</p>'", 0, 1),
    "mastodon/delete_public.json": ("posts", AWAY, 1, 0),
    "gotosocial/follow.json": (WISHES, "a.domain <> ''", 0, 1),
    "gotosocial/like.json": ("likes", "1 = 1", 0, 1),
    "lemmy/like.json": ("likes", "1 = 1", 0, 1),
    "lemmy/dislike.json": ("likes", "1 = 1", 0, 0),
    "lemmy/report.json": ("reports", "1 = 1", 0, 1),
    "lemmy/update_page.json": ("posts", "title = 'What helped us with damp, edited'", 0, 1),
    "lemmy/delete_page.json": ("posts", AWAY, 1, 0),
    "piefed/like.json": ("likes", "1 = 1", 0, 1),
    "misskey/renote.json": ("posts", "reblog_of_id IS NOT NULL", 0, 1),
    "pleroma/emoji_react.json": ("posts", "likes_count > 0", 0, 0),
    "mobilizon/join.json": (WISHES, "a.domain <> ''", 0, 0),
    "peertube/view.json": ("likes", "1 = 1", 0, 0),
}
BEFORE = {
    "mastodon/undo_follow_rosa.json": "mastodon/follow.json",
    "mastodon/undo_like.json": "mastodon/like.json",
    "mastodon/update_public.json": "mastodon/create_public.json",
    "mastodon/delete_public.json": "mastodon/create_public.json",
    "lemmy/update_page.json": "lemmy/create_page.json",
    "lemmy/delete_page.json": "lemmy/create_page.json",
}


@pytest.mark.parametrize("name", ACTS)
async def test_an_act_that_is_no_post_does_this(oak: House, name: str) -> None:
    table, where, before, after = ACTS[name]
    ours = (await oak.people["rosa"].say("Damp in our house"))["uri"]
    document = payload(name, ours)
    who = known(oak, document["actor"])
    with oak.use():
        assert await oak.instance.elsewhere.find_account(who.uri) is not None
    if name in BEFORE:
        await deliver(oak, who, payload(BEFORE[name], ours))
    with oak.use():
        assert await oak.here.count(table, where) == before
    await deliver(oak, who, document)
    with oak.use():
        assert await oak.here.count(table, where) == after


async def test_a_lemmy_community_that_is_followed_brings_what_it_announces(oak: House) -> None:
    dot, housing = known(oak, "https://lemmy.example/u/dot"), known(oak, "https://lemmy.example/c/housing")
    page = payload("lemmy/create_page.json")["object"]
    oak.here.elsewhere.at[page["id"]] = {"@context": "https://www.w3.org/ns/activitystreams", **page}
    await followed(oak, housing)
    await deliver(oak, housing, payload("lemmy/announce_object.json"))
    (shared,) = (await oak.people["rosa"].app.get("/api/v1/timelines/home")).json()
    assert (shared["account"]["acct"], shared["reblog"]["account"]["acct"]) == (
        "housing@lemmy.example",
        f"{dot.name}@lemmy.example",
    )
    assert "We <strong>measured</strong> first." in shared["reblog"]["content"]
