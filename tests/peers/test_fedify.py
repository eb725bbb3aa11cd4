"""Folkmoot and a server on Fedify, an implementation of ActivityPub by others, talk over real sockets."""

import pytest

from server.actions.follows import follow
from server.actions.likes import like_post, unlike_post
from server.actions.posts import delete_post, publish_post
from server.actions.proposals import edit_proposal
from server.queries import accounts
from server.remote.handles import find_account
from server.rules.drafts import PollDraft, PostDraft, ProposalDraft
from tests.peers.conftest import Fedify, Moot, eventually
from tests.peers.deeds import ANSWERS, TITLE, amina_of, followed_topic, is_a, passes_on, raise_proposal, seen, the_post

pytestmark = pytest.mark.peers


async def test_fedify_finds_members_topics_and_the_organisation_by_their_handles(moot: Moot, peer: Fedify) -> None:
    await moot.member("amina", display_name="Amina")
    await moot.topic("damp-homes", "Damp homes")
    for name, path, kind in (
        ("amina", "/users/amina", "Person"),
        ("damp-homes", "/topics/damp-homes", "Group"),
        ("moot", "/organisations/moot", "Organization"),
    ):
        found = await peer.do("look_up", what=f"@{name}@{moot.domain}")
        assert found is not None, name
        assert (found["id"], found["type"], found["handle"]) == (f"{moot.url}{path}", kind, name)
        assert found["request_key"] == "RSASSA-PKCS1-v1_5"
        assert found["proof_keys"] == ["Ed25519"]
        assert found == await peer.do("look_up", what=found["id"])


async def test_we_find_a_person_on_fedify_by_the_handle_and_follow(moot: Moot, peer: Fedify) -> None:
    amina = await moot.member("amina")
    with moot.use():
        found = await find_account(moot.instance.elsewhere.fresh(), f"@river@{peer.domain}")
        assert found is not None
        assert found.uri == peer.river
        await follow(amina, found.id)
    sent = await peer.has(moot.url, is_a("Follow", peer.river), "our follow arrives")
    assert sent["signed_by"] == f"{moot.url}/users/amina"
    assert sent["answered"] == 202


async def test_a_proposal_arrives_at_fedify_signed_and_proven(moot: Moot, peer: Fedify) -> None:
    topic = await followed_topic(moot, peer)
    amina = await moot.member("amina")
    uri = await raise_proposal(moot, amina)
    passed_on = await peer.has(topic, passes_on("Create", uri), "the proposal is passed on")
    assert passed_on["signed_by"] == topic
    assert passed_on["proven"] is True
    assert passed_on["proven_inside"] is True
    boosted = await peer.has(topic, is_a("Announce", uri), "the proposal is boosted")
    assert boosted["signed_by"] == topic
    assert {passed_on["answered"], boosted["answered"]} == {202}
    article = await peer.do("look_up", what=uri)
    assert (article["type"], article["name"]) == ("Article", TITLE)
    assert "<strong>28 days</strong>" in article["content"]


async def test_a_reply_and_support_from_fedify_show_with_the_proposal(moot: Moot, peer: Fedify) -> None:
    topic = await followed_topic(moot, peer)
    amina = await moot.member("amina")
    uri = await raise_proposal(moot, amina)
    await peer.has(topic, passes_on("Create", uri), "the proposal is passed on")
    created = await peer.do("reply", to=uri, content="<p>Same by the <em>river</em>.</p>")
    await peer.do("like", object=uri, to=amina_of(moot))
    comment = await the_post(moot, created["object"]["id"])
    assert comment.kind == "comment"
    assert comment.account.uri == peer.river

    async def counted() -> bool:
        found = await seen(moot, uri)
        return found is not None and found.proposal is not None and found.proposal.support_wider == 1

    await eventually(counted, "support is counted")
    proposal = await the_post(moot, uri)
    assert proposal.proposal is not None
    assert proposal.proposal.support_here + proposal.proposal.support_civic == 0
    assert proposal.proposal.comments_count == 1
    context = await moot.json(f"/api/v1/statuses/{proposal.id}/context")
    assert [(status["id"], status["account"]["acct"]) for status in context["descendants"]] == [
        (str(comment.id), f"river@{peer.domain}")
    ]
    page = await moot.get(f"/proposals/{proposal.id}", accept="text/html")
    assert page.status_code == 200
    assert "Same by the <em>river</em>." in page.text
    replies = await peer.do("look_up", what=comment.uri)
    assert replies["type"] == "Note"


