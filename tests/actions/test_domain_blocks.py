"""A member hides a whole server: from their own lists and news, and from nobody else's."""

import pytest

from server.actions.boosts import boost_post
from server.actions.domain_blocks import block_for_oneself, unblock_for_oneself
from server.queries import accounts, domain_blocks, notifications, timelines
from server.rules.errors import Invalid
from server.views.viewer import Page, Viewer
from tests.make import Ground, count, one


async def test_what_comes_from_a_hidden_server_is_in_none_of_ones_lists_and_in_those_of_others(here: Ground) -> None:
    amina, kit = await here.member("amina"), await here.member("kit")
    bo, dee = await here.stranger("bo"), await here.stranger("dee", "news.elm.example")
    await here.befriend(amina, kit)
    for each in (bo, dee):
        await here.befriend(kit, each)
    said, below = await here.say(bo), await here.say(dee)
    shared = await boost_post(kit, said)
    await block_for_oneself(amina, "https://Elm.Example/")
    mine, theirs = Viewer(amina.account_id), Viewer(kit.account_id)
    assert await timelines.public(mine, Page()) == [below]
    assert await timelines.public(theirs, Page()) == [below, said]
    assert shared not in await timelines.home(mine, Page())
    await unblock_for_oneself(amina, "elm.example")
    assert await timelines.public(mine, Page()) == [below, said]
    assert shared in await timelines.home(mine, Page())


async def test_follows_end_both_ways_are_counted_and_their_server_is_told(here: Ground) -> None:
    amina = await here.member("amina")
    bo, dee = await here.stranger("bo"), await here.stranger("dee", "ash.example")
    for each in (bo, dee):
        await here.befriend(each, amina)
        await here.befriend(amina, each)
    await here.settle()
    await block_for_oneself(amina, "elm.example")
    assert (await here.settle()).count("Unfollowed") == 1
    assert await count("follows") == 2
    found = await one("SELECT followers_count, following_count FROM accounts WHERE id = ?", amina.account_id)
    assert (found["followers_count"], found["following_count"]) == (1, 1)
    relations = await accounts.relationships(Viewer(amina.account_id), [bo.account_id, dee.account_id])
    assert [each.domain_blocking for each in relations] == [True, False]


async def test_nobody_from_there_is_in_ones_news_before_or_after(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    viewer = Viewer(amina.account_id)
    await here.say(bo, mentions=(await here.mention(amina),))
    await here.settle()
    assert len(await notifications.of(viewer, Page())) == 1
    await block_for_oneself(amina, "elm.example")
    assert await notifications.of(viewer, Page()) == []
    await here.say(bo, mentions=(await here.mention(amina),))
    await here.settle()
    assert await count("notifications", "account_id = ?", amina.account_id) == 1
    await unblock_for_oneself(amina, "elm.example")
    await here.say(bo, mentions=(await here.mention(amina),))
    await here.settle()
    assert len(await notifications.of(viewer, Page())) == 1, "only what came after"


async def test_they_are_listed_once_and_in_parts_and_our_own_is_refused(here: Ground) -> None:
    amina = await here.member("amina")
    for name in ("a.example", "b.example", "a.example", "c.example"):
        await block_for_oneself(amina, name)
    viewer = Viewer(amina.account_id)
    first = await domain_blocks.blocked_by(viewer, Page(limit=2))
    assert [domain for _, domain in first] == ["c.example", "b.example"]
    rest = await domain_blocks.blocked_by(viewer, Page(limit=2, max_id=first[-1][0]))
    assert [domain for _, domain in rest] == ["a.example"]
    newer = await domain_blocks.blocked_by(viewer, Page(limit=1, min_id=rest[0][0]))
    assert [domain for _, domain in newer] == ["b.example"]
    for wrong in ("oak.example", "no domain"):
        with pytest.raises(Invalid):
            await block_for_oneself(amina, wrong)
