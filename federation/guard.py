"""Which addresses this server may reach, and how much of an answer it reads.

The table of refused ranges is our own: `ipaddress.is_global` says yes to NAT64, 6to4 and others that lead inside. A
name is resolved once, every address it has must be allowed, and the connection is made to one of those addresses, so a
name that answers differently the second time gains nothing. Development mode adds loopback, nothing else.
"""

import asyncio
import socket
import zlib
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import quote, urlsplit

from federation.errors import Malformed, NotFetched, TooLarge, UnsafeAddress
from federation.names import domain_of

LookUp = Callable[[str, int], Awaitable[list[str]]]

_REFUSED_V4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # behind carrier NAT
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # the inside of a large cloud, on a public address
            "169.254.0.0/16",  # link-local, cloud metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
_PUBLIC_V6: Final = IPv6Network("2000::/3")
_REFUSED_V6: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # Teredo, benchmarks, ORCHID
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4
            "3fff::/20",  # documentation
        ),
    )
)
# Outside the public range, but a public IPv4 address may be inside: mapped ones, and NAT64 where there is no IPv4.
_CARRIES_V4: Final = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
_LOOPBACK: Final = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
PORTS: Final = {"http": 80, "https": 443}
# Looking up names blocks a thread for as long as a hostile name server likes; signing must not wait behind that.
_resolvers = ThreadPoolExecutor(max_workers=32, thread_name_prefix="names")


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be requested: `url` without fragment, `host` without brackets, `authority` = host[:port]."""

    url: str
    scheme: str
    host: str
    port: int
    authority: str


def may_reach(address: str, *, development: bool = False) -> bool:
    """Whether this IP address may be connected to."""
    ip = ip_address(address)
    if development and any(ip in network for network in _LOOPBACK):
        return True
    if isinstance(ip, IPv4Address):
        return _may_reach_v4(ip)
    if any(ip in network for network in _CARRIES_V4):
        return _may_reach_v4(IPv4Address(ip.packed[-4:]))
    return ip in _PUBLIC_V6 and not any(ip in network for network in _REFUSED_V6)


def check_url(url: str, *, development: bool = False) -> Target:
    """Check an address before anything is asked of it; raises `UnsafeAddress`.

    Only https, without user name and password, to a name with a dot or an address that may be reached. Development also
    allows loopback, over http too.
    """
    try:
        authority = domain_of(url)
    except Malformed as error:
        raise UnsafeAddress(f"not an address we fetch: {error.reason}") from error
    split = urlsplit(url)
    where = urlsplit(f"//{authority}")
    host, port = where.hostname or "", where.port or PORTS[split.scheme]
    loopback = _check_host(host, development=development)
    if split.scheme != "https" and not loopback:
        raise UnsafeAddress("only https addresses are fetched")
    path = quote(split.path or "/", safe="/!$&'()*+,;=:@%~")
    query = "?" + quote(split.query, safe="/?!$&'()*+,;=:@%~") if split.query else ""
    return Target(f"{split.scheme}://{authority}{path}{query}", split.scheme, host, port, authority)


async def look_up(host: str, port: int) -> list[str]:
    """The addresses the system's resolver gives for a name; `OSError` when there are none."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_resolvers, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def resolve_checked(host: str, port: int, *, development: bool = False, ask: LookUp = look_up) -> list[str]:
    """The addresses of `host`, all of them allowed; connect to one of these and ask no second time.

    Raises `UnsafeAddress` when one answer is not allowed, `OSError` when the name cannot be resolved.
    """
    addresses = await ask(host, port)
    for address in addresses:
        if not may_reach(address, development=development):
            raise UnsafeAddress(f"{host} leads to an address that is not public")
    if not addresses:
        raise OSError(f"{host} has no address")
    return addresses


class BodyReader:
    """Collects a body while it arrives and stops at `limit` bytes, before and after decompression.

    `encoding` is the Content-Encoding of the answer; only gzip is ever asked for and only gzip is read, and not even
    that where `packed` says no. Raises `TooLarge` at the limit, `NotFetched` for other encodings and broken streams.
    """

    def __init__(self, limit: int, encoding: str = "", *, packed: bool = True) -> None:
        coding = encoding.lower()
        if coding not in ("", "identity", *(("gzip", "x-gzip") if packed else ())):
            raise NotFetched("the answer uses a compression we did not ask for")
        self._limit = limit
        self._received = 0
        self._body = bytearray()
        self._inflate = zlib.decompressobj(wbits=31) if coding.endswith("gzip") else None

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes from the network."""
        self._received += len(chunk)
        if self._inflate is not None:
            try:
                # One byte of room beyond the limit is enough to see that there is more.
                chunk = self._inflate.decompress(chunk, self._limit - len(self._body) + 1)
            except zlib.error as error:
                raise NotFetched("the answer is not the gzip it claims to be") from error
        self._body += chunk
        if max(self._received, len(self._body)) > self._limit:
            raise TooLarge(f"the answer is larger than {self._limit} bytes")

    def finish(self) -> bytes:
        """The whole body."""
        if self._inflate is not None and (not self._inflate.eof or self._inflate.unused_data):
            raise NotFetched("the answer is not the gzip it claims to be")
        return bytes(self._body)


def _may_reach_v4(ip: IPv4Address) -> bool:
    return not any(ip in network for network in _REFUSED_V4)


def _check_host(host: str, *, development: bool) -> bool:
    """Whether `host` is loopback, which only development allows; raises `UnsafeAddress` for what may not be reached."""
    try:
        ip = ip_address(host)
    except ValueError:
        local = host == "localhost" or host.endswith(".localhost")
        if (local and not development) or ("." not in host and not local):
            raise UnsafeAddress(f"{host} is not a public name") from None
        return local
    if not may_reach(host, development=development):
        raise UnsafeAddress(f"{host} is not a public address")
    return isinstance(ip, IPv4Address | IPv6Address) and any(ip in network for network in _LOOPBACK)
