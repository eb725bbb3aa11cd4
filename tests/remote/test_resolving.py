"""Handles, addresses, chapters and threads of other servers."""

import httpx

from federation.values import PUBLIC
from server.remote.chapters import fetch_newest, find_chapter
from server.remote.handles import find_account, resolve_mentions
from server.remote.objects import find, find_post
from server.remote.threads import fetch_replies
from server.rules.topics import topic_id
from tests.elsewhere import HOME, Here

GENESIS = {
    "name": "Damp",
    "created": "2026-11-01T00:00:00Z",
    "founder": "https://elm.example/topics/damp",
    "hashtag": "Damp",
}


async def test_a_handle_is_found_here_first_and_then_by_webfinger(here: Here) -> None:
    await here.member("amina")
    here.stranger("nadia")
    for handle in ("@amina", "amina@oak.example", f"{HOME}/users/amina"):
        account = await find_account(here.remote.fresh(), handle)
        assert account is not None
        assert account.local
    assert here.elsewhere.asked == []
    found = await find_account(here.remote.fresh(), "@nadia@elm.example")
    assert found is not None
    assert found.acct == "nadia@elm.example"
    here.elsewhere.asked.clear()
    assert await find_account(here.remote.fresh(), "@nadia@elm.example") == found
    assert here.elsewhere.asked == []


async def test_a_visitor_makes_us_ask_nobody(here: Here) -> None:
    nadia = here.stranger("nadia")
    assert await find_account(here.remote.fresh(), "@nadia@elm.example", fetch=False) is None
    assert await find_account(here.remote.fresh(), nadia.uri, fetch=False) is None
    assert here.elsewhere.asked == []


async def test_mentions_in_a_text_are_resolved_in_order(here: Here) -> None:
    await here.member("amina")
    here.stranger("nadia")
    found = await resolve_mentions(here.remote.fresh(), "@nadia@elm.example and @amina and @nobody@void.example")
    assert [mention.acct for mention in found] == ["nadia@elm.example", "amina"]


async def test_an_address_is_found_whatever_stands_behind_it(here: Here) -> None:
    nadia = here.stranger("nadia")
    note = nadia.note("1")
    here.elsewhere.at[note["id"]] = note
    here.elsewhere.at[note["url"]] = note
    account = await find(here.remote.fresh(), nadia.uri)
    assert account is not None
    assert account.kind == "account"
    by_page = await find_post(here.remote.fresh(), note["url"])
    assert by_page is not None
    assert await find_post(here.remote.fresh(), note["id"]) == by_page
    assert await find_post(here.remote.fresh(), "https://elm.example/nothing") is None
    assert await find_post(here.remote.fresh(), "https://10.0.0.1/secret") is None


async def test_a_document_of_another_address_is_not_believed(here: Here) -> None:
    nadia = here.stranger("nadia")
    note = nadia.note("1")
    here.elsewhere.at["https://mallory.example/copy"] = note
    assert await find_post(here.remote.fresh(), "https://mallory.example/copy") is None


async def test_a_document_served_as_a_file_is_not_believed(here: Here) -> None:
    nadia = here.stranger("nadia")
    upload = {**nadia.note("1"), "id": "https://elm.example/media/x.json"}
    here.elsewhere.at[upload["id"]] = upload
    here.elsewhere.types[upload["id"]] = "application/json"
    assert await find_post(here.remote.fresh(), upload["id"]) is None


async def test_a_server_that_is_down_is_nothing_found_and_no_error(here: Here) -> None:
    here.elsewhere.at["https://elm.example/1"] = httpx.ConnectError("down")
    assert await find(here.remote.fresh(), "https://elm.example/1") is None


async def test_answers_are_fetched_from_the_collection_of_a_post(here: Here) -> None:
    nadia = here.stranger("nadia")
    note = nadia.note("1", replies=f"{nadia.uri}/statuses/1/replies")
    replies = [nadia.note(str(number), inReplyTo=note["id"]) for number in (2, 3)]
    for document in (note, *replies):
        here.elsewhere.at[document["id"]] = document
    here.elsewhere.at[note["replies"]] = {
        "id": note["replies"],
        "type": "Collection",
        "first": {
            "type": "CollectionPage",
            "items": [replies[0]["id"], "https://mallory.example/9"],
            "next": f"{note['replies']}?page=2",
        },
    }
    here.elsewhere.at[f"{note['replies']}?page=2"] = {
        "id": f"{note['replies']}?page=2", "type": "CollectionPage", "items": [replies[1]["id"]],
        "next": f"{note['replies']}?page=2",
    }  # fmt: skip
    assert await find_post(here.remote.fresh(), note["id"])
    listed = await fetch_replies(here.remote.fresh(), note)
    assert listed == {replies[0]["id"], replies[1]["id"], "https://mallory.example/9"}
    assert await here.count("posts") == 3


async def test_a_linked_chapters_newest_proposals_come_with_their_threads(here: Here) -> None:
    chapter = here.stranger("damp", type="Group", **{"civic:topicId": topic_id(GENESIS), "civic:genesis": GENESIS})
    nadia = here.stranger("nadia")
    uri = "https://elm.example/proposals/1"
    reply = nadia.note("5", inReplyTo=uri)
    proposal = {
        "id": uri, "type": "Article", "attributedTo": nadia.uri, "name": "Mend the lift", "to": [PUBLIC], "cc": [],
        "published": "2026-11-20T10:00:00Z", "civic:kind": "proposal", "replies": f"{uri}/replies",
        "civic:sections": [{"key": "seen", "source": "Broken", "content": "<p>Broken</p>"}],
    }  # fmt: skip
    here.elsewhere.at |= {
        uri: proposal,
        reply["id"]: reply,
        f"{uri}/replies": {"id": f"{uri}/replies", "type": "OrderedCollection", "orderedItems": [reply["id"]]},
        f"{chapter.uri}/outbox": {
            "id": f"{chapter.uri}/outbox",
            "type": "OrderedCollection",
            "orderedItems": [{"type": "Announce", "actor": chapter.uri, "object": uri}],
        },
    }
    found = await find_chapter(here.remote.fresh(), chapter.uri)
    assert (found.topic_id, found.genesis) == (topic_id(GENESIS), GENESIS)
    assert await fetch_newest(here.remote.fresh(), found.account_id) == 1
    assert await here.count("posts", "kind = 'comment'") == 1


async def test_a_budget_ends_what_leads_on_and_on(here: Here) -> None:
    nadia = here.stranger("nadia")
    for number in range(1, 40):
        note = nadia.note(str(number), inReplyTo=f"{nadia.uri}/statuses/{number + 1}")
        here.elsewhere.at[note["id"]] = note
    await find_post(here.remote.fresh(fetches=10), f"{nadia.uri}/statuses/1")
    assert len(here.elsewhere.asked) <= 10
