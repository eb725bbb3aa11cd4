"""Accounts of ours as ActivityPub actors (AP §4). Without `@context`, which `contexts.standalone` adds."""

from collections.abc import Mapping, Sequence

from federation.objects.actor import Actor, Capability, Field, Multikey, PublicKey
from federation.values import Json
from server.render.media import absolute
from server.rules.accounts import Kind
from server.views.accounts import AccountView
from server.views.keys import PublicKeyView
from server.views.topics import TopicView

TYPES: Mapping[Kind, str] = {
    "person": "Person",
    "organisation": "Organization",
    "topic": "Group",
    "instance": "Application",
    "service": "Service",
}
IMPLEMENTS = (
    Capability("RFC-9421", "https://datatracker.ietf.org/doc/html/rfc9421"),
    Capability("Folkmoot civic objects", "urn:folkmoot:civic#"),
)


def as_object(
    account: AccountView,
    origin: str,
    *,
    keys: Sequence[PublicKeyView],
    handles: str,
    organisations: tuple[str, ...] = (),
    topic: TopicView | None = None,
) -> Json:
    """The actor document of an account of ours.

    Args:
        origin: the address of this instance, without a slash at the end.
        keys: the public keys it publishes, in this order.
        handles: the domain in its handle.
        organisations: what a member says they belong to.
        topic: what a chapter says beside: the shared id, its genesis, its links.
    """
    uri = account.uri
    actor = Actor(
        id=uri,
        type=TYPES[account.kind],
        preferred_username=account.name,
        name=account.shown_name,
        summary=account.summary_html,
        url=account.url,
        inbox=f"{uri}/inbox",
        outbox=f"{uri}/outbox",
        followers=f"{uri}/followers",
        following=f"{uri}/following",
        featured=f"{uri}/featured" if account.kind != "instance" else None,
        shared_inbox=f"{origin}/inbox",
        icon=absolute(origin, account.avatar.url) if account.avatar else None,
        image=absolute(origin, account.header.url) if account.header else None,
        published=account.created_at,
        manually_approves=account.locked,
        discoverable=account.discoverable,
        indexable=account.discoverable,
        fields=tuple(Field(field.name, field.html) for field in account.fields),
        public_keys=tuple(PublicKey(key.uri, uri, key.public) for key in keys if key.use == "request"),
        assertion_keys=tuple(Multikey(key.uri, uri, key.public) for key in keys if key.use == "proof"),
        also_known_as=account.also_known_as,
        moved_to=account.moved_to or None,
        webfinger=f"{account.name}@{handles}",
        implements=IMPLEMENTS,
        civic_topic_id=topic.topic_id if topic else "",
        civic_genesis=dict(topic.genesis) if topic else {},
        civic_chapters=f"{uri}/chapters" if topic else None,
        civic_same_topic=topic.same if topic else (),
        civic_member_of=organisations,
        civic_members=f"{uri}/members" if account.kind == "organisation" else None,
    )
    return actor.to_json()
