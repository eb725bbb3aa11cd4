"""Somebody whom a speaking mode hides is named in nothing that leaves the instance, to nobody."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from server.actions.boosts import boost_post
from server.actions.lifecycle import move_proposal
from server.actions.likes import like_post
from server.actions.posts import delete_post, edit_post, publish_post
from server.actions.proposals import edit_proposal, publish_proposal
from server.queries import posts
from server.rules.accounts import Mode
from server.rules.drafts import KnownMention, PollDraft, PostDraft, ProposalDraft
from server.rules.errors import Refused
from server.rules.lifecycle import Wanted
from server.rules.permissions import Principal
from server.storage.sql import execute, rows
from server.views.viewer import Viewer
from tests.elsewhere import ACTIVITY_JSON
from tests.hostile.ground import House, Person

NAME, HANDLE = "Wilhelmina Featherstonehaugh", "whistle"
SECTIONS = (("seen", "Black mould"), ("change", "Repairs"))
SERVER = Path(__file__).parents[2] / "server"


def gives_away(text: str, hidden: Person) -> bool:
    """Whether a text names the member in any way: by name, by handle or by id."""
    return NAME in text or HANDLE in text or str(hidden.by.account_id) in text or str(hidden.by.member_id) in text


async def hidden_member(oak: House) -> Person:
    hidden = await oak.join(HANDLE)
    with oak.use():
        await execute("UPDATE accounts SET display_name = ? WHERE id = ?", [NAME, hidden.by.account_id])
    return hidden


async def voice_of(oak: House) -> Principal:
    with oak.use():
        found = await rows("SELECT id FROM accounts WHERE name = 'voice' AND domain = ''")
    return Principal("member", found[0]["id"])


async def everything_about(oak: House, reader: Person, proposal_id: int, comment_id: int) -> dict[str, str]:
    """What leaves the instance about a proposal and a comment, by where it was asked for."""
    voice = (await voice_of(oak)).account_id
    objects = {"accept": ACTIVITY_JSON}
    found = {}
    for path in (
        f"/proposals/{proposal_id}",
        f"/proposals/{proposal_id}/versions",
        f"/proposals/{proposal_id}/timeline",
        f"/proposals/{proposal_id}/print",
        f"/proposals/{proposal_id}/feed.atom",
        f"/posts/{comment_id}",
        f"/posts/{comment_id}/reply",
        f"/posts/{comment_id}/report",
        "/proposals",
        "/",
        "/topics/damp-homes",
        "/proposals/feed.atom",
        "/topics/damp-homes/feed.atom",
        "/search?q=mould",
        "/notifications",
        "/users/voice",
        "/@voice/feed.atom",
    ):
        answer = await reader.browser.get(path)
        assert answer.status_code in (200, 303, 404), path
        found["page " + path] = answer.text
    for path in (
        f"/proposals/{proposal_id}",
        f"/posts/{comment_id}",
        f"/proposals/{proposal_id}/replies",
        f"/proposals/{proposal_id}/likes",
        f"/contexts/{proposal_id}",
        "/topics/damp-homes/outbox?page=true",
        "/users/voice",
        "/users/voice/outbox?page=true",
        "/users/voice/followers?page=true",
        "/users/voice/following?page=true",
        "/users/voice/featured",
    ):
        answer = await oak.visitor.get(path, headers=objects)
        assert answer.status_code == 200, path
        found["object " + path] = answer.text
    for path in (
        f"/api/v1/statuses/{proposal_id}",
        f"/api/v1/statuses/{proposal_id}/context",
        f"/api/v1/statuses/{comment_id}",
        f"/api/v1/statuses/{comment_id}/context",
        f"/api/v1/statuses/{proposal_id}/history",
        f"/api/v1/statuses/{proposal_id}/favourited_by",
        f"/api/v1/statuses/{proposal_id}/reblogged_by",
        "/api/v1/notifications",
        "/api/v1/conversations",
        "/api/v1/timelines/home",
        "/api/v1/timelines/public",
        "/api/v1/timelines/tag/proposal",
        "/api/v2/search?q=mould&type=statuses",
        f"/api/v1/accounts/{voice}",
        f"/api/v1/accounts/{voice}/statuses",
        f"/api/v1/accounts/{voice}/followers",
        f"/api/v1/accounts/{voice}/following",
    ):
        answer = await reader.app.get(path)
        assert answer.status_code == 200, path
        found["app " + path] = answer.text
    return found


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
async def test_a_hidden_name_is_nowhere(oak: House, rosa: Person, mode: Mode) -> None:
    topic = await oak.topic("damp-homes", "Damp homes")
    hidden = await hidden_member(oak)
    voice = await voice_of(oak)
    await rosa.app.post(f"/api/v1/accounts/{voice.account_id}/follow")
    with oak.use():
        asked = await publish_post(rosa.by, PostDraft(source="Who has mould at home?"))
        proposal_id = await publish_proposal(
            hidden.by, ProposalDraft("Mould at home", SECTIONS, topic_id=topic, mode=mode, idempotency_key="once")
        )
        named = KnownMention(rosa.by.account_id, "rosa", "https://oak.example/users/rosa", "https://oak.example/@rosa")
        comment_id = await publish_post(
            hidden.by, PostDraft(source="More mould, @rosa", in_reply_to_id=proposal_id, mentions=(named,), mode=mode)
        )
        answer_id = await publish_post(
            hidden.by,
            PostDraft(source="I have mould", in_reply_to_id=asked, mode=mode, poll=PollDraft(("Yes", "No"))),
        )
        reply_id = await publish_post(rosa.by, PostDraft(source="Where is the mould?", in_reply_to_id=comment_id))
        await like_post(rosa.by, proposal_id)
        await boost_post(rosa.by, answer_id)
    await oak.work()
    found = await everything_about(oak, rosa, proposal_id, comment_id)
    assert "lack mould" in found[f"page /proposals/{proposal_id}"]
    assert "ore mould" in found["app /api/v1/notifications"]
    assert "ould at home" in found["app /api/v1/timelines/home"]
    assert "I have mould" in found["app /api/v1/timelines/home"]
    assert "ore mould" in found["object /users/voice/outbox?page=true"]
    assert [where for where, text in found.items() if gives_away(text, hidden)] == []
    reply = (await rosa.app.get(f"/api/v1/statuses/{reply_id}")).json()
    assert reply["in_reply_to_account_id"] == str(voice.account_id)
    assert [one["acct"] for one in reply["mentions"]] == ["voice"]
    await nothing_hangs_on_the_member(oak, rosa, hidden)


async def nothing_hangs_on_the_member(oak: House, rosa: Person, hidden: Person) -> None:
    """What can be asked about the member themself says nothing of it; and nothing that is kept to be sent, worked on or
    shown later names them."""
    for path in (
        f"/users/{HANDLE}",
        f"/@{HANDLE}/feed.atom",
        f"/users/{HANDLE}/outbox?page=true",
        f"/api/v1/accounts/{hidden.by.account_id}/statuses",
        f"/api/v2/search?q=mould&type=statuses&account_id={hidden.by.account_id}",
    ):
        assert "mould" not in (await rosa.app.get(path)).text, path
    theirs = (await rosa.app.get(f"/api/v1/accounts/{hidden.by.account_id}")).json()
    assert (theirs["statuses_count"], theirs["last_status_at"]) == (0, None)
    with oak.use():
        sent = await rows("SELECT body FROM activities")
        assert [each for each in sent if gives_away(bytes(each["body"]).decode(), hidden)] == []
        for table in ("posts", "post_versions", "mentions", "steps", "jobs", "audit", "media", "polls"):
            kept = [row for row in await rows(f"SELECT * FROM {table}") if gives_away(str(tuple(row.values())), hidden)]
            if table == "jobs":  # that a member joined is no secret
                kept = [row for row in kept if row["kind"] != "MemberJoined"]
            assert kept == [], table


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
async def test_events_hold_no_hidden_name(oak: House, rosa: Person, mode: Mode) -> None:
    hidden = await hidden_member(oak)
    await oak.work()
    with oak.use():
        post_id = await publish_post(hidden.by, PostDraft(source="Mould", mode=mode))
        if mode == "confidential":
            await edit_post(hidden.by, post_id, PostDraft(source="More mould"))
            await delete_post(hidden.by, post_id)
        told = [str(tuple(row.values())) for row in await rows("SELECT * FROM jobs")]
    assert told
    assert [each for each in told if gives_away(each, hidden)] == []


async def test_a_stream_names_no_hidden_name(oak: House, rosa: Person) -> None:
    hidden = await hidden_member(oak)
    voice = await voice_of(oak)
    await rosa.app.post(f"/api/v1/accounts/{voice.account_id}/follow")
    await oak.work()
    channels = ("public", "public:local", f"user:{rosa.by.account_id}", f"notifications:{rosa.by.account_id}")
    async with oak.instance.hub.subscribe(channels) as stream:
        with oak.use():
            asked = await publish_post(rosa.by, PostDraft(source="Who has mould?"))
            await publish_post(hidden.by, PostDraft(source="I have mould", in_reply_to_id=asked, mode="anonymous"))
            await publish_post(hidden.by, PostDraft(source="Mould", mode="confidential"))
        await oak.work()
        told = []
        for _ in range(6):
            told.append(await asyncio.wait_for(stream.next(), 5))
    payloads = [each.payload for each in told]
    assert {"notification", "update"} == {each.event for each in told}
    assert any("I have mould" in payload for payload in payloads)
    assert [payload for payload in payloads if gives_away(payload, hidden)] == []


async def test_an_answer_to_a_hidden_author_reaches_them(oak: House, rosa: Person) -> None:
    hidden = await hidden_member(oak)
    with oak.use():
        post_id = await publish_post(hidden.by, PostDraft(source="Mould", mode="confidential"))
        await publish_post(rosa.by, PostDraft(source="Where?", in_reply_to_id=post_id))
        await publish_post(hidden.by, PostDraft(source="In Elm Street", in_reply_to_id=post_id, mode="confidential"))
    await oak.work()
    told = (await hidden.app.get("/api/v1/notifications")).json()
    assert [(each["type"], each["account"]["acct"]) for each in told] == [("mention", "rosa")]
    assert "Where?" in told[0]["status"]["content"]


async def test_a_hidden_author_can_change_and_withdraw_their_words(oak: House, rosa: Person) -> None:
    topic = await oak.topic("damp-homes", "Damp homes")
    hidden, voice = await hidden_member(oak), await voice_of(oak)
    with oak.use():
        proposal_id = await publish_proposal(
            hidden.by, ProposalDraft("Mould", SECTIONS, topic_id=topic, mode="confidential")
        )
        comment_id = await publish_post(
            hidden.by, PostDraft(source="More mould", in_reply_to_id=proposal_id, mode="confidential")
        )
    assert f"/posts/{comment_id}/edit" in (await hidden.browser.get(f"/posts/{comment_id}")).text
    for page in (f"/posts/{comment_id}/edit", f"/posts/{comment_id}/delete"):
        assert (await hidden.browser.get(page)).status_code == 200
        assert (await rosa.browser.get(page)).status_code == 404
    assert (await hidden.send(f"/posts/{comment_id}/edit", text="Much more mould")).status_code == 303
    refused = await rosa.app.put(f"/api/v1/statuses/{comment_id}", json={"status": "Less mould"})
    assert refused.status_code == 404
    with oak.use():
        changed = ProposalDraft("Mould again", SECTIONS)
        assert await edit_proposal(hidden.by, proposal_id, changed) == 2
        found = await posts.by_id(comment_id)
        assert found is not None
        assert "Much more mould" in found.content_html
    await oak.work()
    everything = await everything_about(oak, rosa, proposal_id, comment_id)
    assert [where for where, text in everything.items() if gives_away(text, hidden)] == []
    assert (await hidden.send(f"/posts/{comment_id}/delete")).status_code == 303
    await oak.work()
    with oak.use():
        assert await posts.by_id(comment_id, Viewer(voice.account_id)) is None
        assert await rows("SELECT post_id FROM authorships") == [{"post_id": proposal_id}]
        assert await rows("SELECT act FROM audit WHERE act = 'PostDeleted'") == []
    await nothing_hangs_on_the_member(oak, rosa, hidden)


async def test_a_hidden_author_adds_to_and_moves_on_a_proposal_unnamed(oak: House, rosa: Person) -> None:
    topic = await oak.topic("damp-homes", "Damp homes")
    hidden = await hidden_member(oak)
    with oak.use():
        proposal_id = await publish_proposal(
            hidden.by, ProposalDraft("Mould", SECTIONS, topic_id=topic, mode="confidential")
        )
        comment_id = await publish_post(
            hidden.by,
            PostDraft(
                source="Here too, mould",
                in_reply_to_id=proposal_id,
                mode="confidential",
                record="corroboration",
                facts={"role": "Carer", "place": "Leeds", "people": "one"},
            ),
        )
        with pytest.raises(Refused):
            await move_proposal(rosa.by, proposal_id, "withdraw")
        await move_proposal(hidden.by, proposal_id, "withdraw", Wanted(reason="It was repaired"))
    await oak.work()
    found = await everything_about(oak, rosa, proposal_id, comment_id)
    assert "It was repaired" in found[f"page /proposals/{proposal_id}"]
    assert [where for where, text in found.items() if gives_away(text, hidden)] == []
    await nothing_hangs_on_the_member(oak, rosa, hidden)


async def test_nobody_is_kept_behind_an_anonymous_post(oak: House) -> None:
    hidden = await hidden_member(oak)
    with oak.use():
        post_id = await publish_post(
            hidden.by, PostDraft(source="Mould", mode="anonymous", idempotency_key="one", application_id=1)
        )
        assert await rows("SELECT 1 AS one FROM authorships") == []
        row = (await rows("SELECT application_id, idempotency_key FROM posts WHERE id = ?", [post_id]))[0]
    assert row == {"application_id": None, "idempotency_key": None}
    assert (await hidden.browser.get(f"/posts/{post_id}/edit")).status_code == 404


async def test_a_hidden_post_sent_twice_is_there_once_and_its_key_is_nobody_elses(oak: House, rosa: Person) -> None:
    hidden = await hidden_member(oak)
    draft = PostDraft(source="Mould", mode="confidential", idempotency_key="one")
    with oak.use():
        first = await publish_post(hidden.by, draft)
        assert await publish_post(hidden.by, draft) == first
        assert await publish_post(rosa.by, draft) != first


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_only_what_is_for_everyone_can_be_said_without_a_name(oak: House, visibility: Any) -> None:
    hidden = await hidden_member(oak)
    with oak.use(), pytest.raises(Exception, match="Only what everyone may read"):
        await publish_post(hidden.by, PostDraft(source="Mould", mode="confidential", visibility=visibility))


async def test_pictures_of_a_hidden_post_are_the_voices(oak: House) -> None:
    hidden, voice = await hidden_member(oak), await voice_of(oak)
    pictures = []
    for number in (1, 2):
        with oak.use():
            await execute(
                "INSERT INTO media (id, account_id, path, small_path, created_at) VALUES (?, ?, 'a.png', 'a.png', 0)",
                [number, hidden.by.account_id],
            )
        pictures.append(number)
    with oak.use():
        post_id = await publish_post(hidden.by, PostDraft(source="Mould", mode="confidential", media_ids=(1,)))
        await edit_post(hidden.by, post_id, PostDraft(source="Mould", media_ids=(1, 2)))
        kept = await rows("SELECT id, account_id, post_id FROM media ORDER BY id")
    assert kept == [{"id": number, "account_id": voice.account_id, "post_id": post_id} for number in pictures]


def test_one_file_alone_reads_who_is_behind_a_post() -> None:
    """Actions write it; nothing else asks."""
    naming = {
        str(path.relative_to(SERVER))
        for path in SERVER.rglob("*.py")
        if re.search(r"\bauthorships\b|\bAuthorship\b", path.read_text()) and "migrations" not in path.parts
    }
    reading = {
        path
        for path in naming
        if re.search(r"FROM authorships|Authorship\.(get|all|exists|first)", (SERVER / path).read_text())
    }
    assert reading == {"queries/authorships.py"}
    assert naming - reading == {
        "actions/appeals.py",
        "actions/posts.py",
        "actions/voices.py",
        "actions/writing.py",
        "effects/notices.py",
        "effects/notify.py",
        "effects/reminders.py",
        "queries/lifecycle.py",
        "queries/moderation.py",
        "queries/parts.py",
        "queries/visibility.py",
        "storage/models/authorships.py",
    }
