"""Hosts, domains, origins and handles, each brought to one spelling.

Every comparison of two servers in the program compares what these functions return: a host that could be spelled two
ways would otherwise be blocked under one spelling and let in under the other. All but `is_url` and `same_origin` raise
`Malformed`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import urlsplit

import idna

from federation.errors import Malformed

MAX_URL: Final = 2048
MAX_NAME: Final = 255

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
# No user information, backslash, quote, space or control character anywhere: each of them is read differently by
# different URL parsers, and a check done by one parser must hold for the next.
_URL = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"\\@/?#]+(?:[/?#][^\s\x00-\x20\x7f<>\"\\]*)?", re.IGNORECASE)
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT = re.compile(r"[0-9]{1,5}")
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Acct:
    """A handle (RFC 7565): the name as written there, the domain normalised, with its port if that is not 443."""

    name: str
    domain: str

    def __str__(self) -> str:
        return f"{self.name}@{self.domain}"


def is_url(text: str) -> bool:
    """Whether `text` is an absolute http(s) address without user information, of at most 2,048 characters."""
    return len(text) <= MAX_URL and _URL.fullmatch(text) is not None


def normalise_host(host: str) -> str:
    """`host` or `host:port` in its one spelling: lower case, IDNA (UTS 46), no trailing dot, no `:443`.

    An IPv6 address keeps its brackets. Raises `Malformed` for anything with a `%`, `@`, backslash, space or empty
    label, and for numbers that only look like a name (`127.1`, `0x7f.1`), which some resolvers read as an address.
    """
    name, port = _split(host)
    return _joined(name, port, default=443)


def domain_of(url: str) -> str:
    """The domain an address belongs to: its host, with the port when that is not the scheme's own."""
    scheme, name, port = _parts(url)
    return _joined(name, port, default=_DEFAULT_PORTS[scheme])


def origin_of(url: str) -> str:
    """Scheme, host and port of an address (RFC 6454), such as `https://oak.example`."""
    scheme, name, port = _parts(url)
    return f"{scheme}://{_joined(name, port, default=_DEFAULT_PORTS[scheme])}"


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses share scheme, host and port. One that cannot be read shares nothing; never raises."""
    try:
        return origin_of(one) == origin_of(other)
    except Malformed:
        return False


def parse_acct(text: str, *, here: str | None = None) -> Acct:
    """Read `@name@domain`, `name@domain` or `acct:name@domain` (RFC 7565).

    A bare `@name` belongs to the domain `here` when one is given. Raises `Malformed` otherwise.
    """
    rest = text.strip().removeprefix("acct:").removeprefix("@")
    name, at, domain = rest.partition("@")
    if not at and here is not None:
        domain = here
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME:
        raise Malformed("this is not a handle of the form @name@domain")
    return Acct(name, normalise_host(domain))


def _parts(url: str) -> tuple[str, str, int | None]:
    if not is_url(url):
        raise Malformed("this is not an http(s) address")
    try:
        split = urlsplit(url)
    except ValueError as error:
        raise Malformed("the host of this address cannot be read") from error
    name, port = _split(split.netloc)
    return split.scheme, name, port


@lru_cache(maxsize=1024)  # each activity names the same few hosts many times
def _split(netloc: str) -> tuple[str, int | None]:
    if netloc.startswith("["):
        inner, bracket, rest = netloc[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise Malformed("the host is not a valid IPv6 address")
        return f"[{_ipv6(inner)}]", _port(rest)
    name, colon, port = netloc.partition(":")
    return _name(name), _port(colon + port)


def _port(text: str) -> int | None:
    if text in ("", ":"):
        return None
    number = text.removeprefix(":")
    if not _PORT.fullmatch(number) or not 0 < int(number) < 65536:
        raise Malformed("the port of this host is not a number from 1 to 65535")
    return int(number)


def _name(name: str) -> str:
    ascii_name = name
    if not name.isascii():
        try:
            ascii_name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise Malformed("the host is not a valid international domain name") from error
    ascii_name = ascii_name.lower().removesuffix(".")
    if len(ascii_name) > 253 or not _HOST.fullmatch(ascii_name):
        raise Malformed("the host is not a valid domain name")
    if _NUMERIC_LABEL.fullmatch(ascii_name.rpartition(".")[2]):
        try:
            return str(IPv4Address(ascii_name))
        except AddressValueError as error:
            raise Malformed("the host is a number that is not an IPv4 address") from error
    return ascii_name


def _ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except AddressValueError as error:
        raise Malformed("the host is not a valid IPv6 address") from error
    if address.scope_id is not None:
        raise Malformed("an IPv6 address with a zone names no server")
    return address.compressed


def _joined(name: str, port: int | None, *, default: int) -> str:
    return name if port is None or port == default else f"{name}:{port}"
