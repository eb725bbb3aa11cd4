"""What sort of proposal it is, what stands beside its words, and what readers are warned of, is the same everywhere."""

import pytest

from server.actions.proposals import edit_proposal, publish_proposal
from server.rules.drafts import ProposalDraft
from tests.journeys.test_a_proposal_travels import ANSWERS, seen_at
from tests.world import World


@pytest.mark.parametrize("form", ["article", "note"])
async def test_a_practice_with_a_content_warning_arrives_as_one_and_stays_one(worlds: object, form: str) -> None:
    async with worlds("oak", "ash", settings={"proposal_form": form}) as world:  # type: ignore[operator]  # a factory
        await travels(world)


async def travels(world: World) -> None:
    oak, ash = world.instances
    await oak.topic("damp-homes", "Damp homes")
    for one, other in ((ash, oak), (oak, ash)):
        await one.link("damp-homes", other)
        await world.settle()
    amina, topic = await oak.member("amina"), await oak.topic_view("damp-homes")
    title, place = "One visit is enough", topic.account.id
    facts = {"number": "21-100", "often": "weekly"}
    draft = ProposalDraft(
        title, ANSWERS, topic_id=place, kind="practice", spoiler_text="Mould & damp", facts={**facts, "years": ""}
    )
    with oak.use():
        post_id = await publish_proposal(amina, draft)
    await world.settle()
    uri = f"https://oak.example/proposals/{post_id}"
    for warning in ("Mould & damp", "Black mould"):
        found = await seen_at(ash, uri)
        assert found is not None
        assert found.proposal is not None
        assert (found.proposal.kind, found.spoiler_text, found.sensitive) == ("practice", warning, True)
        assert found.proposal.facts == facts
        world.clock.forward(60)
        with oak.use():
            await edit_proposal(amina, post_id, ProposalDraft(title, ANSWERS, spoiler_text="Black mould"))
        await world.settle()
