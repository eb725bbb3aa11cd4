"""What arrives out of order, for somebody else's stewards, or about somebody who is gone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from federation.values import stamp
from server.actions.follows import follow
from server.remote.actors import fetch_actor
from server.storage.sql import execute
from tests.elsewhere import HOME, Here, Stranger
from tests.inbound.test_verbs import linked, proposal_here, their_proposal


async def followed(here: Here) -> Stranger:
    amina, nadia = await here.member("amina"), here.stranger("nadia")
    await follow(amina, (await fetch_actor(here.remote.fresh(), nadia.uri)).id)
    await here.receive(nadia, nadia.does("Accept", (await here.one("SELECT uri FROM follows"))["uri"]))
    return nadia


@pytest.mark.parametrize(("hours", "taken"), [(1, 1), (23, 1), (25, 0), (24 * 400, 0)])
async def test_an_edit_of_a_post_that_never_came_is_its_create_for_a_day(here: Here, hours: int, taken: int) -> None:
    nadia = await followed(here)
    published = datetime.fromtimestamp(here.clock(), UTC) - timedelta(hours=hours)
    note = nadia.note("1", published=stamp(published), updated=stamp(datetime.fromtimestamp(here.clock(), UTC)))
    assert (await here.receive(nadia, nadia.does("Update", note))).status_code == 202
    assert await here.count("posts") == taken


async def test_an_edit_of_a_proposal_that_never_came_is_always_taken(here: Here) -> None:
    nadia = await followed(here)
    proposal = their_proposal(nadia, published="2025-01-01T00:00:00Z", updated="2026-11-20T10:00:00Z")
    await here.receive(nadia, nadia.does("Update", proposal))
    assert await here.count("posts", "kind = 'proposal'") == 1


async def test_a_deletion_that_comes_first_also_keeps_a_late_edit_out(here: Here) -> None:
    nadia = await followed(here)
    now = stamp(datetime.fromtimestamp(here.clock(), UTC))
    note = nadia.note("1", published=now, updated=now)
    await here.receive(nadia, nadia.does("Delete", {"id": note["id"], "type": "Tombstone"}))
    await here.receive(nadia, nadia.does("Update", note))
    await here.receive(nadia, nadia.create(note))
    assert await here.count("posts") == 0


@pytest.mark.parametrize("of", ["Follow", "Announce", "Block"])
async def test_an_undo_that_overtakes_what_it_undoes_wins(here: Here, of: str) -> None:
    _, uri = await proposal_here(here)
    nadia = here.stranger("nadia")
    done = nadia.does(of, uri if of == "Announce" else f"{HOME}/users/amina")
    await here.receive(nadia, nadia.does("Undo", done))
    await here.receive(nadia, done)
    assert await here.count("follows") == await here.count("blocks") == 0
    assert await here.count("posts", "reblog_of_id IS NOT NULL") == 0


async def test_a_report_about_a_post_in_a_topic_of_ours_reaches_our_stewards(here: Here) -> None:
    topic, chapter = await linked(here)
    nadia, moderator = here.stranger("nadia", "ash.example"), here.stranger("moderator", type="Application")
    document = their_proposal(nadia)
    here.elsewhere.at[document["id"]] = document
    await here.receive(chapter, chapter.does("Announce", document["id"], "9"))
    assert (await here.one("SELECT topic_id FROM posts"))["topic_id"] == topic
    await here.receive(moderator, moderator.does("Flag", [nadia.uri, document["id"]], content="x" * 6000))
    kept = await here.one("SELECT a.uri, r.comment FROM reports r JOIN accounts a ON a.id = r.target_id")
    assert kept["uri"] == nadia.uri
    assert len(kept["comment"]) <= 5000


async def test_a_report_about_somebody_elsewhere_is_none_of_our_business(here: Here) -> None:
    await followed(here)
    moderator = here.stranger("moderator", type="Application")
    await here.receive(moderator, moderator.does("Flag", ["https://elm.example/users/nadia"], content="Spam"))
    assert await here.count("reports") == 0


async def test_an_account_that_is_gone_leaves_a_tombstone(here: Here) -> None:
    amina = await here.member("amina")
    await execute("UPDATE accounts SET state = 'gone' WHERE id = ?", [amina.account_id])
    answer = await here.web.get("/users/amina", headers={"accept": "application/activity+json"})
    document: dict[str, Any] = answer.json()
    assert (answer.status_code, document["type"], document["formerType"]) == (410, "Tombstone", "Person")
    assert document["id"] == f"{HOME}/users/amina"
