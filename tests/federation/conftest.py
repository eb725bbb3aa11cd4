"""Another server for the tests of what goes out, and both event loops to run them on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
import uvloop

from federation.client import Client
from tests.federation.peer import Peer, listening

# What holds connections is tested on the loop that `serve` takes and on the one it falls back to.
_ON_BOTH_LOOPS = ("test_certificates", "test_client", "test_client_limits", "test_connections", "test_http1")


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    loops: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
    if item.path.stem in _ON_BOTH_LOOPS:
        loops["uvloop"] = uvloop.new_event_loop
    return loops


@pytest.fixture
async def server() -> AsyncIterator[Peer]:
    async with listening() as peer:
        yield peer


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    client = Client(user_agent="Folkmoot/test", development=True, deadline=5)
    yield client
    await client.aclose()
