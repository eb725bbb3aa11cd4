"""Each cause tells once, and nobody hears of those whom they muted or blocked."""

import pytest

from server.actions.blocks import block, mute
from server.actions.boosts import boost_post
from server.actions.follows import follow, unfollow
from server.actions.likes import like_post, unlike_post
from server.actions.posts import edit_post
from server.actions.reports import file_report
from server.rules.drafts import PostDraft
from server.rules.permissions import Principal
from server.storage.sql import execute
from tests.make import Ground


async def told(here: Ground, who: Principal) -> list[str]:
    await here.settle()
    return await here.told(who)


async def test_each_cause_tells_once(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina)
    for _ in range(2):
        await like_post(bryn, post_id)
        await boost_post(bryn, post_id)
        await follow(bryn, amina.account_id)
        await unlike_post(bryn, post_id)
        await unfollow(bryn, amina.account_id)
    await here.say(bryn, in_reply_to_id=post_id, mentions=(await here.mention(amina),))
    assert sorted(await told(here, amina)) == ["favourite", "follow", "mention", "reblog"]
    assert await told(here, bryn) == []


@pytest.mark.parametrize("quiet", ["muted", "blocked", "thread"])
async def test_nobody_is_told_of_those_they_muted_or_blocked_or_of_a_thread_they_left(here: Ground, quiet: str) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina)
    if quiet == "muted":
        await mute(amina, bryn.account_id)
    elif quiet == "blocked":
        await execute(
            "INSERT INTO blocks (id, account_id, target_id, created_at) VALUES (1, ?, ?, 1)",
            [amina.account_id, bryn.account_id],
        )
    else:
        await execute(
            "INSERT INTO thread_mutes (id, account_id, thread_id) VALUES (1, ?, ?)", [amina.account_id, post_id]
        )
    bo = await here.stranger("bo")
    speaker = bo if quiet == "blocked" else bryn
    if quiet == "blocked":
        await block(amina, bo.account_id)
        await here.say(bo, mentions=(await here.mention(amina),))
    else:
        await here.say(speaker, in_reply_to_id=post_id)
        await like_post(speaker, post_id)
    assert await told(here, amina) == []


async def test_a_mute_that_keeps_notifications_keeps_them(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    await mute(amina, bryn.account_id, notifications=False)
    await here.say(bryn, mentions=(await here.mention(amina),))
    assert await told(here, amina) == ["mention"]


async def test_old_posts_that_were_fetched_tell_nobody(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    await here.say(bo, mentions=(await here.mention(amina),), fetched=True)
    assert await told(here, amina) == []


async def test_who_asked_to_hear_of_each_post_hears_of_it_once(here: Ground) -> None:
    amina, bryn, topic = await here.member("amina"), await here.member("bryn"), await here.topic()
    await follow(amina, bryn.account_id, notify=True)
    await follow(amina, topic, notify=True)
    await here.forget()
    await here.propose(bryn, topic_id=topic)
    await here.say(bryn, mentions=(await here.mention(amina),))
    assert await told(here, amina) == ["status", "mention"]


async def test_who_watches_a_topic_is_not_told_of_what_is_not_for_them(here: Ground) -> None:
    amina, bryn, topic = await here.member("amina"), await here.member("bryn"), await here.topic()
    await follow(amina, topic, notify=True)
    await here.forget()
    await here.propose(bryn, topic_id=topic, visibility="private")
    assert await told(here, amina) == []


async def test_every_edit_tells_those_who_supported_or_answered(here: Ground) -> None:
    amina, bryn, cem = [await here.member(name) for name in ("amina", "bryn", "cem")]
    post_id = await here.say(amina)
    await like_post(bryn, post_id)
    await here.say(cem, in_reply_to_id=post_id)
    await here.forget()
    for words in ("Two.", "Three."):
        await edit_post(amina, post_id, PostDraft(source=words))
        await here.settle()
    assert await told(here, bryn) == ["update", "update"]
    assert await told(here, cem) == ["update", "update"]
    assert await told(here, amina) == []


async def test_every_report_reaches_the_stewards_also_a_second_one_by_the_same_person(here: Ground) -> None:
    amina, bryn, sam = await here.member("amina"), await here.member("bryn"), await here.member("sam", "steward")
    await here.forget()
    for _ in range(2):
        await file_report(amina, bryn.account_id)
    assert await told(here, sam) == ["admin.report", "admin.report"]
    assert await told(here, bryn) == []


async def test_admins_hear_of_new_members(here: Ground) -> None:
    ada = await here.member("ada", "admin")
    await here.forget()
    await here.member("amina")
    assert await told(here, ada) == ["admin.sign_up"]
