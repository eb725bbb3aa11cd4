"""Each verb that arrives, end to end: delivered, signed, worked on, seen in the database."""

from typing import Any

import pytest

from server.actions.follows import follow
from server.actions.posts import publish_post
from server.actions.proposals import publish_proposal
from server.actions.topics import link_chapter
from server.remote.actors import fetch_actor
from server.rules.drafts import PollDraft, PostDraft, ProposalDraft
from server.rules.ids import now_ms
from server.rules.permissions import OPERATOR
from server.rules.topics import topic_id
from tests.elsewhere import HOME, PUBLIC, Here, Stranger

GENESIS = {
    "name": "Damp homes",
    "created": "2026-11-01T00:00:00Z",
    "founder": "https://elm.example/topics/damp",
    "hashtag": "DampHomes",
}


async def proposal_here(here: Here, topic: int | None = None) -> tuple[int, str]:
    amina = await here.member("amina")
    post_id = await publish_proposal(
        amina, ProposalDraft("Let us log damp", (("seen", "Mould"), ("rule", "4.2"), ("change", "Let us")), topic)
    )
    return post_id, f"{HOME}/proposals/{post_id}"


async def linked(here: Here) -> tuple[int, Stranger]:
    """Our topic, linked with the chapter of elm.example."""
    topic = await here.topic(genesis=GENESIS)
    chapter = here.stranger(
        "damp", "elm.example", type="Group", **{"civic:topicId": topic_id(GENESIS), "civic:genesis": GENESIS}
    )
    await link_chapter(OPERATOR, topic, (await fetch_actor(here.remote.fresh(), chapter.uri)).id)
    await here.receive(chapter, chapter.does("Follow", f"{HOME}/topics/damp-homes"))
    assert (await here.one("SELECT state FROM chapters"))["state"] == "linked"
    return topic, chapter


def their_proposal(author: Stranger, number: str = "7", **more: Any) -> dict[str, Any]:
    return {
        "id": f"https://{author.domain}/proposals/{number}",
        "type": "Article",
        "attributedTo": author.uri,
        "name": "Open the cold store",
        "summary": "<p>It is shut</p>",
        "content": "<p>rendering</p>",
        "to": [PUBLIC],
        "cc": [author.followers],
        "published": "2026-11-20T10:00:00Z",
        "civic:kind": "proposal",
        "civic:state": "raised",
        "civic:sections": [
            {"key": "seen", "source": "It is *shut*", "content": "<p>It is <em>shut</em><script>x()</script></p>"},
            {"key": "change", "source": "Open it", "content": "<p>Open it</p>"},
        ],
        **more,
    }


async def test_a_post_of_somebody_followed_here_is_taken_in_once(here: Here) -> None:
    nadia = here.stranger("nadia")
    amina = await here.member("amina")
    follow_id = await follow(amina, (await fetch_actor(here.remote.fresh(), nadia.uri)).id)
    uri = (await here.one("SELECT uri FROM follows WHERE id = ?", follow_id))["uri"]
    await here.receive(nadia, nadia.does("Accept", uri))
    assert (await here.one("SELECT state FROM follows"))["state"] == "accepted"
    note = nadia.note("1", content="<p>Hi<script>x()</script></p>")
    await here.receive(nadia, nadia.create(note))
    await here.receive(nadia, {**nadia.create(note), "id": "https://elm.example/activities/other"})
    kept = await here.one("SELECT content_html, visibility, url FROM posts")
    assert "Hi" in kept["content_html"]
    assert "script" not in kept["content_html"]
    assert kept["visibility"] == "public"


async def test_a_comment_arrives_in_the_thread_of_the_proposal_with_its_stance(here: Here) -> None:
    post_id, uri = await proposal_here(here)
    nadia = here.stranger("nadia")
    await here.receive(nadia, nadia.create(nadia.note("1", inReplyTo=uri, **{"civic:stance": "for"})))
    kept = await here.one("SELECT kind, stance, proposal_id FROM posts WHERE NOT local")
    assert (kept["kind"], kept["stance"], kept["proposal_id"]) == ("comment", "for", post_id)
    assert (await here.one("SELECT comments_count FROM proposals"))["comments_count"] == 1


