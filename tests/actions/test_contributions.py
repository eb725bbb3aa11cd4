"""What people add to a proposal: who may, what counts, and deciding once."""

import asyncio
from contextvars import copy_context

import pytest

from server.actions.amendments import accept_amendment
from server.actions.asks import AskDraft, OwnerDraft, keep_owner, prepare_ask, send_proposal
from server.actions.contributions import decide_contribution
from server.actions.lifecycle import move_proposal
from server.actions.posts import delete_post
from server.rules.contributions import ContributionState
from server.rules.errors import Conflict, Invalid, Refused
from server.rules.lifecycle import Wanted
from server.rules.permissions import Principal
from tests.make import Ground, one


async def add(here: Ground, by: Principal, proposal: int, kind: str, source: str = "", **facts: object) -> int:
    return await here.say(by, source, in_reply_to_id=proposal, record=kind, facts=facts)


async def state(contribution: int) -> str:
    return str((await one("SELECT state FROM contributions WHERE post_id = ?", contribution))["state"])


async def counts(here: Ground, proposal: int) -> tuple[int, int]:
    found = (await here.post(proposal)).proposal
    assert found is not None
    return found.corroborations_count, found.places_count


async def send(sten: Principal, proposal: int) -> None:
    await move_proposal(sten, proposal, "agree", Wanted("Agreed at a meeting.", waived=True))
    await prepare_ask(sten, proposal, AskDraft(await keep_owner(sten, OwnerDraft("The council")), "change_rule"))
    await send_proposal(sten, proposal)


async def test_the_wording_is_fixed_once_it_is_sent_and_then_something_can_be_added(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", role="steward")
    proposal = await here.propose(amina)
    with pytest.raises(Conflict):
        await add(here, amina, proposal, "supplement", "One thing more.")
    await send(sten, proposal)
    with pytest.raises(Conflict):
        await add(here, amina, proposal, "amendment", sections={"change": "Other"})
    assert await state(await add(here, amina, proposal, "supplement", "One thing more.")) == "counted"


async def test_answers_and_actions_are_entered_by_stewards_and_owners_alone(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", role="steward")
    proposal = await here.propose(amina)
    await send(sten, proposal)
    for kind, facts in (("answer", {"code": "accepted"}), ("action", {})):
        with pytest.raises(Refused):
            await add(here, amina, proposal, kind, "Yes.", **facts)
        await add(here, sten, proposal, kind, "Yes.", **facts)


async def test_what_a_stranger_may_not_enter_is_a_comment(here: Ground) -> None:
    proposal = await here.propose(await here.member("amina"))
    said = await add(here, await here.stranger("bo"), proposal, "answer", "We accept.", code="accepted")
    assert (await here.post(said)).contribution is None
    found = (await here.post(proposal)).proposal
    assert found is not None
    assert found.state == "raised"


async def test_each_person_counts_once_and_each_place_once(here: Ground) -> None:
    amina, bo, cem = [await here.member(name) for name in ("amina", "bo", "cem")]
    proposal = await here.propose(amina)
    first = await add(here, bo, proposal, "corroboration", "Here too.", place="Northside")
    await add(here, bo, proposal, "corroboration", "And again.", place="northside ")
    await add(here, cem, proposal, "corroboration", "In our street.", place="Canal Row")
    assert await counts(here, proposal) == (2, 2)
    await delete_post(bo, first)
    assert await counts(here, proposal) == (2, 2)


async def test_from_outside_it_counts_after_a_tick_by_author_or_steward(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    proposal = await here.propose(amina)
    seen = await add(here, bo, proposal, "corroboration", "Here too.", place="Northside")
    assert (await state(seen), await counts(here, proposal)) == ("waiting", (0, 0))
    with pytest.raises(Refused):
        await decide_contribution(await here.member("cem"), seen, "counted")
    await decide_contribution(amina, seen, "counted")
    assert (await state(seen), await counts(here, proposal)) == ("counted", (1, 1))
    with pytest.raises(Conflict):
        await decide_contribution(amina, seen, "counted")


async def test_the_author_decides_about_wording_and_says_why_not(here: Ground) -> None:
    amina, bo, sten = [await here.member("amina"), await here.member("bo"), await here.member("sten", role="steward")]
    proposal = await here.propose(amina)
    wording = await add(here, bo, proposal, "amendment", sections={"change": "Other"})
    for nobody in (bo, sten):
        with pytest.raises(Refused):
            await accept_amendment(nobody, wording)
    with pytest.raises(Invalid):
        await decide_contribution(amina, wording, "declined")
    assert await accept_amendment(amina, wording) == 2
    with pytest.raises(Conflict):
        await decide_contribution(amina, wording, "declined", "Too late.")
    assert (await here.post(proposal)).version == 2


async def test_of_two_decisions_at_once_one_holds(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.member("bo")
    proposal = await here.propose(amina)
    wording = await add(here, bo, proposal, "amendment", sections={"change": "Other"})

    async def decide(verdict: ContributionState) -> bool:
        try:
            await decide_contribution(amina, wording, verdict, "So it is.")
        except Conflict:
            return False
        return True

    verdicts: tuple[ContributionState, ...] = ("accepted", "declined")
    held = await asyncio.gather(*(asyncio.create_task(decide(each), context=copy_context()) for each in verdicts))
    assert sorted(held) == [False, True]
    assert await state(wording) == verdicts[held.index(True)]
