"""Two people act on one proposal at once: nothing is lost, and the second reads one clear sentence."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from server.actions.amendments import accept_amendment
from server.actions.asks import AskDraft, OwnerDraft, acknowledge, keep_owner, prepare_ask, send_proposal
from server.actions.contributions import decide_contribution
from server.actions.lifecycle import move_proposal
from server.actions.policies import keep_policy, name_policy
from server.actions.reminders import log_contact, send_reminder
from server.queries import posts, proposals
from server.rules.errors import CivicError, Conflict
from server.rules.lifecycle import Wanted
from server.rules.permissions import OPERATOR, Principal
from server.rules.policies import PolicyDraft
from server.views.viewer import VISITOR
from tests.make import Ground, count, one


async def at_once(*acts: Coroutine[Any, Any, Any]) -> list[CivicError]:
    """Do all of these at the same time; those that were refused. Anything else that goes wrong is a fault."""
    results = await asyncio.gather(*acts, return_exceptions=True)
    wrong = [each for each in results if isinstance(each, BaseException)]
    assert all(isinstance(each, CivicError) for each in wrong), wrong
    return [each for each in wrong if isinstance(each, CivicError)]


async def steps(proposal: int) -> list[str]:
    return [step.kind for step in await proposals.steps_of(proposal)]


async def agreed(here: Ground) -> tuple[Principal, Principal, Principal, int]:
    """An author, two stewards, and their proposal, ready to be sent to the council."""
    amina = await here.member("amina")
    sten, tess = await here.member("sten", role="steward"), await here.member("tess", role="steward")
    proposal = await here.propose(amina)
    await move_proposal(sten, proposal, "agree", Wanted("Agreed at a meeting.", waived=True))
    await prepare_ask(sten, proposal, AskDraft(await keep_owner(sten, OwnerDraft("The council")), "change_rule"))
    return amina, sten, tess, proposal


async def test_two_stewards_send_at_once_and_it_is_sent_once(here: Ground) -> None:
    _, sten, tess, proposal = await agreed(here)
    (refused,) = await at_once(send_proposal(sten, proposal), send_proposal(tess, proposal))
    assert "Sent" in refused.text
    assert "Read the page again." in refused.text
    assert (await steps(proposal)).count("sent") == 1


async def test_a_steward_sends_while_the_author_talks_again(here: Ground) -> None:
    amina, sten, _, proposal = await agreed(here)
    (refused,) = await at_once(
        send_proposal(sten, proposal), move_proposal(amina, proposal, "talk_again", Wanted("One word more."))
    )
    assert "Read the page again." in refused.text
    state = (await one("SELECT state FROM proposals WHERE post_id = ?", proposal))["state"]
    assert (state, (await steps(proposal))[-1]) in (("sent", "sent"), ("raised", "talked_again"))


async def test_two_stewards_close_at_once_and_one_outcome_stands(here: Ground) -> None:
    _, sten, tess, proposal = await agreed(here)
    (refused,) = await at_once(
        move_proposal(sten, proposal, "close", Wanted("It is so.", outcome="changed")),
        move_proposal(tess, proposal, "close", Wanted("It is not so.", outcome="not_changed")),
    )
    assert isinstance(refused, Conflict)
    assert (await steps(proposal)).count("closed") == 1


async def test_an_owner_who_answers_twice_at_once_has_two_entries_and_no_answer_is_lost(here: Ground) -> None:
    _, sten, tess, proposal = await agreed(here)
    await send_proposal(sten, proposal)
    texts = ("No money this year.", "Some money was found.")
    assert not await at_once(
        *(
            here.say(by, text, in_reply_to_id=proposal, record="answer", facts={"code": code})
            for by, text, code in zip((sten, tess), texts, ("declined", "partly"), strict=True)
        )
    )
    answered = [step for step in await proposals.steps_of(proposal) if step.kind == "answered"]
    shown = await posts.views([step.post_id for step in answered if step.post_id], VISITOR)
    assert {post.source for post in shown} == set(texts)
    newest = await one("SELECT answer_code FROM proposals WHERE post_id = ?", proposal)
    said_last = (await one("SELECT facts FROM contributions WHERE post_id = ?", answered[-1].post_id))["facts"]
    assert newest["answer_code"] in str(said_last)


async def test_it_arrived_said_twice_at_once_is_one_entry(here: Ground) -> None:
    _, sten, tess, proposal = await agreed(here)
    await send_proposal(sten, proposal)
    assert not await at_once(acknowledge(sten, proposal), acknowledge(tess, proposal))
    assert (await steps(proposal)).count("acknowledged") == 1


async def test_one_amendment_taken_in_and_declined_at_once_is_decided_once(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.member("bo")
    proposal = await here.propose(amina)
    wording = await here.say(
        bo, in_reply_to_id=proposal, record="amendment", facts={"version": 1, "sections": {"change": "Two are enough."}}
    )
    (refused,) = await at_once(
        accept_amendment(amina, wording, "Thank you."), decide_contribution(amina, wording, "declined", "Not now.")
    )
    assert refused.text == "This was decided before. Read the page again."
    decided = await one("SELECT state FROM contributions WHERE post_id = ?", wording)
    version = (await here.post(proposal)).version
    assert (decided["state"], version) in (("accepted", 2), ("declined", 1))
    assert len([kind for kind in await steps(proposal) if kind.startswith("amendment_")]) == 1


async def test_two_reminders_at_once_are_one_and_a_call_noted_meanwhile_is_not_lost(here: Ground) -> None:
    _, sten, tess, proposal = await agreed(here)
    await send_proposal(sten, proposal)
    (refused,) = await at_once(
        send_reminder(sten, proposal, "Please answer.", "myself"),
        send_reminder(tess, proposal, "Please answer us.", "myself"),
        log_contact(tess, proposal, "phoned", "They look for it."),
    )
    assert "a moment ago" in refused.text
    assert sorted((await steps(proposal))[-2:]) == ["phoned", "reminded"]


@pytest.mark.parametrize("times", range(3))
async def test_members_who_name_the_same_new_rule_at_once_name_one(here: Ground, times: int) -> None:
    people = [await here.member(f"person{number}") for number in range(5)]
    assert not await at_once(*(here.propose(each, policy_name="Repairs  contract") for each in people))
    assert await count("policies") == 1
    assert await count("citations") == 5
    refused = await at_once(
        name_policy(people[0], "Rent rule"), keep_policy(OPERATOR, PolicyDraft("rent rule", owner_name="The council"))
    )
    assert len(refused) <= 1
    assert await count("policies") == 2


async def test_two_stewards_who_enter_the_same_owner_at_once_enter_one(here: Ground) -> None:
    stewards = [await here.member(f"steward{number}", role="steward") for number in range(4)]
    for refused in await at_once(*(keep_owner(each, OwnerDraft("The council")) for each in stewards)):
        assert "a moment ago" in refused.text
    assert await count("owners") == 1
