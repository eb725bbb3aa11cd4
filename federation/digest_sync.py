"""Comparing two sets of ids without sending them (FEP-8fcf); chapters compare their logs with it too."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from federation.names import is_url

EMPTY: Final = "0" * 64

_PARAMETER = re.compile(r'(\w+)="([^"]{0,2048})"')
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Synchronization(NamedTuple):
    """The header `Collection-Synchronization`: which collection, where its part for us is, and that part's digest."""

    collection: str
    url: str
    digest: str


def digest_of(uris: Iterable[str]) -> str:
    """The XOR of the SHA-256 of each id, in hex. The order does not matter; the same id given twice counts once."""
    total = 0
    for uri in set(uris):
        total ^= int.from_bytes(sha256(uri.encode()).digest(), "big")
    return f"{total:064x}"


def header_of(sync: Synchronization) -> str:
    """The header's value."""
    return f'collectionId="{sync.collection}", url="{sync.url}", digest="{sync.digest}"'


def parse_header(value: str) -> Synchronization | None:
    """Read the header; None for anything that is not complete and well formed."""
    found = dict(_PARAMETER.findall(value[:8192]))
    collection, url, digest = (found.get(key, "") for key in ("collectionId", "url", "digest"))
    if is_url(collection) and is_url(url) and _DIGEST.fullmatch(digest):
        return Synchronization(collection, url, digest)
    return None
