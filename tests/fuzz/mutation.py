"""Something broken in a document: a value of another kind, a part left out, moved or doubled, bytes lost."""

from random import Random
from typing import Any

import orjson

from tests.elsewhere import PUBLIC

Json = dict[str, Any]

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, 1e308, -0.0, 1e-7, "", " ", "\x00",
    "a\x00b", "x" * 3000, [],
    {}, [[]], [None], [{}], {"id": 1}, {"id": {"id": []}}, {"type": []}, {"type": ["Note", "Person"]}, {"@value": "x"},
    {"en": 7}, {"": ""}, ["a"] * 600, [{"type": "Hashtag", "name": "#" + "a" * 400}] * 300, PUBLIC, "as:Public",
    "Public",
    "https://oak.example/users/rosa", "https://oak.example/users/nobody", "https://oak.example/posts/1",
    "https://oak.example/",
    "https://elm.example/users/s2", "https://[::1", "https://[::1]:99999/", "https://", "http://127.0.0.1/",
    "https://elm.example:443/users/s1",
    "HTTPS://ELM.example/users/s1", "https://elm.example/users/s1#", "https://elm.example/" + "y" * 4000,
    "https://elm.example/\u202e",
    "javascript:alert(1)", "data:text/html,<script>", "acct:s1@elm.example", "urn:uuid:1", "//elm.example/x",
    "2026-99-99T00:00:00Z",
    "0000-00-00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-11-20T10:00:60Z", "1e400", "NaN",
    "PT1S",
    "<p>" * 2000, "<a href='" * 500, "&" * 2000, "</p>" * 50, "<math><semantics><annotation-xml><svg><style>",
    "\ud7ff\ufffe", "\u202e\u2066",
    "e" + "\u0301" * 200, "\U000e0001\U0001f468\u200d", "ａ＠ｂ", "@" * 300, "#" * 300, "[" * 300, "*" * 300, "`" * 300,
    "| a " * 100,
    "1. " * 200, "> " * 200, "Proposal", "Tombstone", "Collection", "OrderedCollectionPage", "Create", "Note",
)  # fmt: skip
KEYS = (
    "id", "type", "actor", "object", "target", "attributedTo", "inReplyTo", "to", "cc", "audience", "tag",
    "attachment", "content",
    "contentMap", "summary", "name", "url", "published", "updated", "oneOf", "anyOf", "endTime", "closed",
    "votersCount", "replies",
    "context", "quote", "source", "mediaType", "language", "location", "startTime", "icon", "image", "publicKey",
    "owner", "inbox",
    "endpoints", "movedTo", "alsoKnownAs", "civic:kind", "civic:sections", "civic:steps", "civic:asks",
    "civic:policies",
    "civic:topicId", "civic:genesis", "civic:mandate", "civic:state", "civic:sameBarrier", "civic:coAuthors",
    "civic:method",
    "interactionPolicy", "proof", "signature", "@context", "@id", "@graph", "first", "items", "orderedItems", "next",
)  # fmt: skip
PIECES = (
    b"\xff", b"\x00", b"\\ud800", b"\\u0000", b'"', b"{", b"[" * 70, b"NaN", b"-Infinity", b"1e999", b"9" * 40, b",",
    b'"id":1,', b"\\", b"\xed\xa0\x80",
)  # fmt: skip


RAW = [orjson.dumps(value) for value in ODD]


def odd(random: Random) -> Any:
    """A value that nobody expects; a fresh one, for the next breakage may be inside it."""
    return orjson.loads(random.choice(RAW))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a document where a value stands."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        inside = holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
        for key, item in inside:
            found.append((holder, key))
            if isinstance(item, dict | list):
                waiting.append(item)
    return found


def mutated(raw: bytes, other: bytes, random: Random) -> Json:
    """The document with one to four things broken; `other` is one to take parts from."""
    document: Json = orjson.loads(raw)
    for _ in range(random.choice((1, 1, 2, 4))):
        where = places(document)
        if not where:
            return document
        holder, key = random.choice(where)
        match random.randrange(8):
            case 0 | 1:
                holder[key] = odd(random)
            case 2:
                del holder[key]
            case 3:
                holder[key] = [holder[key]] if random.random() < 0.5 else {"id": holder[key], "type": "Note"}
            case 4:
                donor, name = random.choice(places(orjson.loads(other)))
                holder[key] = donor[name]
            case 5 if isinstance(holder, dict):
                holder[random.choice(KEYS)] = odd(random) if random.random() < 0.7 else holder[key]
            case 6 if isinstance(holder[key], str):
                text: str = holder[key]
                at = random.randrange(len(text) + 1)
                holder[key] = text[:at] + str(odd(random))[:200] + text[at + random.randrange(3) :]
            case _:
                there, name = random.choice(where)
                if name in there if isinstance(there, dict) else name < len(there):
                    holder[key] = orjson.loads(written(there[name]))
    return document


def written(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS)


def damaged(raw: bytes, random: Random) -> bytes:
    """The same bytes with something lost or added on the way."""
    at = random.randrange(len(raw) + 1)
    match random.randrange(4):
        case 0:
            return raw[:at]
        case 1:
            return raw[:at] + random.choice(PIECES) + raw[at:]
        case 2:
            return raw[:at] + random.randbytes(random.randrange(1, 6)) + raw[at + random.randrange(6) :]
        case _:
            end = min(len(raw), at + random.randrange(200))
            return raw[:end] + raw[at:]
