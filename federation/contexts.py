"""The `@context` of what we send: an array, written out, the same for ever.

Proofs cover it (FEP-8b32), so a changed word here would break every proof made before. Nothing in it has to be fetched
to read our objects as plain JSON. Civic meaning stands under the prefix `civic:`. Its namespace is a URN on purpose: no
host owns it, and none can let it lapse.
"""

from typing import Any, Final

from federation.values import Json, type_of

AS2: Final = "https://www.w3.org/ns/activitystreams"
CIVIC: Final = "urn:folkmoot:civic#"
TOPIC_PREFIX: Final = "urn:folkmoot:topic:"

ACTOR_TYPES: Final = frozenset({"Person", "Service", "Organization", "Group", "Application"})

_DATA_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v2"


def _reference(iri: str) -> dict[str, str]:
    return {"@id": iri, "@type": "@id"}


_ACTOR_TERMS: Final = {
    "civic": CIVIC,
    "toot": "http://joinmastodon.org/ns#",
    "schema": "http://schema.org#",
    "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    "discoverable": "toot:discoverable",
    "indexable": "toot:indexable",
    "featured": _reference("toot:featured"),
    "movedTo": _reference("as:movedTo"),
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    "implements": {"@id": "https://w3id.org/fep/844e/implements", "@type": "@id", "@container": "@list"},
}
_OBJECT_TERMS: Final = {
    "civic": CIVIC,
    "toot": "http://joinmastodon.org/ns#",
    "gts": "https://gotosocial.org/ns#",
    "fep044f": "https://w3id.org/fep/044f#",
    "Hashtag": "as:Hashtag",
    "sensitive": "as:sensitive",
    "Emoji": "toot:Emoji",
    "blurhash": "toot:blurhash",
    "focalPoint": {"@id": "toot:focalPoint", "@container": "@list"},
    "votersCount": "toot:votersCount",
    "quote": _reference("fep044f:quote"),
    "quoteAuthorization": _reference("fep044f:quoteAuthorization"),
    "quoteUrl": "as:quoteUrl",
    "interactionPolicy": _reference("gts:interactionPolicy"),
    "canLike": _reference("gts:canLike"),
    "canReply": _reference("gts:canReply"),
    "canAnnounce": _reference("gts:canAnnounce"),
    "canQuote": _reference("gts:canQuote"),
    "automaticApproval": _reference("gts:automaticApproval"),
    "QuoteRequest": "fep044f:QuoteRequest",
    "QuoteAuthorization": "fep044f:QuoteAuthorization",
    "interactingObject": _reference("gts:interactingObject"),
    "interactionTarget": _reference("gts:interactionTarget"),
}

# cid/v1 gives `assertionMethod` and `Multikey` their meaning; other servers look the key up through it.
ACTOR_CONTEXT: Final[list[Any]] = [
    AS2,
    "https://w3id.org/security/v1",
    _DATA_INTEGRITY,
    "https://www.w3.org/ns/cid/v1",
    _ACTOR_TERMS,
]
OBJECT_CONTEXT: Final[list[Any]] = [AS2, _DATA_INTEGRITY, _OBJECT_TERMS]


def standalone(body: Json) -> Json:
    """`body` as a document of its own: with the context for what it is, or for what it carries."""
    carried = body.get("object")
    about_actor = any(type_of(item, ACTOR_TYPES) in ACTOR_TYPES for item in (body, carried))
    return {"@context": ACTOR_CONTEXT if about_actor else OBJECT_CONTEXT, **body}
