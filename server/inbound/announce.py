"""Announce: a boost, or a chapter that passes an activity on (FEP-1b12).

A linked chapter is trusted to choose what it passes on, never to say what it is: what is inside proves itself, by
its own proof or by being fetched from its origin (FEP-fe34). An edit is also proven by the post as its origin serves
it now, a deletion by the post being gone there. Support cannot be asked for: that of people whose servers have no
chapter is counted where the home of the proposal tells of it, and shown under nobody's name.
"""

from typing import Final

from federation.errors import Forged, ProtocolError, Unsigned
from federation.names import domain_of, same_origin
from federation.origin import check_activity
from federation.parse import ACTIVITY_TYPES, Activity, parse_activity
from federation.signatures.proof import proof_key_id, verify_proof
from federation.values import Json, id_of, type_of
from server.actions.boosts import boost_post
from server.inbound.arrival import Arrived
from server.queries import actors, domains, topic_items, topics
from server.queries.actors import WireAccount
from server.remote.actors import known_or_fetched
from server.remote.confirming import confirmed
from server.remote.gateway import Remote
from server.remote.keys import key_for
from server.remote.objects import fetch_post
from server.remote.posts import Coming
from server.rules.errors import NotFound, Refused
from server.rules.topics import TRIAL_ITEMS

DAY: Final = 86_400_000


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Announce of a post by its id. From a linked chapter the post is taken in as its topic's; from anyone else it is a
    boost, for which the post is fetched only if somebody here follows whoever boosts it."""
    uri = arrived.activity.object_id
    if uri is None or await actors.is_tombstoned(arrived.activity.id):
        return
    if await is_linked_chapter(arrived.account):
        await _check_trial(remote, arrived)
        if not remote.is_here(uri):
            await fetch_post(remote, uri, Coming(via=arrived.account.id))
        return
    post = await actors.post_by_uri(uri)
    if post is None and not remote.is_here(uri) and await actors.has_followers_here(arrived.account.id):
        await fetch_post(remote, uri, Coming(fetched=True))
        post = await actors.post_by_uri(uri)
    if post is None or post[3]:
        return
    published = arrived.activity.published
    now = int(remote.clock() * 1000)
    at = min(int(published.timestamp() * 1000), now) if published else now
    try:
        await boost_post(arrived.by, post[0], arrived.activity.id, published=max(at, 0))
    except (NotFound, Refused):
        return


async def unwrapped(remote: Remote, arrived: Arrived) -> Arrived | None:
    """The activity inside an Announce, with its own actor, proven; None when this is an Announce of a post.

    Activities that are not for us to take (of a blocked domain, from a group we are not linked with, of our own
    members) raise `Forged` with the reason.
    """
    document = await _inside(remote, arrived)
    if document is None:
        return None
    if not await is_linked_chapter(arrived.account):
        raise Forged("only a linked chapter may pass on what others did")
    await _check_trial(remote, arrived)
    inner = parse_activity(document)
    if remote.is_here(inner.actor):
        raise Forged("this was done here, and came back")
    await _check_open(inner)
    actor, told = await _proven(remote, inner), False
    if actor is None:
        check_activity(inner, inner.actor)
        inner, told = await _confirmed(remote, arrived, inner)
        await _check_open(inner)
        actor = await known_or_fetched(remote, inner.actor)
    check_activity(inner, actor.uri)
    if actor.state != "active":
        raise Forged("the account that did this is not active here")
    return Arrived(inner, actor, via=arrived.account.id, told=told)


async def _confirmed(remote: Remote, arrived: Arrived, inner: Activity) -> tuple[Activity, bool]:
    """An activity without a proof, as its origin confirms it; and whether the chapter's word is all there is.

    Raises as `confirmed` does.
    """
    try:
        return await confirmed(remote, inner), False
    except ProtocolError:
        if await _is_told_at_home(arrived, inner):
            return inner, True
        raise


async def _is_told_at_home(arrived: Arrived, inner: Activity) -> bool:
    """Whether this is support, or its end, that the home of the supported post tells of, by somebody whom no chapter of
    their own speaks for."""
    liked = inner.object_id if inner.type == "Like" else None
    if inner.type == "Undo" and inner.inner is not None and inner.inner_type == "Like":
        liked = id_of(inner.inner.get("object"))
    if liked is None or not same_origin(liked, arrived.account.uri):
        return False
    host = domain_of(inner.actor)
    chapters = [chapter for topic in await topics.all_topics() for chapter in topic.chapters]
    return host not in {domain_of(chapter.account.uri) for chapter in chapters if chapter.state == "linked"}


async def is_linked_chapter(account: WireAccount) -> bool:
    """Whether this is a chapter of another instance that we are linked with."""
    if account.kind != "topic" or account.local:
        return False
    ours = await topics.all_topics()
    return any(
        chapter.account.id == account.id and chapter.state == "linked" for topic in ours for chapter in topic.chapters
    )


async def _check_trial(remote: Remote, arrived: Arrived) -> None:
    """A chapter on trial brings so many items a day. What comes above that is not lost: when its trial is over, or
    tomorrow, comparing brings it."""
    if await topics.is_on_trial(arrived.account.id):
        since = int(remote.clock() * 1000) - DAY
        if await topic_items.count_through(arrived.account.id, since) >= TRIAL_ITEMS:
            raise Refused("This chapter is new, and has passed on as much as a new one may in a day.")


async def _inside(remote: Remote, arrived: Arrived) -> Json | None:
    """The wrapped activity. One named only by its id looks like a post: whether it is one shows when it is fetched, so
    that an id of an activity is followed here only for what is no known post."""
    document = arrived.activity.inner
    if document is not None and type_of(document, ACTIVITY_TYPES) in ACTIVITY_TYPES and id_of(document):
        return document
    return None


async def _check_open(inner: Activity) -> None:
    """Nothing of a blocked domain comes in through a third one (its actor, the activity, its object)."""
    uris = [inner.id, inner.actor, *inner.object_ids]
    uris += [author for item in inner.inners if (author := id_of(item.get("attributedTo")))]
    for domain in {domain_of(uri) for uri in uris}:
        if await domains.is_refused(domain):
            raise Forged("this comes from a domain that is blocked here")


async def _proven(remote: Remote, inner: Activity) -> WireAccount | None:
    """The actor of an activity that carries a proof by that actor's own key. None when it has no proof that holds:
    it can then still be fetched from its origin."""
    key_id = proof_key_id(inner.raw)
    if key_id is None:
        return None
    try:
        key = await key_for(remote, key_id)
        if key.account.uri != inner.actor:
            return None
        verify_proof(inner.raw, multibase=key.public, now=remote.clock())
    except (Unsigned, ProtocolError):
        return None
    return key.account
