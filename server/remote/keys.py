"""Keys of other servers: from what is known, else from where the key says it is.

Its owner must list it in turn, or anybody could publish a key in somebody else's name (FEP-fe34, reciprocal claims).
"""

from federation.contexts import ACTOR_TYPES
from federation.errors import ProtocolError, Unavailable, Unsigned
from federation.names import domain_of, is_url, same_origin
from federation.values import Json, id_of, type_of
from server.queries import actors
from server.queries.actors import KnownKey
from server.remote.actors import fetch_actor, record_actor
from server.remote.gateway import Remote
from server.rules.registered import registered


async def key_for(remote: Remote, key_id: str, source: str = "") -> KnownKey:
    """The key with this id and its owner. `source` names who made us ask, such as the address of a request.

    Raises `Unsigned` when there is no such key or nobody owns it, `Unavailable` when it cannot be fetched just now, or
    could not a moment ago.
    """
    known = await actors.key(key_id)
    if known is not None:
        return known
    if not is_url(key_id):
        raise Unsigned("the key id is not an http(s) address")
    host = registered(domain_of(key_id))
    if (
        remote.misses.refuses("address", key_id)
        or remote.misses.refuses("host", host)
        or remote.misses.refuses("source", source)
    ):
        raise Unavailable("this key could not be fetched a moment ago", retry_after=60)
    await remote.discover(key_id)
    try:
        await _fetch(remote, key_id)
    except (ProtocolError, Unavailable) as error:
        for kind, name in (("address", key_id), ("host", host), ("source", source)):
            remote.misses.note(kind, name)
        if isinstance(error, Unavailable):
            raise
        raise Unsigned(f"the key could not be fetched: {error.reason}") from error
    found = await actors.key(key_id)
    if found is None:
        remote.misses.note("address", key_id)
        raise Unsigned("the actor that should own this key does not list it")
    return found


async def refreshed(remote: Remote, key: KnownKey, source: str = "") -> KnownKey | None:
    """The key as its owner's server publishes it now, after a signature did not hold: its owner may have changed it.
    None when nothing has changed, when this was asked within the last minute, or when the same `source` made us ask in
    vain too often.

    Raises `Unavailable` when the owner's server cannot be asked just now.
    """
    if key.account.local or remote.misses.refuses("address", f"again {key.uri}"):
        return None
    if remote.misses.refuses("source", source):
        raise Unavailable("this key could not be fetched a moment ago", retry_after=60)
    remote.misses.note("address", f"again {key.uri}")
    try:
        await fetch_actor(remote, key.account.uri)
        fresh = await actors.key(key.uri)
    except ProtocolError:
        fresh = None
    except Unavailable:
        remote.misses.note("source", source)
        raise
    if fresh is not None and fresh.public != key.public:
        return fresh
    remote.misses.note("source", source)
    return None


async def _fetch(remote: Remote, key_id: str) -> None:
    """Keep the owner of a key, and with it the keys the owner lists.

    The document is the actor itself, a bare key with an owner, or the few lines of an actor that GoToSocial serves.
    """
    address = key_id.partition("#")[0]
    document = await remote.read_loosely(address)
    owner = _owner_of(document)
    if owner is None or not same_origin(owner, key_id):
        raise Unsigned("the key document names no owner at its own origin")
    if owner == address and type_of(document, ACTOR_TYPES) in ACTOR_TYPES:
        await record_actor(remote, document)
        return
    if type_of(document, ACTOR_TYPES) not in ACTOR_TYPES and id_of(document) != key_id:
        raise Unsigned("the key document has another id than the key")
    await fetch_actor(remote, owner)


def _owner_of(document: Json) -> str | None:
    for name in ("owner", "controller"):
        if owner := id_of(document.get(name)):
            return owner
    return id_of(document) if type_of(document, ACTOR_TYPES) in ACTOR_TYPES else None