async def test_support_taken_back_and_a_deleted_reply_are_gone_here(moot: Moot, peer: Fedify) -> None:
    await followed_topic(moot, peer)
    uri = await raise_proposal(moot, await moot.member("amina"))
    created = await peer.do("reply", to=uri, content="<p>Wrong line.</p>")
    liked = await peer.do("like", object=uri, to=amina_of(moot))
    comment = await the_post(moot, created["object"]["id"])

    async def counts() -> tuple[int, int]:
        found = await the_post(moot, uri)
        assert found.proposal is not None
        return found.proposal.support_wider, found.proposal.comments_count

    async def both_counted() -> bool:
        return await counts() == (1, 1)

    async def none_counted() -> bool:
        return await counts() == (0, 0)

    await eventually(both_counted, "support and the comment are counted")
    await peer.do("undo", activity=liked, to=amina_of(moot))
    await peer.do("delete", note=comment.uri, to=amina_of(moot))
    await eventually(none_counted, "neither is counted any more")
    assert await seen(moot, comment.uri) is None


async def test_fedify_hears_of_our_edit_comment_support_and_deletion(moot: Moot, peer: Fedify) -> None:
    topic = await followed_topic(moot, peer)
    amina = await moot.member("amina")
    uri = await raise_proposal(moot, amina)
    created = await peer.do("reply", to=uri, content="<p>Which contract?</p>")
    comment = await the_post(moot, created["object"]["id"])
    with moot.use():
        answer_id = await publish_post(amina, PostDraft(source="The one of 2019.", in_reply_to_id=comment.id))
        await like_post(amina, comment.id)
    answer = f"{moot.url}/posts/{answer_id}"
    told = await peer.has(moot.url, is_a("Create", answer), "our comment reaches whom it answers")
    assert told["proven"] is True
    assert any(tag.get("href") == peer.river for tag in told["activity"]["object"]["tag"])
    liked = await peer.has(moot.url, is_a("Like", comment.uri), "our support of the reply arrives")
    with moot.use():
        await unlike_post(amina, comment.id)
        await edit_proposal(amina, int(uri.rpartition("/")[2]), ProposalDraft("Damp, once proven", ANSWERS))
        await delete_post(amina, answer_id)
    taken_back = is_a("Undo", liked["activity"]["id"])
    for wanted, what in (
        (taken_back, "our support is taken back"),
        (passes_on("Update", uri), "our edit is passed on"),
        (is_a("Delete", answer), "our comment is deleted"),
    ):
        entry = await peer.has(moot.url, wanted, what)
        assert entry["signed_by"] == entry["activity"]["actor"], what
        assert entry["answered"] == 202, what
    edited = await peer.has(topic, passes_on("Update", uri), "our edit is passed on")
    assert edited["proven_inside"] is True
    assert await peer.do("look_up", what=answer) is None


async def test_fedify_stops_following_when_it_says_so(moot: Moot, peer: Fedify) -> None:
    topic = await followed_topic(moot, peer)

    async def followers() -> int:
        with moot.use():
            found = await accounts.by_uri(topic)
        return found.followers_count if found is not None else -1

    assert await followers() == 1
    entry = await peer.has(topic, is_a("Accept"), "the topic accepts the follow")
    asked = {"@context": "https://www.w3.org/ns/activitystreams", **entry["activity"]["object"]}
    await peer.do("undo", activity=asked, to=topic)

    async def nobody() -> bool:
        return await followers() == 0

    await eventually(nobody, "nobody follows the topic")


