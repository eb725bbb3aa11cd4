"""Who gets which delivery: each server once, those who are meant, and never a blocked domain."""

from dataclasses import replace

import pytest

from server.actions.accounts import update_profile
from server.actions.blocks import block, unblock
from server.actions.boosts import boost_post, unboost_post
from server.actions.domains import block_domain
from server.actions.follows import follow, unfollow
from server.actions.instance import ensure_instance_actor
from server.actions.likes import like_post, unlike_post
from server.actions.moderation import remove_post
from server.actions.polls import vote
from server.actions.posts import delete_post, edit_post
from server.actions.reports import file_report
from server.actions.sanctions import restore_account, suspend_account
from server.queries import actors, audiences
from server.rules.drafts import PollDraft, PostDraft, ProfileDraft
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR
from server.storage.sql import execute
from tests.elsewhere import made_keys
from tests.make import Ground, count, in_short, kinds

ELM, ASH, TOOT = "https://elm.example/inbox", "https://ash.example/inbox", "https://toot.example/inbox"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


async def sent(here: Ground) -> dict[str, list[str]]:
    """By inbox, what was lined up since the last look."""
    await here.settle()
    found = kinds(await here.sent())
    await here.forget()
    return found


async def test_a_post_goes_to_each_server_of_followers_once(here: Ground) -> None:
    amina = await here.member("amina")
    for name, domain in (("bo", "elm.example"), ("cy", "elm.example"), ("dee", "ash.example")):
        await here.befriend(await here.stranger(name, domain), amina)
    lone = await here.stranger("lone", "small.example", shared=False)
    await here.befriend(lone, amina)
    await here.forget()
    await here.say(amina)
    small = "https://small.example/users/lone/inbox"
    assert await sent(here) == {ELM: ["Create"], ASH: ["Create"], small: ["Create"]}


async def test_a_direct_post_goes_to_those_it_names_alone(here: Ground) -> None:
    amina, bo, cy = await here.member("amina"), await here.stranger("bo"), await here.stranger("cy", "ash.example")
    await here.befriend(bo, amina)
    await here.forget()
    await here.say(amina, visibility="direct", mentions=(await here.mention(cy),))
    await here.settle()
    lined_up = await here.sent()
    assert kinds(lined_up) == {ASH: ["Create"]}
    assert lined_up[ASH][0]["to"] == ["https://ash.example/users/cy"]
    assert not lined_up[ASH][0].get("cc")
    assert await count("activities", "post_id IS NOT NULL AND public = ?", True) == 0


async def test_a_reply_goes_to_its_parents_author_and_those_it_names(here: Ground) -> None:
    amina, bo, cy = await here.member("amina"), await here.stranger("bo"), await here.stranger("cy", "ash.example")
    parent = await here.say(bo)
    await here.forget()
    await here.say(amina, in_reply_to_id=parent, mentions=(await here.mention(cy),))
    assert await sent(here) == {ELM: ["Create"], ASH: ["Create"]}


async def test_a_blocked_domain_gets_nothing(here: Ground) -> None:
    amina, bo, cy = await here.member("amina"), await here.stranger("bo"), await here.stranger("cy", "b.elm.example")
    await here.befriend(bo, amina)
    named = (await here.mention(bo), await here.mention(cy))
    await block_domain(OPERATOR, "elm.example")
    await here.forget()
    await here.say(amina, mentions=named)
    assert await sent(here) == {}


async def test_an_edit_and_a_deletion_go_wherever_the_post_went(here: Ground) -> None:
    amina, bo, cy = await here.member("amina"), await here.stranger("bo"), await here.stranger("cy", "ash.example")
    await here.befriend(bo, amina)
    await here.forget()
    post_id = await here.say(amina, mentions=(await here.mention(cy),))
    assert await sent(here) == {ELM: ["Create"], ASH: ["Create"]}
    await edit_post(amina, post_id, PostDraft(source="Better."))
    assert await sent(here) == {ELM: ["Update"], ASH: ["Update"]}
    await unfollow(bo, amina.account_id)
    await delete_post(amina, post_id)
    assert await sent(here) == {ASH: ["Delete"]}


