"""How a command works on the instance: the same database, the same actions, as the operator."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from server.actions.instance import remember_domain
from server.config import Settings
from server.rules.permissions import OPERATOR
from server.storage.database import Database
from server.storage.migrating import migrate

Result = TypeVar("Result")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The instance's database, up to date and in use. A running server notices what is left to do within a second.

    Raises:
        Refused: the data belongs to another domain.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    await migrate(settings.database_url, data_dir=settings.data_dir)
    database = await Database.open(settings.database_url, data_dir=settings.data_dir, base_url=settings.base_url)
    try:
        with database.use():
            await remember_domain(OPERATOR, settings.domain)
            yield database
    finally:
        await database.close()


def in_database(settings: Settings, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Do this with the database in use, and return what it returns."""

    async def whole() -> Result:
        async with opened(settings):
            return await work()

    return asyncio.run(whole())
