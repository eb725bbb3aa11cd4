"""The life cycle over three instances: seen by others, agreed, sent to a policy owner elsewhere, answered from there,
acted upon and closed; every step arrives everywhere."""

import pytest

from server.actions.asks import AskDraft, OwnerDraft, acknowledge, keep_owner, prepare_ask, send_proposal
from server.actions.contributions import decide_contribution
from server.actions.lifecycle import move_proposal
from server.actions.posts import publish_post
from server.queries import posts, proposals
from server.rules.drafts import PostDraft
from server.rules.errors import Conflict, Refused
from server.rules.lifecycle import Wanted
from server.rules.permissions import CLOCK, Principal
from server.views.posts import PostView
from server.views.proposals import HistoryView
from server.views.viewer import VISITOR, Viewer
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.world import Site, World


async def at(site: Site, uri: str) -> tuple[PostView, HistoryView]:
    with site.use():
        post = await posts.by_uri(uri, VISITOR)
        assert post is not None
        return post, await proposals.history_of(post)


async def say(site: Site, by: Principal, uri: str, source: str, record: str = "", **facts: object) -> int:
    with site.use():
        post = await posts.by_uri(uri, Viewer(by.account_id))
        assert post is not None
        return await publish_post(by, PostDraft(source=source, in_reply_to_id=post.id, record=record, facts=facts))


async def test_the_life_of_a_proposal_is_the_same_everywhere(three: World) -> None:
    oak, ash, elm = three.instances
    amina, sten = await oak.member("amina"), await oak.member("sten", role="steward")
    bryn, cem = await ash.member("bryn"), await elm.member("cem")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"

    await say(ash, bryn, uri, "Our street too.", "corroboration", role="Tenant", place="Canal Row", number="6-20")
    await say(elm, cem, uri, "Same form.", "corroboration", role="Adviser", place="Northside", number="21-100")
    await three.settle()
    for site in three.instances:
        post, _ = await at(site, uri)
        assert post.proposal is not None
        assert (post.proposal.corroborations_count, post.proposal.places_count) == (2, 2), site.domain

    with oak.use():
        with pytest.raises(Conflict):
            await move_proposal(amina, proposal_id, "agree")
        await move_proposal(sten, proposal_id, "agree", Wanted("The two places agree at a meeting.", waived=True))
        cem_here = await posts.by_uri("https://elm.example/users/cem", VISITOR)
        assert cem_here is None
    await three.settle()
    for site in three.instances:
        post, history = await at(site, uri)
        assert post.proposal is not None
        assert post.proposal.state == "agreed"
        assert [step.kind for step in history.steps] == ["raised", "agreed"]
        assert "agree at a meeting" in history.steps[-1].note_html

    from server.queries import actors

    with oak.use():
        owner = await actors.by_uri("https://elm.example/users/cem")
        assert owner is not None
        owner_id = await keep_owner(sten, OwnerDraft("Elm Council, repairs", account_id=owner.id))
        await prepare_ask(sten, proposal_id, AskDraft(owner_id, "change_rule", "Let one inspection be enough."))
        with pytest.raises(Refused):
            await send_proposal(amina, proposal_id)
        await send_proposal(sten, proposal_id)
    await three.settle()
    for site in three.instances:
        post, history = await at(site, uri)
        assert post.proposal is not None
        assert post.proposal.state == "sent"
        assert post.proposal.clock is not None
        assert post.proposal.clock.state == "awaiting"
        assert [ask.owner_name for ask in history.asks] == ["Elm Council, repairs"]

    answer_id = await say(
        elm, cem, uri, "From April one visit is enough.", "answer", code="partly", changeMind="Figures from two years"
    )
    await three.settle()
    for site in three.instances:
        post, history = await at(site, uri)
        assert post.proposal is not None
        assert (post.proposal.state, post.proposal.answer_code) == ("answered", "partly")
        assert post.proposal.clock is None
        said = [step.post_uri for step in history.steps if step.kind == "answered"]
        assert said == [f"https://elm.example/posts/{answer_id}"]
        with site.use():
            answer = await posts.by_uri(said[0], VISITOR)
        assert answer is not None
        assert answer.contribution is not None
        assert answer.contribution.facts == {"code": "partly", "changeMind": "Figures from two years"}

    with oak.use():
        await move_proposal(sten, proposal_id, "begin", Wanted("The contract is being changed."))
    action_id = await say(oak, sten, uri, "New schedule 4 is written.", "action", due="2027-03-31")
    with oak.use():
        await decide_contribution(sten, action_id, "done")
        await move_proposal(
            sten, proposal_id, "close", Wanted("One visit is enough since April.", outcome="partly_changed")
        )
    await three.settle()
    for site in three.instances:
        post, history = await at(site, uri)
        assert post.proposal is not None
        assert (post.proposal.state, post.proposal.outcome) == ("closed", "partly_changed")
        assert [step.kind for step in history.steps] == [
            *("raised", "agreed", "sent", "answered", "in_action", "action_done", "closed")
        ]
        with site.use():
            action = await posts.by_uri(f"https://oak.example/posts/{action_id}", VISITOR)
        assert action is not None
        assert action.contribution is not None
        assert action.contribution.state == "done", site.domain


async def test_an_instance_that_was_down_learns_all_that_happened(three: World) -> None:
    oak, _, elm = three.instances
    amina, sten = await oak.member("amina"), await oak.member("sten", role="steward")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    three.wire.down.add("elm.example")
    with oak.use():
        await move_proposal(sten, proposal_id, "agree", Wanted("Agreed at the meeting of 3 May.", waived=True))
        await move_proposal(amina, proposal_id, "talk_again", Wanted("The wording was not clear."))
        await move_proposal(amina, proposal_id, "withdraw", Wanted("Solved by a phone call."))
    await three.settle()
    three.wire.down.clear()
    three.clock.forward(3600)
    await three.settle()
    post, history = await at(elm, f"https://oak.example/proposals/{proposal_id}")
    assert post.proposal is not None
    assert post.proposal.state == "withdrawn"
    assert [step.kind for step in history.steps] == ["raised", "agreed", "talked_again", "withdrawn"]


async def test_only_whoever_was_asked_can_answer(three: World) -> None:
    oak, ash, _ = three.instances
    amina, sten, bryn = await oak.member("amina"), await oak.member("sten", role="steward"), await ash.member("bryn")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    with oak.use():
        await move_proposal(sten, proposal_id, "agree", Wanted("Agreed.", waived=True))
        owner_id = await keep_owner(sten, OwnerDraft("The council"))
        await prepare_ask(sten, proposal_id, AskDraft(owner_id, "meet"))
        await send_proposal(sten, proposal_id)
        for nobody in (amina, CLOCK):
            with pytest.raises(Refused):
                await acknowledge(nobody, proposal_id)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    with pytest.raises(Refused):
        await say(ash, bryn, uri, "Yes, of course.", "answer", code="accepted")
    post, _ = await at(oak, uri)
    assert post.proposal is not None
    assert post.proposal.state == "sent"
