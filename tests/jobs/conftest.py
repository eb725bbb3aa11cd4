from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.storage.database import Database
from tests.smtp import MailServer, mail_server
from tests.storage.databases import Clock, fresh_database
from tests.world import Site, World, world


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path, clock: Clock) -> AsyncIterator[Database]:
    """An open database, in use for the test."""
    async with fresh_database(tmp_path, clock) as database:
        with database.use():
            yield database


@pytest.fixture
async def post_office() -> AsyncIterator[MailServer]:
    async with mail_server() as made:
        yield made


@pytest.fixture
async def oak(tmp_path: Path, post_office: MailServer) -> AsyncIterator[tuple[World, Site]]:
    """An instance that can send mail."""
    settings = {"smtp_url": post_office.url, "mail_from": "news@oak.example"}
    async with world(tmp_path, "oak", settings=settings) as made:
        await made.sites["oak"].topic("damp-homes", "Damp homes")
        yield made, made.sites["oak"]
