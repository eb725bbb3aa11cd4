"""Which connections are kept, for how long, and what becomes of them when a request is cut short."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from federation import connections
from federation.client import Client
from federation.connections import PER_ORIGIN, Exchange, Origin, Pools
from federation.errors import Malformed, Unavailable, UnsafeAddress
from federation.http1 import Broken
from tests.federation.peer import Peer, Seen

ACCEPTED = b"HTTP/1.1 202 X\r\ncontent-length: 0\r\n\r\n"


@pytest.fixture
async def pools() -> AsyncIterator[Pools]:
    pools = Pools(development=True)
    yield pools
    await pools.aclose()


async def begin(pools: Pools, server: Peer, path: str = "/", host: str = "127.0.0.1") -> Exchange:
    headers = [(b"host", host.encode())]
    async with asyncio.timeout(10):  # what waits for ever fails
        return await pools.request(Origin("http", host, server.port), b"GET", path.encode(), headers)


async def ask(pools: Pools, server: Peer, path: str = "/", host: str = "127.0.0.1") -> int:
    """A request whose answer is seen to its end; returns the status."""
    exchange = await begin(pools, server, path, host)
    async for _ in exchange.answer:
        pass
    exchange.close()
    return exchange.answer.status


def stalls(server: Peer, path: str, said: bytes) -> asyncio.Event:
    """Say this much and no more; the event is set when it was said."""
    came = asyncio.Event()

    async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        came.set()
        await asyncio.sleep(30)

    server.replies[path] = reply
    return came


# What is kept


async def test_a_connection_is_used_again(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    for _ in range(3):
        await ask(pools, server)
    assert (len(server.seen), server.connections) == (3, 1)


async def test_a_few_connections_to_a_server_are_kept_and_the_rest_is_closed(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    many = await asyncio.gather(*(begin(pools, server) for _ in range(PER_ORIGIN + 3)))
    assert len(server.lines) == PER_ORIGIN + 3
    for exchange in many:
        exchange.close()
    while len(server.lines) > PER_ORIGIN:
        await asyncio.sleep(0.01)
    await asyncio.gather(*(ask(pools, server) for _ in range(PER_ORIGIN)))
    assert server.connections == PER_ORIGIN + 3


async def test_connections_that_are_not_used_are_closed_in_time(
    server: Peer, pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_IDLE_SECONDS", 0.1)
    server.on("/", 202)
    await ask(pools, server)
    assert len(server.lines) == 1
    await server.alone()
    await ask(pools, server)
    assert server.connections == 2


async def test_connections_to_servers_beyond_the_limit_are_closed_unless_busy(
    server: Peer, pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_MAX_ORIGINS", 2)
    server.on("/", 202)
    busy = await begin(pools, server)
    for host in ("a.localhost", "b.localhost", "c.localhost"):
        pools._ask = lambda *_: asyncio.sleep(0, ["127.0.0.1"])  # names below localhost lead nowhere on some systems
        await ask(pools, server, host=host)
    while len(server.lines) > 3:
        await asyncio.sleep(0.01)
    await ask(pools, server, host="b.localhost")
    await ask(pools, server, host="c.localhost")
    assert server.connections == 4
    await ask(pools, server, host="a.localhost")
    assert server.connections == 5
    busy.close()


async def test_closing_closes_everything_and_what_is_under_way_fails(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    came = stalls(server, "/stall", b"")
    await ask(pools, server)
    busy = asyncio.create_task(ask(pools, server, "/stall"))
    await came.wait()
    await pools.aclose()
    with pytest.raises(Broken):
        await busy
    with pytest.raises(Broken):
        await ask(pools, server)
    assert server.connections == 1


# When a request may be sent twice


async def test_a_connection_that_was_closed_meanwhile_is_replaced(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    await ask(pools, server)
    server.lines[0].close()
    assert await ask(pools, server) == 202
    assert (len(server.seen), server.connections) == (2, 2)


async def test_a_request_is_sent_once_more_when_a_kept_connection_ends_in_silence(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    await ask(pools, server)

    async def first_hang_up(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if server.connections == 1:
            writer.transport.abort()
        else:
            writer.write(ACCEPTED)

    server.replies["/"] = first_hang_up
    assert await ask(pools, server) == 202
    assert (len(server.seen), server.connections) == (3, 2)


async def test_it_is_sent_twice_at_most(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    await asyncio.gather(*(ask(pools, server) for _ in range(3)))
    server.seen.clear()
    server.says("/", hang_up=True)
    with pytest.raises(Broken):
        await ask(pools, server)
    assert len(server.seen) == 2


@pytest.mark.parametrize("said", [b"H", b"HTTP/1.1 202 X\r\n", b"HTTP/1.1 100 Go\r\n\r\n", b"no http"])
async def test_it_is_sent_once_when_any_byte_of_an_answer_came(server: Peer, pools: Pools, said: bytes) -> None:
    server.on("/", 202)
    await ask(pools, server)
    server.says("/", said, hang_up=True)
    with pytest.raises(Broken):
        await ask(pools, server)
    assert (len(server.seen), server.connections) == (2, 1)


async def test_it_is_sent_once_on_a_new_connection(server: Peer, pools: Pools) -> None:
    server.says("/", hang_up=True)
    with pytest.raises(Broken):
        await ask(pools, server)
    assert len(server.seen) == 1


async def test_a_server_that_closes_what_was_just_opened_is_no_riddle(server: Peer, pools: Pools) -> None:
    closing = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    server.port = closing.sockets[0].getsockname()[1]
    for _ in range(20):
        with pytest.raises((Broken, ConnectionResetError)):
            await ask(pools, server)
    closing.close()


async def test_closing_meets_a_connection_that_is_being_made(server: Peer, pools: Pools) -> None:
    server.on("/", 202)

    async def while_it_closes(host: str, port: int) -> list[str]:
        await pools.aclose()
        return ["127.0.0.1"]

    pools._ask = while_it_closes
    with pytest.raises(Broken):
        await ask(pools, server)
    assert server.seen == []


async def test_what_cannot_be_sent_opens_no_connection(server: Peer, pools: Pools) -> None:
    with pytest.raises(Malformed):
        await pools.request(Origin("http", "127.0.0.1", server.port), b"GET", b"/", [(b"x", b"a\r\nb: c")])
    assert server.connections == 0


# Cut short


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok"])
@pytest.mark.parametrize("kept", [True, False])
async def test_a_cancelled_request_leaves_no_connection_behind(
    server: Peer, pools: Pools, said: bytes, kept: bool
) -> None:
    server.on("/", 202)
    if kept:
        await ask(pools, server)
    came = stalls(server, "/stall", said)

    async def asking() -> None:
        exchange = await begin(pools, server, "/stall")
        try:
            async for _ in exchange.answer:
                pass
        finally:
            exchange.close()

    task = asyncio.create_task(asking())
    await came.wait()
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not pools._idle
    assert await ask(pools, server) == 202
    assert (len(server.seen), server.connections) == (2 + kept, 2)


async def test_a_request_cancelled_at_any_moment_leaves_no_answer_for_the_next(server: Peer, pools: Pools) -> None:
    async def echo(seen: Seen, writer: asyncio.StreamWriter) -> None:
        number = seen.path.encode()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(number))
        await asyncio.sleep(0)
        writer.write(number)

    async def number_of(path: str) -> bytes:
        exchange = await begin(pools, server, path)
        try:
            return b"".join([chunk async for chunk in exchange.answer])
        finally:
            exchange.close()

    for number in range(60):
        server.replies[f"/{number}"] = echo
        task = asyncio.create_task(number_of(f"/{number}"))
        for _ in range(number % 20):
            await asyncio.sleep(0)
        if number % 3:
            task.cancel()
        (found,) = await asyncio.gather(task, return_exceptions=True)
        assert found == f"/{number}".encode() or isinstance(found, asyncio.CancelledError)
    assert sum(len(idle) for idle in pools._idle.values()) <= 1


async def test_connecting_has_a_deadline_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_CONNECT_SECONDS", 0.1)

    async def never(host: str, port: int) -> list[str]:
        await asyncio.sleep(30)
        return []

    client = Client(user_agent="x", ask=never)
    with pytest.raises(Unavailable, match=r"oak\.example did not answer: TimeoutError"):
        await client.get_object("https://oak.example/1", None)
    await client.aclose()


async def test_a_handshake_that_never_ends_is_given_up(
    server: Peer, pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_CONNECT_SECONDS", 0.1)
    with pytest.raises(TimeoutError):
        await pools.request(Origin("https", "127.0.0.1", server.port), b"GET", b"/", [])
    await server.alone()


async def test_a_name_that_leads_inside_is_refused_without_a_connection(server: Peer) -> None:
    pools = Pools(ask=lambda *_: asyncio.sleep(0, ["127.0.0.1"]))
    with pytest.raises(UnsafeAddress):
        await pools.request(Origin("https", "oak.example", server.port), b"GET", b"/", [])
    assert server.connections == 0
