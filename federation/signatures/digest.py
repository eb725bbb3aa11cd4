"""Digests of a body: `Digest` (RFC 3230) for draft-cavage, `Content-Digest` (RFC 9530) for RFC 9421."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping

from federation.errors import Unsigned
from federation.signatures.structured import Item, parse_dictionary, serialise

_HASHES = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def digest_of(body: bytes) -> str:
    """The value of `Digest` for a body: `SHA-256=…`."""
    return "SHA-256=" + b64encode(hashlib.sha256(body).digest()).decode("ascii")


def content_digest_of(body: bytes) -> str:
    """The value of `Content-Digest` for a body: `sha-256=:…:`."""
    return "sha-256=" + serialise(Item(hashlib.sha256(body).digest()))


def check_digest(value: str, body: bytes) -> None:
    """Raise `Unsigned` unless `Digest` names at least one hash we know and all it names of these are right."""
    found: dict[str, bytes] = {}
    for part in value.split(","):
        name, _, encoded = part.strip().partition("=")
        if name.lower() in found:
            raise Unsigned("the Digest names a hash twice")
        try:
            found[name.lower()] = b64decode(encoded, validate=True)
        except ValueError as error:
            raise Unsigned("the Digest is not base64") from error
    _check(found, body)


def check_content_digest(value: str, body: bytes) -> None:
    """Raise `Unsigned` unless `Content-Digest` names at least one hash we know and all it names of these are right."""
    members = parse_dictionary(value)
    _check({name: item.value for name, item in members.items() if isinstance(item, Item)}, body)


def _check(found: Mapping[str, object], body: bytes) -> None:
    known = {name: value for name, value in found.items() if name in _HASHES}
    if not known:
        raise Unsigned("the digest uses no hash we know (sha-256, sha-512)")
    for name, value in known.items():
        if not isinstance(value, bytes) or not hmac.compare_digest(value, _HASHES[name](body).digest()):
            raise Unsigned("the digest does not match the body")
