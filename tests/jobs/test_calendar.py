"""What the calendar does by itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.actions.asks import AskDraft, OwnerDraft, keep_owner, prepare_ask, send_proposal
from server.actions.lifecycle import move_proposal
from server.jobs import calendar
from server.queries import proposals
from server.rules.ids import now_ms
from server.rules.lifecycle import Wanted
from server.rules.permissions import Principal
from server.storage.sql import execute, rows
from tests.make import Ground, ground, one

DAY = 86_400_000


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Ground]:
    async with ground(tmp_path) as made:
        yield made


async def sent(here: Ground, days_ago: int) -> tuple[int, Principal]:
    """A proposal that was sent so many days ago."""
    amina, sten = await here.member("amina"), await here.member("sten", role="steward")
    proposal = await here.propose(amina)
    await move_proposal(sten, proposal, "agree", Wanted("Agreed at a meeting.", waived=True))
    owner = await keep_owner(sten, OwnerDraft("The council"))
    await prepare_ask(sten, proposal, AskDraft(owner, "change_rule"))
    await send_proposal(sten, proposal)
    await execute("UPDATE asks SET sent_at = ? WHERE proposal_id = ?", [now_ms() - days_ago * DAY, proposal])
    return proposal, sten


async def steps(proposal: int) -> list[str]:
    return [step.kind for step in await proposals.steps_of(proposal)]


@pytest.mark.parametrize(
    ("days_ago", "entered"), [(10, []), (50, ["delayed"]), (100, ["long_overdue"])], ids=["in time", "late", "long"]
)
async def test_an_answer_that_is_late_is_said_to_be_once(here: Ground, days_ago: int, entered: list[str]) -> None:
    proposal, _ = await sent(here, days_ago)
    for _ in range(2):
        await calendar.look(now_ms())
    assert await steps(proposal) == ["raised", "agreed", "sent", *entered]


async def test_late_and_then_long_overdue_are_two_entries(here: Ground) -> None:
    proposal, _ = await sent(here, 50)
    await calendar.look(now_ms())
    await execute("UPDATE asks SET sent_at = sent_at - ?", [50 * DAY])
    await calendar.look(now_ms())
    assert (await steps(proposal))[-2:] == ["delayed", "long_overdue"]


async def test_what_nobody_talks_about_rests_until_somebody_does(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    quiet, lively = await here.propose(amina), await here.propose(amina, "Another")
    await execute("UPDATE proposals SET active_at = active_at - ? WHERE post_id = ?", [200 * DAY, quiet])
    await calendar.look(now_ms())
    assert (await one("SELECT state FROM proposals WHERE post_id = ?", quiet))["state"] == "dormant"
    assert (await one("SELECT state FROM proposals WHERE post_id = ?", lively))["state"] == "raised"
    await here.say(bo, in_reply_to_id=quiet)
    assert await steps(quiet) == ["raised", "dormant", "woken"]
    assert (await one("SELECT state FROM proposals WHERE post_id = ?", quiet))["state"] == "raised"


async def test_the_next_look_waits_once(here: Ground) -> None:
    for _ in range(2):
        await calendar.begin(now_ms())
    waiting = await rows("SELECT run_at FROM jobs WHERE queue = 'calendar'")
    assert len(waiting) == 1
    assert 0 < waiting[0]["run_at"] - now_ms() <= calendar.EVERY
