"""Deciding together over three instances and with somebody on a plain Mastodon server: everybody takes part from where
they are, and everybody sees the same result."""

from typing import Any

import httpx
import pytest

from federation.signatures import cavage
from federation.values import dumps
from server.actions.checks import CheckDraft, answer_objection, cast, close_check, open_check
from server.actions.endorsements import EndorsementDraft, endorse, withdraw_endorsement
from server.actions.lifecycle import move_proposal
from server.actions.organisations import OrganisationDraft, create_organisation, speaking_for
from server.queries import endorsements, posts
from server.queries.checks import counted, of_proposal
from server.rules.checks import CONSENT, OBJECT, Tally
from server.rules.ids import now_ms
from server.rules.permissions import Principal
from server.storage.sql import rows
from server.views.posts import PostView
from server.views.viewer import VISITOR
from tests.elsewhere import Elsewhere, Stranger
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.journeys.test_from_barrier_to_change import at
from tests.world import ACTIVITY_JSON, Site, World, key_pairs

WEEK = 7 * 24 * 3600 * 1000


async def check_at(site: Site, uri: str) -> PostView:
    """The check of a proposal as an instance shows it to visitors."""
    with site.use():
        proposal = await posts.by_uri(uri, VISITOR)
        assert proposal is not None
        (check_id,) = await of_proposal(proposal.id)
        check = await posts.by_id(check_id, VISITOR)
    assert check is not None
    assert check.check is not None
    return check


async def group(site: Site, by: Principal, name: str) -> Principal:
    with site.use():
        made = await create_organisation(by, name, OrganisationDraft(name.title()), keys=key_pairs())
        return await speaking_for(by, made)


def mastodon(world: World, name: str) -> Stranger:
    """Somebody at mast.example, which knows nothing of civic matters."""
    server = Elsewhere()
    who = Stranger(f"https://mast.example/users/{name}", name, "mast.example", 3)
    server.at[who.uri] = who.document()
    server.at[f"acct:{name}@mast.example"] = who.webfinger()
    world.wire.apps["mast.example"] = server  # type: ignore[assignment]  # the wire only needs something that answers
    return who


async def deliver(site: Site, world: World, who: Stranger, activity: Any) -> httpx.Response:
    body = dumps(activity)
    headers = cavage.sign(
        "POST", f"{site.url}/inbox", body, content_type=ACTIVITY_JSON, signer=who.signer, now=world.clock()
    )
    return await site.web.post("/inbox", content=body, headers={"content-type": ACTIVITY_JSON, **headers})


async def test_a_consent_check_is_the_same_everywhere(three: World) -> None:
    oak, ash, elm = three.instances
    amina, sten = await oak.member("amina"), await oak.member("sten", role="steward")
    bryn, cem = await ash.member("bryn"), await elm.member("cem")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    with oak.use():
        check_id = await open_check(amina, proposal_id, CheckDraft("consent", now_ms() + WEEK))
    await three.settle()
    for site in three.instances:
        check = await check_at(site, uri)
        assert check.check is not None
        assert (check.check.method, check.check.version, check.check.state) == ("consent", 1, "open"), site.domain

    for site, by, choice, reason in ((ash, bryn, OBJECT, "Who pays for photos?"), (elm, cem, CONSENT, "")):
        there = await check_at(site, uri)
        with site.use():
            await cast(by, there.id, choice, reason)
    await three.settle()
    with oak.use():
        assert await counted(check_id, over=False) == Tally(consent=1, objections=1)
        assert await rows("SELECT 1 AS one FROM posts WHERE visibility = 'direct'") == []
        objection = (await rows("SELECT post_id FROM contributions WHERE kind = 'objection'"))[0]["post_id"]
        await answer_objection(sten, objection, "Nobody: a phone is enough.")
    await three.settle()
    with ash.use():
        told = await rows("SELECT kind FROM notifications WHERE account_id = ?", [bryn.account_id])
        assert "mention" in {row["kind"] for row in told}
    for site in three.instances:
        with site.use():
            states = await rows("SELECT state FROM contributions WHERE kind = 'objection'")
        assert [row["state"] for row in states] == ["accepted"], site.domain

    three.wire.down.add("elm.example")
    three.clock.forward(WEEK / 1000 + 60)
    await three.settle()
    three.wire.down.clear()
    three.clock.forward(3600)
    await three.settle()
    for site in three.instances:
        check = await check_at(site, uri)
        assert check.check is not None
        assert check.check.state == "passed", site.domain
        assert check.poll is not None
        assert [votes for _, votes in check.poll.options] == [1, 0, 1], site.domain
        _, history = await at(site, uri)
        kinds = [step.kind for step in history.steps]
        assert kinds == ["raised", "check_opened", "objection_answered", "check_closed"], site.domain
        assert "answered: 1" in history.steps[-1].note_html


