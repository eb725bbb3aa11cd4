"""Two instances that share no topic find out that they are up against the same thing."""

from pathlib import Path
from typing import Any

import pytest

from server.actions.proposals import publish_proposal
from server.actions.same_barrier import link_barrier, unlink_barrier
from server.queries import posts, same_barrier
from server.rules.drafts import ProposalDraft
from server.views.viewer import VISITOR
from tests.journeys.test_a_proposal_travels import ANSWERS
from tests.world import Site, World, world


@pytest.fixture
async def two(tmp_path: Path) -> Any:
    async with world(tmp_path, "oak", "ash") as made:
        yield made


async def said(site: Site, uri: str) -> list[tuple[str, bool, bool]]:
    with site.use():
        post = await posts.by_uri(uri, VISITOR)
        assert post is not None
        return [(each.uri, each.said_here, each.said_there) for each in await same_barrier.of_proposal(post.id)]


async def test_both_sides_say_so_across_instances_and_one_takes_it_back(two: World) -> None:
    oak, ash = two.instances
    amina, bryn = await oak.member("amina"), await ash.member("bryn")
    with oak.use():
        one = await publish_proposal(amina, ProposalDraft("Damp must be proven twice", ANSWERS))
    with ash.use():
        other = await publish_proposal(bryn, ProposalDraft("Two visits for every leak", ANSWERS))
    await two.settle()
    ours, theirs = f"https://oak.example/proposals/{one}", f"https://ash.example/proposals/{other}"
    with oak.use():
        there = await oak.instance.elsewhere.find_post(theirs)
        assert there is not None
        await link_barrier(amina, one, there)
    await two.settle()
    assert await said(oak, ours) == [(theirs, True, False)]
    assert await said(ash, theirs) == [(ours, False, True)]
    assert (await oak.json(f"/proposals/{one}"))["civic:sameBarrier"] == [theirs]

    two.clock.forward(60)
    with ash.use():
        here = await posts.by_uri(ours, VISITOR)
        assert here is not None
        await link_barrier(bryn, other, here.id)
    await two.settle()
    for site, own, facing in ((oak, ours, theirs), (ash, theirs, ours)):
        assert await said(site, own) == [(facing, True, True)], site.domain
        assert await said(site, facing) == [(own, True, True)], site.domain
    assert "seen by" in (await oak.get(f"/proposals/{one}")).text

    two.clock.forward(60)
    with oak.use():
        await unlink_barrier(amina, one, theirs)
    await two.settle()
    assert await said(ash, theirs) == [(ours, True, False)]
    assert "seen by" not in (await oak.get(f"/proposals/{one}")).text
