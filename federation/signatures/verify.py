"""Checking the signature of a request that arrived: the one place for coverage, clock, digest and key.

Either scheme is read into a `Claim`; everything after that is the same for both. All raise `Unsigned` (401).
"""

from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from federation.errors import Unsigned
from federation.signatures import cavage, rfc9421
from federation.signatures.digest import check_content_digest, check_digest
from federation.signatures.keys import holds, load_public
from federation.signatures.request import Claim, ReceivedRequest

__all__ = ["ReceivedRequest", "key_id_of", "verify_request"]

_SKEW: Final = 3600
_LONGEST_LIFE: Final = 12 * 3600
_USUAL_LIFE: Final = 300


def key_id_of(request: ReceivedRequest) -> str:
    """The id of the key that is said to have signed the request. Nothing is proven yet."""
    return _claim(request).key_id


def verify_request(request: ReceivedRequest, public_key: str, *, now: float) -> None:
    """Raise `Unsigned` unless the request was signed by `public_key` (PEM or multibase), for us, about now.

    `now` is Unix seconds. A signature holds from an hour before it was made (clocks differ) until an hour after its
    end: the end it names, at most 12 hours after it was made, or 5 minutes after it was made if it names none.
    """
    claim = _claim(request)
    _check_clock(claim, now)
    _check_body(claim, request)
    key = load_public(public_key)
    kind = "rsa" if isinstance(key, RSAPublicKey) else "ed25519"
    if claim.key_kind not in (None, kind):
        raise Unsigned("the signature names another algorithm than the key is for")
    if not any(holds(key, claim.signature, message) for message in claim.messages):
        raise Unsigned("the signature does not match the request")


def _claim(request: ReceivedRequest) -> Claim:
    return cavage.read(request) if request.find("signature-input") is None else rfc9421.read(request)


def _check_clock(claim: Claim, now: float) -> None:
    if claim.created > now + _SKEW:
        raise Unsigned("the signature was made in the future; check the clocks of both servers")
    end = claim.created + (_USUAL_LIFE if claim.expires is None else _LONGEST_LIFE)
    if claim.expires is not None:
        end = min(end, claim.expires)
    if now > end + _SKEW:
        raise Unsigned("the signature is too old; check the clocks of both servers")


def _check_body(claim: Claim, request: ReceivedRequest) -> None:
    if claim.digest is not None:
        check = check_digest if claim.digest == "digest" else check_content_digest
        check(request.field(claim.digest), request.body or b"")
