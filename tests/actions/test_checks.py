"""Consent checks: who opens and closes them, objections with and without a reason, two people at once."""

import asyncio
from typing import Any

import orjson
import pytest

from server.actions.checks import CheckDraft, answer_objection, cast, close_check, close_due_poll, open_check
from server.actions.lifecycle import move_proposal
from server.actions.polls import vote
from server.actions.posts import delete_post
from server.queries.checks import counted, objections_to
from server.queries.proposals import steps_of
from server.render.objects import as_object
from server.render.posts import as_status, status_json
from server.rules.checks import ASIDE, CONSENT, OBJECT, Tally
from server.rules.drafts import PollDraft
from server.rules.errors import Conflict, Invalid, Refused
from server.rules.ids import now_ms
from server.rules.lifecycle import Wanted
from server.rules.permissions import CLOCK, OPERATOR, Principal
from server.storage.sql import execute
from tests.make import HOME, Ground, count, one

DAY = 24 * 3600 * 1000


def in_a_week(**more: Any) -> CheckDraft:
    return CheckDraft(more.pop("method", "consent"), now_ms() + 7 * DAY, **more)


async def opened(here: Ground, **more: Any) -> tuple[Principal, Principal, int, int]:
    """Author, steward, the proposal and its check."""
    amina, sten = await here.member("amina"), await here.member("sten", "steward")
    proposal_id = await here.propose(amina)
    return amina, sten, proposal_id, await open_check(amina, proposal_id, in_a_week(**more))


async def state_of(check_id: int) -> str:
    return str((await one("SELECT state FROM checks WHERE post_id = ?", check_id))["state"])


