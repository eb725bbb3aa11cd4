"""What can follow an answer: it is confirmed, passed on, asked again, taken further, disagreed with, opened again."""

import pytest

from server.actions.asks import (
    AskDraft,
    OwnerDraft,
    ask_of_token,
    confirm_answer,
    keep_owner,
    prepare_ask,
    send_proposal,
)
from server.actions.lifecycle import move_proposal
from server.http.passwords import hash_password
from server.queries import actors, posts
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.lifecycle import Wanted
from server.rules.permissions import CLOCK, Principal
from server.storage.sql import execute, rows
from server.views.viewer import VISITOR
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.journeys.test_from_barrier_to_change import at, say
from tests.web.site import PASSWORD, Browser
from tests.world import Site, World


async def asked(site: Site, steward: Principal, proposal_id: int, name: str, account_id: int | None = None) -> str:
    """Ask somebody; returns the token of their link."""
    with site.use():
        owner_id = await keep_owner(steward, OwnerDraft(name, account_id))
        await prepare_ask(steward, proposal_id, AskDraft(owner_id, "change_rule", f"One visit, {name}."))
        return await send_proposal(steward, proposal_id)


async def agreed(site: Site) -> tuple[Principal, Principal, int, str]:
    """An author, a steward, and a proposal that is ready to be sent, with its address."""
    amina, sten = await site.member("amina"), await site.member("sten", role="steward")
    proposal_id = await raise_proposal(site, amina)
    with site.use():
        await move_proposal(sten, proposal_id, "agree", Wanted("Agreed at a meeting.", waived=True))
    return amina, sten, proposal_id, f"https://oak.example/proposals/{proposal_id}"


async def state(site: Site, uri: str) -> str:
    post, _ = await at(site, uri)
    assert post.proposal is not None
    return post.proposal.state


async def test_what_is_passed_on_is_asked_of_the_next_on_a_new_clock_and_the_old_ask_stays(three: World) -> None:
    oak, ash, _ = three.instances
    _, sten, proposal_id, uri = await agreed(oak)
    first = await asked(oak, sten, proposal_id, "The council")
    await say(oak, sten, uri, "The county decides.", "answer", code="not_ours", passedTo="The county")
    with oak.use():
        await execute("UPDATE asks SET sent_at = sent_at - ?", [40 * 86_400_000])
    await three.settle()
    await oak.member("pat", role="steward", password_hash=await hash_password(PASSWORD))
    steward = Browser(oak.web)
    await steward.sign_in("pat")
    page = (await steward.get(f"/proposals/{proposal_id}")).text
    assert "Ask somebody else who can decide it" in page
    form = (await steward.get(f"/proposals/{proposal_id}/ask")).text
    assert 'value="The county"' in form
    await steward.send(
        f"/proposals/{proposal_id}/ask",
        {"name": "The county", "verb": "change_rule", "ask": "One visit.", "do": "send"},
    )
    await three.settle()
    for site in (oak, ash):
        post, history = await at(site, uri)
        assert post.proposal is not None
        assert post.proposal.state == "sent", site.domain
        assert [ask.owner_name for ask in history.asks] == ["The council", "The county"]
        assert history.asks[0].answered_at is not None
        assert history.asks[1].clock is not None
        assert history.asks[1].clock.since <= 1, "the clock began anew"
        assert history.steps[-1].kind == "taken_further"
    with oak.use(), pytest.raises(NotFound):
        await ask_of_token(CLOCK, first)


async def test_the_same_body_is_asked_again_once_and_others_after_it(three: World) -> None:
    oak = three.instances[0]
    _, sten, proposal_id, uri = await agreed(oak)
    await asked(oak, sten, proposal_id, "The council")
    await say(oak, sten, uri, "No.", "answer", code="declined")
    with oak.use(), pytest.raises(Invalid):
        await send_proposal(sten, proposal_id)  # nothing new is asked
    await asked(oak, sten, proposal_id, "The council")
    await say(oak, sten, uri, "Still no.", "answer", code="declined")
    with pytest.raises(Conflict, match="asked again before"):
        await asked(oak, sten, proposal_id, "The council")
    assert await state(oak, uri) == "answered"
    await asked(oak, sten, proposal_id, "The minister")
    _, history = await at(oak, uri)
    assert [step.kind for step in history.steps if step.state == "sent"] == ["sent", "sent", "taken_further"]