async def test_a_post_that_is_deleted_before_it_was_sent_is_never_sent(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    await here.befriend(bo, amina)
    await here.forget()
    post_id = await here.say(amina)
    await here.settle()
    await delete_post(amina, post_id)
    assert await sent(here) == {ELM: ["Delete"]}


async def test_a_stewards_removal_tells_other_servers_of_our_posts_and_keeps_to_itself_about_theirs(
    here: Ground,
) -> None:
    amina, sam, bo = await here.member("amina"), await here.member("sam", "steward"), await here.stranger("bo")
    await here.befriend(bo, amina)
    ours, theirs = await here.say(amina), await here.say(bo)
    await here.forget()
    await remove_post(sam, ours, Why("abuse"))
    await remove_post(sam, theirs, Why("abuse"))
    assert await sent(here) == {ELM: ["Delete"]}


async def test_support_of_a_post_elsewhere_and_its_withdrawal_go_to_its_author(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    await here.befriend(await here.stranger("cy", "ash.example"), amina)
    post_id = await here.say(bo)
    await here.forget()
    await like_post(amina, post_id)
    assert await sent(here) == {ELM: ["Like"]}
    await unlike_post(amina, post_id)
    assert await sent(here) == {ELM: ["Undo(Like)"]}


async def test_a_boost_and_its_withdrawal_go_to_followers_and_the_author(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    await here.befriend(await here.stranger("cy", "ash.example"), amina)
    post_id = await here.say(bo)
    await here.forget()
    await boost_post(amina, post_id)
    assert await sent(here) == {ELM: ["Announce(id)"], ASH: ["Announce(id)"]}
    await unboost_post(amina, post_id)
    assert await sent(here) == {ELM: ["Undo(Announce)"], ASH: ["Undo(Announce)"]}


async def test_sharing_ones_own_private_post_says_nothing_to_the_public(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    await here.befriend(bo, amina)
    post_id = await here.say(amina, visibility="private")
    await here.forget()
    await boost_post(amina, post_id)
    await here.settle()
    announce = (await here.sent())[ELM][0]
    assert PUBLIC not in [*announce["to"], *announce.get("cc", ())]


async def test_a_wish_to_follow_and_its_end_go_to_that_accounts_own_inbox(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    await here.forget()
    await follow(amina, bo.account_id)
    await unfollow(amina, bo.account_id)
    assert await sent(here) == {"https://elm.example/users/bo/inbox": ["Follow", "Undo(Follow)"]}


async def test_a_vote_is_a_note_with_the_options_name_to_the_author_alone(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    post_id = await here.say(bo, poll=PollDraft(("A", "B", "C"), multiple=True))
    await here.forget()
    await vote(amina, post_id, (0, 2))
    await here.settle()
    lined_up = (await here.sent())["https://elm.example/users/bo/inbox"]
    assert [each["object"]["name"] for each in lined_up] == ["A", "C"]
    assert {each["object"]["type"] for each in lined_up} == {"Note"}
    assert all("content" not in each["object"] for each in lined_up)


async def test_a_changed_profile_goes_to_followers(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    await here.befriend(bo, amina)
    await here.forget()
    await update_profile(amina, ProfileDraft(display_name="Amina B."))
    await here.settle()
    update = (await here.sent())[ELM][0]
    assert (update["type"], update["object"]["name"]) == ("Update", "Amina B.")


async def test_a_suspended_member_disappears_elsewhere_and_comes_back(here: Ground) -> None:
    amina, bo, cy = await here.member("amina"), await here.stranger("bo"), await here.stranger("cy", "ash.example")
    await here.befriend(bo, amina)
    await here.say(amina, mentions=(await here.mention(cy),))
    await here.forget()
    await suspend_account(OPERATOR, amina.account_id, Why("abuse"))
    await here.settle()
    lined_up = await here.sent()
    assert kinds(lined_up) == {ELM: ["Delete"], ASH: ["Delete"]}
    assert lined_up[ELM][0]["object"] == "https://oak.example/users/amina"
    await here.forget()
    await restore_account(OPERATOR, amina.account_id)
    assert await sent(here) == {ELM: ["Update"]}


async def test_what_others_did_is_not_sent_by_us(here: Ground) -> None:
    bo, cy = await here.stranger("bo"), await here.stranger("cy", "ash.example")
    await here.befriend(cy, bo)
    await here.forget()
    post_id = await here.say(bo)
    await like_post(cy, post_id, "https://ash.example/likes/1")
    await boost_post(cy, post_id, "https://ash.example/boosts/1")
    await delete_post(bo, post_id)
    assert await sent(here) == {}


@pytest.mark.parametrize("visibility", ["public", "private"])
async def test_a_comment_goes_to_the_proposals_chapter_where_we_have_none(here: Ground, visibility: str) -> None:
    amina, bo, cy = await here.member("amina"), await here.stranger("bo"), await here.stranger("cy", "toot.example")
    chapter = await here.stranger("damp-homes", "ash.example", kind="topic")
    entry = (await here.mention(chapter)).uri
    proposal = await here.propose(bo, audience=entry)
    comment = await here.say(
        cy, in_reply_to_id=proposal, elsewhere=here.away("toot.example"), content_html="<p>So.</p>"
    )
    await here.forget()
    await here.say(amina, in_reply_to_id=comment, visibility=visibility)
    expected = {TOOT: ["Create"], ASH: ["Create"]} if visibility == "public" else {TOOT: ["Create"]}
    assert await sent(here) == expected


async def test_everything_that_may_be_passed_on_carries_a_proof_and_is_served_as_it_was_sent(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    await here.befriend(bo, amina)
    await here.forget()
    post_id = await here.say(amina)
    await here.settle()
    created = (await here.sent())[ELM][0]
    assert in_short(created) == "Create"
    assert created["proof"]["verificationMethod"] == "https://oak.example/users/amina#ed25519-key"
    assert created["id"] == f"https://oak.example/activities/{post_id}"


async def test_a_block_and_its_end_are_told_only_where_a_setting_says_so(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    own = "https://elm.example/users/bo/inbox"
    for tells in (False, True):
        here.settings = replace(here.settings, tell_blocks=tells)
        await here.forget()
        await block(amina, bo.account_id)
        await unblock(amina, bo.account_id)
        await here.settle()
        lined_up = await here.sent()
        assert kinds(lined_up) == ({own: ["Block", "Undo(Block)"]} if tells else {})
    told, undone = lined_up[own]
    assert undone["object"]["id"] == told["id"]
    assert told["object"] == "https://elm.example/users/bo"


async def test_a_report_goes_to_whom_it_is_about_and_to_the_hosts_of_the_topics(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    topic = await here.topic()
    chapter = await here.chapter(topic, "ash.example")
    entered = await actors.by_id(chapter.account_id)
    assert entered is not None
    await ensure_instance_actor(OPERATOR, made_keys)
    proposal = await here.propose(bo, topic_id=topic)
    await execute("UPDATE posts SET audience_uri = ? WHERE id = ?", [entered.uri, proposal])
    await here.forget()
    await file_report(amina, bo.account_id, (proposal,), comment="x" * 1000, forward=True)
    await here.settle()
    lined_up = await here.sent()
    assert kinds(lined_up) == {"https://elm.example/users/bo/inbox": ["Flag"], ASH: ["Flag"]}
    flag = lined_up[ASH][0]
    assert flag["actor"] == f"{here.settings.origin}/actor"
    assert flag["object"][0] == "https://elm.example/users/bo"
    assert len(flag["object"]) == 2
    await here.forget()
    await file_report(amina, bo.account_id, (proposal,), comment="Not passed on")
    assert await sent(here) == {}


async def test_the_server_of_an_inbox_is_what_counts_and_a_block_of_either_domain_holds(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo", "elm.example")
    await here.befriend(bo, amina)
    await execute("UPDATE accounts SET inbox = ?, shared_inbox = '' WHERE id = ?",
                  ["https://social.elm.example:8443/users/bo/inbox", bo.account_id])  # fmt: skip
    assert await audiences.of_followers(amina.account_id) == {
        "https://social.elm.example:8443/users/bo/inbox": "social.elm.example:8443"
    }
    await execute("UPDATE accounts SET domain = 'other.example' WHERE id = ?", [bo.account_id])
    await execute("INSERT INTO domains (domain, policy, note, created_by, created_at) VALUES (?, 'block', '', 0, 0)",
                  ["other.example"])  # fmt: skip
    assert await audiences.of_followers(amina.account_id) == {}
    await execute("UPDATE domains SET domain = 'elm.example'")
    assert await audiences.of_followers(amina.account_id) == {}
