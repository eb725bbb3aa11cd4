"""Actors of other servers: fetched, checked, and kept as accounts."""

from typing import Final

from federation.contexts import ACTOR_TYPES, CIVIC
from federation.errors import Forged, Gone, Malformed, NotFetched, ProtocolError, Unavailable, UnsafeAddress
from federation.names import Acct, domain_of, is_url, parse_acct, same_origin
from federation.objects.actor import Actor
from federation.values import Json, type_of
from federation.webfinger import JRD_TYPE, parse_jrd
from server.actions.actors import record_account
from server.queries import actors
from server.queries.actors import WireAccount
from server.remote.gateway import Remote
from server.rules.accounts import Kind
from server.rules.drafts import AccountDraft, KeyDraft
from server.rules.permissions import OPERATOR

DAY_MS: Final = 86_400_000
_KINDS: Final[dict[str, Kind]] = {
    "Person": "person",
    "Organization": "organisation",
    "Group": "topic",
    "Service": "service",
    "Application": "instance",
}
_ED25519: Final = "z6Mk"


async def known_or_fetched(remote: Remote, uri: str, known: WireAccount | None = None) -> WireAccount:
    """The account behind an actor id; fetched when it is unknown, and again when what we know is older than a day.
    `known` is an account that was read already, perhaps this one.

    Raises `ProtocolError` when it cannot be had, `Unavailable` when that may change. What we know already is given when
    its server cannot be reached.
    """
    if known is None or known.uri != uri:
        known = await actors.by_uri(uri)
    if known is not None and (known.local or remote.clock() * 1000 - known.fetched_at < DAY_MS):
        return known
    if known is None:
        await remote.discover(uri)
        return await fetch_actor(remote, uri)
    try:
        return await fetch_actor(remote, uri)
    except (ProtocolError, Unavailable):
        return known


async def fetch_actor(remote: Remote, uri: str) -> WireAccount:
    """Fetch an actor, check it and its handle, and keep it."""
    return await record_actor(remote, await remote.read(uri))


async def record_actor(remote: Remote, document: Json) -> WireAccount:
    """Keep the actor that a document of its own origin describes. The caller has checked where the document is from.

    A handle is asked for by WebFinger once; it never changes afterwards.
    """
    actor = Actor.parse(document)
    if not same_origin(actor.inbox, actor.id):
        raise Malformed("the inbox of an actor must be at the actor's own origin")
    await remote.check_open(actor.id)
    known = await actors.by_uri(actor.id)
    acct = Acct(known.name, known.domain) if known else await handle_of(remote, actor)
    by = known.principal if known is not None and known.state == "active" else OPERATOR
    await record_account(by, draft_of(actor, acct))
    kept = await actors.by_uri(actor.id)
    if kept is None:
        raise Malformed("this actor could not be kept")
    return kept


async def handle_of(remote: Remote, actor: Actor) -> Acct:
    """The handle of an actor, as the handle's own domain confirms it (RFC 7033; the loop back of Mastodon).

    Raises `Forged` when WebFinger names another actor. The actor of an instance itself may do without a handle: it then
    goes by its domain.
    """
    host = domain_of(actor.id)
    try:
        asked = parse_acct(actor.webfinger or f"{actor.preferred_username}@{host}")
        for _ in range(2):
            jrd = parse_jrd(await _webfinger(remote, asked))
            if jrd.actor != actor.id:
                raise Forged("the handle of this actor leads to another actor")
            if _same(jrd.subject, asked):
                return jrd.subject
            asked = jrd.subject
    except (Gone, Malformed):
        if actor.type != "Application":
            raise
        return Acct(host, host)
    raise Forged("the handle of this actor does not lead back to itself")


async def actor_of_handle(remote: Remote, acct: Acct) -> str:
    """The actor id that a handle's domain names for it. Raises `Gone` when there is none."""
    jrd = parse_jrd(await _webfinger(remote, acct))
    if jrd.actor is None:
        raise Gone("this handle has no ActivityPub actor")
    return jrd.actor


def draft_of(actor: Actor, acct: Acct) -> AccountDraft:
    """What the wire says of an actor, as a draft for `record_account`."""
    request_keys = [KeyDraft(key.id, "request", key.pem) for key in actor.public_keys]
    multikeys = [
        KeyDraft(key.id, "proof" if key.multibase.startswith(_ED25519) else "request", key.multibase)
        for key in actor.assertion_keys
    ]
    civic = bool(actor.civic_topic_id) or any(
        item.name == "civic" or item.href.startswith(CIVIC.rstrip("#")) for item in actor.implements
    )
    return AccountDraft(
        uri=actor.id,
        url=_own(actor, actor.url) or actor.id,
        kind=_KINDS[actor.type],
        name=acct.name,
        domain=acct.domain,
        inbox=actor.inbox,
        shared_inbox=_own(actor, actor.shared_inbox),
        outbox=_own(actor, actor.outbox),
        followers_uri=_own(actor, actor.followers),
        display_name=actor.name,
        summary_html=actor.summary,
        fields=tuple((field.name, field.value) for field in actor.fields),
        avatar_url=actor.icon or "",
        header_url=actor.image or "",
        locked=actor.manually_approves,
        bot=actor.type in ("Service", "Application"),
        discoverable=actor.discoverable,
        civic=civic,
        member_of=actor.civic_member_of,
        moved_to=actor.moved_to or "",
        also_known_as=actor.also_known_as,
        created=int(actor.published.timestamp() * 1000) if actor.published else None,
        keys=tuple({key.uri: key for key in (*request_keys, *multikeys)}.values()),
    )


def is_actor(document: Json) -> bool:
    """Whether this document is an actor rather than a post."""
    return type_of(document, ACTOR_TYPES) in ACTOR_TYPES


def _own(actor: Actor, url: str | None) -> str:
    """An address of an actor's, as far as it is at the actor's own origin."""
    return url if url and same_origin(url, actor.id) else ""


def _same(one: Acct, other: Acct) -> bool:
    return (one.name.casefold(), one.domain) == (other.name.casefold(), other.domain)


async def _webfinger(remote: Remote, acct: Acct) -> Json:
    """Asked over http only where development allows loopback."""
    if acct.domain == remote.settings.handle_domain:
        raise UnsafeAddress("this handle is of this server itself")
    scheme = "http" if remote.settings.development and acct.domain.startswith(("127.", "localhost")) else "https"
    url = f"{scheme}://{acct.domain}/.well-known/webfinger?resource=acct:{acct}"
    if not is_url(url):
        raise NotFetched("this handle cannot be asked for")
    remote.check_away(url)
    remote.budget.spend()
    return await remote.client.get_json(url, f"{JRD_TYPE}, application/json")
