from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.storage.database import Database
from tests.storage.databases import Clock, fresh_database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path, clock: Clock) -> AsyncIterator[Database]:
    """An open database, in use for the test."""
    async with fresh_database(tmp_path, clock) as database:
        with database.use():
            yield database
