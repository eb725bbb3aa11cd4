"""Support is pinned to a wording, and withdrawing leaves what others took part in."""

import pytest

from server.actions.likes import like_post, support_again
from server.actions.proposals import edit_proposal
from server.actions.withdrawing import withdraw_proposal
from server.queries import posts, support
from server.queries.checks import supporters_of_older
from server.rules.drafts import ProposalDraft
from server.rules.errors import Invalid, Refused
from server.rules.lifecycle import Wanted
from server.views.viewer import Viewer
from tests.make import ANSWERS, Ground, in_short

TITLE = "Damp must be proven twice"


async def test_support_of_an_earlier_wording_is_shown_as_such_until_it_is_given_again(here: Ground) -> None:
    amina, bo, cem = [await here.member(name) for name in ("amina", "bo", "cem")]
    proposal = await here.propose(amina)
    await like_post(bo, proposal)
    await edit_proposal(amina, proposal, ProposalDraft(TITLE, (("seen", "Other words."), *ANSWERS[1:])))
    await like_post(cem, proposal)
    assert await supporters_of_older(proposal, 2) == 1
    assert await support.version_supported(Viewer(bo.account_id), proposal) == 1
    await support_again(bo, proposal)
    assert await supporters_of_older(proposal, 2) == 0
    assert await support.version_supported(Viewer(bo.account_id), proposal) == 2
    assert (await here.post(proposal)).likes_count == 2


async def test_the_home_of_a_proposal_hears_that_support_is_given_again(here: Ground) -> None:
    elm, bo = await here.stranger("elm"), await here.member("bo")
    proposal = await here.propose(elm)
    await like_post(bo, proposal)
    await here.forget()
    await support_again(bo, proposal)
    await here.settle()
    (sent,) = (await here.sent()).values()
    assert [in_short(each) for each in sent] == ["Undo(Like)", "Like"]


async def test_what_nobody_took_part_in_is_gone_when_it_is_withdrawn(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.member("bo")
    proposal = await here.propose(amina)
    with pytest.raises(Refused):
        await withdraw_proposal(bo, proposal, Wanted("Not mine."))
    await here.say(amina, "A thought of my own.", in_reply_to_id=proposal)
    assert not await withdraw_proposal(amina, proposal, Wanted())
    assert await posts.by_id(proposal) is None


async def test_what_others_took_part_in_stays_with_the_reason(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.member("bo")
    proposal = await here.propose(amina)
    await like_post(bo, proposal)
    with pytest.raises(Invalid):
        await withdraw_proposal(amina, proposal, Wanted())
    assert await withdraw_proposal(amina, proposal, Wanted("Solved by a phone call."))
    found = (await here.post(proposal)).proposal
    assert found is not None
    assert found.state == "withdrawn"