async def test_only_its_author_or_a_steward_opens_a_check(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", "steward")
    bryn, cem = await here.member("bryn"), await here.stranger("cem")
    first, second = await here.propose(amina), await here.propose(amina)
    for nobody in (bryn, cem, CLOCK):
        with pytest.raises(Refused):
            await open_check(nobody, first, in_a_week())
    assert await count("checks") == await count("polls") == 0
    await open_check(amina, first, in_a_week())
    await open_check(sten, second, in_a_week(method="sense"))
    assert await count("checks") == 2


async def test_two_who_open_a_check_at_once_open_one(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", "steward")
    proposal_id = await here.propose(amina)
    results = await asyncio.gather(
        *(open_check(by, proposal_id, in_a_week()) for by in (amina, sten, amina, sten)), return_exceptions=True
    )
    assert [type(result) for result in results].count(Conflict) == 3
    assert await count("checks") == await count("polls") == 1
    assert [step.kind for step in await steps_of(proposal_id)] == ["raised", "check_opened"]


async def test_the_check_asks_in_the_language_of_the_proposal_about_its_version(here: Ground) -> None:
    amina = await here.member("amina")
    proposal_id = await here.propose(amina, "Schimmel muss zweimal bewiesen werden", language="de")
    post = await here.post(await open_check(amina, proposal_id, in_a_week()))
    assert post.poll is not None
    assert [title for title, _ in post.poll.options] == ["Konsent", "Beiseitestehen", "Einwand"]
    assert post.check is not None
    assert (post.check.method, post.check.version, post.check.state) == ("consent", 1, "open")
    assert post.language == "de"


async def test_an_objection_needs_its_reason(here: Ground) -> None:
    amina, _, _, check_id = await opened(here)
    bryn = await here.member("bryn")
    with pytest.raises(Invalid):
        await cast(bryn, check_id, OBJECT, "  ")
    assert await count("poll_votes") == await count("contributions") == 0
    await cast(bryn, check_id, OBJECT, "Tenants without a phone cannot send photos.")
    await cast(amina, check_id, CONSENT)
    assert await counted(check_id, over=True) == Tally(consent=1, objections=1)
    with pytest.raises(Conflict):
        await cast(bryn, check_id, OBJECT, "And another thing.")
    assert await count("contributions") == await count("posts", "stance = 'against'") == 1


async def test_an_answered_objection_no_longer_stands_and_whoever_objected_is_told(here: Ground) -> None:
    amina, sten, proposal_id, check_id = await opened(here)
    bryn = await here.member("bryn")
    await cast(amina, check_id, CONSENT)
    await cast(bryn, check_id, OBJECT, "Tenants without a phone cannot send photos.")
    await here.forget()
    (objection_id,) = await objections_to(check_id)
    with pytest.raises(Refused):
        await answer_objection(await here.member("dora"), objection_id, "Never mind.")
    with pytest.raises(Invalid):
        await answer_objection(sten, objection_id, " ")
    reply_id = await answer_objection(sten, objection_id, "A neighbour or we may take the photo.")
    await here.settle()
    assert "mention" in await here.told(bryn)
    await close_check(sten, check_id)
    assert await state_of(check_id) == "passed"
    steps = await steps_of(proposal_id)
    assert [step.kind for step in steps] == ["raised", "check_opened", "objection_answered", "check_closed"]
    assert steps[2].post_id == reply_id
    assert "A neighbour or we" in steps[2].note_html
    assert "answered: 1" in steps[3].note_html
    assert "cannot send photos" in steps[3].note_html


async def test_two_who_answer_at_once_answer_once_and_the_other_is_told(here: Ground) -> None:
    amina, sten, _, check_id = await opened(here)
    await cast(await here.member("bryn"), check_id, OBJECT, "It would cost more.")
    (objection_id,) = await objections_to(check_id)
    results = await asyncio.gather(
        answer_objection(amina, objection_id, "It saves the second visit."),
        answer_objection(sten, objection_id, "We asked: it does not."),
        return_exceptions=True,
    )
    assert [type(result) for result in results].count(Conflict) == 1
    assert await count("steps", "kind = 'objection_answered'") == 1
    assert await count("posts", "in_reply_to_id = ?", objection_id) == 1


async def test_an_objection_that_stands_fails_the_check_and_blocks_agreeing(here: Ground) -> None:
    amina, sten, proposal_id, check_id = await opened(here)
    await cast(amina, check_id, CONSENT)
    await cast(await here.member("bryn"), check_id, OBJECT, "It would cost more.")
    await close_check(sten, check_id)
    assert await state_of(check_id) == "failed"
    with pytest.raises(Conflict):
        await move_proposal(sten, proposal_id, "agree", Wanted("All the same.", waived=True))


async def test_an_objection_by_a_vote_alone_is_asked_about_once_and_stands_aside_without_a_reason(here: Ground) -> None:
    amina, sten, _, check_id = await opened(here)
    cem = await here.stranger("cem")
    await cast(amina, check_id, CONSENT)
    await here.forget()
    await vote(cem, check_id, (OBJECT,), "https://elm.example/votes/1")
    await here.settle(times=2)
    sent = [each for each in (await here.sent()).get("https://elm.example/inbox", []) if each["type"] == "Create"]
    assert len(sent) == 1
    assert sent[0]["to"] == ["https://elm.example/users/cem"]
    assert sent[0]["cc"] == []
    assert "What is your objection?" in sent[0]["object"]["content"]
    assert await counted(check_id, over=False) == Tally(consent=1, awaited=1)
    await execute("UPDATE poll_votes SET at = at - ? WHERE account_id = ?", [14 * DAY, cem.account_id])
    assert await counted(check_id, over=False) == Tally(consent=1, aside=1, silent=1)
    await close_check(sten, check_id)
    assert await state_of(check_id) == "passed"


@pytest.mark.parametrize("visibility", ["direct", "public"])
async def test_the_answer_to_that_message_is_the_objection(here: Ground, visibility: Any) -> None:
    amina, sten, proposal_id, check_id = await opened(here)
    cem, dora = await here.stranger("cem"), await here.stranger("dora")
    await cast(amina, check_id, CONSENT)
    await vote(cem, check_id, (OBJECT,), "https://elm.example/votes/1")
    await here.settle()
    question = (await one("SELECT id FROM posts WHERE visibility = 'direct'"))["id"]
    await here.say(dora, "I have no vote.", in_reply_to_id=question, visibility="direct")
    reason = await here.say(cem, "It would cost more.", in_reply_to_id=question, visibility=visibility)
    await here.say(cem, "Really.", in_reply_to_id=question, visibility=visibility)
    assert await objections_to(check_id) == [reason]
    assert await counted(check_id, over=True) == Tally(consent=1, objections=1)
    await answer_objection(amina, reason, "It saves the second visit.")
    await close_check(sten, check_id)
    assert await state_of(check_id) == "passed"
    note = (await steps_of(proposal_id))[-1].note_html
    assert ("would cost more" in note) == (visibility == "public"), "a direct message stays one"


async def test_a_member_who_objected_in_an_app_gives_the_reason_on_the_web(here: Ground) -> None:
    _, _, _, check_id = await opened(here)
    bryn = await here.member("bryn")
    await vote(bryn, check_id, (OBJECT,))
    await cast(bryn, check_id, OBJECT, "It would cost more.")
    assert await counted(check_id, over=True) == Tally(objections=1)
    assert await count("poll_votes") == 1


async def test_a_reason_that_is_taken_back_leaves_a_standing_aside(here: Ground) -> None:
    _, _, _, check_id = await opened(here)
    bryn = await here.member("bryn")
    await cast(bryn, check_id, OBJECT, "It would cost more.")
    await delete_post(bryn, (await objections_to(check_id))[0])
    assert await counted(check_id, over=True) == Tally(aside=1, silent=1)


async def test_a_check_closes_by_itself_at_its_time_and_not_before(here: Ground) -> None:
    amina, _, proposal_id, check_id = await opened(here)
    await cast(amina, check_id, CONSENT)
    await close_due_poll(OPERATOR, check_id, now_ms())
    assert await state_of(check_id) == "open"
    for _ in range(2):
        await close_due_poll(OPERATOR, check_id, now_ms() + 8 * DAY)
    assert await state_of(check_id) == "passed"
    assert [step.kind for step in await steps_of(proposal_id)] == ["raised", "check_opened", "check_closed"]


async def test_only_a_steward_closes_a_check_early_and_only_once(here: Ground) -> None:
    amina, sten, proposal_id, check_id = await opened(here)
    with pytest.raises(Refused):
        await close_check(amina, check_id)
    joyce = await here.member("joyce", "admin")
    results = await asyncio.gather(
        close_check(sten, check_id),
        close_check(joyce, check_id),
        close_due_poll(OPERATOR, check_id, now_ms() + 8 * DAY),
        return_exceptions=True,
    )
    assert {type(result) for result in results} <= {Conflict, type(None)}
    assert [step.kind for step in await steps_of(proposal_id)].count("check_closed") == 1
    with pytest.raises(Conflict):
        await cast(amina, check_id, CONSENT)


async def test_no_vote_is_lost_while_the_check_is_being_closed(here: Ground) -> None:
    _, sten, _, check_id = await opened(here)
    people = [await here.member(f"m{number}") for number in range(6)]
    acts = [
        cast(by, check_id, OBJECT, "No.") if number % 2 else cast(by, check_id, CONSENT)
        for number, by in enumerate(people)
    ]
    results = await asyncio.gather(*acts[:3], close_check(sten, check_id), *acts[3:], return_exceptions=True)
    took = results.count(None) - 1
    assert await count("poll_votes") == took
    counts = await counted(check_id, over=True)
    assert counts.consent + counts.objections == took
    assert await state_of(check_id) == ("failed" if counts.objections or not counts.consent else "passed")


async def test_hidden_figures_show_nowhere_until_it_is_closed(here: Ground) -> None:
    amina, sten, _, check_id = await opened(here, hide_until_closed=True)
    await cast(amina, check_id, CONSENT)
    await cast(await here.member("bryn"), check_id, ASIDE)
    for viewer in (None, amina, sten):
        post = await here.post(check_id, viewer)
        assert post.poll is not None
        assert [votes for _, votes in post.poll.options] == [None, None, None]
        poll = as_status(post, HOME)["poll"]
        assert [option["votes_count"] for option in poll["options"]] == [None, None, None]
        wire = as_object(post, HOME)
        assert [option["replies"]["totalItems"] for option in wire["oneOf"]] == [0, 0, 0]
        assert wire["civic:hidden"] is True
        streamed = orjson.loads(status_json(post, HOME))
        assert [option["votes_count"] for option in streamed["poll"]["options"]] == [None, None, None]
    await close_check(sten, check_id)
    post = await here.post(check_id)
    assert post.poll is not None
    assert [votes for _, votes in post.poll.options] == [1, 1, 0]
    assert as_object(post, HOME)["civic:result"] == "passed"


async def test_a_sense_check_moves_nothing(here: Ground) -> None:
    amina, sten, proposal_id, check_id = await opened(here, method="sense")
    await cast(amina, check_id, OBJECT)
    await here.settle()
    assert await count("posts", "visibility = 'direct'") == 0
    await close_check(sten, check_id)
    assert (await here.post(proposal_id)).proposal is not None
    with pytest.raises(Conflict):
        await move_proposal(amina, proposal_id, "agree")
    assert "Disagree: 1" in (await steps_of(proposal_id))[-1].note_html


async def test_a_poll_of_a_stranger_that_calls_itself_a_check_is_a_poll(here: Ground) -> None:
    amina, cem = await here.member("amina"), await here.stranger("cem")
    proposal_id = await here.propose(amina)
    post_id = await here.say(
        cem,
        "Do you consent?",
        in_reply_to_id=proposal_id,
        poll=PollDraft(("Consent", "Stand aside", "Object")),
        record="check",
        facts={"method": "consent", "result": "passed"},
    )
    assert await count("checks") == 0
    post = await here.post(post_id)
    assert post.check is None
    assert post.poll is not None
