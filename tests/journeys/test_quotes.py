"""Quotes (FEP-044f): asked for, granted with a stamp, shown only where the quoted author agreed; and who may answer."""

from typing import Any

import pytest

from federation.values import PUBLIC, loads
from server.actions.blocks import block
from server.actions.follows import follow
from server.actions.posts import delete_post, publish_post
from server.queries import actors
from server.rules.drafts import PostDraft
from server.rules.errors import Refused
from server.rules.interaction import REPLY_POLICIES, may_answer
from server.storage.sql import row, rows
from tests.elsewhere import ACTIVITY_JSON
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.journeys.test_from_any_app import found
from tests.journeys.test_passing_on import Toot
from tests.world import Site, World

QUOTE = "https://toot.example/users/mo/statuses/9"


def request(toot: Toot, quoted: str, quoting: Any = QUOTE, number: str = "1") -> dict[str, Any]:
    return toot.mo.does("QuoteRequest", quoted, number, instrument=quoting)


async def last_sent(site: Site) -> dict[str, Any]:
    """The newest activity this instance froze, as JSON."""
    with site.use():
        newest = await row("SELECT body FROM activities ORDER BY id DESC LIMIT 1")
    assert newest is not None
    return dict(loads(bytes(newest["body"])))


async def proposal_of(three: World) -> tuple[int, str]:
    oak = three.instances[0]
    proposal_id = await raise_proposal(oak, await oak.member("amina"))
    await three.settle()
    return proposal_id, f"https://oak.example/proposals/{proposal_id}"


async def test_a_public_proposal_says_that_everybody_may_quote_it_and_gives_a_stamp(three: World) -> None:
    oak, toot = three.instances[0], Toot(three)
    proposal_id, uri = await proposal_of(three)
    assert (await oak.json(f"/proposals/{proposal_id}"))["interactionPolicy"] == {
        "canQuote": {"automaticApproval": [PUBLIC]}
    }
    await toot.tell(request(toot, uri, {"id": QUOTE, "type": "Note", "attributedTo": toot.mo.uri, "quote": uri}))
    answer = await last_sent(oak)
    assert (answer["type"], answer["actor"]) == ("Accept", "https://oak.example/users/amina")
    assert answer["object"]["type"] == "QuoteRequest"
    assert answer["object"]["instrument"] == QUOTE
    assert ("POST", "https://toot.example/users/mo/inbox") in three.wire.seen or (
        ("POST", "https://toot.example/inbox") in three.wire.seen
    )
    stamp = await oak.json(answer["result"].removeprefix(oak.url))
    assert {key: stamp[key] for key in stamp if key != "@context"} == {
        "id": answer["result"],
        "type": "QuoteAuthorization",
        "attributedTo": "https://oak.example/users/amina",
        "interactingObject": QUOTE,
        "interactionTarget": uri,
    }
    await toot.tell(request(toot, uri, number="again"))
    assert (await last_sent(oak))["result"] == answer["result"], "the same wish gives the same stamp"


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_what_is_not_for_everybody_is_not_quoted(three: World, visibility: Any) -> None:
    oak, toot = three.instances[0], Toot(three)
    amina = await oak.member("amina")
    with oak.use():
        post_id = await publish_post(amina, PostDraft(source="for few", visibility=visibility))
    await toot.tell(request(toot, f"https://oak.example/posts/{post_id}"))
    with oak.use():
        assert await rows("SELECT 1 AS one FROM quote_stamps") == []


@pytest.mark.parametrize(
    "instrument",
    [
        None,
        "https://other.example/statuses/1",
        {"id": QUOTE, "type": "Note", "attributedTo": "https://toot.example/users/somebody-else"},
        {"type": "Note"},
        17,
    ],
)
async def test_a_wish_for_somebody_elses_post_is_not_granted(three: World, instrument: Any) -> None:
    oak, toot = three.instances[0], Toot(three)
    _, uri = await proposal_of(three)
    await toot.tell(request(toot, uri, instrument))
    with oak.use():
        assert await rows("SELECT 1 AS one FROM quote_stamps") == []


