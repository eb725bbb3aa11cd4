"""What one server sends on for another (AP §7.1.2): believed by its proof, else only as its own origin has it."""

from typing import Any

from server.actions.posts import publish_post
from server.rules.drafts import PostDraft
from tests.elsewhere import HOME, Here, Stranger


async def parent_here(here: Here) -> str:
    amina = await here.member("amina")
    return f"{HOME}/posts/{await publish_post(amina, PostDraft('The lift is broken'))}"


def reply(here: Here, author: Stranger, parent: str, **more: Any) -> dict[str, Any]:
    """A Create whose object can be read at its origin."""
    note = author.note("1", "<p>Here too</p>", inReplyTo=parent, **more)
    here.elsewhere.at[note["id"]] = note
    return author.create(note)


async def test_a_reply_without_a_proof_is_taken_as_its_origin_has_it(here: Here) -> None:
    parent = await parent_here(here)
    relay, nadia = here.stranger("relay", "ash.example"), here.stranger("nadia")
    create = reply(here, nadia, parent)
    forged = {**create, "object": {**create["object"], "content": "<p>I take it back</p>"}}
    assert (await here.receive(relay, forged)).status_code == 202
    assert (await here.one("SELECT content_html FROM posts WHERE NOT local"))["content_html"] == "<p>Here too</p>"
    assert (await here.one("SELECT signer_uri FROM receipts"))["signer_uri"] == nadia.uri


async def test_an_activity_that_its_origin_serves_is_taken_whole(here: Here) -> None:
    parent = await parent_here(here)
    relay, nadia = here.stranger("relay", "ash.example"), here.stranger("nadia")
    create = reply(here, nadia, parent)
    here.elsewhere.at[create["id"]] = create
    del here.elsewhere.at[create["object"]["id"]]
    assert (await here.receive(relay, create)).status_code == 202
    assert await here.count("posts", "NOT local") == 1


async def test_a_second_copy_is_not_asked_for_again(here: Here) -> None:
    parent = await parent_here(here)
    relay, nadia = here.stranger("relay", "ash.example"), here.stranger("nadia")
    create = reply(here, nadia, parent)
    await here.receive(relay, create)
    here.elsewhere.asked.clear()
    assert (await here.receive(relay, create)).status_code == 202
    assert here.elsewhere.asked == []


async def test_what_its_origin_does_not_know_or_says_of_another_is_403(here: Here) -> None:
    parent = await parent_here(here)
    relay, nadia = here.stranger("relay", "ash.example"), here.stranger("nadia")
    create = reply(here, nadia, parent)
    del here.elsewhere.at[create["object"]["id"]]
    assert (await here.post(relay, create)).status_code == 403
    here.clock.now += 61
    here.elsewhere.at[create["id"]] = {**create, "actor": f"{nadia.uri}2"}
    assert (await here.post(relay, create)).status_code == 403
    here.clock.now += 61
    here.elsewhere.at[create["id"]] = 404
    here.elsewhere.at[create["object"]["id"]] = {**create["object"], "attributedTo": f"{nadia.uri}2"}
    assert (await here.post(relay, create)).status_code == 403
    assert await here.count("receipts") == await here.count("posts", "NOT local") == 0


async def test_what_concerns_nothing_here_is_403_and_nothing_is_asked(here: Here) -> None:
    await parent_here(here)
    relay, nadia = here.stranger("relay", "ash.example"), here.stranger("nadia")
    await here.post(relay, relay.create(relay.note("1")))
    here.elsewhere.asked.clear()
    note = nadia.note("1")
    follow = nadia.does("Follow", f"{HOME}/users/amina")
    for activity in (nadia.create(note), follow, nadia.does("Like", note["id"]), nadia.does("Delete", note["id"])):
        assert (await here.post(relay, activity)).status_code == 403
    assert here.elsewhere.asked == []


async def test_a_deletion_that_is_sent_on_is_believed_when_the_post_is_gone(here: Here) -> None:
    parent = await parent_here(here)
    relay, nadia = here.stranger("relay", "ash.example"), here.stranger("nadia")
    create = reply(here, nadia, parent)
    await here.receive(nadia, create)
    gone = nadia.does("Delete", create["object"]["id"])
    assert (await here.post(relay, gone)).status_code == 403
    here.elsewhere.at[create["object"]["id"]] = 410
    here.clock.now += 61
    assert (await here.receive(relay, gone)).status_code == 202
    assert await here.count("posts", "NOT local AND deleted_at IS NULL") == 0


async def test_a_server_that_sends_on_what_is_false_is_soon_not_followed(here: Here) -> None:
    parent = await parent_here(here)
    relay = here.stranger("relay", "ash.example")
    await here.post(relay, relay.create(relay.note("1")))
    here.elsewhere.asked.clear()
    for number in range(40):
        victim = Stranger(f"https://v{number}.example/users/v", "v", f"v{number}.example", 1)
        assert (await here.post(relay, victim.create(victim.note("1", inReplyTo=parent)))).status_code == 403
    assert len(here.elsewhere.asked) <= 40