async def test_a_reply_to_an_unknown_reply_brings_its_parents(here: Here) -> None:
    _, uri = await proposal_here(here)
    amina = (await here.one("SELECT uri FROM accounts WHERE name = 'amina'"))["uri"]
    nadia = here.stranger("nadia")
    first = nadia.note("1", inReplyTo=uri)
    here.elsewhere.at[first["id"]] = first
    second = nadia.note("2", inReplyTo=first["id"], cc=[nadia.followers, amina])
    await here.receive(nadia, nadia.create(second))
    assert await here.count("posts", "kind = 'comment'") == 2


async def test_a_proposal_of_a_civic_instance_keeps_its_structure(here: Here) -> None:
    topic = await here.topic()
    nadia = here.stranger("nadia")
    await here.receive(nadia, nadia.create(their_proposal(nadia, to=[PUBLIC, f"{HOME}/topics/damp-homes"])))
    kept = await here.one("SELECT p.title, p.topic_id, r.sections FROM posts p JOIN proposals r ON r.post_id = p.id")
    assert (kept["title"], kept["topic_id"]) == ("Open the cold store", topic)
    assert "It is *shut*" in kept["sections"]
    assert "script" not in kept["sections"]


async def test_a_note_for_a_topic_with_the_hashtag_proposal_raises_one(here: Here) -> None:
    await here.topic()
    nadia = here.stranger("nadia")
    tags = [
        {"type": "Mention", "href": f"{HOME}/topics/damp-homes", "name": "@damp-homes@oak.example"},
        {"type": "Hashtag", "name": "#Proposal", "href": "https://elm.example/tags/proposal"},
    ]
    html = '<p><span class="h-card"><a href="x">@<span>damp-homes</span></a></span> #Proposal Mend the lift</p>'
    note = nadia.note("1", content=f"{html}<p>Change: a fixed date</p>", tag=tags)
    await here.receive(nadia, nadia.create(note))
    kept = await here.one("SELECT p.kind, p.title, r.sections FROM posts p JOIN proposals r ON r.post_id = p.id")
    assert (kept["kind"], kept["title"]) == ("proposal", "Mend the lift")
    assert "a fixed date" in kept["sections"]


async def test_support_counts_once_and_can_be_taken_back(here: Here) -> None:
    _, uri = await proposal_here(here)
    nadia = here.stranger("nadia")
    like = nadia.does("Like", uri)
    await here.receive(nadia, like)
    await here.receive(nadia, {**like, "id": "https://elm.example/activities/again"})
    assert (await here.one("SELECT support_wider FROM proposals"))["support_wider"] == 1
    await here.receive(nadia, nadia.does("Undo", like))
    assert (await here.one("SELECT support_wider FROM proposals"))["support_wider"] == 0


async def test_an_undo_that_overtakes_its_like_wins(here: Here) -> None:
    _, uri = await proposal_here(here)
    nadia = here.stranger("nadia")
    like = nadia.does("Like", uri)
    await here.receive(nadia, nadia.does("Undo", like))
    await here.receive(nadia, like)
    assert await here.count("likes") == 0


async def test_a_delete_that_overtakes_its_create_wins(here: Here) -> None:
    _, uri = await proposal_here(here)
    nadia = here.stranger("nadia")
    note = nadia.note("1", inReplyTo=uri)
    await here.post(nadia, nadia.create(nadia.note("0")))
    await here.receive(nadia, nadia.does("Delete", {"id": note["id"], "type": "Tombstone"}))
    await here.receive(nadia, nadia.create(note))
    assert await here.count("posts", "kind = 'comment'") == 0


async def test_an_update_changes_the_words_and_an_old_one_does_not(here: Here) -> None:
    _, uri = await proposal_here(here)
    nadia = here.stranger("nadia")
    note = nadia.note("1", inReplyTo=uri)
    await here.receive(nadia, nadia.create(note))
    newer = {**note, "content": "<p>Second</p>", "updated": "2026-11-21T10:00:00Z"}
    older = {**note, "content": "<p>First and a half</p>", "updated": "2026-11-20T11:00:00Z"}
    await here.receive(nadia, nadia.does("Update", newer, "2"))
    await here.receive(nadia, nadia.does("Update", older, "3"))
    assert (await here.one("SELECT content_html FROM posts WHERE kind = 'comment'"))["content_html"] == "<p>Second</p>"


async def test_an_author_cannot_be_changed_by_an_update_and_no_one_elses_post_be_deleted(here: Here) -> None:
    _, uri = await proposal_here(here)
    nadia, mallory = here.stranger("nadia"), here.stranger("mallory")
    note = nadia.note("1", inReplyTo=uri)
    await here.receive(nadia, nadia.create(note))
    await here.receive(mallory, mallory.does("Delete", note["id"]))
    await here.receive(mallory, mallory.does("Update", {**note, "attributedTo": mallory.uri, "content": "x"}))
    kept = await here.one("SELECT content_html, deleted_at FROM posts WHERE kind = 'comment'")
    assert kept["content_html"] == "<p>Hello</p>"
    assert kept["deleted_at"] is None


