"""Connections to other servers: a small pool for each, and never to an address the guard refuses.

One pool for all hosts spends its time searching itself once there are a few hundred; with one each, a server that is
slow or dead never holds up the others.
"""

import asyncio
import ssl
import sys
import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from types import ModuleType
from typing import Final, cast

import certifi
import httpcore

from federation.guard import LookUp, resolve_checked

# httpcore imports sniffio at each step of each request. Where it is not installed, Python would search the disk for it
# every time, a seventh of what a delivery costs: say once that it is not there.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = cast(ModuleType, None)

PER_ORIGIN: Final = 4

_IDLE_SECONDS: Final = 30.0
_MAX_ORIGINS: Final = 256
_Origin = tuple[bytes, bytes, int]


class Pools:
    """One small connection pool per origin; those not used for half a minute are closed, oldest first."""

    def __init__(self, network: httpcore.AsyncNetworkBackend) -> None:
        self._network = network
        self._pools: OrderedDict[_Origin, tuple[httpcore.AsyncConnectionPool, float]] = OrderedDict()
        self._ssl: ssl.SSLContext | None = None

    async def request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request whose body can be sent twice. Raises httpcore's errors, and what the network raises."""
        pool = await self._pool(request.url.origin)
        may_be_stale = any(connection.is_idle() for connection in pool.connections)
        try:
            return await pool.handle_async_request(request)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
            # Some servers close idle connections without a word; that says nothing about this request.
            if not may_be_stale:
                raise
            return await pool.handle_async_request(request)

    async def aclose(self) -> None:
        """Close every connection."""
        while self._pools:
            _, (pool, _) = self._pools.popitem()
            await pool.aclose()

    async def _pool(self, origin: httpcore.Origin) -> httpcore.AsyncConnectionPool:
        now = time.monotonic()
        key = (origin.scheme, origin.host, origin.port)
        pool, _ = self._pools.pop(key, (None, 0.0))
        if pool is None:
            if key[0] == b"https" and self._ssl is None:
                self._ssl = _ssl_context()
            pool = httpcore.AsyncConnectionPool(
                ssl_context=self._ssl,
                max_connections=PER_ORIGIN,
                keepalive_expiry=_IDLE_SECONDS,
                network_backend=self._network,
            )
        self._pools[key] = (pool, now)
        await self._close_unused(now)
        return pool

    async def _close_unused(self, now: float) -> None:
        # Oldest first; the last one is the one just asked for.
        for key, (pool, used) in list(self._pools.items())[:-1]:
            if now - used < _IDLE_SECONDS and len(self._pools) <= _MAX_ORIGINS:
                break
            if all(connection.is_idle() for connection in pool.connections):
                del self._pools[key]
                await pool.aclose()


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Resolves a name once, checks every address, and connects to what was checked."""

    def __init__(self, development: bool, ask: LookUp) -> None:
        self._development = development
        self._ask = ask
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        async with asyncio.timeout(timeout):
            found = await resolve_checked(host, port, development=self._development, ask=self._ask)
            # A dead first address (often IPv6) must leave time for the next one.
            share = None if timeout is None else timeout / min(len(found), 3)
            *others, last = found[:3]
            for address in others:
                with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                    return await self._network.connect_tcp(address, port, share, local_address, socket_options)
            return await self._network.connect_tcp(last, port, share, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)


def _ssl_context() -> ssl.SSLContext:
    """The system's trust store, where an operator can add an authority; the bundled one as well if that looks empty."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    return context
