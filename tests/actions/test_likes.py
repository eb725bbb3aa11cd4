"""Support and favourites are given once, taken back once, and counted exactly."""

import asyncio

import pytest

from server.actions.actors import record_account
from server.actions.likes import like_post, unlike_post
from server.queries import posts
from server.rules.drafts import AccountDraft
from server.rules.errors import CivicError, Conflict, NotFound, Refused
from server.rules.permissions import OPERATOR, Principal
from server.storage.sql import rows
from server.views.viewer import VISITOR
from tests.make import Ground, count


async def support(post_id: int) -> tuple[int, int, int, int]:
    found = (await posts.views([post_id], VISITOR))[0]
    assert found.proposal is not None
    return (
        found.likes_count,
        found.proposal.support_here,
        found.proposal.support_civic,
        found.proposal.support_wider,
    )


async def test_liking_twice_and_twenty_times_at_once_is_one_like(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina)
    ids = await asyncio.gather(*(like_post(bryn, post_id) for _ in range(20)))
    assert len({*ids, await like_post(bryn, post_id)}) == 1
    assert await count("likes") == 1
    assert (await here.post(post_id)).likes_count == 1
    assert (await here.settle()).count("PostLiked") == 1


async def test_taking_back_twenty_times_at_once_counts_once(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina)
    await like_post(amina, post_id)
    await like_post(bryn, post_id)
    await asyncio.gather(*(unlike_post(bryn, post_id) for _ in range(20)))
    assert (await here.post(post_id)).likes_count == 1
    assert await count("likes") == 1


async def test_support_is_counted_apart_for_members_civic_instances_and_everyone_else(here: Ground) -> None:
    amina = await here.member("amina")
    proposal = await here.propose(amina)
    people = [amina, await here.stranger("bo", civic=True), await here.stranger("cy", "toot.example")]
    for number, each in enumerate(people):
        await like_post(each, proposal, f"https://there.example/likes/{number}" if number else "")
    assert await support(proposal) == (3, 1, 1, 1)
    for each in people:
        await unlike_post(each, proposal)
    assert await support(proposal) == (0, 0, 0, 0)


async def test_support_moves_with_an_account_that_turns_out_to_be_civic(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    proposal = await here.propose(amina)
    await like_post(bo, proposal, "https://elm.example/likes/1")
    assert await support(proposal) == (1, 0, 0, 1)
    uri = "https://elm.example/users/bo"
    await record_account(OPERATOR, AccountDraft(uri, uri, "person", "bo", "elm.example", f"{uri}/inbox", civic=True))
    assert await support(proposal) == (1, 0, 1, 0)
    await unlike_post(bo, proposal)
    assert await support(proposal) == (0, 0, 0, 0)


async def test_one_id_for_two_likes_is_refused_and_not_a_fault(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    first, second = await here.say(amina), await here.say(amina)
    await like_post(bo, first, "https://elm.example/likes/1")
    with pytest.raises(Conflict):
        await like_post(bo, second, "https://elm.example/likes/1")
    assert (await here.post(second)).likes_count == 0


async def test_what_cannot_be_seen_cannot_be_liked(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    hidden = await here.say(amina, visibility="private")
    for target in (hidden, 12345):
        with pytest.raises(NotFound):
            await like_post(bryn, target)


async def test_a_suspended_account_cannot_like(here: Ground) -> None:
    amina = await here.member("amina")
    post_id = await here.say(amina)
    with pytest.raises(Refused):
        await like_post(Principal("member", amina.account_id, suspended=True), post_id)


async def test_counts_hold_when_likes_come_and_go_at_once(here: Ground) -> None:
    amina = await here.member("amina")
    proposal = await here.propose(amina)
    people = [await here.member(f"m{number}") for number in range(8)]

    async def to_and_fro(by: Principal, last: bool) -> None:
        for _ in range(3):
            await like_post(by, proposal)
            await unlike_post(by, proposal)
        if last:
            await like_post(by, proposal)

    results = await asyncio.gather(
        *(to_and_fro(by, number % 2 == 0) for number, by in enumerate(people)), return_exceptions=True
    )
    assert [
        result for result in results if isinstance(result, BaseException) and not isinstance(result, CivicError)
    ] == []
    real = len(await rows("SELECT id FROM likes WHERE post_id = ?", [proposal]))
    assert await support(proposal) == (real, real, 0, 0)
    assert real == 4
