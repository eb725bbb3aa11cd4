"""Items of a topic, and how two chapters find out cheaply which of them they do not share (FEDERATION.md, "Comparing").

An item is a post or a support. Of each only the newest version counts, or that it is gone. Items fall into 256 buckets
by the hash of their id, which is the same everywhere, also for what was deleted before it arrived; the digest of a
bucket is the XOR of the hashes of its items (as FEP-8fcf does for followers).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from federation.errors import Malformed
from federation.names import is_url
from federation.values import Json, id_of, time_of, type_of

BUCKETS: Final = 256
PER_PAGE: Final = 500
MARKS: Final = frozenset({"Like"})
MAX_VERSION: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Item:
    """`about` is the post that says which topic it is in: the post itself, or the one that is supported."""

    uri: str
    about: str
    version: int
    gone: bool = False

    @property
    def bucket(self) -> int:
        return hashlib.sha256(self.uri.encode()).digest()[0]


@dataclass(frozen=True, slots=True)
class Digest:
    count: int
    xor: str


def digest_of(entries: Iterable[tuple[str, int, bool]]) -> Digest:
    """Of (id, version, gone). Of what is gone the version does not count: it may have been learnt in several ways."""
    total, count = 0, 0
    for uri, version, gone in entries:
        total ^= int.from_bytes(hashlib.sha256(f"{uri} {'gone' if gone else version}".encode()).digest())
        count += 1
    return Digest(count, f"{total:064x}")


def item_of(activity: Json) -> Item | None:
    """What an activity makes of an item; None when it is about none. Likes with `content` are reactions (FEP-c0e0)."""
    kind, obj = type_of(activity), activity.get("object")
    uri = id_of(obj)
    if uri is None:
        return None
    if kind in ("Create", "Update"):
        return Item(uri, uri, version_of(obj)) if isinstance(obj, dict) else None
    if kind == "Delete":
        said = obj.get("deleted") if isinstance(obj, dict) else None
        return Item(uri, uri, _time(activity.get("published"), said, _proven_at(activity)), gone=True)
    at = _time(activity.get("published"), _proven_at(activity))
    if kind == "Like" and not activity.get("content"):
        own = id_of(activity)
        return Item(own, uri, at) if own is not None else None
    if kind == "Undo" and (isinstance(obj, str) or type_of(obj) == "Like"):
        return Item(uri, (id_of(obj.get("object")) or "") if isinstance(obj, dict) else "", at, gone=True)
    return None


def version_of(document: Json) -> int:
    """When a post came to say what it says (milliseconds); 0 when it does not tell."""
    return _time(document.get("updated"), document.get("published"))


def digests(document: Json) -> dict[int, Digest]:
    """The digests of another chapter's buckets; empty ones are left out there. Raises `Malformed`."""
    told = document.get("civic:buckets")
    if not isinstance(told, Mapping) or len(told) > BUCKETS:
        raise Malformed("these are no digests of a topic")
    found: dict[int, Digest] = {}
    for name, value in told.items():
        match value:
            case [int(count), str(xor)] if len(xor) == 64 and len(name) == 2:
                try:
                    found[int(name, 16)] = Digest(count, xor)
                except ValueError as error:
                    raise Malformed("a digest has a name that cannot be read") from error
            case _:
                raise Malformed("a digest of a topic cannot be read")
    return found


def entries(document: Json) -> list[tuple[str, int, bool]]:
    """The items of a page of a bucket: id, version, gone. What cannot be read is left out."""
    told = document.get("civic:items")
    found: list[tuple[str, int, bool]] = []
    for each in told[:PER_PAGE] if isinstance(told, list) else []:
        match each:
            case [str(uri), int(version), bool(gone)] if is_url(uri) and 0 <= version <= MAX_VERSION:
                found.append((uri, version, gone))
    return found


def _proven_at(activity: Json) -> object:
    proof = activity.get("proof")
    return proof.get("created") if isinstance(proof, dict) else None


def _time(*values: object) -> int:
    for value in values:
        if (moment := time_of(value)) is not None:
            return max(int(moment.timestamp() * 1000), 0)
    return 0
