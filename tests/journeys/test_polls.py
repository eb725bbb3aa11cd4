"""A poll shows the same numbers everywhere: while it is open within minutes, and at its end."""

from contextlib import AbstractAsyncContextManager
from secrets import token_hex
from typing import Any

from server.actions.follows import follow
from server.actions.polls import vote
from server.actions.posts import publish_post
from server.queries import accounts
from server.rules.drafts import PollDraft, PostDraft
from server.rules.ids import now_ms
from server.storage.sql import rows
from tests.journeys.test_a_proposal_travels import seen_at
from tests.world import Site, World

HOUR = 3_600_000


async def poll_of_oak(world: World, **more: Any) -> str:
    """Amina at oak asks; bryn at ash follows her and has the poll. Its address."""
    oak, ash = world.instances
    amina, bryn = await oak.member("amina"), await ash.member("bryn")
    with ash.use():
        await ash.instance.elsewhere.find_account("@amina@oak.example")
        found = await accounts.by_acct("amina", "oak.example")
        assert found is not None
        await follow(bryn, found.id)
    await world.settle()
    with oak.use():
        poll = PollDraft(("Yes", "No"), expires_at=now_ms() + HOUR, **more)
        post_id = await publish_post(amina, PostDraft(source="Enough?", poll=poll))
    await world.settle()
    return f"https://oak.example/posts/{post_id}"


async def votes_at(site: Site, uri: str) -> tuple[list[int | None], int]:
    found = await seen_at(site, uri)
    assert found is not None
    assert found.poll is not None
    assert found.version == 1
    return [votes for _, votes in found.poll.options], found.poll.voters_count


async def members_vote(site: Site, uri: str, *choices: int) -> None:
    found = await seen_at(site, uri)
    assert found is not None
    for choice in choices:
        by = await site.member(f"voter_{token_hex(4)}")
        with site.use():
            await vote(by, found.id, (choice,))


async def updates(site: Site) -> int:
    with site.use():
        return int((await rows("SELECT count(*) AS n FROM activities WHERE uri LIKE '%-counts-%'"))[0]["n"])


async def test_the_counts_of_an_open_poll_travel_within_minutes_and_once_for_all(worlds: Any) -> None:
    made: AbstractAsyncContextManager[World] = worlds("oak", "ash")
    async with made as world:
        oak, ash = world.instances
        uri = await poll_of_oak(world)
        await members_vote(oak, uri, 0, 1)
        await world.settle()
        assert await votes_at(ash, uri) == ([0, 0], 0)
        world.clock.forward(301)
        await world.settle()
        assert await votes_at(ash, uri) == ([1, 1], 2)
        assert await updates(oak) == 1
        world.clock.forward(301)
        await world.settle()
        assert await updates(oak) == 1
        await members_vote(oak, uri, 1)
        await world.settle()
        world.clock.forward(301)
        await world.settle()
        assert await votes_at(ash, uri) == ([1, 2], 3)


async def test_hidden_counts_travel_only_at_the_end(worlds: Any) -> None:
    made: AbstractAsyncContextManager[World] = worlds("oak", "ash")
    async with made as world:
        oak, ash = world.instances
        uri = await poll_of_oak(world, hide_totals=True)
        await members_vote(oak, uri, 0)
        await world.settle()
        world.clock.forward(301)
        await world.settle()
        assert await updates(oak) == 0
        world.clock.forward(HOUR)
        await world.settle()
        assert (await votes_at(ash, uri))[0] == [1, 0]
