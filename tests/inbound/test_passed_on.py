"""What a linked chapter passes on of people whose servers have no chapter and make no proofs."""

from typing import Any

from server.queries import posts
from server.rules.ids import now_ms
from server.views.viewer import Page
from tests.elsewhere import Here, Stranger
from tests.inbound.test_verbs import linked, their_proposal


async def passed_on(here: Here, chapter: Stranger, inner: dict[str, Any], number: str) -> None:
    await here.receive(chapter, chapter.does("Announce", inner, f"passed-{number}"))


async def proposal_at_elm(here: Here) -> tuple[Stranger, str, int]:
    """A proposal at the home of the chapter that is linked with ours."""
    _, chapter = await linked(here)
    document = their_proposal(here.stranger("bo"))
    here.elsewhere.at[document["id"]] = document
    await passed_on(here, chapter, document["id"], "0")
    return chapter, document["id"], (await here.one("SELECT id FROM posts"))["id"]


async def supporters(here: Here, post_id: int) -> tuple[int, list[str]]:
    """How many support a post, and who is named."""
    row = await here.one("SELECT likes_count, support_wider FROM posts JOIN proposals ON post_id = id")
    assert row["likes_count"] == row["support_wider"]
    return row["likes_count"], [account.name for _, account in await posts.liked_by(post_id, Page())]


async def test_support_that_the_home_of_a_proposal_tells_of_counts_and_names_nobody(here: Here) -> None:
    chapter, uri, post_id = await proposal_at_elm(here)
    mo = here.stranger("mo", "toot.example")
    like = mo.does("Like", uri)
    await passed_on(here, chapter, like, "1")
    await passed_on(here, chapter, like, "2")
    assert await supporters(here, post_id) == (1, [])
    await here.receive(mo, like)
    assert await supporters(here, post_id) == (1, ["mo"])
    await passed_on(here, chapter, mo.does("Undo", like), "3")
    assert await supporters(here, post_id) == (1, ["mo"]), "what was proven ends when its author says so"


async def test_support_that_was_told_ends_when_it_is_told(here: Here) -> None:
    chapter, uri, post_id = await proposal_at_elm(here)
    mo = here.stranger("mo", "toot.example")
    like = mo.does("Like", uri)
    await passed_on(here, chapter, like, "1")
    await passed_on(here, chapter, mo.does("Undo", like), "2")
    assert await supporters(here, post_id) == (0, [])
    await passed_on(here, chapter, like, "3")
    assert await supporters(here, post_id) == (1, [])


async def test_nobody_is_told_to_support_what_is_at_home_elsewhere(here: Here) -> None:
    chapter, _, _ = await proposal_at_elm(here)
    mo = here.stranger("mo", "toot.example")
    other = their_proposal(here.stranger("cy", "ash.example"), "8")
    here.elsewhere.at[other["id"]] = other
    await passed_on(here, chapter, other["id"], "1")
    await passed_on(here, chapter, mo.does("Like", other["id"]), "2")
    assert await here.count("likes") == 0


async def test_nobody_speaks_for_those_who_have_a_chapter_of_their_own(here: Here) -> None:
    chapter, uri, post_id = await proposal_at_elm(here)
    di = here.stranger("di", "elm.example")
    await passed_on(here, chapter, di.does("Like", uri), "1")
    assert await supporters(here, post_id) == (0, [])


async def test_an_edit_without_a_proof_is_taken_from_the_posts_own_home(here: Here) -> None:
    chapter, uri, _ = await proposal_at_elm(here)
    mo = here.stranger("mo", "toot.example")
    note = mo.note("1", inReplyTo=uri)
    here.elsewhere.at[note["id"]] = note
    await passed_on(here, chapter, note["id"], "1")
    edited = {**note, "content": "<p>Better</p>", "updated": "2026-11-20T11:00:00Z"}
    here.elsewhere.at[note["id"]] = edited
    claimed = mo.does("Update", {**edited, "content": "<p>Worse</p>"}, "2")
    await passed_on(here, chapter, {**claimed, "id": f"{note['id']}#updates/1"}, "2")
    kept = await here.one("SELECT content_html FROM posts WHERE uri = ?", note["id"])
    assert kept["content_html"] == "<p>Better</p>"


async def test_a_deletion_without_a_proof_is_believed_when_the_post_is_gone(here: Here) -> None:
    chapter, uri, _ = await proposal_at_elm(here)
    mo = here.stranger("mo", "toot.example")
    note = mo.note("1", inReplyTo=uri)
    here.elsewhere.at[note["id"]] = note
    await passed_on(here, chapter, note["id"], "1")
    delete = {**mo.does("Delete", {"id": note["id"], "type": "Tombstone"}), "id": f"{note['id']}#delete"}
    await passed_on(here, chapter, delete, "2")
    assert (await here.one("SELECT deleted_at FROM posts WHERE uri = ?", note["id"]))["deleted_at"] is None
    here.elsewhere.at[note["id"]] = 410
    await passed_on(here, chapter, delete, "3")
    assert (await here.one("SELECT deleted_at FROM posts WHERE uri = ?", note["id"]))["deleted_at"] <= now_ms()


async def test_a_chapter_deletes_nothing_of_an_account(here: Here) -> None:
    chapter, uri, _ = await proposal_at_elm(here)
    mo = here.stranger("mo", "toot.example")
    note = mo.note("1", inReplyTo=uri)
    here.elsewhere.at[note["id"]] = note
    await passed_on(here, chapter, note["id"], "1")
    await passed_on(here, chapter, mo.does("Delete", mo.uri), "2")
    assert (await here.one("SELECT state FROM accounts WHERE uri = ?", mo.uri))["state"] == "active"