async def test_a_stamp_ends_with_a_block_and_with_the_post(three: World) -> None:
    oak, toot = three.instances[0], Toot(three)
    amina = await oak.member("amina")
    with oak.use():
        first = await publish_post(amina, PostDraft(source="one"))
        second = await publish_post(amina, PostDraft(source="two"))
    stamps = []
    for number, post_id in enumerate((first, second)):
        await toot.tell(request(toot, f"https://oak.example/posts/{post_id}", f"{QUOTE}{number}", str(number)))
        stamps.append((await last_sent(oak))["result"].removeprefix(oak.url))
        assert (await oak.get(stamps[-1], accept=ACTIVITY_JSON)).status_code == 200
    with oak.use():
        await delete_post(amina, second)
    await three.settle()
    assert (await oak.get(stamps[1], accept=ACTIVITY_JSON)).status_code == 404
    with oak.use():
        mo = await actors.by_uri(toot.mo.uri)
        assert mo is not None
        await block(amina, mo.id)
    await three.settle()
    missing = await oak.get(stamps[0], accept=ACTIVITY_JSON)
    assert missing.status_code == 404
    assert missing.content == (await oak.get("/quotes/1", accept=ACTIVITY_JSON)).content
    with oak.use():
        sent = [loads(bytes(each["body"])) for each in await rows("SELECT body FROM activities")]
    deleted = {each["object"]["id"].removeprefix(oak.url) for each in sent if each["type"] == "Delete"}
    assert set(stamps) <= deleted
    await toot.tell(request(toot, f"https://oak.example/posts/{first}", f"{QUOTE}0", "after-the-block"))
    assert (await oak.get(stamps[0], accept=ACTIVITY_JSON)).status_code == 404


async def test_a_quote_of_ours_shows_once_its_stamp_came_and_no_longer_when_it_is_taken_back(three: World) -> None:
    oak, toot = three.instances[0], Toot(three)
    proposal_id, uri = await proposal_of(three)
    bryn = await oak.member("bryn")
    note = toot.mo.note("9", "<p>Read this</p>", quote=uri, cc=["https://oak.example/users/bryn"])
    toot.at.at[note["id"]] = note
    await toot.tell(toot.mo.create(note))
    app = await oak.app(bryn)
    assert (await found(app, note["id"]))["quote"] is None
    await toot.tell(request(toot, uri, note["id"]))
    stamp = (await last_sent(oak))["result"]
    stamped = {**note, "quoteAuthorization": stamp, "updated": "2026-11-20T12:00:00Z"}
    await toot.tell({**toot.mo.does("Update", stamped), "id": f"{note['id']}#updates/1"})
    status = await found(app, note["id"])
    assert status["quote"] == {"state": "accepted", "quoted_status_id": str(proposal_id)}
    web, csrf = await oak.browser(bryn)
    assert "Damp must be proven twice" in (await web.get(f"/posts/{status['id']}")).text
    assert csrf


async def test_a_quote_of_a_third_server_needs_that_servers_stamp(three: World) -> None:
    oak, toot = three.instances[0], Toot(three)
    await oak.member("bryn")
    quoted = {**toot.mo.note("1"), "id": "https://toot.example/users/lea/statuses/1"}
    lea = {**toot.mo.document(), "id": "https://toot.example/users/lea", "preferredUsername": "lea"}
    lea["publicKey"] = {**lea["publicKey"], "id": f"{lea['id']}#main-key", "owner": lea["id"]}
    toot.at.at[lea["id"]] = {**lea, "inbox": f"{lea['id']}/inbox"}
    toot.at.at["acct:lea@toot.example"] = {
        **toot.mo.webfinger(),
        "subject": "acct:lea@toot.example",
        "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": lea["id"]}],
    }
    toot.at.at[quoted["id"]] = {**quoted, "attributedTo": lea["id"]}
    stamp = {
        "id": "https://toot.example/stamps/1",
        "type": "QuoteAuthorization",
        "attributedTo": lea["id"],
        "interactingObject": f"{QUOTE}1",
        "interactionTarget": quoted["id"],
    }
    toot.at.at[stamp["id"]] = stamp
    wrong = {**stamp, "id": "https://toot.example/stamps/2", "interactingObject": f"{QUOTE}7"}
    toot.at.at[wrong["id"]] = wrong
    states = {}
    for number, given in enumerate(("", stamp["id"], wrong["id"], "https://evil.example/stamps/1")):
        note = toot.mo.note(f"9{number}", quote=quoted["id"], cc=["https://oak.example/users/bryn"])
        note["quoteAuthorization"] = given or None
        toot.at.at[note["id"]] = note
        await toot.tell(toot.mo.create(note))
        with oak.use():
            kept = await row("SELECT quote_state, quote_of_id FROM posts WHERE uri = ?", [note["id"]])
        assert kept is not None
        states[given.rpartition("/")[2] + given[:12]] = kept["quote_state"]
    assert states == {
        "": "pending",
        "1https://toot": "accepted",
        "2https://toot": "pending",
        "1https://evil": "pending",
    }
    await toot.tell(toot.mo.does("Delete", stamp["id"], "stamp"))
    with oak.use():
        after = await row("SELECT quote_state FROM posts WHERE quote_stamp = ?", [stamp["id"]])
    assert after == {"quote_state": "revoked"}