async def test_a_reply_that_is_edited_on_fedify_changes_here(moot: Moot, peer: Fedify) -> None:
    await followed_topic(moot, peer)
    uri = await raise_proposal(moot, await moot.member("amina"))
    created = await peer.do("reply", to=uri, content="<p>Line 12.</p>")
    comment = await the_post(moot, created["object"]["id"])
    await peer.do("edit", note=comment.uri, content="<p>Line 14.</p>", to=amina_of(moot))

    async def changed() -> bool:
        return "Line 14." in (await the_post(moot, comment.uri)).content_html

    await eventually(changed, "the comment changes")
    assert (await the_post(moot, comment.uri)).edited_at is not None


async def test_fedify_reads_our_collections(moot: Moot, peer: Fedify) -> None:
    topic = await followed_topic(moot, peer)
    uri = await raise_proposal(moot, await moot.member("amina"))
    created = await peer.do("reply", to=uri, content="<p>Line 12.</p>")
    comment = await the_post(moot, created["object"]["id"])
    replies = await peer.do("list", what=uri, name="Replies")
    assert (replies["total"], replies["items"]) == (1, [comment.uri])
    outbox = await peer.do("list", what=amina_of(moot), name="Outbox")
    assert outbox["total"] == len(outbox["items"]) == 1
    followers = await peer.do("list", what=topic, name="Followers")
    assert followers["total"] == 1


async def test_a_post_by_someone_followed_on_fedify_shows_at_home(moot: Moot, peer: Fedify) -> None:
    amina = await moot.member("amina")
    with moot.use():
        found = await find_account(moot.instance.elsewhere.fresh(), peer.river)
        assert found is not None
        await follow(amina, found.id)
    async with await moot.app(amina) as app:

        async def accepted() -> bool:
            answer = await app.get("/api/v1/accounts/relationships", params={"id[]": str(found.id)})
            return bool(answer.json()[0]["following"])

        await eventually(accepted, "our follow is accepted")
        created = await peer.do("say", content="<p>The weir is <strong>open</strong>.</p>", to=amina_of(moot))
        await the_post(moot, created["object"]["id"])
        home = (await app.get("/api/v1/timelines/home")).json()
        assert [(each["account"]["acct"], each["content"]) for each in home] == [
            (f"river@{peer.domain}", "<p>The weir is <strong>open</strong>.</p>")
        ]


async def test_a_boost_and_a_vote_from_fedify_count(moot: Moot, peer: Fedify) -> None:
    amina = await moot.member("amina")
    in_a_day = moot.instance.database.clock() + 86_400_000
    with moot.use():
        poll_id = await publish_post(
            amina, PostDraft(source="Which day?", poll=PollDraft(("Monday", "Friday"), False, in_a_day))
        )
    uri = f"{moot.url}/posts/{poll_id}"
    assert (await peer.do("look_up", what=uri))["type"] == "Question"
    await peer.do("vote", poll=uri, option="Friday", to=amina_of(moot))
    await peer.do("boost", object=uri, to=amina_of(moot))

    async def counts() -> tuple[int, list[int]]:
        status = await moot.json(f"/api/v1/statuses/{poll_id}")
        return status["reblogs_count"], [option["votes_count"] for option in status["poll"]["options"]]

    async def counted() -> bool:
        return await counts() == (1, [0, 1])

    await eventually(counted, "the boost and the vote are counted")


async def test_who_leaves_fedify_takes_the_replies_along(moot: Moot, peer: Fedify) -> None:
    await moot.topic("damp-homes", "Damp homes")
    uri = await raise_proposal(moot, await moot.member("amina"))
    created = await peer.do("reply", to=uri, content="<p>Wet here too.</p>", by="brook")
    comment = await the_post(moot, created["object"]["id"])
    await peer.do("leave", who="brook", to=amina_of(moot))

    async def gone() -> bool:
        return await seen(moot, comment.uri) is None

    await eventually(gone, "the reply is gone")
    context = await moot.json(f"/api/v1/statuses/{uri.rpartition('/')[2]}/context")
    assert context["descendants"] == []
