"""Boosts: one a person, counted exactly, and never of what is not public."""

import asyncio

import pytest

from server.actions.boosts import boost_post, unboost_post
from server.actions.moderation import remove_post
from server.actions.posts import delete_post
from server.rules.errors import Conflict, NotFound, Refused
from server.rules.moderation import Why
from tests.make import Ground, count


async def test_boosting_twice_and_twenty_times_at_once_is_one_boost(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina)
    ids = await asyncio.gather(*(boost_post(bryn, post_id) for _ in range(20)))
    assert len({*ids, await boost_post(bryn, post_id)}) == 1
    assert await count("posts", "reblog_of_id = ?", post_id) == 1
    assert (await here.post(post_id)).boosts_count == 1


async def test_a_boost_taken_back_can_be_made_again(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina)
    for _ in range(2):
        await boost_post(bryn, post_id)
        assert (await here.post(post_id, bryn)).marks.boosted
        await asyncio.gather(*(unboost_post(bryn, post_id) for _ in range(5)))
        assert (await here.post(post_id)).boosts_count == 0


async def test_boosting_a_boost_shares_what_was_shared(here: Ground) -> None:
    amina, bryn, cem = [await here.member(name) for name in ("amina", "bryn", "cem")]
    post_id = await here.say(amina)
    first = await boost_post(bryn, post_id)
    await boost_post(cem, first)
    assert (await here.post(post_id)).boosts_count == 2


async def test_deleting_a_boost_takes_it_back_and_moves_no_other_count(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina)
    boost_id = await boost_post(bryn, post_id)
    await delete_post(bryn, boost_id)
    found = await here.post(post_id)
    assert found.boosts_count == 0
    assert await count("accounts", "id = ? AND posts_count = 0", bryn.account_id) == 1


async def test_a_boost_that_a_steward_removes_counts_no_longer(here: Ground) -> None:
    amina, bryn, sam = await here.member("amina"), await here.member("bryn"), await here.member("sam", "steward")
    post_id = await here.say(amina)
    boost_id = await boost_post(bryn, post_id)
    await remove_post(sam, boost_id, Why("spam"))
    assert (await here.post(post_id)).boosts_count == 0
    await unboost_post(bryn, post_id)
    assert (await here.post(post_id)).boosts_count == 0


async def test_ones_own_private_post_is_shared_with_followers_alone_and_a_direct_one_never(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    await here.befriend(bryn, amina)
    private, direct = await here.say(amina, visibility="private"), await here.say(amina, visibility="direct")
    boost = await here.post(await boost_post(amina, private), amina)
    assert boost.visibility == "private"
    with pytest.raises(Refused):
        await boost_post(bryn, private)
    with pytest.raises(Refused):
        await boost_post(amina, direct)


async def test_boosts_go_with_the_post_they_share(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina)
    await boost_post(bryn, post_id)
    await delete_post(amina, post_id)
    assert await count("posts", "reblog_of_id IS NOT NULL") == 0
    with pytest.raises(NotFound):
        await boost_post(bryn, post_id)


async def test_one_id_for_two_boosts_is_refused_and_not_a_fault(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    first, second = await here.say(amina), await here.say(amina)
    await boost_post(bo, first, "https://elm.example/boosts/1")
    with pytest.raises(Conflict):
        await boost_post(bo, second, "https://elm.example/boosts/1")
