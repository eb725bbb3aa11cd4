"""Stewards say where a proposal belongs, without a word of its text; and what is written to the voice is not lost."""

import pytest

from server.actions.tagging import tag_proposal
from server.http.passwords import hash_password
from server.queries import posts, proposals
from server.rules.errors import Conflict, Refused
from server.views.viewer import VISITOR
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.journeys.test_from_barrier_to_change import at
from tests.web.site import PASSWORD, Browser
from tests.world import World


async def test_a_steward_adds_place_and_rule_and_the_wording_stays_as_it_is(three: World) -> None:
    oak, ash, _ = three.instances
    amina = await oak.member("amina")
    await oak.member("sten", role="steward", password_hash=await hash_password(PASSWORD))
    bo = await oak.member("bo")
    proposal_id = await raise_proposal(oak, amina)
    uri = f"https://oak.example/proposals/{proposal_id}"
    await three.settle()
    before, _ = await at(oak, uri)
    for nobody in (amina, bo):
        with oak.use(), pytest.raises(Refused):
            await tag_proposal(nobody, proposal_id, "East", ())
    steward = Browser(oak.web)
    await steward.sign_in("sten")
    week = (await steward.get("/moderation/week")).text
    assert f'href="/proposals/{proposal_id}/tags"' in week
    assert f'href="/proposals/{proposal_id}/same"' in week
    page = f"/proposals/{proposal_id}/tags"
    wrong = await steward.send(page, {"place": "East", "policy": "7"})
    assert (wrong.status_code, "no longer here" in wrong.text) == (422, True)
    saved = await steward.send(page, {"place": "East", "policy_name": "Repairs contract"})
    assert saved.status_code == 303
    await steward.send(page, {"place": "East", "policy_name": "Repairs contract"})  # the same again changes nothing
    await three.settle()
    for site in (oak, ash):
        post, history = await at(site, uri)
        assert post.proposal is not None
        assert post.proposal.place == "East", site.domain
        assert [each.name for each in history.policies] == ["Repairs contract"], site.domain
        assert (post.version, post.title) == (before.version, before.title), site.domain
        assert [step.kind for step in history.steps].count("tagged") == 1
        assert "Its place or its rule was added" in (await site.get(f"/proposals/{post.id}")).text
    there, _ = await at(ash, uri)
    assert "As seen by Ash" in (await ash.get(f"/proposals/{there.id}")).text
    assert "As seen by" not in (await oak.get(f"/proposals/{proposal_id}")).text
    app = await oak.app(amina)
    assert [each["type"] for each in (await app.get("/api/v1/notifications")).json()] == ["update"]
    await app.aclose()


async def test_the_list_of_the_week_and_the_form_are_for_stewards(three: World) -> None:
    oak, ash, _ = three.instances
    amina = await oak.member("amina", password_hash=await hash_password(PASSWORD))
    proposal_id = await raise_proposal(oak, amina)
    member = Browser(oak.web)
    await member.sign_in("amina")
    for path in ("/moderation/week", f"/proposals/{proposal_id}/tags"):
        assert (await member.get(path)).status_code == 403
    await three.settle()
    sten = await ash.member("sten", role="steward")
    with ash.use():
        copy = await posts.by_uri(f"https://oak.example/proposals/{proposal_id}", VISITOR)
        assert copy is not None
        with pytest.raises(Conflict, match="lives on another server"):
            await tag_proposal(sten, copy.id, "East", ())
        assert "tagged" not in [step.kind for step in await proposals.steps_of(copy.id)]


async def test_a_message_to_the_voice_is_told_that_nobody_reads_it(three: World) -> None:
    ash = three.instances[1]
    cem = await ash.member("cem")
    app = await ash.app(cem)
    for text in ("@voice@oak.example Who are you?", "@voice@oak.example Please write."):
        sent = await app.post("/api/v1/statuses", json={"status": text, "visibility": "direct"})
        assert sent.status_code == 200
    await three.settle()
    told = [each for each in (await app.get("/api/v1/notifications")).json() if each["type"] == "mention"]
    assert len(told) == 2
    for each in told:
        assert "Nobody reads what is written to this account" in each["status"]["content"]
        assert each["status"]["visibility"] == "direct"
    await app.post("/api/v1/statuses", json={"status": "@voice@oak.example Hello all.", "visibility": "public"})
    await three.settle()
    assert len((await app.get("/api/v1/notifications")).json()) == 2, "what is public is not lost"
    await app.aclose()
