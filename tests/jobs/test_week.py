"""Stewards get what was raised last week on Monday, once; and nobody else does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.jobs import calendar
from server.queries.calendar import calendar as days
from server.storage.sql import execute
from tests.jobs.test_reminders import letters_to, look
from tests.make import Ground, ground

DAY = 86_400_000


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Ground]:
    async with ground(tmp_path, smtp_url="smtp://127.0.0.1:2525", mail_from="oak@oak.example") as made:
        yield made


async def raised_days_before_monday(here: Ground, count: int) -> None:
    amina = await here.member("amina")
    proposal = await here.propose(amina)
    await execute("UPDATE posts SET published_at = ? WHERE id = ?", [(await days()).monday - count * DAY, proposal])
    await here.settle()


async def test_stewards_get_the_list_of_last_week_once(here: Ground) -> None:
    sten, bo = await here.member("sten", role="steward"), await here.member("bo")
    await raised_days_before_monday(here, 3)
    await look(here, 3)
    letters = await letters_to(sten)
    assert len(letters) == 1
    assert "1 proposal was raised last week" in letters[0]
    assert "/moderation/week" in letters[0]
    assert await letters_to(bo) == []


async def test_a_week_in_which_nothing_was_raised_makes_no_letter(here: Ground) -> None:
    sten = await here.member("sten", role="steward")
    await raised_days_before_monday(here, 8)
    await look(here)
    assert await letters_to(sten) == []
    assert calendar.EVERY < DAY, "Monday is not missed"