async def test_a_plain_vote_from_mastodon_counts_and_its_objection_is_asked_about(three: World) -> None:
    oak = three.sites["oak"]
    amina, sten = await oak.member("amina"), await oak.member("sten", role="steward")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    mia = mastodon(three, "mia")
    with oak.use():
        check_id = await open_check(amina, proposal_id, CheckDraft("consent", now_ms() + WEEK))
        await cast(sten, check_id, CONSENT)
    poll = f"https://oak.example/posts/{check_id}"
    vote = {
        "id": f"{mia.uri}#votes/1",
        "type": "Note",
        "name": "Object",
        "attributedTo": mia.uri,
        "inReplyTo": poll,
        "to": ["https://oak.example/users/amina"],
    }
    for number in ("1", "2"):
        activity = {**mia.does("Create", vote, number), "to": vote["to"]}
        assert (await deliver(oak, three, mia, activity)).status_code == 202
    await three.settle()
    with oak.use():
        asked = await rows("SELECT id, uri FROM posts WHERE visibility = 'direct'")
        assert len(asked) == 1
        assert await counted(check_id, over=False) == Tally(consent=1, awaited=1)
    reason = mia.note(
        "7", "<p>@amina Who pays?</p>", inReplyTo=asked[0]["uri"], to=["https://oak.example/users/amina"], cc=[]
    )
    assert (await deliver(oak, three, mia, mia.create(reason))).status_code == 202
    await three.settle()
    with oak.use():
        assert await counted(check_id, over=False) == Tally(consent=1, objections=1)
        await close_check(sten, check_id)
    await three.settle()
    assert (await check_at(oak, f"https://oak.example/proposals/{proposal_id}")).check is not None
    page = (await oak.get(f"/proposals/{proposal_id}")).text
    assert "Not passed" in page
    assert "Who pays?" not in page, "it was said in a direct message"
    assert "1 objection was made in a direct message" in page


async def test_hidden_figures_reach_no_other_instance_before_the_check_is_closed(three: World) -> None:
    oak, ash, _ = three.instances
    amina, sten = await oak.member("amina"), await oak.member("sten", role="steward")
    bryn = await ash.member("bryn")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    with oak.use():
        draft = CheckDraft("consent", now_ms() + WEEK, hide_until_closed=True)
        check_id = await open_check(amina, proposal_id, draft)
    await three.settle()
    there = await check_at(ash, uri)
    with ash.use():
        await cast(bryn, there.id, CONSENT)
    await three.settle()
    document = await oak.json(f"/posts/{check_id}")
    assert [option["replies"]["totalItems"] for option in document["oneOf"]] == [0, 0, 0]
    for site in three.instances:
        check = await check_at(site, uri)
        assert check.poll is not None
        assert [votes for _, votes in check.poll.options] == [None, None, None], site.domain
        with site.use():
            bodies = b"".join(bytes(row["body"]) for row in await rows("SELECT body FROM activities"))
        assert b'"totalItems":1' not in bodies, site.domain
    with oak.use():
        await close_check(sten, check_id)
    await three.settle()
    for site in three.instances:
        check = await check_at(site, uri)
        assert check.poll is not None
        assert [votes for _, votes in check.poll.options] == [1, 0, 0], site.domain


async def test_an_organisation_of_another_instance_endorses_and_everybody_sees_how_it_decided(three: World) -> None:
    oak, ash, _ = three.instances
    amina, sten = await oak.member("amina"), await oak.member("sten", role="steward")
    bryn = await ash.member("bryn", role="steward")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    row = await group(ash, bryn, "row")
    with ash.use():
        post = await posts.by_uri(uri, VISITOR)
        assert post is not None
        await endorse(row, post.id, EndorsementDraft("9 of 11 on Tuesday", "The chair"))
    await three.settle()
    for site in three.instances:
        post, history = await at(site, uri)
        assert post.proposal is not None
        numbers = post.proposal
        assert (numbers.endorsements_count, numbers.support_here, numbers.support_civic) == (1, 0, 0), site.domain
        assert [step.kind for step in history.steps] == ["raised", "endorsed"], site.domain
        with site.use():
            (found,) = await endorsements.of_proposal(post.id)
        assert (found.organisation.uri, found.mandate, found.authorised_by) == (
            *("https://ash.example/organisations/row", "9 of 11 on Tuesday", "The chair"),
        )
        with site.use():
            everything = b"".join(bytes(each["body"]) for each in await rows("SELECT body FROM activities"))
        assert b"bryn" not in everything, "who spoke for it is known at home alone"
    with oak.use():
        check_id = await open_check(amina, proposal_id, CheckDraft("consent", now_ms() + WEEK))
        await cast(sten, check_id, CONSENT)
        await close_check(sten, check_id)
        await move_proposal(amina, proposal_id, "agree")
    with ash.use():
        post = await posts.by_uri(uri, VISITOR)
        assert post is not None
        await withdraw_endorsement(row, post.id)
    await three.settle()
    for site in three.instances:
        post, history = await at(site, uri)
        assert post.proposal is not None
        assert post.proposal.endorsements_count == 0, site.domain
        assert post.proposal.state == "agreed"
        assert history.steps[-1].kind == "endorsement_withdrawn", site.domain


@pytest.mark.parametrize("result", ["passed", "failed"])
async def test_nobody_but_its_home_says_what_came_of_a_check(three: World, result: str) -> None:
    oak, ash, _ = three.instances
    amina = await oak.member("amina")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    mia = mastodon(three, "mia")
    forged = {
        **mia.note("9", "<p>Decided.</p>", inReplyTo=f"https://oak.example/proposals/{proposal_id}"),
        "type": "Question",
        "oneOf": [{"type": "Note", "name": name} for name in ("Consent", "Stand aside", "Object")],
        "civic:kind": "check",
        "civic:method": "consent",
        "civic:result": result,
    }
    for site in (oak, ash):
        assert (await deliver(site, three, mia, mia.create(forged))).status_code == 202
    await three.settle()
    for site in (oak, ash):
        with site.use():
            assert await rows("SELECT 1 AS one FROM checks") == []