async def test_a_follow_of_a_member_is_accepted_and_ends_with_its_undo(here: Here) -> None:
    await here.member("amina")
    nadia = here.stranger("nadia")
    wish = nadia.does("Follow", f"{HOME}/users/amina")
    await here.receive(nadia, wish)
    assert (await here.one("SELECT state FROM follows"))["state"] == "accepted"
    await here.receive(nadia, nadia.does("Undo", wish))
    assert await here.count("follows") == 0


async def test_a_boost_by_somebody_followed_is_shown_and_its_post_fetched(here: Here) -> None:
    _, uri = await proposal_here(here)
    nadia = here.stranger("nadia")
    share = nadia.does("Announce", uri, published="2026-11-20T10:00:00Z")
    await here.receive(nadia, share)
    assert await here.count("posts", "kind = 'boost'") == 1
    await here.receive(nadia, nadia.does("Undo", share))
    assert await here.count("posts", "kind = 'boost'") == 0


async def test_a_deleted_account_is_gone(here: Here) -> None:
    nadia = here.stranger("nadia")
    await here.post(nadia, nadia.create(nadia.note("1")))
    await here.receive(nadia, nadia.does("Delete", nadia.uri))
    assert (await here.one("SELECT state FROM accounts WHERE name = 'nadia'"))["state"] == "gone"


@pytest.mark.parametrize("multiple", [False, True])
async def test_votes_name_their_option_and_count_once(here: Here, multiple: bool) -> None:
    amina = await here.member("amina")
    poll = PollDraft(("Yes", "No"), multiple, now_ms() + 3_600_000)
    post_id = await publish_post(amina, PostDraft(source="Shall we?", poll=poll))
    uri = f"{HOME}/posts/{post_id}"
    nadia = here.stranger("nadia")

    def vote(number: str, name: str) -> dict[str, Any]:
        return {
            "id": f"{nadia.uri}#votes/{number}",
            "type": "Note",
            "attributedTo": nadia.uri,
            "name": name,
            "inReplyTo": uri,
            "to": [f"{HOME}/users/amina"],
        }

    await here.receive(nadia, nadia.does("Create", [vote("1", "Yes"), vote("2", "No"), vote("3", "Maybe")]))
    assert await here.count("poll_votes") == (2 if multiple else 1)
    assert await here.count("posts") == 1


async def test_a_chapters_wish_waits_until_we_ask_too(here: Here) -> None:
    topic = await here.topic()
    chapter = here.stranger("damp", type="Group", **{"civic:topicId": topic_id(GENESIS), "civic:genesis": GENESIS})
    await here.receive(chapter, chapter.does("Follow", f"{HOME}/topics/damp-homes"))
    assert (await here.one("SELECT state FROM chapters"))["state"] == "pending"
    account = (await here.one("SELECT id FROM accounts WHERE name = 'damp'"))["id"]
    assert await link_chapter(OPERATOR, topic, account) == "linked"


async def test_a_chapter_whose_id_is_not_the_hash_of_its_genesis_is_refused(here: Here) -> None:
    await here.topic()
    chapter = here.stranger(
        "damp", type="Group", **{"civic:topicId": topic_id(GENESIS), "civic:genesis": {**GENESIS, "name": "Other"}}
    )
    await here.receive(chapter, chapter.does("Follow", f"{HOME}/topics/damp-homes"))
    assert await here.count("chapters") == 0
    assert "genesis" in await here.reason()


async def test_a_linked_chapter_passes_on_what_proves_itself(here: Here) -> None:
    topic, chapter = await linked(here)
    nadia = here.stranger("nadia", "ash.example")
    inner = nadia.proven(nadia.create(their_proposal(nadia)))
    await here.receive(chapter, chapter.does("Announce", inner, "9"))
    kept = await here.one("SELECT topic_id, kind FROM posts")
    assert (kept["topic_id"], kept["kind"]) == (topic, "proposal")
    assert inner["id"] not in here.elsewhere.asked