async def test_who_was_asked_elsewhere_gets_the_ask_first_and_answers_on_a_page_of_their_own_site(three: World) -> None:
    oak, _, elm = three.instances
    _, sten, proposal_id, uri = await agreed(oak)
    cem = await elm.member("cem", password_hash=await hash_password(PASSWORD))
    await three.settle()
    await say(elm, cem, uri, "I can look into it.")
    await three.settle()
    with oak.use():
        owner = await actors.by_uri("https://elm.example/users/cem")
    assert owner is not None
    await asked(oak, sten, proposal_id, "Elm Council", owner.id)
    await three.settle()
    app = await elm.app(cem)
    told = [each for each in (await app.get("/api/v1/notifications")).json() if each["type"] == "mention"]
    assert "One visit, Elm Council." in told[0]["status"]["content"]
    assert "https://oak.example/answer/" in told[0]["status"]["content"]
    assert told[0]["status"]["visibility"] == "direct"
    await app.aclose()
    with elm.use():
        there = await posts.by_uri(uri, VISITOR)
    assert there is not None
    owner_browser = Browser(elm.web)
    await owner_browser.sign_in("cem")
    assert f"/proposals/{there.id}/answer" in (await owner_browser.get(f"/proposals/{there.id}")).text
    answer = await owner_browser.send(
        f"/proposals/{there.id}/answer", {"code": "accepted", "text": "From April one visit is enough."}
    )
    assert answer.status_code == 303
    await three.settle()
    for site in three.instances:
        post, history = await at(site, uri)
        assert post.proposal is not None
        assert (post.proposal.state, post.proposal.answer_code) == ("answered", "accepted"), site.domain
        assert history.steps[-1].post_uri.startswith("https://elm.example/posts/")


async def test_an_answer_by_phone_is_unconfirmed_until_the_owner_confirms_it_by_link(three: World) -> None:
    oak, ash, _ = three.instances
    amina, sten, proposal_id, uri = await agreed(oak)
    token = await asked(oak, sten, proposal_id, "The council")
    answer_id = await say(
        oak, sten, uri, "Yes, from April.", "answer", code="accepted", via="letter", givenBy="The council"
    )
    await three.settle()
    assert "Not yet confirmed by them" in (await oak.get(f"/proposals/{proposal_id}")).text
    for nobody in (amina, sten):
        with oak.use(), pytest.raises(Refused):
            await confirm_answer(nobody, proposal_id, answer_id)
    owner = Browser(oak.web)
    page = await owner.get(f"/answer/{token}")
    assert "Is this your answer?" in page.text
    done = await owner.send(f"/answer/{token}", {"do": "confirm", "answer": str(answer_id)})
    assert done.status_code == 200
    await owner.send(f"/answer/{token}", {"do": "confirm", "answer": str(answer_id)})  # twice is once
    await three.settle()
    for site in (oak, ash):
        post, history = await at(site, uri)
        assert [step.kind for step in history.steps][-2:] == ["answered", "answer_confirmed"]
        page = await site.get(f"/proposals/{post.id}")
        assert "Not yet confirmed" not in page.text
        assert "and confirmed" in page.text


async def test_an_author_disagrees_with_a_closing_in_public_and_opens_it_again_with_something_new(three: World) -> None:
    oak, ash, _ = three.instances
    amina, sten, proposal_id, uri = await agreed(oak)
    bo = await oak.member("bo")
    await asked(oak, sten, proposal_id, "The council")
    await say(oak, sten, uri, "No.", "answer", code="declined")
    with oak.use():
        await move_proposal(sten, proposal_id, "close", Wanted("They will not.", outcome="not_changed"))
        for nobody in (sten, bo):
            with pytest.raises(Refused):
                await move_proposal(nobody, proposal_id, "disagree", Wanted("I do not."))
        with pytest.raises(Invalid):
            await move_proposal(amina, proposal_id, "disagree")
        await move_proposal(amina, proposal_id, "disagree", Wanted("Nobody looked at our figures."))
    await three.settle()
    for site in (oak, ash):
        post, history = await at(site, uri)
        assert await state(site, uri) == "closed"
        assert (history.steps[-1].kind, history.steps[-1].name) == ("disagreed", "amina")
        page = (await site.get(f"/proposals/{post.id}")).text
        assert "Its author disagrees" in page
        assert "Nobody looked at our figures." in page
    with oak.use():
        with pytest.raises(Invalid):
            await move_proposal(amina, proposal_id, "reopen")
        await move_proposal(amina, proposal_id, "reopen", Wanted("There are figures of two years now."))
    await three.settle()
    for site in (oak, ash):
        assert await state(site, uri) == "raised"


