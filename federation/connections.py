"""Connections to other servers: opened only to addresses the guard allows, kept for a while, and few of them.

Each server has its own few; one that is slow or dead never holds up the others.
"""

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, NamedTuple

import certifi

from federation.guard import LookUp, look_up, resolve_checked
from federation.http1 import Answer, Broken, Connection, Stale, message

PER_ORIGIN: Final = 4

_CONNECT_SECONDS: Final = 5.0
_IDLE_SECONDS: Final = 30.0
_MAX_ORIGINS: Final = 256
_MAX_ADDRESSES: Final = 3


class Origin(NamedTuple):
    """Where a connection leads; `host` as it is resolved and as the certificate must name it."""

    scheme: str
    host: str
    port: int


class Exchange:
    """An answer, and the way to give its connection back: call `close`, however it went."""

    def __init__(self, pools: "Pools", origin: Origin, connection: Connection, answer: Answer) -> None:
        self.answer = answer
        self._pools, self._origin, self._connection = pools, origin, connection

    def close(self) -> None:
        """Keep the connection if the answer was seen to its end and another may follow, else close it."""
        self._pools.give_back(self._origin, self._connection)


class Pools:
    """The connections of one process. They are closed after half a minute without use, and the longest unused ones
    when they lead to too many servers. How many are open is up to how many requests are made at once; at most
    `PER_ORIGIN` to a server are kept.

    `development` adds loopback to what may be reached, `ask` resolves names.
    """

    def __init__(self, *, development: bool = False, ask: LookUp = look_up) -> None:
        self._development = development
        self._ask = ask
        self._tls: ssl.SSLContext | None = None
        self._open: set[Connection] = set()
        self._idle: OrderedDict[Origin, list[Connection]] = OrderedDict()  # the longest unused origin first
        self._next_sweep: asyncio.TimerHandle | None = None
        self._closed = False

    async def request(
        self, origin: Origin, method: bytes, target: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes = b""
    ) -> Exchange:
        """Send a request, and once more if a connection that was kept turns out to be closed.

        That second time is safe for a delivery too: an inbox knows by the id what it has. Raises `UnsafeAddress`,
        `Malformed` for what cannot be sent, and `OSError` for everything the network does.
        """
        request = message(method, target, headers, body)
        kept = self._kept(origin)
        if kept is not None:
            with suppress(Stale):
                return await self._exchange(origin, kept, request, method)
        if self._closed:
            raise Broken("connections are not made any more")
        return await self._exchange(origin, await self._connect(origin), request, method)

    def give_back(self, origin: Origin, connection: Connection) -> None:
        """A connection is not needed any more."""
        if not connection.is_free:
            connection.abort()
            return
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        self._idle.setdefault(origin, []).append(connection)
        self._idle.move_to_end(origin)
        if len(self._idle[origin]) > PER_ORIGIN:
            self._idle[origin].pop(0).abort()
        if len(self._idle) > _MAX_ORIGINS:
            for unused in self._idle.popitem(last=False)[1]:
                unused.abort()
        if self._next_sweep is None:
            self._next_sweep = loop.call_later(_IDLE_SECONDS, self._sweep)

    async def aclose(self) -> None:
        """Close every connection, those in use as well, and make no more."""
        self._closed = True
        if self._next_sweep is not None:
            self._next_sweep.cancel()
        self._idle.clear()
        closing = [connection.lost for connection in self._open]
        for connection in self._open:
            connection.abort()
        if closing:
            await asyncio.wait(closing, timeout=1)

    def _kept(self, origin: Origin) -> Connection | None:
        """The connection that was used last: the other side has had the least time to close it."""
        idle = self._idle.get(origin, [])
        found = None
        while idle and found is None:
            connection = idle.pop()
            found = connection if connection.is_free else None
        if not idle:
            self._idle.pop(origin, None)
        return found

    async def _exchange(self, origin: Origin, connection: Connection, request: bytes, method: bytes) -> Exchange:
        try:
            answer = await connection.ask(request, bodiless=method == b"HEAD")
        except BaseException:
            connection.abort()
            raise
        return Exchange(self, origin, connection, answer)

    async def _connect(self, origin: Origin) -> Connection:
        """Resolve the name once, check every address, and connect to what was checked."""
        async with asyncio.timeout(_CONNECT_SECONDS):
            found = await resolve_checked(origin.host, origin.port, development=self._development, ask=self._ask)
            *others, last = found[:_MAX_ADDRESSES]
            for address in others:
                # A dead first address (often IPv6) must leave time for the next one.
                with suppress(OSError):
                    async with asyncio.timeout(_CONNECT_SECONDS / (len(others) + 1)):
                        return await self._connect_to(address, origin)
            return await self._connect_to(last, origin)

    async def _connect_to(self, address: str, origin: Origin) -> Connection:
        tls, name = None, None
        if origin.scheme == "https":
            tls, name = self._tls or trusting_authorities(), origin.host
            self._tls = tls
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, address, origin.port, ssl=tls, server_hostname=name)
        self._open.add(connection)
        connection.lost.add_done_callback(lambda _: self._open.discard(connection))
        if self._closed:
            connection.abort()
        return connection

    def _sweep(self) -> None:
        """Close what was not used for long, now and again while there is anything."""
        loop = asyncio.get_running_loop()
        for origin, idle in list(self._idle.items()):
            for connection in [each for each in idle if loop.time() - each.idle_since >= _IDLE_SECONDS]:
                idle.remove(connection)
                connection.abort()
            if not idle:
                del self._idle[origin]
        self._next_sweep = loop.call_later(_IDLE_SECONDS / 4, self._sweep) if self._idle else None


def trusting_authorities() -> ssl.SSLContext:
    """The system's trust store, where an operator can add an authority; the bundled one as well if that looks empty."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context
