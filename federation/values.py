"""Reading and writing the JSON of other servers.

`loads` is the one strict door; the readers after it accept what ActivityPub leaves open (one or many, id or object,
three spellings of Public) and never raise, whatever they meet. JSON-LD is not processed, no context is ever fetched.
"""

import json
import math
import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from federation.errors import Malformed
from federation.names import is_url

Json = dict[str, Any]

PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
_PUBLIC_SPELLINGS: Final = frozenset({PUBLIC, "as:Public", "Public"})

MAX_DEPTH: Final = 64
# What one object may bring; the rest is cut off. Without these a document of a megabyte becomes 10,000 rows.
MAX_NAME: Final = 2048
MAX_SUMMARY: Final = 20_000
MAX_CONTENT: Final = 150_000
MAX_ALT_TEXT: Final = 10_000
MAX_ADDRESSES: Final = 500
MAX_TAGS: Final = 200
MAX_MENTIONS: Final = 100
MAX_HASHTAGS: Final = 64
MAX_EMOJIS: Final = 64
MAX_ATTACHMENTS: Final = 16
MAX_POLL_OPTIONS: Final = 500
MAX_FIELDS: Final = 50
MAX_ALIASES: Final = 256
MAX_KEYS: Final = 10
MAX_SECTIONS: Final = 32
MAX_ITEMS: Final = 1000

# Strings first, so that a bracket inside one is never counted. Possessive, so the scan is linear on any input.
_NESTING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
_LONGEST_INT: Final = 20


def loads(raw: bytes) -> Json:
    """One JSON object from untrusted bytes (RFC 8259, and I-JSON, RFC 7493, where it is stricter).

    Raises `Malformed` when the bytes are not UTF-8 JSON with an object on top, nest deeper than 64, repeat a key, or
    hold NaN, an infinity, an integer outside 64 bits or half a surrogate pair. U+0000 is removed from strings.
    """
    _check_depth(raw)
    try:
        document = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_int=_bounded_int,
            parse_float=_finite_float,
            parse_constant=_no_constant,
        )
        # Both can only have come in as an escape: raw control characters are no JSON and raw surrogates no UTF-8.
        if b"\\u" in raw:
            document = _clean(document)
    except ValueError as error:
        raise Malformed(f"this is not acceptable JSON: {error}") from error
    if not isinstance(document, dict):
        raise Malformed("the top of the document must be a JSON object")
    return document


def dumps(document: Json) -> bytes:
    """`document` as compact UTF-8 JSON, keys in the order given."""
    return orjson.dumps(document)


def many(value: object) -> list[Any]:
    """`value` as a list: nothing for null, itself for a list, otherwise a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def first(value: object) -> Any:
    """The first of one-or-many, or None."""
    return next(iter(many(value)), None)


def id_of(value: object) -> str | None:
    """The http(s) id of an object that is given whole or by reference; None when there is none."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and is_url(value) else None


def ids_of(value: object, limit: int = MAX_ADDRESSES) -> tuple[str, ...]:
    """The http(s) ids in one-or-many, without repeats, in order, at most `limit`."""
    found = (id_of(item) for item in many(value)[:limit])
    return tuple(dict.fromkeys(uri for uri in found if uri is not None))


def addresses_of(value: object) -> tuple[str, ...]:
    """The ids in `to`, `cc` or `audience`, with every spelling of Public written in full."""
    named = [PUBLIC if is_public(item) else item for item in many(value)[:MAX_ADDRESSES]]
    return ids_of(named)


def authors_of(document: Json) -> tuple[str, ...]:
    """Who an object says made it: its `actor` where it has one (Mobilizon, beside the group it is attributed to), else
    `attributedTo`. A group listed beside a person (PeerTube's channel) is a place, not an author.
    """
    entries = many(document.get("actor") or document.get("attributedTo"))[:MAX_ADDRESSES]
    people = [entry for entry in entries if not (isinstance(entry, dict) and entry.get("type") == "Group")]
    return ids_of(people or entries)


def text(value: object, limit: int = MAX_NAME) -> str:
    """A string, cut at `limit` characters; empty for anything that is not a string."""
    return value[:limit] if isinstance(value, str) else ""


def integer(value: object, default: int = 0) -> int:
    """A whole number of at least zero, or `default`. True and false are not numbers."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default


def url_of(value: object) -> str | None:
    """The http(s) address in a `url`, `href` or Link. Of several, the one a browser shows."""
    links = many(value)[:MAX_ATTACHMENTS]
    pages = [link for link in links if isinstance(link, dict) and link.get("mediaType") == "text/html"]
    for link in pages + links:
        if isinstance(link, dict):
            link = link.get("href") or link.get("url")
        if isinstance(link, str) and is_url(link):
            return link
    return None


def is_public(uri: object) -> bool:
    """Whether this addresses everybody, in any of the three spellings in use (AP §5.6)."""
    return isinstance(uri, str) and uri in _PUBLIC_SPELLINGS


def time_of(value: object) -> datetime | None:
    """A moment in UTC. One without a zone is taken as UTC; None for what is no time."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def stamp(moment: datetime) -> str:
    """`moment` as AS2 writes it (RFC 3339, UTC, `Z`)."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def type_of(value: object, known: Collection[str] = ()) -> str:
    """The type of an object: of several, the first that is `known`, else the first. Empty when there is none."""
    if not isinstance(value, dict):
        return ""
    types = [item for item in many(value.get("type"))[:MAX_KEYS] if isinstance(item, str)]
    return next((item for item in types if item in known), types[0] if types else "")[:MAX_NAME]


def without_none(document: Json) -> Json:
    """`document` without the keys that have no value."""
    return {key: value for key, value in document.items() if value is not None}


def _check_depth(raw: bytes) -> None:
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _NESTING.finditer(raw):
        mark = raw[token.start()]
        if mark in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed(f"this JSON is nested deeper than {MAX_DEPTH} levels")
        elif mark in b"]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> Json:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key appears twice in one object")
    return document


def _bounded_int(literal: str) -> int:
    number = int(literal) if len(literal) <= _LONGEST_INT else 2**63
    if not -(2**63) <= number < 2**63:
        raise ValueError("an integer does not fit in 64 bits")
    return number


def _finite_float(literal: str) -> float:
    number = float(literal)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _no_constant(_name: str) -> float:
    raise ValueError("NaN and infinities are no JSON")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        value.encode("utf-8")
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return _unique([(_clean(key), _clean(item)) for key, item in value.items()])
    return value
