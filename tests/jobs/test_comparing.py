"""A round of comparing ends, however much a chapter claims to have."""

import pytest

from server.jobs.comparing import RUNS, go_on
from server.storage.database import Database
from server.storage.sql import rows


@pytest.mark.parametrize(("run", "goes_on"), [(1, True), (RUNS - 1, True), (RUNS, False), (RUNS + 7, False)])
async def test_what_is_left_after_many_runs_waits_for_the_next_round(
    database: Database, run: int, goes_on: bool
) -> None:
    await go_on(1, 2, run)
    waiting = await rows("SELECT id FROM jobs WHERE kind = 'compare'")
    assert bool(waiting) is goes_on
