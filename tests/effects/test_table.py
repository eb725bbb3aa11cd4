"""Everything that follows from an event may be done twice after a crash, and then changes nothing the second time."""

import dataclasses

from server.actions.accounts import update_profile
from server.actions.amendments import accept_amendment
from server.actions.appeals import file_appeal
from server.actions.blocks import block, unblock
from server.actions.boosts import boost_post, unboost_post
from server.actions.deliveries import drop_host, retry_host
from server.actions.domains import begin_purge, block_domain, decide_domain, set_federation, unblock_domain
from server.actions.endorsements import EndorsementDraft, endorse, withdraw_endorsement
from server.actions.follows import answer_follow, follow, unfollow
from server.actions.instance import change
from server.actions.invites import create_invite, revoke_invite
from server.actions.keys import rotate_keys
from server.actions.lifecycle import move_proposal
from server.actions.likes import like_post, unlike_post
from server.actions.members import set_role
from server.actions.memberships import claim_membership
from server.actions.moderation import hold_post, release_post, remove_post
from server.actions.moving import move_account
from server.actions.organisations import OrganisationDraft, create_organisation, speaking_for
from server.actions.policies import delete_policy, name_policy
from server.actions.polls import vote
from server.actions.posts import delete_post, edit_post
from server.actions.proposals import edit_proposal
from server.actions.quotes import ask_to_quote
from server.actions.reports import decide_report, file_report
from server.actions.sanctions import restore_account, suspend_account
from server.actions.topics import unlink_chapter
from server.effects import audit
from server.effects.context import Context
from server.effects.table import TABLE
from server.jobs.effects import event_of
from server.ledger import deliveries
from server.queries.calendar import calendar
from server.rules.domains import DomainRule
from server.rules.drafts import PollDraft, PostDraft, ProfileDraft, ProposalDraft
from server.rules.events.every import named
from server.rules.events.groups import OrganisationsClaimed
from server.rules.events.moderation import HeldTooLong
from server.rules.events.posts import ActivityTaken, PollClosed, PollCounted, PostDeleted, QuoteNoted
from server.rules.events.proposals import BarrierNoted, ContributionDecided, ReminderDue
from server.rules.ids import now_ms
from server.rules.lifecycle import Wanted
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR, Principal
from server.storage.sql import execute, rows
from server.storage.unit import unit
from tests.make import ANSWERS, Ground, key_pairs

WRITTEN = {
    "activities": "uri, body",
    "deliveries": "activity_id, inbox, state",
    "notifications": "account_id, key",
    "audit": "job_id, hash",
    "jobs WHERE queue <> 'effects'": "queue, kind, key",
}
SILENT = {"AccountGone"}  # nothing follows from it


async def written() -> dict[str, list[tuple[str, ...]]]:
    """All that effects write, but for the events themselves."""
    found = {table: await rows(f"SELECT {columns} FROM {table}") for table, columns in WRITTEN.items()}
    return {table: sorted(tuple(map(str, row.values())) for row in each) for table, each in found.items()}


