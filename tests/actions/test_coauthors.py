"""Writing a proposal together."""

import asyncio
from contextvars import copy_context

import pytest

from server.actions.coauthors import accept_co_author, end_co_author, invite_co_author
from server.actions.drafts import discard_draft, save_draft
from server.actions.proposals import edit_proposal
from server.queries import coauthors, proposals
from server.rules.drafts import ProposalDraft
from server.rules.errors import Conflict, NotFound, Refused
from server.rules.permissions import Principal
from server.views.viewer import Viewer
from tests.make import ANSWERS, Ground

OTHER = (("seen", "Something else."), *ANSWERS[1:])


def viewer(by: Principal) -> Viewer:
    return Viewer(by.account_id, member_id=by.member_id)


async def written(here: Ground) -> tuple[int, Principal, Principal]:
    """A proposal that two people wrote."""
    amina, bo = await here.member("amina"), await here.member("bo")
    draft = await save_draft(amina, None, title="Damp", answers=dict(ANSWERS))
    await accept_co_author(bo, await invite_co_author(amina, draft_id=draft))
    return await here.propose(amina, draft_id=draft), amina, bo


async def test_whoever_takes_up_the_link_writes_the_draft_and_then_the_proposal(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.member("bo")
    draft = await save_draft(amina, None, title="Damp", answers=dict(ANSWERS))
    assert await proposals.draft(viewer(bo), draft) is None
    token = await invite_co_author(amina, draft_id=draft)
    await accept_co_author(bo, token)
    with pytest.raises(NotFound):
        await accept_co_author(await here.member("cem"), token)
    assert await save_draft(bo, draft, title="Damp, twice") == draft
    seen = await proposals.draft(viewer(bo), draft)
    assert seen is not None
    assert seen.title == "Damp, twice"
    proposal = await here.propose(amina, draft_id=draft)
    assert await proposals.draft(viewer(bo), draft) is None
    assert await edit_proposal(bo, proposal, ProposalDraft("Damp must be proven twice", OTHER)) == 2
    steps = await proposals.steps_of(proposal)
    assert [(step.kind, step.name) for step in steps] == [("raised", "amina"), ("edited", "bo")]
    history = await proposals.history_of(await here.post(proposal))
    assert [each.account.name for each in history.co_authors if each.account] == ["bo"]


async def test_nobody_else_asks_or_throws_away_or_edits(here: Ground) -> None:
    proposal, amina, bo = await written(here)
    cem = await here.member("cem")
    for nobody in (bo, cem):
        with pytest.raises(NotFound):
            await invite_co_author(nobody, proposal_id=proposal)
    with pytest.raises(Refused):
        await edit_proposal(cem, proposal, ProposalDraft("Mine", OTHER))
    with pytest.raises(Refused):
        await accept_co_author(amina, await invite_co_author(amina, proposal_id=proposal))
    draft = await save_draft(amina, None, title="Another")
    await accept_co_author(bo, await invite_co_author(amina, draft_id=draft))
    await discard_draft(bo, draft)
    assert await proposals.draft(viewer(amina), draft) is not None


async def test_a_part_ends_when_either_side_wants(here: Ground) -> None:
    proposal, amina, bo = await written(here)
    (part,) = await coauthors.of_proposal(proposal)
    with pytest.raises(NotFound):
        await end_co_author(await here.member("cem"), part.id)
    await end_co_author(bo, part.id)
    with pytest.raises(Refused):
        await edit_proposal(bo, proposal, ProposalDraft("Damp must be proven twice", OTHER))
    await invite_co_author(amina, proposal_id=proposal)
    (asked,) = await coauthors.of_proposal(proposal, asked_too=True)
    await end_co_author(amina, asked.id)
    assert await coauthors.of_proposal(proposal, asked_too=True) == []


async def test_two_people_who_save_at_once_lose_nothing(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.member("bo")
    draft = await save_draft(amina, None, title="Damp", answers={"seen": "Before."})
    await accept_co_author(bo, await invite_co_author(amina, draft_id=draft))
    before = await proposals.draft(viewer(amina), draft)
    assert before is not None

    async def save(by: Principal, text: str) -> bool:
        try:
            await save_draft(by, draft, answers={"seen": text}, rev=before.rev)
        except Conflict:
            return False
        return True

    tasks = [asyncio.create_task(save(by, text), context=copy_context()) for by, text in ((amina, "A."), (bo, "B."))]
    kept = await asyncio.gather(*tasks)
    assert sorted(kept) == [False, True]
    after = await proposals.draft(viewer(bo), draft)
    assert after is not None
    assert after.answers["seen"] == ("A." if kept[0] else "B.")


async def test_a_version_published_meanwhile_is_not_written_over(here: Ground) -> None:
    proposal, amina, bo = await written(here)
    title = "Damp must be proven twice"
    await edit_proposal(bo, proposal, ProposalDraft(title, OTHER, base_version=1))
    with pytest.raises(Conflict):
        await edit_proposal(amina, proposal, ProposalDraft(title, (("seen", "Mine."), *ANSWERS[1:]), base_version=1))
    assert (await here.post(proposal)).version == 2
    assert await edit_proposal(amina, proposal, ProposalDraft(title, ANSWERS, base_version=2)) == 3
