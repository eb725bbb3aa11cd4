"""Names and identity of topics, and the one namespace that people, organisations and topics share.

A topic has no owner. What is the same in every chapter is its id: the hash of its genesis, which anybody can check
(FEP-8b32's canonical form, RFC 8785; multihash and multibase as in the Multiformats specifications).
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Literal

import rfc8785

from server.rules import limits
from server.rules.errors import Invalid
from server.rules.sanitise import strip_unstorable

Replies = Literal["open", "first", "members"]
# Comments from servers that have no chapter: shown, the first of each person read by a steward, or not taken.
REPLIES: Final[tuple[Replies, ...]] = ("open", "first", "members")

# What came of comparing with another chapter: ours has all of theirs, it lacks some, or theirs did not answer.
Compared = Literal["same", "differs", "unreachable"]

# A chapter that was just linked is on trial: it may pass on so many items a day, until a steward trusts it or a chapter
# in full standing is linked with it, too.
STANDINGS: Final = ("trial", "full")
TRIAL_ITEMS: Final = 500

TOPIC_URN = "urn:folkmoot:topic:"
GENESIS_KEYS = ("name", "created", "founder", "hashtag")

# Accounts of the instance itself, mailboxes of RFC 2142, and words a stranger would take for the instance speaking.
_RESERVED = """
abuse account accounts actor actors admin administrator administrators all anonymous api auth board chapter contact
demo everyone federation folkmoot guardian guardians help here host hostmaster inbox info instance instances
internal mail mailer_daemon me member members moderation moderator moderators news nobody noc noreply no_reply null
oauth official operator organisation organisations organization organizations outbox owner policies policy
postmaster posts privacy proposal proposals relay root safeguarding search security self server settings speakup
staff steward stewards support system team topic topics undefined user users voice webmaster www
"""
RESERVED = frozenset(_RESERVED.split())

_SHA2_256 = b"\x12\x20"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def check_name(name: str, field: str = "name") -> None:
    """Raises `Invalid` unless this may become the name of a person or an organisation. Whether it is still free is
    for the database to say."""
    if not re.fullmatch(rf"[a-z0-9_]{{1,{limits.NAME}}}", name):
        raise Invalid(field, "Use up to %(most)s letters a to z, digits and _, without blanks.", most=limits.NAME)
    _check_not_reserved(name, field)


def check_slug(slug: str, field: str = "slug") -> None:
    """Raises `Invalid` unless this may become the short name of a topic, as in `/topics/damp-homes`."""
    if len(slug) > limits.SLUG or not re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", slug):
        raise Invalid(
            field,
            "Use small letters a to z and digits, with single hyphens between words, at most %(limit)s characters:"
            " for example damp-homes.",
            limit=limits.SLUG,
        )
    _check_not_reserved(slug, field)


def slug_of(name: str) -> str:
    """A slug to suggest for this topic name: `Damp, mould and repairs` → `damp-mould-and-repairs`. Empty when the name
    has no letter that can be written in plain a to z."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", re.sub(r"'", "", plain))
    slug = "-".join(words)[: limits.SLUG + 1]
    return slug if len(slug) <= limits.SLUG else slug[: limits.SLUG + 1].rpartition("-")[0] or slug[: limits.SLUG]


def hashtag_of(name: str) -> str:
    """The canonical hashtag of a topic, each word with a capital so that screen readers read words:
    `Damp, mould and repairs` → `DampMouldAndRepairs`."""
    words = re.findall(r"[^\W_]+", re.sub(r"['’]", "", unicodedata.normalize("NFC", strip_unstorable(name))))
    tag = "".join(word[:1].upper() + word[1:] for word in words)[: limits.HASHTAG - len("Topic")]
    return tag if any(char.isalpha() for char in tag) else f"Topic{tag}"


def genesis_of(name: str, created: datetime, founder: str, hashtag: str) -> dict[str, str]:
    """What a new topic was at its first moment: its name, when (aware time, kept to the second), the id of the actor
    who founded it, and its hashtag without `#`."""
    moment = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"name": name, "created": moment, "founder": founder, "hashtag": hashtag}


def topic_id(genesis: Mapping[str, str]) -> str:
    """`urn:folkmoot:topic:` and the base58btc multibase of the sha2-256 multihash of the genesis in RFC 8785 form."""
    digest = hashlib.sha256(rfc8785.dumps(dict(genesis))).digest()
    return f"{TOPIC_URN}z{_base58(_SHA2_256 + digest)}"


def check_topic_id(genesis: object, claimed: object) -> bool:
    """Whether this genesis, as it came from another server, is one and has this id. A chapter for which it is not so is
    refused. Never raises."""
    if not isinstance(genesis, Mapping) or not all(isinstance(genesis.get(key), str) for key in GENESIS_KEYS):
        return False
    texts = {key: value for key, value in genesis.items() if isinstance(key, str) and isinstance(value, str)}
    if len(texts) != len(genesis) or sum(len(key) + len(value) for key, value in texts.items()) > limits.GENESIS_BYTES:
        return False
    if any(strip_unstorable(text) != text for pair in texts.items() for text in pair):
        return False
    return topic_id(texts) == claimed


def _check_not_reserved(name: str, field: str) -> None:
    if name.replace("-", "_") in RESERVED:
        raise Invalid(field, "“%(name)s” is kept for this site itself. Please choose another.", name=name)


def _base58(data: bytes) -> str:
    # A multihash never starts with a zero byte, so base58's leading ones do not arise.
    number, digits = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return digits