async def a_busy_day(here: Ground) -> None:
    """Every kind of event at least once."""
    amina, ada = await here.member("amina"), await here.member("ada", "admin")
    bo, cy = await here.stranger("bo"), await here.stranger("cy", "ash.example")
    topic = await here.topic()
    chapter = await here.chapter(topic, "elm.example")
    await here.befriend(bo, amina)
    await follow(amina, bo.account_id)
    await answer_follow(bo, amina.account_id, True)
    proposal = await here.propose(amina, topic_id=topic)
    comment = await here.say(bo, in_reply_to_id=proposal)
    theirs = await here.say(cy, poll=PollDraft(("A", "B")), mentions=(await here.mention(amina),))
    await edit_proposal(amina, proposal, ProposalDraft("Damp again", ANSWERS))
    for post_id in (proposal, theirs):
        await like_post(amina, post_id)
        await boost_post(amina, post_id)
    await vote(amina, theirs, (1,))
    row = await create_organisation(ada, "row", OrganisationDraft("The Row"), keys=key_pairs())
    await claim_membership(amina, row)
    speaking = await speaking_for(ada, row)
    await endorse(speaking, proposal, EndorsementDraft("By a vote."))
    await withdraw_endorsement(speaking, proposal)
    wording = await here.say(
        bo, in_reply_to_id=proposal, record="amendment", facts={"version": 2, "sections": {"change": "Two are enough."}}
    )
    await accept_amendment(amina, wording, "Thank you.")
    await move_proposal(ada, proposal, "agree", Wanted("Agreed at a meeting.", waived=True))
    async with unit() as work:
        work.emit(PollClosed(theirs, now_ms()))
    await unlike_post(amina, theirs)
    await unboost_post(amina, theirs)
    gone = await here.say(amina, mentions=(await here.mention(cy),))
    await edit_post(amina, gone, PostDraft(source="Other words."))
    await delete_post(amina, gone)
    await remove_post(ada, comment, Why("abuse"))
    async with unit() as work:
        work.emit(PollCounted(theirs, now_ms()))
        work.emit(QuoteNoted(theirs))
        work.emit(ActivityTaken(1, proposal))
        work.emit(OrganisationsClaimed(bo.account_id, ("https://elm.example/organisations/elm",)))
    await update_profile(amina, ProfileDraft(display_name="Amina B."))
    await ask_to_quote(cy, proposal, "https://elm.example/notes/9", "https://elm.example/activities/9")
    there = await rows("SELECT uri FROM accounts WHERE id = ?", [amina.account_id])
    await execute("UPDATE accounts SET also_known_as = ? WHERE id = ?", [f'["{there[0]["uri"]}"]', cy.account_id])
    await move_account(amina, cy.account_id)
    await rotate_keys(OPERATOR, "amina", key_pairs())
    await block(amina, cy.account_id)
    await unblock(amina, cy.account_id)
    await unfollow(amina, bo.account_id)
    await unlink_chapter(OPERATOR, topic, chapter.account_id)
    await file_report(amina, bo.account_id, (comment,))
    await change(ada, title="New")
    await suspend_account(ada, amina.account_id, Why("abuse"))
    await restore_account(ada, amina.account_id)
    report = await file_report(amina, bo.account_id, (comment,))
    await decide_report(ada, report, "keep")
    held = await here.say(amina, "Her name is known.")
    await hold_post(ada, held, Why("identifies_someone"))
    hold = await rows("SELECT id FROM decisions WHERE post_id = ? AND act = 'hold'", [held])
    await file_appeal(amina, hold[0]["id"], "It is my own name.")
    await release_post(ada, held)
    async with unit() as work:
        work.emit(HeldTooLong(held))
        work.emit(BarrierNoted(held, 1, amina.account_id))
        work.emit(ReminderDue(proposal, "unanswered", 10))
        work.emit(ReminderDue(0, "week", (await calendar()).today.toordinal() + 1))
    rule = await name_policy(amina, "Repairs contract")
    await delete_policy(OPERATOR, rule)
    await revoke_invite(ada, await create_invite(ada))
    await set_role(OPERATOR, amina.member_id, "steward")
    await about_other_servers(here, ada)


async def about_other_servers(here: Ground, ada: Principal) -> None:
    await block_domain(ada, "spam.example")
    await unblock_domain(ada, "spam.example")
    await decide_domain(ada, DomainRule("loud.example", "limit"))
    await set_federation(ada, "open", "members")
    await here.stranger("gone", "old.example")
    await begin_purge(ada, "old.example")
    async with unit():
        await execute(
            "INSERT INTO activities (id, uri, account_id, object_uri, body, created_at)"
            " VALUES (1, 'x:1', 1, 'x:2', ?, 1)",
            [b""],
        )
        await deliveries.add(1, 1, "x:2", [("down.example", "https://down.example/inbox")], 1)
    await retry_host(ada, "down.example")
    await drop_host(ada, "down.example")


async def test_doing_anything_twice_changes_nothing_the_second_time(here: Ground) -> None:
    await a_busy_day(here)
    seen = set()
    for job in await here.waiting():
        event = event_of(job)
        context = Context(here.settings, here.hub, now_ms, job.id)
        seen.add(job.kind)
        for consequence in TABLE[type(event)]:
            await consequence(context, event)
        before = await written()
        for consequence in TABLE[type(event)]:
            await consequence(context, event)
        assert await written() == before, job.kind
    assert seen | SILENT == set(named())
    assert await rows("SELECT id FROM deliveries LIMIT 1")


def test_the_table_knows_every_event_and_no_other() -> None:
    assert {event.__name__ for event in TABLE} == set(named())


async def test_what_follows_from_something_that_is_gone_by_then_is_nothing_and_no_fault(here: Ground) -> None:
    await a_busy_day(here)
    jobs = await here.waiting()
    for table in ("likes", "follows", "chapters", "posts", "reports", "notifications", "activities"):
        await execute(f"DELETE FROM {table}")
    await execute("UPDATE accounts SET state = 'gone'")
    for job in jobs:
        event = event_of(job)
        for consequence in TABLE[type(event)]:
            await consequence(Context(here.settings, here.hub, now_ms, job.id), event)


def test_whatever_stewards_and_admins_do_is_audited() -> None:
    """By its fields: an event that says who did it is theirs, but for what everybody does to a proposal."""
    everybodys = {PostDeleted, ContributionDecided}
    for event, consequences in TABLE.items():
        if "by_id" in {field.name for field in dataclasses.fields(event)} and event not in everybodys:
            assert {audit.entered, audit.moved} & set(consequences), event.__name__
