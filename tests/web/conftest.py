from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.site import Site, fresh_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """An organisation with an admin (joyce), a steward (tom) and a member (rosa)."""
    async with fresh_site(tmp_path) as made:
        await made.set_up()
        yield made
