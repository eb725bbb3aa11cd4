"""The inbox: `POST /inbox`, and the inbox of each actor (AP §7; contract, "Inbox answers").

Everything is checked before anything is stored; what is stored is then worked on in the lane `inbox`.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from federation.errors import Forged, ProtocolError, TooLarge, Unavailable
from federation.names import domain_of
from federation.origin import check_activity
from federation.parse import Activity, parse_activity
from federation.signatures.proof import proof_key_id, verify_proof
from federation.values import dumps, loads
from server.activitypub.signed import check_welcome, received, signer_of
from server.http.negotiate import is_activity_type
from server.http.replies import Json
from server.inbound.interest import concerns_known_post
from server.ledger import deliveries, receipts
from server.queries import actors
from server.queries.actors import KnownKey, WireAccount
from server.remote.actors import known_or_fetched
from server.remote.confirming import confirmed
from server.remote.follow_sync import compare
from server.remote.gateway import Remote
from server.remote.keys import key_for
from server.rules.registered import registered

MAX_BODY: Final = 1_048_576
FETCHES: Final = 12
_RETRY_AFTER: Final = 60
_WANTED: Final = {"Accept-Signature": 'sig1=("@method" "@target-uri" "content-digest");created'}  # RFC 9421 §5.1


class WrongType(ProtocolError):
    """A body we do not read."""

    wire = 415


async def inbox(request: Request) -> Response:
    """Take a delivery. Errors say what is wrong in `{"error": …}`."""
    remote: Remote = request.app.state.remote
    try:
        await _take(request, remote.fresh(fetches=FETCHES, discoveries=4))
    except Unavailable as error:
        wait = max(1, int(error.retry_after or _RETRY_AFTER))
        return Json({"error": error.reason}, error.wire, {"Retry-After": str(wait)})
    except ProtocolError as error:
        return Json({"error": error.reason}, error.wire, _WANTED if error.wire == 401 else None)
    return Response(status_code=202)


async def _take(request: Request, remote: Remote) -> None:
    _check_type(request)
    body = await _read(request)
    activity = parse_activity(loads(body))
    wire = received(request, remote, body)
    if await _is_farewell_of_a_stranger(activity):
        return
    source = request.client.host if request.client else ""
    key = await signer_of(remote, wire, source)
    actor = await _actor(remote, activity, key, source)
    if actor is None:
        if await receipts.is_known(activity.id, activity.actor):
            return
        activity, actor = await _forwarded(remote, activity, source)
        body = dumps(activity.raw)
    check_activity(activity, actor.uri)
    if actor.local:
        raise Forged("an account of this server does not write to its inbox")
    if actor.state == "suspended":
        raise Forged("this account is suspended here")
    for domain in {domain_of(activity.actor), domain_of(activity.id)} - {domain_of(key.uri)}:  # its own was asked
        await check_welcome(remote, domain)
    now = int(remote.clock() * 1000)
    await receipts.accept(activity.id, actor.uri, body, now)
    if header := wire.find("collection-synchronization"):
        await compare(remote, key.account, header)
    await _note_alive(remote, domain_of(actor.uri), now)


async def _actor(remote: Remote, activity: Activity, key: KnownKey, source: str) -> WireAccount | None:
    """Who did it: whoever signed the request, or, where somebody else sends it on (inbox forwarding, AP §7.1.2), whose
    proof it carries. None when it has no proof that we can check.

    Raises `Unsigned` or `Forged` for a proof that does not hold.
    """
    if key.account.uri == activity.actor:
        return key.account
    proof_key = proof_key_id(activity.raw)
    if proof_key is None:
        return None
    prover = await key_for(remote, proof_key, source)
    if prover.account.uri != activity.actor:
        raise Forged("the activity's proof is not by its actor")
    verify_proof(activity.raw, multibase=prover.public, now=remote.clock())
    return prover.account


async def _forwarded(remote: Remote, activity: Activity, source: str) -> tuple[Activity, WireAccount]:
    """What somebody sent on without a proof, as its own origin has it. Asked for only what answers a post that we have,
    or changes one.

    Raises `Forged` for anything else, or when its origin does not confirm it.
    """
    refused = Forged("the activity's actor is not the one whose key signed the request")
    host = registered(domain_of(activity.id))
    if remote.misses.refuses("host", host) or remote.misses.refuses("source", source):
        raise refused
    if remote.is_here(activity.actor) or not await concerns_known_post(activity):
        raise refused
    try:
        found = await confirmed(remote, activity)
        if (found.actor, found.type) != (activity.actor, activity.type):
            raise refused
        return found, await known_or_fetched(remote, found.actor)
    except ProtocolError as error:
        remote.misses.note("host", host)
        remote.misses.note("source", source)
        raise refused from error


async def _is_farewell_of_a_stranger(activity: Activity) -> bool:
    """Servers tell everybody when an account is deleted. Its key is gone by then, and of one we never knew there is
    nothing to delete."""
    if activity.type != "Delete" or activity.object_id != activity.actor:
        return False
    return await actors.by_uri(activity.actor) is None


def _check_type(request: Request) -> None:
    if "content-encoding" in request.headers:
        raise WrongType("send the body without any Content-Encoding")
    if not is_activity_type(request.headers.get("content-type")):
        raise WrongType("send application/activity+json, or application/ld+json with the ActivityStreams profile")


async def _read(request: Request) -> bytes:
    """The body, read no further than the limit."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BODY:
        raise TooLarge(f"send at most {MAX_BODY} bytes")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            raise TooLarge(f"send at most {MAX_BODY} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


async def _note_alive(remote: Remote, host: str, now: int) -> None:
    """A host that writes to us is up: what waits for it goes out. At most once a minute per host."""
    if not remote.misses.refuses("address", f"heard {host}"):
        remote.misses.note("address", f"heard {host}")
        await deliveries.host_answered(host, now)