async def test_what_a_linked_chapter_forges_is_fetched_from_its_origin_instead(here: Here) -> None:
    _, chapter = await linked(here)
    nadia = here.stranger("nadia", "ash.example")
    true = nadia.create(their_proposal(nadia))
    here.elsewhere.at[true["id"]] = true
    forged = {**true, "object": {**true["object"], "name": "Close everything"}}
    await here.receive(chapter, chapter.does("Announce", forged, "9"))
    assert (await here.one("SELECT title FROM posts"))["title"] == "Open the cold store"


async def test_a_chapter_that_is_not_linked_passes_nothing_on(here: Here) -> None:
    await here.topic()
    chapter, nadia = here.stranger("damp", type="Group"), here.stranger("nadia", "ash.example")
    await here.receive(chapter, chapter.does("Announce", nadia.proven(nadia.create(their_proposal(nadia)))))
    assert await here.count("posts") == 0
    assert "linked" in await here.reason()


async def test_an_announced_id_of_a_linked_chapter_is_taken_in_from_its_origin(here: Here) -> None:
    topic, chapter = await linked(here)
    nadia = here.stranger("nadia", "ash.example")
    document = their_proposal(nadia)
    here.elsewhere.at[document["id"]] = document
    await here.receive(chapter, chapter.does("Announce", document["id"], "9"))
    assert (await here.one("SELECT topic_id FROM posts"))["topic_id"] == topic


async def test_a_report_reaches_the_stewards_once(here: Here) -> None:
    _, uri = await proposal_here(here)
    moderator = here.stranger("moderator", type="Application")
    report = moderator.does("Flag", [f"{HOME}/users/amina", uri], content="Names a tenant")
    await here.receive(moderator, report)
    kept = await here.one("SELECT comment, post_ids FROM reports")
    assert kept["comment"] == "Names a tenant"


async def test_a_block_ends_the_follow(here: Here) -> None:
    amina = await here.member("amina")
    nadia = here.stranger("nadia")
    await follow(amina, (await fetch_actor(here.remote.fresh(), nadia.uri)).id)
    await here.receive(nadia, nadia.does("Block", f"{HOME}/users/amina"))
    assert await here.count("follows") == 0


async def test_an_account_moves_to_an_address_that_names_the_old_one_and_not_again_soon(here: Here) -> None:
    amina = await here.member("amina")
    old, new = here.stranger("nadia"), here.stranger("nadia", "ash.example")
    await follow(amina, (await fetch_actor(here.remote.fresh(), old.uri)).id)
    await here.receive(old, old.does("Accept", (await here.one("SELECT uri FROM follows"))["uri"]))
    await here.receive(old, old.does("Move", old.uri, target=new.uri))
    assert "alsoKnownAs" not in new.more
    moved = "SELECT moved_to FROM accounts WHERE uri = ?"
    assert (await here.one(moved, old.uri))["moved_to"] == ""
    new.more = {"alsoKnownAs": [old.uri]}
    here.publish(new)
    await here.receive(old, old.does("Move", old.uri, "2", target=new.uri))
    assert (await here.one(moved, old.uri))["moved_to"] == new.uri
    other = here.stranger("nadia", "elder.example", alsoKnownAs=[old.uri])
    await here.receive(old, old.does("Move", old.uri, "3", target=other.uri))
    assert (await here.one(moved, old.uri))["moved_to"] == new.uri
    assert "seven days" in await here.reason()
    assert await here.count("jobs", "kind = 'AccountMoved'") == 1


async def test_a_handle_that_leads_elsewhere_is_refused(here: Here) -> None:
    await here.member("amina")
    mallory = here.stranger("mallory", webfinger="council@council.example")
    here.elsewhere.at["acct:council@council.example"] = {
        "subject": "acct:council@council.example",
        "links": [{"rel": "self", "type": "application/activity+json", "href": "https://council.example/users/c"}],
    }
    assert (await here.post(mallory, mallory.does("Follow", f"{HOME}/users/amina"))).status_code == 401
    assert await here.count("accounts", "domain <> ''") == 0


async def test_a_thread_without_end_is_cut(here: Here) -> None:
    amina = (await here.member("amina")).account_id
    uri = (await here.one("SELECT uri FROM accounts WHERE id = ?", amina))["uri"]
    nadia = here.stranger("nadia")
    for number in range(1, 200):
        note = nadia.note(str(number), inReplyTo=f"{nadia.uri}/statuses/{number + 1}")
        here.elsewhere.at[note["id"]] = note
    await here.receive(nadia, nadia.create(nadia.note("0", inReplyTo=f"{nadia.uri}/statuses/1", cc=[uri])))
    assert await here.count("posts") == 51
