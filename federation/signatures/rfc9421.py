"""HTTP message signatures (RFC 9421): the successor of draft-cavage, in the profile the fediverse uses.

One signature; `@method`, the target and, when there is a body, `content-digest` covered; `created` and `keyid` present;
RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519. Component parameters (`req`, `tr`, `bs`, `sf`, `key`, `name`) are refused.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from federation.errors import Unsigned
from federation.signatures.digest import content_digest_of
from federation.signatures.keys import Signer, sign_rsa
from federation.signatures.request import NOTHING_MORE, Claim, ReceivedRequest, as_bytes
from federation.signatures.structured import Bare, InnerList, Item, parse_dictionary, serialise

_KEY_KINDS: Final = {"rsa-v1_5-sha256": "rsa", "ed25519": "ed25519"}


def sign(
    method: str,
    url: str,
    body: bytes | None,
    *,
    content_type: str,
    signer: Signer,
    now: float,
    more: Mapping[str, str] = NOTHING_MORE,
) -> dict[str, str]:
    """The header fields that make a request signed, to be sent as they are.

    `url` is the address as it will be requested, `now` Unix seconds. Without a body there is no digest and no type.
    `more` are further fields to send and to cover, by their names in lower case.
    """
    headers = {"host": urlsplit(url).netloc}
    components = {"@method": method, "@target-uri": url}
    if body is not None:
        components["content-digest"] = content_digest_of(body)
        headers |= {"content-digest": components["content-digest"], "content-type": content_type}
    components |= more
    headers |= more
    params: dict[str, Bare] = {"created": int(now), "keyid": signer.key_id, "alg": "rsa-v1_5-sha256"}
    covered = InnerList(tuple(Item(name) for name in components), params)
    signature = sign_rsa(signer.private_pem, _base(components, covered))
    headers["signature-input"] = "sig1=" + serialise(covered)
    headers["signature"] = "sig1=" + serialise(Item(signature))
    return headers


def read(request: ReceivedRequest) -> Claim:
    """What the `Signature-Input` and `Signature` fields of a request claim.

    Raises `Unsigned` when they are missing, ambiguous or cover too little.
    """
    covered, signature = _pair(request)
    names = covered_names(covered)
    _check_covered(request, names)
    created, expires, key_id = (covered.params.get(name) for name in ("created", "expires", "keyid"))
    if type(created) is not int or not (expires is None or type(expires) is int) or type(key_id) is not str:
        raise Unsigned("the signature must say created and keyid, as number and text")
    algorithm = covered.params.get("alg")
    if algorithm is not None and algorithm not in _KEY_KINDS:
        raise Unsigned("the signature uses an algorithm we do not accept")
    return Claim(
        key_id=key_id,
        key_kind=_KEY_KINDS.get(str(algorithm)),
        signature=signature,
        messages=(signature_base(request, covered),),
        created=created,
        expires=expires,
        digest="content-digest" if request.needs_digest else None,
    )


def covered_names(covered: InnerList) -> tuple[str, ...]:
    """The component names of a signature, each once and without parameters. Raises `Unsigned` otherwise."""
    names = tuple(item.value for item in covered.items if type(item.value) is str and not item.params)
    if len(set(names)) != len(covered.items) or any(name != name.lower() for name in names):
        raise Unsigned("the signature covers components that are repeated or that we do not support")
    return names


def signature_base(request: ReceivedRequest, covered: InnerList) -> bytes:
    """The signed text of RFC 9421 section 2.5. Raises `Unsigned` when a covered component is unknown or missing."""
    return _base({name: _component(request, name) for name in covered_names(covered)}, covered)


def _pair(request: ReceivedRequest) -> tuple[InnerList, bytes]:
    inputs = parse_dictionary(request.field("signature-input"))
    signatures = parse_dictionary(request.field("signature"))
    if len(inputs) != 1 or inputs.keys() != signatures.keys():
        raise Unsigned("the request must have exactly one signature")
    (covered,), (signature,) = inputs.values(), signatures.values()
    if not isinstance(covered, InnerList) or not isinstance(signature, Item) or not isinstance(signature.value, bytes):
        raise Unsigned("the signature cannot be read")
    return covered, signature.value


def _check_covered(request: ReceivedRequest, names: Sequence[str]) -> None:
    parts = {"@authority", "@path"} | ({"@query"} if "?" in request.raw_path else set())
    if "@method" not in names or not ("@target-uri" in names or parts <= set(names)):
        raise Unsigned("the signature must cover @method and @target-uri")
    if request.needs_digest and "content-digest" not in names:
        raise Unsigned("the signature must cover the content-digest of the body")


def _component(request: ReceivedRequest, name: str) -> str:
    path, _, query = request.raw_path.partition("?")
    match name:
        case "@method":
            return request.method
        case "@target-uri":
            return f"{request.scheme}://{request.authority}{request.raw_path}"
        case "@authority":
            return request.authority
        case "@scheme":
            return request.scheme
        case "@path":
            return path
        case "@query":
            return f"?{query}"
    if name.startswith("@"):
        raise Unsigned("the signature covers components that are repeated or that we do not support")
    return request.field(name)


def _base(components: dict[str, str], covered: InnerList) -> bytes:
    lines = [f'"{name}": {value}' for name, value in components.items()]
    return as_bytes("\n".join([*lines, f'"@signature-params": {serialise(covered)}']))
