from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.site import Person, Site, open_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path) as opened:
        yield opened


@pytest.fixture
async def rosa(site: Site) -> Person:
    return await site.join("rosa")


@pytest.fixture
async def tom(site: Site) -> Person:
    return await site.join("tom")
