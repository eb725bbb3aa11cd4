"""HTTP signatures as most of the fediverse has them: draft-cavage-http-signatures-12, with RSA and SHA-256.

We sign what Mastodon signs. What arrives must cover the request target, the host, a time and, when there is a body, its
digest; anything less could be moved to another request.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Final
from urllib.parse import urlsplit

from federation.errors import Unsigned
from federation.signatures.digest import digest_of
from federation.signatures.keys import Signer, sign_rsa
from federation.signatures.request import NOTHING_MORE, Claim, ReceivedRequest, as_bytes

_MAX_LENGTH: Final = 8192
_PARAM = re.compile(r'[ \t]*([A-Za-z]+)=(?:"([^"\\]*)"|([0-9]{1,15}))[ \t]*(?:,|$)')
_ALGORITHMS: Final = frozenset({"rsa-sha256", "hs2019"})


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
    """The header fields that make a request signed (`host date digest content-type signature`), to be sent as they are.

    `url` is the address as it will be requested, `now` Unix seconds. Without a body there is no digest and no type.
    `more` are further fields to send and to cover, by their names in lower case.
    """
    split = urlsplit(url)
    target = split.path + (f"?{split.query}" if split.query else "")
    headers = {"host": split.netloc, "date": formatdate(now, usegmt=True)}
    if body is not None:
        headers |= {"digest": digest_of(body), "content-type": content_type}
    headers |= more
    lines = [f"(request-target): {method.lower()} {target}", *(f"{name}: {value}" for name, value in headers.items())]
    signature = b64encode(sign_rsa(signer.private_pem, as_bytes("\n".join(lines)))).decode("ascii")
    covered = " ".join(["(request-target)", *headers])
    headers["signature"] = f'keyId="{signer.key_id}",algorithm="rsa-sha256",headers="{covered}",signature="{signature}"'
    return headers


def read(request: ReceivedRequest) -> Claim:
    """What the `Signature` field claims. Raises `Unsigned` when it is missing, ambiguous or covers too little.

    The request target counts with its query and without: some servers leave the query out when they sign.
    """
    params = _params(request.find("signature") or "")
    algorithm = params.get("algorithm")
    if algorithm is not None and algorithm.lower() not in _ALGORITHMS:
        raise Unsigned("the signature uses an algorithm we do not accept")
    covered = params.get("headers", "date").lower().split()
    _check_covered(request, covered, algorithm)
    targets = dict.fromkeys((request.raw_path, request.raw_path.partition("?")[0]))
    try:
        signature = b64decode(params["signature"], validate=True)
        created = float(params["created"]) if "(created)" in covered else _date(request.field("date"))
        return Claim(
            key_id=params["keyId"],
            key_kind="rsa",
            signature=signature,
            messages=tuple(_message(request, covered, params, target) for target in targets),
            created=created,
            expires=float(params["expires"]) if "(expires)" in covered else None,
            digest="digest" if request.needs_digest else None,
        )
    except KeyError as error:
        raise Unsigned(f"the signature lacks {error}") from error
    except ValueError as error:
        raise Unsigned("the signature cannot be read") from error


def _params(header: str) -> dict[str, str]:
    if not header or len(header) > _MAX_LENGTH:
        raise Unsigned("the request has no signature that can be read")
    params: dict[str, str] = {}
    at = 0
    while at < len(header):
        found = _PARAM.match(header, at)
        if found is None:
            raise Unsigned("the request has no signature that can be read")
        name, quoted, number = found.groups()
        if name in params:
            raise Unsigned(f"the signature names {name} twice")
        params[name] = number if quoted is None else quoted
        at = found.end()
    return params


def _check_covered(request: ReceivedRequest, covered: list[str], algorithm: str | None) -> None:
    if len(set(covered)) != len(covered):
        raise Unsigned("the signature covers a header field twice")
    if not {"(request-target)", "host"} <= set(covered):
        raise Unsigned("the signature must cover (request-target) and host")
    if "(created)" not in covered and "date" not in covered:
        raise Unsigned("the signature must cover date or (created)")
    if not {"(created)", "(expires)"}.isdisjoint(covered) and (algorithm or "").lower() != "hs2019":
        raise Unsigned("(created) and (expires) need the algorithm hs2019")
    if request.needs_digest and "digest" not in covered:
        raise Unsigned("the signature must cover the digest of the body")


def _message(request: ReceivedRequest, covered: list[str], params: dict[str, str], target: str) -> bytes:
    special = {"(request-target)": f"{request.method.lower()} {target}"}
    special |= {f"({name})": params[name] for name in ("created", "expires") if f"({name})" in covered}
    return as_bytes("\n".join(f"{name}: {special.get(name) or request.field(name)}" for name in covered))


def _date(text: str) -> float:
    return datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC).timestamp()
