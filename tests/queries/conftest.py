from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.make import Ground, ground


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Ground]:
    """An instance of ours without its network."""
    async with ground(tmp_path) as made:
        yield made
