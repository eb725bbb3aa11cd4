"""Whose signature a request carries: the same for what is delivered and for what is asked for."""

from typing import Final

from starlette.requests import Request

from federation.errors import Forged, Unavailable, Unsigned
from federation.names import domain_of, is_url
from federation.signatures.verify import ReceivedRequest, key_id_of, verify_request
from server.ledger.peers import note_held
from server.queries import domains
from server.queries.actors import KnownKey
from server.remote.gateway import Remote
from server.remote.keys import key_for, refreshed

WAIT_FOR_ADMIN: Final = 3_600


def received(request: Request, remote: Remote, body: bytes | None) -> ReceivedRequest:
    """The request as it came over the wire. Scheme and authority are our own, never what a proxy says."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope.get("query_string", b"")
    raw_path = path.partition(b"?")[0] + (b"?" + query if query else b"")
    return ReceivedRequest(
        method=request.method,
        raw_path=raw_path.decode("latin-1"),
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in request.headers.raw),
        body=body,
        scheme=remote.settings.scheme,
        authority=remote.settings.domain,
    )


async def check_welcome(remote: Remote, domain: str) -> None:
    """Whether anything may come from a domain.

    Raises `Forged` (403) for one that is blocked here or not on the list of those that may come in, `Unavailable`
    (503) for a new one that waits for an admin: its server tries again for days, so nothing it sent is lost.
    """
    policy = await domains.verdict(domain)
    if policy == "block":
        raise Forged("this server does not take anything from your domain")
    if policy == "held":
        await note_held(domain, int(remote.clock() * 1000))
        raise Unavailable("new servers wait here until an admin lets them in", retry_after=WAIT_FOR_ADMIN)


async def signer_of(remote: Remote, request: ReceivedRequest, source: str) -> KnownKey:
    """The key that signed the request, with its owner. A signature that does not hold is tried once more with the
    key as its owner publishes it now.

    Raises `Unsigned` (401), `Forged` (403) for a domain that is blocked here, `Unavailable` (503) when the key
    cannot be fetched just now.
    """
    key_id = key_id_of(request)
    if not is_url(key_id):
        raise Unsigned("the key id is not an http(s) address")
    await check_welcome(remote, domain_of(key_id))
    key = await key_for(remote, key_id, source)
    try:
        verify_request(request, key.public, now=remote.clock())
    except Unsigned:
        fresh = await refreshed(remote, key, source)
        if fresh is None:
            raise
        verify_request(request, fresh.public, now=remote.clock())
        return fresh
    return key
