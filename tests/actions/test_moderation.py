"""What stewards decide about posts, reports, accounts and appeals."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from server.actions.appeals import decide_appeal, file_appeal
from server.actions.holding import remind_again
from server.actions.instance import change
from server.actions.lifecycle import move_proposal
from server.actions.moderation import ask_change, decline_post, hold_post, release_post, remove_post
from server.actions.posts import delete_post, edit_post
from server.actions.reports import decide_report, file_report
from server.actions.sanctions import lift_limit, limit_account, restore_account, suspend_account, warn_account
from server.actions.voices import ensure_voice
from server.queries import moderation, posts, proposals
from server.rules.drafts import KeyPairs, PostDraft
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.lifecycle import Wanted
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR, Principal
from server.storage.sql import rows
from server.views.viewer import Viewer
from tests.make import Ground, count, key_pairs, one

WHY = Why("identifies_someone", "The street and the birthday tell who it is.")
DAY = 24 * 3600 * 1000


async def stewards(here: Ground) -> tuple[Principal, Principal]:
    return await here.member("sam", "steward"), await here.member("sue", "steward")


async def acts() -> list[str]:
    return [row["act"] for row in await rows("SELECT act FROM decisions ORDER BY id")]


async def published(here: Ground) -> dict[str, list[int]]:
    """The posts that were shown since, by the event that says so; letters to members among them."""
    jobs = await here.waiting()
    kinds = ("PostPublished", "PostRestored")
    found = {kind: [int(job.payload["post_id"]) for job in jobs if job.kind == kind] for kind in kinds}
    await here.settle()
    return found


async def test_who_may_do_what(here: Ground) -> None:
    amina, (sam, _) = await here.member("amina"), await stewards(here)
    post_id = await here.say(amina)
    report = await file_report(amina, sam.account_id)
    stranger = await here.stranger("bo")
    deeds: list[Callable[[Principal], Awaitable[object]]] = [
        lambda by: hold_post(by, post_id, WHY),
        lambda by: release_post(by, post_id),
        lambda by: ask_change(by, post_id, WHY),
        lambda by: decline_post(by, post_id, WHY),
        lambda by: remove_post(by, post_id, WHY),
        lambda by: decide_report(by, report, "keep"),
        lambda by: warn_account(by, stranger.account_id, WHY),
        lambda by: limit_account(by, stranger.account_id, WHY),
        lambda by: lift_limit(by, stranger.account_id),
        lambda by: suspend_account(by, stranger.account_id, WHY),
        lambda by: restore_account(by, stranger.account_id),
    ]
    suspended = Principal("member", sam.account_id, "steward", sam.member_id, suspended=True)
    for deed in deeds:
        for by in (amina, stranger, suspended, Principal("remote", stranger.account_id, "admin")):
            with pytest.raises(Refused):
                await deed(by)
    assert await acts() == []


async def test_the_first_post_of_a_new_member_is_held_where_the_site_says_so(here: Ground) -> None:
    amina, (sam, _) = await here.member("amina"), await stewards(here)
    first_of_all = await here.say(amina)
    await change(OPERATOR, hold_first="yes")
    bryn = await here.member("bryn")
    first, second, private = await here.say(bryn), await here.say(bryn), await here.say(bryn, visibility="private")
    assert (await here.post(first, bryn)).held_reason == (await here.post(second, bryn)).held_reason == "first_post"
    assert (await here.post(private, bryn)).held_reason == ""
    assert (await here.post(await here.say(amina), amina)).held_reason == ""
    assert (await here.post(await here.say(sam), sam)).held_reason == ""
    await release_post(sam, first)
    assert (await here.post(await here.say(bryn), bryn)).held_reason == ""
    assert await posts.by_id(second) is None
    assert await posts.by_id(first_of_all) is not None


async def test_what_is_held_is_published_on_release_and_once(here: Ground) -> None:
    amina, (sam, sue) = await here.member("amina"), await stewards(here)
    topic = await here.topic()
    proposal = await here.propose(amina, topic_id=topic, hold="details")
    comment = await here.say(amina, in_reply_to_id=await here.propose(amina, topic_id=topic), hold="details")
    shown = await published(here)
    assert proposal not in shown["PostPublished"]
    assert comment not in shown["PostPublished"]
    assert await count("topics", "proposals_count = 1") == 1
    assert await count("proposals", "state = 'held' AND post_id = ?", proposal) == 1
    for post_id in (proposal, comment):
        results = await asyncio.gather(*(release_post(by, post_id) for by in (sam, sue)), return_exceptions=True)
        assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
    shown = await published(here)
    assert [post_id for post_id in shown["PostPublished"] if post_id in (proposal, comment)] == [proposal, comment]
    assert shown["PostRestored"] == []
    assert await count("topics", "proposals_count = 2") == 1
    assert await count("proposals", "state = 'raised'") == 2
    assert [step.kind for step in await proposals.steps_of(proposal)] == ["raised"]
    assert (await here.post(proposal)).held_reason == ""


async def test_of_two_stewards_who_decide_at_once_one_wins_and_the_other_is_told(here: Ground) -> None:
    amina, (sam, sue) = await here.member("amina"), await stewards(here)
    for _ in range(4):
        post_id = await here.say(amina, hold="details")
        results = await asyncio.gather(
            release_post(sam, post_id), decline_post(sue, post_id, WHY), return_exceptions=True
        )
        assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
        seen = await posts.by_id(post_id) is not None
        assert seen == (results[0] is None)
        report = await file_report(amina, sam.account_id)
        verdicts = (decide_report(sue, report, "keep"), decide_report(OPERATOR, report, "limit", WHY))
        assert [type(each) for each in await asyncio.gather(*verdicts, return_exceptions=True)].count(Conflict) == 1
        await (lift_limit(OPERATOR, sam.account_id) if await count("accounts", "limited") else asyncio.sleep(0))


async def test_state_and_reason_agree_whichever_way_a_proposal_is_held(here: Ground) -> None:
    amina, (sam, _) = await here.member("amina"), await stewards(here)
    proposal = await here.propose(amina)
    for hold, release in (
        (hold_post(sam, proposal, WHY), move_proposal(sam, proposal, "release")),
        (move_proposal(sam, proposal, "hold", Wanted("Wait a moment.")), release_post(sam, proposal)),
    ):
        await hold
        held = await here.post(proposal, amina)
        assert held.proposal is not None
        assert (held.proposal.state, bool(held.held_reason)) == ("held", True)
        with pytest.raises(Refused):
            await move_proposal(amina, proposal, "release")
        with pytest.raises(Conflict):
            await move_proposal(amina, proposal, "withdraw", Wanted("No more."))
        await release
        shown = await here.post(proposal)
        assert shown.proposal is not None
        assert (shown.proposal.state, shown.held_reason) == ("raised", "")
    notes = " ".join(step.note_html for step in await proposals.steps_of(proposal))
    assert "street" not in notes
    assert "Wait a moment" not in notes


async def test_a_change_is_asked_for_and_what_is_held_can_be_changed_and_taken_back(here: Ground) -> None:
    amina, (sam, _) = await here.member("amina"), await stewards(here)
    post_id = await here.say(amina, "Mrs Odell waits.", hold="details")
    await ask_change(sam, post_id, WHY)
    await edit_post(amina, post_id, PostDraft(source="A neighbour waits."))
    [waiting] = await moderation.held(Viewer(sam.account_id, sam.member_id, "steward"))
    assert "neighbour" in waiting.post.content_html
    assert waiting.asked is not None
    await here.settle()
    assert await posts.by_id(post_id) is None
    await delete_post(amina, post_id)
    with pytest.raises(NotFound):
        await release_post(sam, post_id)
    assert await count("accounts", "id = ? AND posts_count = 0", amina.account_id) == 1


async def test_nothing_is_added_to_what_is_held(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina, hold="details")
    with pytest.raises(Conflict):
        await here.say(amina, in_reply_to_id=post_id)
    with pytest.raises(NotFound):
        await here.say(bryn, in_reply_to_id=post_id)


async def test_a_decision_closes_the_reports_about_it_and_does_what_it_says(here: Ground) -> None:
    amina, bo, (sam, _) = await here.member("amina"), await here.stranger("bo"), await stewards(here)
    post_id, other = await here.say(bo), await here.say(bo)
    first = await file_report(amina, bo.account_id, (post_id,))
    second = await file_report(amina, bo.account_id, (post_id,))
    third = await file_report(amina, bo.account_id, (other,))
    with pytest.raises(Invalid):
        await decide_report(sam, first, "remove", Why("other"))
    with pytest.raises(Invalid):
        await decide_report(sam, first, "warn", WHY)
    await decide_report(sam, first, "remove", WHY)
    assert await posts.by_id(post_id) is None
    done = {row["id"]: row["action_taken"] for row in await rows("SELECT id, action_taken FROM reports")}
    assert done == {first: "remove", second: "remove", third: ""}
    with pytest.raises(Conflict):
        await decide_report(sam, second, "keep")
    await decide_report(sam, third, "suspend", Why("abuse"))
    assert await count("accounts", "state = 'suspended'") == 1


async def test_a_decision_that_cannot_be_carried_out_leaves_the_report_open(here: Ground) -> None:
    amina, bo, (sam, _) = await here.member("amina"), await here.stranger("bo"), await stewards(here)
    report = await file_report(amina, bo.account_id)
    for act in ("remove", "hold"):
        with pytest.raises(Conflict):
            await decide_report(sam, report, act, WHY)  # type: ignore[arg-type]  # the loop widens it
    assert await count("reports", "closed_at IS NULL") == 1


async def test_whoever_reported_is_told_what_was_done_and_the_reported_not_who_it_was(here: Ground) -> None:
    amina, bryn, (sam, _) = await here.member("amina"), await here.member("bryn"), await stewards(here)
    post_id = await here.say(bryn)
    report = await file_report(amina, bryn.account_id, (post_id,), comment="Amina says so.")
    await here.settle()
    await decide_report(sam, report, "remove", Why("abuse", "Insults at the door."))
    await here.settle(times=2)
    told = await rows(
        "SELECT m.account_id, p.source FROM posts p JOIN mentions m ON m.post_id = p.id WHERE p.visibility = 'direct'"
    )
    letters = {row["account_id"]: row["source"] for row in told}
    assert len(told) == len(letters) == 2
    assert "What you reported is removed." in letters[amina.account_id]
    assert "Insults at the door." in letters[bryn.account_id]
    assert "mina" not in letters[bryn.account_id]
    assert "sam" not in letters[bryn.account_id].lower()


async def test_a_limited_member_is_held_from_then_on_until_it_is_lifted(here: Ground) -> None:
    amina, (sam, _) = await here.member("amina"), await stewards(here)
    await limit_account(sam, amina.account_id, WHY)
    with pytest.raises(Conflict):
        await limit_account(sam, amina.account_id, WHY)
    held = await here.say(amina)
    assert (await here.post(held, amina)).held_reason == "limited"
    await lift_limit(sam, amina.account_id)
    assert (await here.post(await here.say(amina), amina)).held_reason == ""
    with pytest.raises(Conflict):
        await lift_limit(sam, amina.account_id)


async def test_an_appeal_undone_brings_everything_back(here: Ground) -> None:
    amina, (sam, sue) = await here.member("amina"), await stewards(here)
    proposal = await here.propose(amina)
    post_id = await here.say(amina, "Every word of it.", in_reply_to_id=proposal)
    before = await here.post(post_id)
    await remove_post(sam, post_id, WHY)
    assert (await here.post(proposal)).replies_count == 0
    decision = await one("SELECT id FROM decisions WHERE act = 'remove'")
    appeal = await file_appeal(amina, decision["id"], "It is my own street.")
    with pytest.raises(Conflict):
        await file_appeal(amina, decision["id"], "Once more.")
    with pytest.raises(Refused):
        await decide_appeal(sam, appeal, undo=True)
    with pytest.raises(NotFound):
        await file_appeal(sue, decision["id"], "I see it so, too.")
    await decide_appeal(sue, appeal, undo=True, note="Right.")
    with pytest.raises(Conflict):
        await decide_appeal(OPERATOR, appeal, undo=False)
    after = await here.post(post_id)
    assert (after.source, after.published_at, after.removed_reason) == (before.source, before.published_at, "")
    assert (await here.post(proposal)).replies_count == 1
    assert (await published(here))["PostRestored"] == [post_id]


async def test_an_appeal_against_each_kind_of_decision_takes_it_back(here: Ground) -> None:
    amina, (sam, sue) = await here.member("amina"), await stewards(here)
    held, declined = await here.propose(amina), await here.propose(amina, "Two visits", hold="details")
    await hold_post(sam, held, WHY)
    await decline_post(sam, declined, WHY)
    await limit_account(sam, amina.account_id, WHY)
    await suspend_account(sam, amina.account_id, Why("abuse"))
    for row in await rows(
        "SELECT id FROM decisions WHERE act IN ('hold', 'decline', 'limit', 'suspend') AND by_id <> 0"
    ):
        by = Principal("member", amina.account_id, member_id=amina.member_id, suspended=True)
        await decide_appeal(sue, await file_appeal(by, row["id"], "Please look again."), undo=True)
    assert await count("accounts", "limited OR state = 'suspended'") == 0
    for post_id in (held, declined):
        found = (await here.post(post_id)).proposal
        assert found is not None
        assert found.state == "raised"
    shown = await published(here)
    assert (shown["PostPublished"].count(declined), shown["PostRestored"]) == (1, [held])


async def test_what_is_upheld_stands(here: Ground) -> None:
    amina, (sam, sue) = await here.member("amina"), await stewards(here)
    post_id = await here.say(amina)
    await remove_post(sam, post_id, WHY)
    appeal = await file_appeal(amina, (await one("SELECT id FROM decisions"))["id"], "Please.")
    await decide_appeal(sue, appeal, undo=False, note="The street is in it still.")
    assert await posts.by_id(post_id) is None
    [upheld, removed] = await moderation.decisions_about(amina.account_id)
    assert (upheld.act, upheld.sentence, removed.appeal) == ("uphold", "The street is in it still.", "uphold")


async def test_what_waits_for_longer_than_a_working_day_reminds_stewards_once_a_day(here: Ground) -> None:
    amina, (sam, _) = await here.member("amina"), await stewards(here)
    post_id = await here.say(amina, hold="details")
    due = await rows("SELECT run_at, created_at FROM jobs WHERE kind = 'held_too_long'")
    assert len(due) == 1
    assert DAY <= due[0]["run_at"] - due[0]["created_at"] <= 3 * DAY
    assert await remind_again(OPERATOR, post_id)
    await release_post(sam, post_id)
    assert not await remind_again(OPERATOR, post_id)


async def test_the_public_log_names_nobody_and_keeps_what_was_said_to_one(here: Ground) -> None:
    amina, (sam, _) = await here.member("amina"), await stewards(here)
    await hold_post(sam, await here.say(amina), WHY)
    await remove_post(sam, await here.say(amina), Why("abuse", "Insults."))
    await warn_account(sam, amina.account_id, Why("abuse", "Never again."))
    assert [(each.act, each.code) for each in await moderation.public_log()] == [
        ("remove", "abuse"),
        ("hold", "identifies_someone"),
    ]
    assert await moderation.log_counts() == [("hold", "identifies_someone", 1), ("remove", "abuse", 1)]


async def test_a_hidden_author_is_told_appeals_and_is_named_nowhere(here: Ground) -> None:
    await ensure_voice(OPERATOR, make_keys)
    amina, (sam, sue) = await here.member("amina"), await stewards(here)
    post_id = await here.say(amina, "We were told not to write mould.", mode="confidential", hold="details")
    assert (await here.post(post_id, amina)).held_reason == "details"
    assert await posts.by_id(post_id, Viewer((await here.member("bryn")).account_id)) is None
    await decline_post(sam, post_id, WHY)
    await here.settle()
    letters = await rows(
        "SELECT p.source FROM posts p JOIN mentions m ON m.post_id = p.id WHERE m.account_id = ? AND p.visibility = ?"
        " ORDER BY p.id",
        [amina.account_id, "direct"],
    )
    assert len(letters) == 2
    assert str(post_id) not in letters[0]["source"] + letters[1]["source"]
    [declined, _] = await moderation.decisions_for(Viewer(amina.account_id))
    assert await moderation.decisions_about(amina.account_id) == [], "what stewards see"
    assert declined.account_id != amina.account_id
    appeal = await file_appeal(amina, declined.id, "Nobody is named.")
    await decide_appeal(sue, appeal, undo=True)
    assert (await here.post(post_id)).byline.name != "amina"
    assert await count("decisions", "account_id = ?", amina.account_id) == 0
    with pytest.raises(Refused):
        await suspend_account(sam, declined.account_id, WHY)


async def make_keys() -> KeyPairs:
    return key_pairs()