async def test_what_is_sent_without_the_evidence_floor_says_in_whose_name_and_seen_by_how_many(three: World) -> None:
    oak = three.instances[0]
    _, sten, proposal_id, uri = await agreed(oak)
    await asked(oak, sten, proposal_id, "The council")
    _, history = await at(oak, uri)
    assert "Sent to The council on behalf of Oak. Seen by 0 so far." in history.steps[-1].note_html


async def test_an_answer_changed_twice_is_three_entries_with_their_full_text(three: World) -> None:
    oak, ash, _ = three.instances
    _, sten, proposal_id, uri = await agreed(oak)
    await asked(oak, sten, proposal_id, "The council")
    texts = ("No money this year.", "Some money was found.", "From April one visit is enough.")
    for text, code in zip(texts, ("declined", "partly", "accepted"), strict=True):
        await say(oak, sten, uri, text, "answer", code=code)
    await three.settle()
    for site in (oak, ash):
        _, history = await at(site, uri)
        answers = [step for step in history.steps if step.kind == "answered"]
        with site.use():
            said = [await posts.by_uri(step.post_uri, VISITOR) for step in answers]
            assert await rows("SELECT 1 AS one FROM posts WHERE kind = 'comment'")
        assert [text for text, post in zip(texts, said, strict=True) if post and text in post.content_html] == [*texts]


async def test_whoever_was_asked_says_by_their_link_what_is_being_done(three: World) -> None:
    oak, ash, _ = three.instances
    _, sten, proposal_id, uri = await agreed(oak)
    token = await asked(oak, sten, proposal_id, "The council")
    other = await raise_proposal(oak, sten)
    elsewhere = await say(oak, sten, f"https://oak.example/proposals/{other}", "Not yours.", "action")
    link, owner = f"/answer/{token}", Browser(oak.web)
    page = (await owner.get(link)).text
    assert "Has it begun?" not in page, "nothing was answered"
    assert "The next step" not in page
    await owner.send(link, {"do": "answer", "code": "accepted", "text": "From April.", "givenBy": "The council"})
    assert "Has it begun?" in (await owner.get(link)).text
    await owner.send(link, {"do": "begin"})
    assert await state(oak, uri) == "in_action"
    page = (await owner.get(link)).text
    assert "The next step" in page
    assert "Add to your answer" in page, "milestones are asked for, and the answer can still be added to"
    empty = await owner.send(link, {"do": "milestone", "milestone": " "})
    assert (empty.status_code, "Say what is being done" in empty.text) == (422, True)
    await owner.send(link, {"do": "milestone", "milestone": "The form is changed.", "due": "2027-03-31"})
    with oak.use():
        (step,) = await rows(
            "SELECT post_id FROM contributions WHERE kind = 'action' AND proposal_id = ?", [proposal_id]
        )
    page = (await owner.get(link)).text
    assert "Said by The council" in page
    assert (await owner.send(link, {"do": "done", "id": str(elsewhere)})).status_code == 422, "one link, one proposal"
    with oak.use():
        assert await rows("SELECT 1 AS one FROM contributions WHERE post_id = ? AND state = 'planned'", [elsewhere])
    await owner.send(link, {"do": "done", "id": str(step["post_id"])})
    await three.settle()
    for site in (oak, ash):
        post, history = await at(site, uri)
        assert (history.steps[-1].kind, history.steps[-1].name) == ("action_done", "The council"), site.domain
        page = (await site.get(f"/proposals/{post.id}")).text
        assert "The form is changed." in page
        assert "Said by The council" in page
