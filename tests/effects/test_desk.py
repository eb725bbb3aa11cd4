"""The desk: members draft and publish a proposal by direct messages, from any app; whoever raised one in public hears
how it was understood. One answer to each message, whatever happens."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.actions.accounts import update_profile
from server.actions.instance import change
from server.effects import desk
from server.effects.context import Context
from server.queries import members
from server.rules.drafts import ProfileDraft
from server.rules.errors import Invalid
from server.rules.events.posts import PostPublished
from server.rules.permissions import OPERATOR, Principal
from server.rules.topics import check_name
from server.storage.sql import execute, rows
from tests.elsewhere import Elsewhere, Stranger
from tests.journeys.test_deciding_together import deliver, mastodon
from tests.world import Site, World, world

DAY = 24 * 3600


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, "oak") as made:
        await made.instances[0].topic("damp-homes", "Damp homes")
        yield made


class Writer:
    """A member with an app, who goes on in the conversation that the desk answered in."""

    def __init__(self, site: Site, world: World, by: Principal, app: httpx.AsyncClient) -> None:
        self.site, self.world, self.by, self.app = site, world, by, app

    async def says(self, text: str, **more: Any) -> Any:
        answer = await self.app.post("/api/v1/statuses", json={"status": text, **more})
        assert answer.status_code == 200, answer.text
        await self.world.settle()
        return answer.json()

    async def letters(self) -> list[Any]:
        """What the desk wrote to this person, oldest first."""
        told = (await self.app.get("/api/v1/notifications", params={"limit": "80"})).json()
        mine = [each["status"] for each in told if each["account"]["acct"] == "proposals"]
        assert {status["visibility"] for status in mine} <= {"direct"}
        return sorted(mine, key=lambda status: int(status["id"]))

    async def asks(self, text: str, *, anew: bool = False) -> str:
        """Write to the desk and return its answer, of which there has to be one."""
        before = await self.letters()
        more = {} if anew or not before else {"in_reply_to_id": before[-1]["id"]}
        await self.says(f"@proposals {text}", visibility="direct", **more)
        after = await self.letters()
        assert len(after) == len(before) + 1
        return str(after[-1]["content"])

    async def proposals(self) -> list[Any]:
        statuses = (await self.app.get(f"/api/v1/accounts/{self.by.account_id}/statuses")).json()
        return [status["civic"] for status in statuses if (status["civic"] or {}).get("type") == "proposal"]


async def writer(world: World, name: str = "amina", **more: Any) -> Writer:
    site = world.instances[0]
    by = await site.member(name, **more)
    return Writer(site, world, by, await site.app(by))


async def test_a_proposal_is_written_and_raised_by_answering_the_desk(one: World) -> None:
    amina = await writer(one)
    first = await amina.asks("Damp must be proven twice\nFamilies wait 28 days.")
    assert "<strong>Title:</strong> Damp must be proven twice" in first
    assert "<strong>What we see:</strong> Families wait 28 days." in first
    assert "<strong>Which rule:</strong> Not said yet" in first
    assert "<strong>Topic:</strong> None yet" in first
    assert "Which rule, form or habit causes it?" in first
    assert "What should change? Just answer" in await amina.asks("Repairs contract, schedule 4")
    topics = await amina.asks("Let one inspection be enough.")
    assert "Which topic does it belong to?" in topics
    assert "#<span>DampHomes</span>" in topics
    last = await amina.asks("Damp homes")
    assert "<strong>Topic:</strong> Damp homes" in last
    assert "Not said yet" not in last
    assert await amina.proposals() == []
    assert (await one.instances[0].json("/api/v1/timelines/public")) == []

    raised = await amina.asks("publish")
    (proposal,) = await amina.proposals()
    assert "It is raised" in raised
    assert proposal["title"] == "Damp must be proven twice"
    assert [(each["key"], each["source"]) for each in proposal["sections"]] == [
        ("seen", "Families wait 28 days."),
        ("rule", "Repairs contract, schedule 4"),
        ("change", "Let one inspection be enough."),
    ]
    assert proposal["topic"]["slug"] == "damp-homes"
    assert (proposal["state"], proposal["byline"]["name"]) == ("raised", "amina")

    assert "It is raised already" in await amina.asks("publish")
    assert "It is raised already" in await amina.asks("Publish!", anew=True)
    assert len(await amina.proposals()) == 1


async def test_a_raised_proposal_is_changed_by_words_with_a_label_and_by_no_thanks(one: World) -> None:
    amina = await writer(one)
    await amina.asks("Mend the lift\nIt is broken. #publish")
    assert "It is raised already" in await amina.asks("thank you so much")
    assert "I have changed it" in await amina.asks("Which rule: the lease\nTitle: Mend the lift now")
    assert "I have changed it" in await amina.asks("#DampHomes")
    (proposal,) = await amina.proposals()
    assert proposal["title"] == "Mend the lift now"
    assert {each["key"]: each["source"] for each in proposal["sections"]} == {
        "seen": "It is broken.",
        "rule": "the lease",
    }
    assert proposal["topic"]["slug"] == "damp-homes"
    with one.instances[0].use():
        assert (await rows("SELECT proposals_count FROM topics"))[0]["proposals_count"] == 1


async def test_what_is_written_to_the_desk_waits_among_the_drafts_on_the_web(one: World) -> None:
    amina = await writer(one)
    answer = await amina.asks("Mend the lift")
    with one.instances[0].use():
        (draft,) = await rows("SELECT id, title FROM proposal_drafts WHERE member_id = ?", [amina.by.member_id])
        assert draft["title"] == "Mend the lift"
        assert f"/proposals/drafts/{draft['id']}" in answer
        await execute("UPDATE proposal_drafts SET title = 'Mended on the web' WHERE id = ?", [draft["id"]])
    assert "Mended on the web" in await amina.asks("It is broken every week")


async def test_a_new_message_begins_something_new_and_old_drafts_can_be_thrown_away(one: World) -> None:
    amina = await writer(one)
    await amina.asks("Mend the lift")
    assert "<strong>Title:</strong> Clear the snow" in await amina.asks("Clear the snow", anew=True)
    assert "thrown it away" in await amina.asks("discard")
    assert "nothing waiting" in await amina.asks("publish")
    with one.instances[0].use():
        assert [row["title"] for row in await rows("SELECT title FROM proposal_drafts")] == ["Mend the lift"]


async def test_help_and_what_says_nothing_are_answered_with_how_it_goes(one: World) -> None:
    amina = await writer(one)
    for text in ("help", "", "#DampHomes"):
        assert "help you to raise it" in await amina.asks(text, anew=True)
    assert "nothing waiting" in await amina.asks("publish", anew=True)


async def test_the_desk_warns_of_what_may_say_who_somebody_is_and_of_a_title_that_is_too_long(one: World) -> None:
    amina = await writer(one)
    answer = await amina.asks("Call me\nMrs Khan's number is 07700 900123")
    assert "This may say who somebody is" in answer
    assert "07700 900123" in answer
    assert "too long for a title" in await amina.asks("word " * 40, anew=True)


async def test_the_desk_speaks_the_language_of_the_member_and_understands_its_own_labels(one: World) -> None:
    amina = await writer(one)
    await amina.asks("Den Aufzug reparieren")
    answer = await amina.asks("Was wir sehen: Er steht.\nWelche Regel: Mietvertrag\nWas sich ändern soll: Wartung")
    assert "Which topic" in answer
    await amina.asks("veröffentlichen")
    (proposal,) = await amina.proposals()
    assert [each["key"] for each in proposal["sections"]] == ["seen", "rule", "change"]


async def test_a_steward_reads_it_first_where_the_site_says_so(one: World) -> None:
    with one.instances[0].use():
        await change(OPERATOR, hold_first="yes")
    amina = await writer(one)
    assert "A steward reads it first" in await amina.asks("Mend the lift\nIt is broken #publish")
    assert "A steward reads it first" in await amina.asks("publish")


async def test_what_cannot_be_done_is_said_and_changes_nothing(one: World) -> None:
    amina = await writer(one)
    await amina.asks("Mend the lift\nIt is broken. #publish")
    (proposal,) = await amina.proposals()
    with one.instances[0].use():
        await execute("UPDATE proposals SET state = 'sent'")
    refused = await amina.asks("Which rule: the lease")
    assert "That did not work" in refused
    assert "wording is fixed" in refused
    assert [each["key"] for each in proposal["sections"]] == ["seen"]


async def test_a_message_is_answered_once_and_taken_in_once_however_often_it_is_worked_on(one: World) -> None:
    amina, (oak,) = await writer(one), one.instances
    await amina.asks("Mend the lift\nIt is broken")
    status = await amina.says(
        "@proposals the lease", visibility="direct", in_reply_to_id=(await amina.letters())[-1]["id"]
    )
    context = Context(oak.instance.settings, oak.instance.hub, oak.instance.database.clock, 1)
    with oak.use():
        for _ in range(2):
            await desk.post_published(context, PostPublished(int(status["id"])))
        (draft,) = await rows("SELECT answers FROM proposal_drafts")
    await one.settle()
    assert "the lease" in str(draft["answers"])
    assert "change" not in str(draft["answers"])
    assert len(await amina.letters()) == 2


async def test_what_cannot_be_answered_is_not_taken_in_either(one: World) -> None:
    amina, (oak,) = await writer(one), one.instances
    found = (await amina.app.get("/api/v1/accounts/lookup", params={"acct": "proposals"})).json()
    assert (await amina.app.post(f"/api/v1/accounts/{found['id']}/block")).status_code == 200
    await amina.says("@proposals Mend the lift", visibility="direct")
    assert await amina.letters() == []
    with oak.use():
        assert await rows("SELECT 1 AS one FROM proposal_drafts") == []


async def test_whoever_raised_a_proposal_in_public_hears_how_it_was_understood(one: World) -> None:
    amina = await writer(one)
    status = await amina.says("@proposals Mend the lift\nWhat we see: It is broken.")
    (letter,) = await amina.letters()
    assert letter["in_reply_to_id"] is None
    assert "Your post is a proposal now" in letter["content"]
    assert "<strong>What should change:</strong> Not said yet" in letter["content"]
    assert "It stands in no topic" in letter["content"]
    assert "I have changed it" in await amina.asks("Change: Repair it within a day\n#DampHomes")
    (proposal,) = await amina.proposals()
    assert proposal["topic"]["slug"] == "damp-homes"

    edited = await amina.app.put(
        f"/api/v1/statuses/{status['id']}", json={"status": "@proposals Mend the lift\nWhat we see: It is broken."}
    )
    assert edited.json()["civic"]["topic"]["slug"] == "damp-homes", "a topic is for good"
    thread = (await amina.app.get(f"/api/v1/statuses/{status['id']}/context")).json()
    assert thread["descendants"] == [], "letters are no part of the conversation of everybody"


async def test_whoever_wrote_a_first_line_that_is_too_long_in_public_hears_of_it(one: World) -> None:
    amina = await writer(one)
    status = await amina.says(f"@proposals @damp-homes {'word ' * 40}\nIt is broken.")
    (letter,) = await amina.letters()
    assert "too long for a title" in letter["content"]
    assert "These are there" not in letter["content"]
    await amina.asks("Title: Mend the lift")
    after = (await amina.app.get(f"/api/v1/statuses/{status['id']}")).json()
    assert after["civic"]["title"] == "Mend the lift"


async def test_a_topic_can_be_given_by_an_edit(one: World) -> None:
    amina = await writer(one)
    status = await amina.says("@proposals Mend the lift\nIt is broken.")
    assert status["civic"]["topic"] is None
    edited = await amina.app.put(
        f"/api/v1/statuses/{status['id']}", json={"status": "@proposals @damp-homes Mend the lift\nIt is broken."}
    )
    assert edited.json()["civic"]["topic"]["slug"] == "damp-homes"
    assert "<strong>Topic:</strong> Damp homes" not in (await amina.letters())[-1]["content"]


async def test_what_a_form_or_a_script_raised_needs_no_letter(one: World) -> None:
    amina = await writer(one)
    values = {"title": "Damp", "sections": {"seen": "a", "rule": "b", "change": "c"}}
    assert (await amina.app.post("/api/v1/civic/proposals", json=values)).status_code == 200
    await one.settle()
    assert await amina.letters() == []


async def test_a_message_to_others_or_by_software_or_in_a_public_reply_is_not_answered(one: World) -> None:
    amina, bo = await writer(one), await writer(one, "bo")
    first = await bo.says("Anything new?")
    await bo.says("@amina @nobody hello", visibility="direct")
    await amina.says("@proposals what do you say?", in_reply_to_id=first["id"])
    assert await amina.letters() == await bo.letters() == []
    with one.instances[0].use():
        await execute("UPDATE accounts SET bot = ? WHERE id = ?", [True, bo.by.account_id])
    await bo.says("@proposals Mend the lift", visibility="direct")
    assert await bo.letters() == []


async def test_a_desk_that_is_suspended_rests(one: World) -> None:
    amina = await writer(one)
    with one.instances[0].use():
        await execute("UPDATE accounts SET state = 'suspended' WHERE name = 'proposals'")
    await amina.says("@proposals Mend the lift", visibility="direct")
    await amina.says("@damp-homes #proposal Mend the lift")
    assert await amina.letters() == []
    with one.instances[0].use():
        assert await rows("SELECT 1 AS one FROM proposal_drafts") == []


async def test_the_desk_is_an_account_that_nobody_can_sign_in_to(one: World) -> None:
    (oak,) = one.instances
    shown = await oak.json("/api/v1/accounts/lookup?acct=proposals")
    assert (shown["bot"], shown["group"], shown["display_name"]) == (True, False, "Proposals desk")
    actor = await oak.json("/users/proposals")
    assert (actor["type"], actor["preferredUsername"]) == ("Service", "proposals")
    with oak.use():
        assert await members.by_name("proposals") is None
    for name in ("proposals", "speakup"):
        with pytest.raises(Invalid):
            check_name(name)


def note_to(who: Stranger, number: str, text: str, *named: str, public: bool = False, **more: Any) -> Any:
    """A message with mentions, as Mastodon sends it."""
    everybody = ["https://www.w3.org/ns/activitystreams#Public"] if public else []
    tags = [{"type": "Mention", "href": uri, "name": f"@{uri.rpartition('/')[2]}@oak.example"} for uri in named]
    more["tag"] = [*tags, *more.get("tag", [])]
    return who.note(number, f"<p>{text}</p>", **{**more, "to": [*everybody, *named], "cc": []})


async def told(site: Site, who: Stranger) -> list[str]:
    """What the desk wrote to somebody elsewhere."""
    with site.use():
        found = await rows(
            "SELECT p.content_html FROM posts p JOIN accounts d ON d.id = p.account_id AND d.name = 'proposals'"
            " JOIN mentions m ON m.post_id = p.id JOIN accounts a ON a.id = m.account_id WHERE a.uri = ?"
            " ORDER BY p.id",
            [who.uri],
        )
    return [row["content_html"] for row in found]


async def test_somebody_from_elsewhere_is_told_where_to_go_once_a_day(one: World) -> None:
    (oak,) = one.instances
    mia = mastodon(one, "mia")
    for number in ("1", "2"):
        note = note_to(mia, number, "@proposals Mend the lift", "https://oak.example/users/proposals")
        assert (await deliver(oak, one, mia, mia.create(note))).status_code == 202
        await one.settle()
    (letter,) = await told(oak, mia)
    assert "I am the desk of Oak" in letter
    assert "@damp-homes@oak.example #proposal" in letter
    assert [url for method, url in one.wire.seen if method == "POST" and "mast.example" in url] != []
    with oak.use():
        (answered,) = await rows("SELECT p.uri FROM posts p JOIN accounts a ON a.id = p.account_id AND a.bot")
    one.clock.forward(DAY)
    thanks = note_to(mia, "4", "Thanks!", "https://oak.example/users/proposals", inReplyTo=answered["uri"])
    assert (await deliver(oak, one, mia, mia.create(thanks))).status_code == 202
    await one.settle()
    assert len(await told(oak, mia)) == 1, "thanks are not answered"
    again = note_to(mia, "3", "@proposals Hello?", "https://oak.example/users/proposals", public=True)
    assert (await deliver(oak, one, mia, mia.create(again))).status_code == 202
    await one.settle()
    assert len(await told(oak, mia)) == 2
    with oak.use():
        assert await rows("SELECT 1 AS one FROM posts WHERE kind = 'proposal'") == []


async def test_two_desks_do_not_talk_for_ever(one: World) -> None:
    (oak,) = one.instances
    server = Elsewhere()
    bot = Stranger("https://mast.example/users/proposals", "proposals", "mast.example", 3)
    server.at[bot.uri] = {**bot.document(), "type": "Service"}
    server.at["acct:proposals@mast.example"] = bot.webfinger()
    one.wire.apps["mast.example"] = server  # type: ignore[assignment]  # the wire only needs something that answers
    note = note_to(bot, "1", "@proposals Hello", "https://oak.example/users/proposals")
    assert (await deliver(oak, one, bot, bot.create(note))).status_code == 202
    await one.settle()
    assert await told(oak, bot) == []


async def test_a_proposal_from_a_mastodon_app_elsewhere_is_read_back_to_its_author(one: World) -> None:
    (oak,) = one.instances
    mia = mastodon(one, "mia")
    tag = {"type": "Hashtag", "href": "https://mast.example/tags/proposal", "name": "#proposal"}
    note = note_to(
        mia,
        "1",
        "@damp-homes #proposal<br>Mend the lift<br>What we see: It is broken.",
        "https://oak.example/topics/damp-homes",
        public=True,
        tag=[tag],
    )
    for _ in range(2):
        assert (await deliver(oak, one, mia, mia.create(note))).status_code == 202
        await one.settle()
    (letter,) = await told(oak, mia)
    assert "Your post is a proposal now" in letter
    assert "edit your post" in letter
    assert "<strong>Topic:</strong> Damp homes" in letter


async def test_the_answer_is_in_the_language_the_member_chose(one: World) -> None:
    amina = await writer(one)
    with one.instances[0].use():
        await update_profile(amina.by, ProfileDraft(locale="de"))
    assert "Noch nicht gesagt" in await amina.asks("Den Aufzug reparieren")
