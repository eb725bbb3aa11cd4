"""Streams, over real sockets: what happens is told at once, and ends when it must."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
import websockets

from server.api import streaming
from server.live.hub import QUEUE_SIZE, Hub
from tests.api.site import Person, Site


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[str]:
    """The site on a loopback port, as host:port."""
    config = uvicorn.Config(site.app, port=0, log_level="warning", lifespan="off", ws="websockets-sansio")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


async def heard(socket: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 5))
    return found


async def until(happened: Callable[[], bool]) -> None:
    for _ in range(500):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_health_is_ok(site: Site) -> None:
    assert (await site.visitor.get("/api/v1/streaming/health")).text == "OK"


async def test_a_socket_hears_its_streams_and_the_payload_is_a_text(site: Site, rosa: Person) -> None:
    hub = site.app.state.hub
    async with served(site) as host:
        address = f"ws://{host}/api/v1/streaming?stream=user&access_token={rosa.token}"
        async with websockets.connect(address) as socket:
            await until(lambda: hub.heard(f"user:{rosa.id}"))
            hub.publish(f"user:{rosa.id}", "update", '{"id":"1"}')
            assert await heard(socket) == {"stream": ["user"], "event": "update", "payload": '{"id":"1"}'}
            await socket.send(json.dumps({"type": "subscribe", "stream": "hashtag", "tag": "Damp"}))
            await until(lambda: hub.heard("hashtag:damp"))
            hub.publish("hashtag:damp", "delete", "7")
            assert await heard(socket) == {"stream": ["hashtag", "Damp"], "event": "delete", "payload": "7"}
            await socket.send(json.dumps({"type": "unsubscribe", "stream": "hashtag", "tag": "Damp"}))
            await socket.send(json.dumps({"type": "subscribe", "stream": "nonsense"}))
            assert await heard(socket) == {"error": "Unknown stream type", "status": 400}
            assert not hub.heard("hashtag:damp")
    assert not hub.channels("")


async def test_the_token_may_come_as_sub_protocol_which_is_echoed(site: Site, rosa: Person) -> None:
    async with served(site) as host:
        address = f"ws://{host}/api/v1/streaming/"
        async with websockets.connect(address, subprotocols=[rosa.token]) as socket:  # type: ignore[list-item]
            assert socket.subprotocol == rosa.token


async def test_a_socket_without_a_good_token_is_not_opened(site: Site) -> None:
    async with served(site) as host:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(f"ws://{host}/api/v1/streaming?access_token=nonsense")
        assert refused.value.response.status_code == 401


@pytest.mark.parametrize("ends", ["token", "account"])
async def test_a_revoked_token_or_a_suspension_ends_the_socket(site: Site, rosa: Person, ends: str) -> None:
    hub = site.app.state.hub
    query = f"stream=user&access_token={rosa.token}"
    async with served(site) as host, websockets.connect(f"ws://{host}/api/v1/streaming?{query}") as socket:
        await until(lambda: hub.heard(f"user:{rosa.id}"))
        hub.publish(hub.channels(f"{ends}:")[0], streaming.CLOSED)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await asyncio.wait_for(socket.recv(), 5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008


async def test_events_are_sent_as_lines_with_a_heartbeat(
    site: Site, rosa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT", 0.1)
    hub = site.app.state.hub
    headers = {"Authorization": f"Bearer {rosa.token}"}
    async with (
        served(site) as host,
        httpx.AsyncClient() as client,
        client.stream("GET", f"http://{host}/api/v1/streaming/user", headers=headers) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.aiter_lines()
        await until(lambda: hub.heard(f"user:{rosa.id}"))
        seen = [await anext(lines), await anext(lines)]
        hub.publish(f"user:{rosa.id}", "update", '{"id":"1"}')
        while seen[-1] != 'data: {"id":"1"}':
            seen.append(await asyncio.wait_for(anext(lines), 5))
        assert ":thump" in seen
        assert seen[-2] == "event: update"
        hub.publish(hub.channels("token:")[0], streaming.CLOSED)
        async for _ in lines:
            pass


async def test_events_without_a_token_or_of_an_unknown_stream_are_refused_in_json(site: Site, rosa: Person) -> None:
    answer = await site.visitor.get("/api/v1/streaming/user")
    assert (answer.status_code, "error" in answer.json()) == (401, True)
    assert (await rosa.get("/api/v1/streaming/nonsense")).status_code == 404
    assert (await rosa.get("/api/v1/streaming/list", list="5")).status_code == 404


async def test_a_listener_that_is_too_slow_loses_the_oldest_and_no_memory() -> None:
    hub = Hub()
    async with hub.subscribe(["public"]) as subscription:
        for number in range(QUEUE_SIZE + 10):
            assert hub.publish("public", "update", str(number)) == 1
        assert (await subscription.next()).payload == "10"
    assert hub.publish("public", "update") == 0
