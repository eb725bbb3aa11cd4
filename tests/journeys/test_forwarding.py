"""What somebody answers from elsewhere reaches those who follow the one they answer (inbox forwarding, AP §7.1.2)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from federation.signatures import cavage
from federation.values import dumps
from server.actions.follows import follow
from server.actions.posts import publish_post
from server.rules.drafts import PostDraft
from server.rules.permissions import Principal
from server.storage.sql import rows
from tests.elsewhere import ACTIVITY_JSON, Elsewhere, Stranger
from tests.world import Site, World, world


class Mo:
    """Somebody with an ordinary account on a server that knows neither proofs nor topics."""

    def __init__(self, world: World) -> None:
        self.world, self.at = world, Elsewhere()
        self.who = Stranger("https://mo.example/users/mo", "mo", "mo.example", 3, more={"assertionMethod": None})
        self.at.at[self.who.uri] = self.who.document()
        self.at.at["acct:mo@mo.example"] = self.who.webfinger()
        world.wire.apps["mo.example"] = self.at  # type: ignore[assignment]  # a transport like the others

    async def post(self, activity: dict[str, Any]) -> int:
        """Deliver to oak."""
        body, url = dumps(activity), "https://oak.example/inbox"
        headers = cavage.sign(
            "POST", url, body, content_type=ACTIVITY_JSON, signer=self.who.signer, now=self.world.clock()
        )
        answer = await self.world.sites["oak"].web.post(
            "/inbox", content=body, headers={"content-type": ACTIVITY_JSON, **headers}
        )
        await self.world.settle()
        return answer.status_code

    def reply(self, parent: str, number: str = "1", **more: Any) -> dict[str, Any]:
        """A Create of a reply, which can then be read where it lives."""
        note = self.who.note(number, "<p>Here too</p>", inReplyTo=parent, **more)
        self.at.at[note["id"]] = note
        return self.who.create(note)


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, "oak", "ash", "elm") as all_of_them:
        yield all_of_them


@pytest.fixture
async def thread(three: World) -> tuple[Mo, str]:
    """Mo, and the address of a post by Amina of oak. She is followed from ash; nobody at elm knows her."""
    oak, ash, _ = three.instances
    amina, yusuf = await oak.member("amina"), await ash.member("yusuf")
    with ash.use():
        found = await ash.instance.elsewhere.find_account("@amina@oak.example")
        assert found is not None
        await follow(yusuf, found.id)
    await three.settle()
    mo = Mo(three)
    return mo, await says(three, amina)


async def says(three: World, by: Principal, visibility: Any = "public") -> str:
    oak = three.sites["oak"]
    with oak.use():
        post_id = await publish_post(by, PostDraft("The lift is broken", visibility=visibility))
    await three.settle()
    return f"{oak.url}/posts/{post_id}"


async def said(site: Site) -> list[str]:
    with site.use():
        found = await rows(
            "SELECT content_html FROM posts WHERE uri LIKE 'https://mo.example/%' AND deleted_at IS NULL"
        )
    return [str(row["content_html"]) for row in found]


def deliveries(sent: list[httpx.Request], host: str) -> list[bytes]:
    return [request.content for request in sent if request.method == "POST" and request.url.host == host]


async def test_a_reply_its_edit_and_its_end_reach_those_who_follow_whom_it_answers(
    three: World, thread: tuple[Mo, str]
) -> None:
    mo, parent = thread
    sent: list[httpx.Request] = []

    async def note(request: httpx.Request) -> None:
        sent.append(request)

    three.wire.before = note
    create = mo.reply(parent)
    assert await mo.post(create) == 202
    assert await said(three.sites["ash"]) == ["<p>Here too</p>"]
    assert dumps(create) in deliveries(sent, "ash.example")
    assert deliveries(sent, "elm.example") == deliveries(sent, "mo.example") == []

    edited = {**create["object"], "content": "<p>Here, too</p>", "updated": "2026-11-21T10:00:00Z"}
    mo.at.at[edited["id"]] = edited
    assert await mo.post(mo.who.does("Update", edited)) == 202
    assert await said(three.sites["ash"]) == ["<p>Here, too</p>"]

    mo.at.at[edited["id"]] = 410
    assert await mo.post(mo.who.does("Delete", edited["id"])) == 202
    assert await said(three.sites["ash"]) == []
    with three.sites["oak"].use():
        kept = await rows("SELECT uri FROM activities WHERE uri LIKE 'https://mo.example/%'")
    assert [row["uri"] for row in kept] == ["https://mo.example/activities/delete-1"]


async def test_a_reply_for_few_is_not_sent_on(three: World, thread: tuple[Mo, str]) -> None:
    mo, parent = thread
    reply = mo.reply(parent, to=["https://oak.example/users/amina"], cc=[])
    assert await mo.post(reply) == 202
    assert await said(three.sites["oak"]) == ["<p>Here too</p>"]
    assert await said(three.sites["ash"]) == []


async def test_the_same_reply_again_is_sent_on_once(three: World, thread: tuple[Mo, str]) -> None:
    mo, parent = thread
    create = mo.reply(parent)
    for _ in range(3):
        assert await mo.post(create) == 202
    with three.sites["oak"].use():
        lined_up = await rows(
            "SELECT count(*) AS n FROM deliveries d JOIN activities x ON x.id = d.activity_id WHERE x.uri = ?",
            [create["id"]],
        )
    assert lined_up[0]["n"] == 1


async def test_what_is_sent_on_by_us_is_not_served_as_ours(three: World, thread: tuple[Mo, str]) -> None:
    mo, parent = thread
    await mo.post(mo.reply(parent))
    outbox = await three.sites["oak"].get("/users/amina/outbox?page=true", accept=ACTIVITY_JSON)
    assert "mo.example" not in outbox.text
