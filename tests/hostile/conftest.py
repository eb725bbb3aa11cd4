from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.hostile.ground import House, Person, check_address, house


@pytest.fixture
async def oak(tmp_path: Path) -> AsyncIterator[House]:
    """A whole instance at oak.example; everybody else is documents and keys."""
    async with house(tmp_path) as made:
        yield made


@pytest.fixture
async def rosa(oak: House) -> Person:
    return await oak.join("rosa")


@pytest.fixture
async def mallory(oak: House) -> Person:
    """A member who tries what is not hers to do."""
    made = await oak.join("mallory")
    for client in (made.app, made.browser):
        client.event_hooks["request"].append(check_address)
    return made
