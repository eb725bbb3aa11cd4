from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.elsewhere import Here, opened


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Here]:
    """Our instance at oak.example."""
    async with opened(tmp_path) as here:
        with here.database.use():
            yield here
