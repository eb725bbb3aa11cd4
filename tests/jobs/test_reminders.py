"""Who is reminded of what, when, and only once; and what becomes of what nobody answers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.actions.asks import AskDraft, OwnerDraft, keep_owner, prepare_ask, send_proposal
from server.actions.lifecycle import move_proposal
from server.actions.likes import like_post
from server.actions.proposals import edit_proposal
from server.actions.reminders import log_contact, reminder_text, send_reminder
from server.actions.same_barrier import link_barrier, unlink_barrier
from server.jobs import calendar
from server.queries import proposals, same_barrier
from server.rules.drafts import ProposalDraft
from server.rules.errors import Conflict, Invalid, Refused
from server.rules.ids import now_ms
from server.rules.lifecycle import Wanted
from server.rules.permissions import Principal
from server.storage.sql import execute, rows
from tests.make import ANSWERS, Ground, count, ground, one

DAY = 86_400_000


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Ground]:
    async with ground(tmp_path, smtp_url="smtp://127.0.0.1:2525", mail_from="oak@oak.example") as made:
        yield made


async def sent(here: Ground, days_ago: float, **owner: Any) -> tuple[int, Principal, Principal]:
    """A proposal that was sent so many days ago, its author and a steward."""
    amina, sten = await here.member("amina"), await here.member("sten", role="steward")
    proposal = await here.propose(amina)
    await move_proposal(sten, proposal, "agree", Wanted("Agreed at a meeting.", waived=True))
    await prepare_ask(
        sten, proposal, AskDraft(await keep_owner(sten, OwnerDraft("The council", **owner)), "change_rule")
    )
    await send_proposal(sten, proposal)
    await execute("UPDATE asks SET sent_at = ? WHERE proposal_id = ?", [int(now_ms() - days_ago * DAY), proposal])
    await here.settle()
    return proposal, amina, sten


async def letters_to(who: Principal) -> list[str]:
    """What the site has written to somebody, oldest first."""
    found = await rows(
        "SELECT p.source FROM posts p JOIN mentions m ON m.post_id = p.id WHERE m.account_id = ?"
        " AND p.visibility = 'direct' ORDER BY p.id",
        [who.account_id],
    )
    return [row["source"] for row in found]


async def look(here: Ground, times: int = 2) -> None:
    for _ in range(times):
        await calendar.look(now_ms())
        await here.settle(2)


async def steps(proposal: int) -> list[str]:
    return [step.kind for step in await proposals.steps_of(proposal)]


async def later(proposal: int, days: int) -> None:
    await execute("UPDATE asks SET sent_at = sent_at - ? WHERE proposal_id = ?", [days * DAY, proposal])


async def test_stewards_are_reminded_at_ten_twenty_and_thirty_working_days_each_once(here: Ground) -> None:
    proposal, amina, sten = await sent(here, 9)
    await look(here)
    assert await letters_to(sten) == []
    for number, words in ((1, "10 working days"), (2, "20 working days"), (3, "30 working days")):
        await later(proposal, 14)
        await look(here)
        assert len(await letters_to(sten)) == number
        assert words in (await letters_to(sten))[-1]
    assert f"https://oak.example/proposals/{proposal}/remind" in (await letters_to(sten))[-1]
    assert "> To The council" in (await letters_to(sten))[-1]
    assert await letters_to(amina) == []


async def test_after_days_without_a_server_only_the_newest_reminder_comes(here: Ground) -> None:
    _, _, sten = await sent(here, 45)
    await look(here)
    (letter,) = await letters_to(sten)
    assert "30 working days" in letter


async def test_a_kill_between_the_reminder_and_its_letter_loses_and_doubles_nothing(here: Ground) -> None:
    _, _, sten = await sent(here, 15)
    await calendar.look(now_ms())  # and the process dies: the event waits
    assert [job.kind for job in await here.waiting()] == ["ReminderDue"]
    await calendar.look(now_ms())
    assert [job.kind for job in await here.waiting()] == ["ReminderDue"]
    await here.settle(3)
    assert len(await letters_to(sten)) == 1


async def test_the_reminder_of_a_steward_shows_at_once_and_is_mailed_as_looking_after_the_site(here: Ground) -> None:
    from server.queries.notifications import between
    from server.views.viewer import Viewer

    _, _, sten = await sent(here, 15)
    await look(here)
    (told,) = [each for each in await between(Viewer(sten.account_id), 0, now_ms() + DAY, 50) if each.kind == "mention"]
    assert told.about == "moderation"


async def test_an_owner_of_their_own_days_is_reminded_by_those(here: Ground) -> None:
    from server.rules.clock import Limits

    proposal, _, sten = await sent(here, 6, limits=Limits(2, 4, 8))
    await look(here)
    (letter,) = await letters_to(sten)
    assert "4 working days" in letter
    assert proposal


async def test_what_was_answered_meanwhile_reminds_nobody(here: Ground) -> None:
    proposal, _, sten = await sent(here, 15)
    await calendar.look(now_ms())
    await here.say(sten, "Yes.", in_reply_to_id=proposal, record="answer", facts={"code": "accepted"})
    await here.settle()
    assert await letters_to(sten) == []


async def test_a_reminder_by_mail_has_a_new_link_and_stands_in_the_timeline_without_it(here: Ground) -> None:
    proposal, amina, sten = await sent(here, 15, email="council@council.example")
    before = await one("SELECT token_hash FROM asks WHERE proposal_id = ?", proposal)
    text = await reminder_text(sten, proposal)
    assert text.count("\n\n") >= 4, "its paragraphs stand apart, in Markdown as in a mail"
    assert "yet.\n\nWhat we ask: Change the rule\n\nBecause" in text
    with pytest.raises(Refused):
        await send_reminder(amina, proposal, text, "mail")
    await send_reminder(sten, proposal, text, "mail")
    letter = await one("SELECT recipient, subject, text FROM letters")
    assert letter["recipient"] == "council@council.example"
    assert "https://oak.example/answer/" in letter["text"]
    assert await one("SELECT token_hash FROM asks WHERE proposal_id = ?", proposal) != before
    step = (await proposals.steps_of(proposal))[-1]
    assert step.kind == "reminded"
    assert "no answer yet" in step.note_html
    assert "/answer/" not in step.note_html


async def test_a_reminder_to_their_account_is_a_direct_message(here: Ground) -> None:
    cem = await here.stranger("cem")
    proposal, _, sten = await sent(here, 15, account_id=cem.account_id)
    await send_reminder(sten, proposal, "Please answer.", "message")
    assert (await letters_to(cem))[-1].endswith("Please answer.")
    await here.settle()
    inboxes = await here.sent()
    assert [each["object"]["cc"] for each in inboxes["https://elm.example/inbox"] if each["type"] == "Create"][-1] == []


async def test_two_stewards_who_remind_at_once_remind_once(here: Ground) -> None:
    proposal, _, sten = await sent(here, 15)
    tess = await here.member("tess", role="steward")
    await send_reminder(sten, proposal, "Please answer.", "myself")
    with pytest.raises(Conflict, match="a moment ago"):
        await send_reminder(tess, proposal, "Please answer us.", "myself")
    assert (await steps(proposal)).count("reminded") == 1


async def test_a_phone_call_and_a_meeting_are_noted_and_the_clock_goes_on(here: Ground) -> None:
    proposal, amina, sten = await sent(here, 15)
    await log_contact(sten, proposal, "phoned", "They look for the file.")
    await log_contact(sten, proposal, "met", "They will answer.", "2026-11-03")
    assert (await steps(proposal))[-2:] == ["phoned", "met"]
    assert "3 November 2026" in (await proposals.steps_of(proposal))[-1].note_html
    for wrong, field in ((("They.", "2999-01-01"), "on"), (("They.", "soon"), "on"), (("", ""), "note")):
        with pytest.raises(Invalid) as error:
            await log_contact(sten, proposal, "phoned", *wrong)
        assert error.value.field == field
    with pytest.raises(Refused):
        await log_contact(amina, proposal, "phoned", "I rang.")
    assert (await one("SELECT state FROM proposals WHERE post_id = ?", proposal))["state"] == "sent"


async def test_what_has_no_answer_for_much_too_long_is_closed_by_the_calendar(here: Ground) -> None:
    proposal, _, _ = await sent(here, 7 * 25)  # 125 working days
    await look(here)
    assert (await steps(proposal))[-2:] == ["long_overdue", "closed"]
    found = await one("SELECT state, outcome FROM proposals WHERE post_id = ?", proposal)
    assert (found["state"], found["outcome"]) == ("closed", "no_answer")
    assert "No answer came in" in (await proposals.steps_of(proposal))[-1].note_html


async def test_it_is_not_closed_a_day_too_early(here: Ground) -> None:
    proposal, _, _ = await sent(here, 7 * 24)  # 120 working days
    await look(here)
    assert (await steps(proposal))[-1] == "long_overdue"


async def test_ninety_days_without_a_report_remind_stewards_and_whoever_answered(here: Ground) -> None:
    cem = await here.stranger("cem")
    proposal, _, sten = await sent(here, 15, account_id=cem.account_id)
    await here.say(sten, "Yes.", in_reply_to_id=proposal, record="answer", facts={"code": "accepted"})
    await move_proposal(sten, proposal, "begin")
    await execute("UPDATE proposals SET state_at = state_at - ? WHERE post_id = ?", [91 * DAY, proposal])
    await here.settle()
    await look(here)
    assert "For 90 days" in (await letters_to(sten))[-1]
    assert "how it goes" in (await letters_to(cem))[-1]
    letters = await count("posts", "visibility = 'direct'")
    await here.say(sten, "Schedule 4 is new.", in_reply_to_id=proposal, record="action")
    await look(here)
    assert await count("posts", "visibility = 'direct'") == letters


async def test_the_author_is_asked_whether_it_is_still_true(here: Ground) -> None:
    amina = await here.member("amina")
    proposal = await here.propose(amina)
    await execute("UPDATE proposals SET active_at = active_at - ? WHERE post_id = ?", [200 * DAY, proposal])
    await look(here)
    (letter,) = await letters_to(amina)
    assert "Is it still true?" in letter
    assert f"/proposals/{proposal}/do/wake" in letter


async def test_supporters_of_an_earlier_wording_are_asked_when_it_is_agreed(here: Ground) -> None:
    amina, bea, cy = [await here.member(name) for name in ("amina", "bea", "cy")]
    sten = await here.member("sten", role="steward")
    proposal = await here.propose(amina)
    await like_post(bea, proposal)
    await edit_proposal(amina, proposal, ProposalDraft("Damp again", ANSWERS))
    await like_post(cy, proposal)
    await move_proposal(sten, proposal, "agree", Wanted("Agreed.", waived=True))
    await here.settle(2)
    (letter,) = await letters_to(bea)
    assert "Do you support this one, too?" in letter
    assert await letters_to(cy) == []


async def test_what_a_steward_would_link_is_linked_five_working_days_after_the_author_was_told(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", role="steward")
    one_, two = await here.propose(amina), await here.propose(amina, "Another")
    refused = await here.propose(amina, "A third")
    for proposal in (one_, refused):
        assert not await link_barrier(sten, proposal, two)
    await execute("UPDATE same_barriers SET created_at = created_at - ?", [4 * DAY])
    await look(here)
    assert await steps(one_) == ["raised"]
    await unlink_barrier(amina, refused, f"https://oak.example/proposals/{two}")
    await execute("UPDATE same_barriers SET created_at = created_at - ?", [4 * DAY])
    await look(here)
    assert await steps(one_) == ["raised", "linked"]
    assert await steps(refused) == ["raised"]
    assert [each.said_here for each in await same_barrier.of_proposal(one_)] == [True]
