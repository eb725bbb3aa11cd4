from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.world import World, world


@pytest.fixture
def worlds(tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[World]]:
    """Make a world of instances: `async with worlds("oak", "ash") as all_of_them`."""

    def make(*names: str, **more: object) -> AbstractAsyncContextManager[World]:
        return world(tmp_path, *names, **more)

    return make


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[World]:
    """Oak, ash and elm, each with a topic `damp-homes` that is linked with the other two."""
    async with world(tmp_path, "oak", "ash", "elm") as made:
        oak, ash, elm = made.instances
        await oak.topic("damp-homes", "Damp homes")
        for here in (ash, elm):
            await here.link("damp-homes", oak)
        await made.settle()
        for here, there in ((oak, ash), (oak, elm), (ash, elm), (elm, ash)):
            await here.link("damp-homes", there)
            await made.settle()
        yield made
