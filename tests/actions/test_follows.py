"""Follows, blocks and mutes: one record each, exact counts, nothing lost between a wish and its answer."""

import asyncio

import pytest

from server.actions.accounts import update_profile
from server.actions.blocks import block, mute, unblock, unmute
from server.actions.follows import answer_follow, follow, remove_follower, unfollow
from server.queries import accounts
from server.rules.drafts import ProfileDraft
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.permissions import Principal
from server.views.viewer import Page, Viewer
from tests.make import Ground, count, one


async def counts(who: Principal) -> tuple[int, int]:
    found = await one("SELECT followers_count, following_count FROM accounts WHERE id = ?", who.account_id)
    return found["followers_count"], found["following_count"]


async def lock(who: Principal) -> None:
    await update_profile(who, ProfileDraft(locked=True))


async def test_following_twice_and_twenty_times_at_once_is_one_follow(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    ids = await asyncio.gather(*(follow(bryn, amina.account_id) for _ in range(20)))
    assert len({*ids, await follow(bryn, amina.account_id)}) == 1
    assert await counts(amina) == (1, 0)
    assert await counts(bryn) == (0, 1)
    await asyncio.gather(*(unfollow(bryn, amina.account_id) for _ in range(10)))
    assert await counts(amina) == (0, 0)
    assert await counts(bryn) == (0, 0)


async def test_who_confirms_followers_is_asked_first(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    await lock(amina)
    await follow(bryn, amina.account_id)
    assert await counts(amina) == (0, 0)
    assert [a.name for _, a in await accounts.follow_requests_of(Viewer(amina.account_id), Page())] == ["bryn"]
    await asyncio.gather(*(answer_follow(amina, bryn.account_id, True) for _ in range(10)))
    assert await counts(amina) == (1, 0)
    await remove_follower(amina, bryn.account_id)
    await remove_follower(amina, bryn.account_id)
    assert await counts(amina) == (0, 0)
    with pytest.raises(NotFound):
        await answer_follow(amina, bryn.account_id, True)


async def test_the_same_wish_while_it_is_answered_does_not_undo_the_answer(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    await lock(amina)
    await follow(bryn, amina.account_id)
    await asyncio.gather(
        *(follow(bryn, amina.account_id, notify=True) for _ in range(10)), answer_follow(amina, bryn.account_id, True)
    )
    assert await count("follows", "state = 'accepted'") == 1
    assert await counts(amina) == (1, 0)


async def test_a_refused_wish_leaves_nothing(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    await lock(amina)
    await follow(bryn, amina.account_id)
    await answer_follow(amina, bryn.account_id, False)
    assert await count("follows") == 0


async def test_a_server_that_forgot_its_follow_is_answered_again(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    await follow(bo, amina.account_id, "https://elm.example/follows/1")
    await here.forget()
    await follow(bo, amina.account_id, "https://elm.example/follows/2")
    await here.settle()
    sent = (await here.sent())["https://elm.example/users/bo/inbox"]
    assert [(each["type"], each["object"]["id"]) for each in sent] == [("Accept", "https://elm.example/follows/2")]


async def test_one_id_for_two_wishes_is_refused_and_not_a_fault(here: Ground) -> None:
    amina, bryn, bo = await here.member("amina"), await here.member("bryn"), await here.stranger("bo")
    await follow(bo, amina.account_id, "https://elm.example/follows/1")
    with pytest.raises(Conflict):
        await follow(bo, bryn.account_id, "https://elm.example/follows/1")


async def test_nobody_follows_themselves_or_somebody_unknown(here: Ground) -> None:
    amina = await here.member("amina")
    with pytest.raises(Invalid):
        await follow(amina, amina.account_id)
    with pytest.raises(NotFound):
        await follow(amina, 12345)


async def test_a_block_ends_follows_both_ways_and_keeps_them_from_coming_back(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    await here.befriend(amina, bryn)
    await here.befriend(bryn, amina)
    await asyncio.gather(*(block(amina, bryn.account_id) for _ in range(5)))
    assert await counts(amina) == (0, 0)
    assert await counts(bryn) == (0, 0)
    assert await count("blocks") == 1
    with pytest.raises(Refused):
        await follow(bryn, amina.account_id)
    await unblock(amina, bryn.account_id)
    await unblock(amina, bryn.account_id)
    await follow(bryn, amina.account_id)
    assert await counts(amina) == (1, 0)


async def test_a_mute_can_be_changed_and_taken_back(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    await mute(amina, bryn.account_id, duration=60)
    await asyncio.gather(*(mute(amina, bryn.account_id, notifications=False) for _ in range(5)))
    found = await one("SELECT notifications, expires_at FROM mutes")
    assert not found["notifications"]
    assert found["expires_at"] is None
    await unmute(amina, bryn.account_id)
    assert await count("mutes") == 0
    with pytest.raises(Invalid):
        await mute(amina, amina.account_id)