async def test_a_chain_of_quotes_is_followed_one_step(three: World) -> None:
    oak, toot = three.instances[0], Toot(three)
    await oak.member("bryn")
    for number in range(1, 20):
        note = toot.mo.note(str(number), quote=f"https://toot.example/users/mo/statuses/{number + 1}")
        toot.at.at[note["id"]] = note
    first = {**toot.at.at["https://toot.example/users/mo/statuses/1"], "cc": ["https://oak.example/users/bryn"]}
    await toot.tell(toot.mo.create(first))
    with oak.use():
        assert len(await rows("SELECT id FROM posts WHERE NOT local AND kind = 'post'")) == 2


async def test_who_may_answer_is_respected(three: World) -> None:
    oak, toot = three.instances[0], Toot(three)
    amina = await oak.member("amina")
    policy = {"canReply": {"automaticApproval": ["https://toot.example/users/mo/followers"], "manualApproval": []}}
    note = toot.mo.note("1", interactionPolicy=policy)
    asking = toot.mo.note("2", interactionPolicy={"canReply": {"automaticApproval": [], "manualApproval": [PUBLIC]}})
    toot.at.at |= {note["id"]: note, asking["id"]: asking}
    app = await oak.app(amina)
    status = await found(app, note["id"])
    refused = await app.post("/api/v1/statuses", json={"status": "Me too", "in_reply_to_id": status["id"]})
    assert refused.status_code == 403
    assert "has chosen who may answer" in refused.json()["error"]
    other = await found(app, asking["id"])
    waiting = await app.post("/api/v1/statuses", json={"status": "May I?", "in_reply_to_id": other["id"]})
    assert waiting.status_code == 200
    with oak.use():
        mo = await actors.by_uri(toot.mo.uri)
        assert mo is not None
        await follow(amina, mo.id)
        with pytest.raises(Refused):
            await publish_post(amina, PostDraft(source="Me too", in_reply_to_id=int(status["id"])))
        wish = await row("SELECT uri FROM follows WHERE target_id = ?", [mo.id])
    assert wish is not None
    await three.settle()
    await toot.tell(toot.mo.does("Accept", wish["uri"]))
    allowed = await app.post("/api/v1/statuses", json={"status": "Me too", "in_reply_to_id": status["id"]})
    assert allowed.status_code == 200, allowed.text


def test_the_words_of_a_reply_policy_mean_what_they_say() -> None:
    nobody = {"follows": False, "followed": False, "mentioned": False}
    open_to = {
        policy: [who for who in nobody if may_answer(policy, **{**nobody, who: True})] for policy in REPLY_POLICIES
    }
    assert open_to == {
        "": ["follows", "followed", "mentioned"],
        "followers": ["follows", "mentioned"],
        "following": ["followed", "mentioned"],
        "either": ["follows", "followed", "mentioned"],
        "mentioned": ["mentioned"],
    }


async def test_a_reaction_with_an_emoji_is_taken_and_is_no_support(three: World) -> None:
    oak, toot = three.instances[0], Toot(three)
    proposal_id, uri = await proposal_of(three)
    await toot.tell(toot.mo.does("EmojiReact", uri, "party", content="🎉"))
    await toot.tell(toot.mo.does("Like", uri, "misskey", content=":blobcat:"))
    with oak.use():
        counted = await row("SELECT likes_count FROM posts WHERE id = ?", [proposal_id])
    assert counted == {"likes_count": 0}
    await toot.tell(toot.mo.does("Like", uri, "plain"))
    with oak.use():
        counted = await row("SELECT likes_count FROM posts WHERE id = ?", [proposal_id])
    assert counted == {"likes_count": 1}
