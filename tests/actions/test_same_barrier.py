"""Saying that two proposals are about the same barrier."""

import pytest

from server.actions.same_barrier import link_barrier, unlink_barrier
from server.queries import posts, proposals, same_barrier
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.told import Told, ToldStep
from server.storage.sql import execute
from tests.make import Ground

DAY = 86_400_000


async def said(proposal: int) -> list[tuple[bool, bool]]:
    return [(each.said_here, each.said_there) for each in await same_barrier.of_proposal(proposal)]


async def state(here: Ground, proposal: int) -> str:
    found = (await here.post(proposal)).proposal
    assert found is not None
    return found.state


async def steps(proposal: int) -> list[str]:
    return [step.kind for step in await proposals.steps_of(proposal)]


async def test_it_holds_once_both_authors_say_so_and_each_can_take_it_back(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.member("bo")
    one, two = await here.propose(amina), await here.propose(bo, "Two visits for every leak")
    assert await link_barrier(amina, one, two)
    assert await link_barrier(amina, one, two), "a second time changes nothing"
    assert (await said(one), await said(two)) == ([(True, False)], [(False, True)])
    assert same_barrier.pooled(await here.post(one), await same_barrier.of_proposal(one)) is None
    await here.settle()
    assert "update" in await here.told(bo)
    assert await link_barrier(bo, two, one)
    assert await said(one) == await said(two) == [(True, True)]
    together = same_barrier.pooled(await here.post(one), await same_barrier.of_proposal(one))
    assert together is not None
    assert (together.proposals, together.organisations) == (2, 1)
    assert (await state(here, one), await state(here, two)) == ("linked", "linked")
    assert (await steps(one))[1:] == ["linked"]
    await unlink_barrier(bo, two, (await here.post(one)).uri)
    assert (await said(one), await said(two)) == ([(True, False)], [(False, True)])
    assert (await state(here, one), await state(here, two)) == ("linked", "raised")
    assert (await steps(two))[1:] == ["linked", "unlinked"]


async def test_a_steward_tells_the_author_five_working_days_before(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", role="steward")
    one, two = await here.propose(amina), await here.propose(amina, "Another")
    await here.forget()
    assert not await link_barrier(sten, one, two)
    assert await said(one) == [(False, False)]
    await here.settle()
    assert await here.told(amina) == ["update"]
    with pytest.raises(Conflict):
        await link_barrier(sten, one, two)
    await execute("UPDATE same_barriers SET created_at = created_at - ? WHERE proposal_id = ?", [8 * DAY, one])
    assert await link_barrier(sten, one, two)
    assert await said(one) == [(True, False)]


async def test_the_author_can_agree_at_once_or_refuse(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", role="steward")
    one, two, three = [await here.propose(amina, title) for title in ("One", "Two", "Three")]
    await link_barrier(sten, one, two)
    assert await link_barrier(amina, one, two)
    await link_barrier(sten, one, three)
    await unlink_barrier(amina, one, (await here.post(three)).uri)
    assert len(await said(one)) == 1
    assert not await link_barrier(sten, one, three), "the five days begin again"


async def test_nobody_else_says_so_and_not_of_itself_or_of_nothing(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.member("bo")
    one, two = await here.propose(amina), await here.propose(bo, "Another")
    with pytest.raises(Refused):
        await link_barrier(bo, one, two)
    with pytest.raises(Invalid):
        await link_barrier(amina, one, one)
    with pytest.raises(NotFound):
        await link_barrier(amina, one, 7)
    with pytest.raises(NotFound):
        await link_barrier(amina, one, await here.say(bo))
    await unlink_barrier(amina, one, "https://nowhere.example/proposals/1")
    assert await steps(one) == ["raised"]


async def test_what_another_home_says_counts_for_its_own_side_alone(here: Ground) -> None:
    amina, elm = await here.member("amina"), await here.stranger("elm")
    ours = await here.propose(amina)
    uri = (await here.post(ours)).uri
    at_elm = here.away()
    step = ToldStep(f"{at_elm.uri}#1", "raised", at_elm.published, "raised")
    theirs = await here.propose(
        elm, "Theirs", elsewhere=at_elm, told=Told(steps=(step,), same_barrier=(uri, "https://x.example/proposals/2"))
    )
    assert await said(ours) == [(False, True)]
    assert sorted(await said(theirs)) == [(True, False), (True, False)]
    with pytest.raises(Conflict):
        await link_barrier(await here.member("sten", role="steward"), theirs, ours)
    found = await posts.by_id(ours)
    assert found is not None
    assert found.proposal is not None
    assert found.proposal.state == "raised"
