"""An actor: a person, an organisation, a topic's chapter, a voice, or the instance itself (AP §4)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from federation.contexts import ACTOR_TYPES
from federation.errors import Malformed
from federation.names import is_url, same_origin
from federation.values import (
    MAX_ALIASES,
    MAX_FIELDS,
    MAX_KEYS,
    MAX_NAME,
    MAX_SUMMARY,
    Json,
    dumps,
    first,
    id_of,
    ids_of,
    many,
    stamp,
    text,
    time_of,
    type_of,
    url_of,
    without_none,
)

_MAX_KEY: Final = 16_384
_MAX_GENESIS: Final = 4096


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signs requests (security/v1)."""

    id: str
    owner: str
    pem: str


@dataclass(frozen=True, slots=True)
class Multikey:
    """A key that makes proofs (FEP-521a)."""

    id: str
    controller: str
    multibase: str


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a profile; the value is HTML."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Capability:
    """Something the actor's server can do (FEP-844e)."""

    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An actor as the wire knows it. Collections, `icon` and `image` are addresses; `summary` is HTML, not yet cleaned.

    `manually_approves`, `discoverable`, `indexable` are False unless the actor says otherwise. Keys that do not belong
    to the actor (another owner, another origin) are not read.
    """

    id: str
    type: str
    preferred_username: str
    inbox: str
    name: str = ""
    summary: str = ""
    url: str | None = None
    outbox: str | None = None
    followers: str | None = None
    following: str | None = None
    shared_inbox: str | None = None
    featured: str | None = None
    icon: str | None = None
    image: str | None = None
    published: datetime | None = None
    manually_approves: bool = False
    discoverable: bool = False
    indexable: bool = False
    fields: tuple[Field, ...] = ()
    public_keys: tuple[PublicKey, ...] = ()
    assertion_keys: tuple[Multikey, ...] = ()
    also_known_as: tuple[str, ...] = ()
    moved_to: str | None = None
    webfinger: str = ""
    implements: tuple[Capability, ...] = ()
    civic_topic_id: str = ""
    civic_genesis: Json = field(default_factory=dict)
    civic_chapters: str | None = None
    civic_same_topic: tuple[str, ...] = ()
    civic_member_of: tuple[str, ...] = ()
    civic_members: str | None = None
    civic_org_kind: str = ""

    @classmethod
    def parse(cls, document: Json) -> Self:
        """Read an actor. Raises `Malformed` without a known type, or without an http(s) id and inbox."""
        uri, inbox, kind = id_of(document), id_of(document.get("inbox")), type_of(document, ACTOR_TYPES)
        if uri is None or inbox is None or kind not in ACTOR_TYPES:
            raise Malformed("this is not an actor: it needs an id, an inbox and the type of an actor")
        endpoints = document.get("endpoints")
        genesis = document.get("civic:genesis")
        return cls(
            id=uri,
            type=kind,
            preferred_username=text(document.get("preferredUsername"), 255),
            inbox=inbox,
            name=text(document.get("name")),
            summary=text(document.get("summary"), MAX_SUMMARY),
            url=url_of(document.get("url")),
            outbox=id_of(document.get("outbox")),
            followers=id_of(document.get("followers")),
            following=id_of(document.get("following")),
            shared_inbox=id_of(endpoints.get("sharedInbox")) if isinstance(endpoints, dict) else None,
            featured=id_of(document.get("featured")),
            icon=picture_of(document.get("icon")),
            image=picture_of(document.get("image")),
            published=time_of(document.get("published")),
            manually_approves=document.get("manuallyApprovesFollowers") is True,
            discoverable=document.get("discoverable") is True,
            indexable=document.get("indexable") is True,
            fields=_fields(document.get("attachment")),
            public_keys=_public_keys(uri, document.get("publicKey")),
            assertion_keys=_assertion_keys(uri, document.get("assertionMethod")),
            also_known_as=ids_of(document.get("alsoKnownAs"), MAX_ALIASES),
            moved_to=id_of(document.get("movedTo")),
            webfinger=text(document.get("webfinger"), 512).removeprefix("acct:"),
            implements=_capabilities(document.get("implements")),
            civic_topic_id=text(document.get("civic:topicId"), 256),
            civic_genesis=genesis if isinstance(genesis, dict) and len(dumps(genesis)) <= _MAX_GENESIS else {},
            civic_chapters=id_of(document.get("civic:chapters")),
            civic_same_topic=_topic_ids(document.get("civic:sameTopic")),
            civic_member_of=ids_of(document.get("civic:memberOf"), MAX_FIELDS),
            civic_members=id_of(document.get("civic:members")),
            civic_org_kind=text(document.get("civic:orgKind"), 64),
        )

    def to_json(self) -> Json:
        """The actor without its context; `contexts.standalone` adds that."""
        return without_none(
            {
                "id": self.id,
                "type": self.type,
                "preferredUsername": self.preferred_username,
                "webfinger": self.webfinger or None,
                "name": self.name,
                "summary": self.summary,
                "url": self.url,
                "inbox": self.inbox,
                "outbox": self.outbox,
                "followers": self.followers,
                "following": self.following,
                "featured": self.featured,
                "endpoints": {"sharedInbox": self.shared_inbox} if self.shared_inbox else None,
                "icon": _image(self.icon),
                "image": _image(self.image),
                "published": stamp(self.published) if self.published else None,
                "manuallyApprovesFollowers": self.manually_approves,
                "discoverable": self.discoverable,
                "indexable": self.indexable,
                "attachment": [{"type": "PropertyValue", "name": f.name, "value": f.value} for f in self.fields],
                "publicKey": self._public_key_json(),
                "assertionMethod": [
                    {
                        "id": key.id,
                        "type": "Multikey",
                        "controller": key.controller,
                        "publicKeyMultibase": key.multibase,
                    }
                    for key in self.assertion_keys
                ],
                "alsoKnownAs": list(self.also_known_as),
                "movedTo": self.moved_to,
                "implements": [{"name": item.name, "href": item.href} for item in self.implements],
                "civic:topicId": self.civic_topic_id or None,
                "civic:genesis": self.civic_genesis or None,
                "civic:chapters": self.civic_chapters,
                "civic:sameTopic": list(self.civic_same_topic) or None,
                "civic:memberOf": list(self.civic_member_of) or None,
                "civic:members": self.civic_members,
                "civic:orgKind": self.civic_org_kind or None,
            }
        )

    def _public_key_json(self) -> Any:
        """One key as an object, as every server expects; a list only while a second key is being brought in."""
        keys = [{"id": key.id, "owner": key.owner, "publicKeyPem": key.pem} for key in self.public_keys]
        return keys[0] if len(keys) == 1 else keys or None


def picture_of(value: object) -> str | None:
    """The address in an `icon` or `image`, however it is given."""
    return url_of(first(value))


def _image(url: str | None) -> Json | None:
    return {"type": "Image", "url": url} if url else None


def _fields(value: object) -> tuple[Field, ...]:
    rows = [item for item in many(value)[:MAX_FIELDS] if isinstance(item, dict) and item.get("type") == "PropertyValue"]
    return tuple(Field(text(row.get("name")), text(row.get("value"))) for row in rows)


def _public_keys(owner: str, value: object) -> tuple[PublicKey, ...]:
    found = []
    for item in many(value)[:MAX_KEYS]:
        if isinstance(item, dict):
            key_id, pem = id_of(item), text(item.get("publicKeyPem"), _MAX_KEY)
            if key_id and pem and id_of(item.get("owner")) == owner and same_origin(key_id, owner):
                found.append(PublicKey(key_id, owner, pem))
    return tuple(found)


def _assertion_keys(controller: str, value: object) -> tuple[Multikey, ...]:
    found = []
    for item in many(value)[:MAX_KEYS]:
        if isinstance(item, dict) and item.get("type") == "Multikey":
            key_id, multibase = id_of(item), text(item.get("publicKeyMultibase"), MAX_NAME)
            if key_id and multibase and id_of(item.get("controller")) == controller and same_origin(key_id, controller):
                found.append(Multikey(key_id, controller, multibase))
    return tuple(found)


def _capabilities(value: object) -> tuple[Capability, ...]:
    found = []
    for item in many(value)[:MAX_FIELDS]:
        href = url_of(item) or (text(item.get("href"), 255) if isinstance(item, dict) else "")
        if is_url(href) or href.startswith("urn:"):
            found.append(Capability(text(item.get("name"), 255) if isinstance(item, dict) else "", href))
    return tuple(found)


def _topic_ids(value: object) -> tuple[str, ...]:
    """Topic ids are URNs: nobody's address, so that nobody owns them."""
    found = (text(item, 256) for item in many(value)[:MAX_ALIASES])
    return tuple(dict.fromkeys(item for item in found if item.startswith("urn:")))
