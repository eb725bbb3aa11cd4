"""Who may say what: the origin rules of FEP-fe34, all of them, and nowhere else.

A signature proves who sent a request. These functions decide what that sender may claim: things of its own origin
(scheme, host, port), and nothing about anybody else's. Each raises `Forged` and is called before anything is stored.
"""

from typing import Final

from federation.contexts import ACTOR_TYPES
from federation.errors import Forged
from federation.names import same_origin
from federation.parse import ACTIVITY_TYPES, Activity
from federation.values import Json, authors_of, id_of, many, type_of

_KNOWN_TYPES: Final = (
    ACTIVITY_TYPES
    | ACTOR_TYPES
    | {"Article", "Audio", "Document", "Event", "Image", "Note", "Page", "Question", "Tombstone", "Video"}
)


def check_activity(activity: Activity, signer: str) -> None:
    """Check what an activity claims by itself, before anything is fetched.

    `signer` is the actor whose key holds for the request or the proof. The activity must be that actor's, live at that
    actor's origin, and touch only what is its own: the object of Create, Update and Delete, the activity taken back by
    Undo, the collection of Add and Remove, the account of Move, the follow aimed at it in Accept and Reject.
    """
    if activity.actor != signer:
        raise Forged("the activity's actor is not the one whose key signed it")
    if not same_origin(activity.id, activity.actor):
        raise Forged("the activity's id is on another origin than its actor")
    _check_type(activity.raw)
    match activity.type:
        case "Create" | "Update":
            for document in activity.inners:
                check_object(activity, document)
        case "Delete":
            _check_own(activity, activity.object_id, "the object of the Delete")
        case "Undo":
            _check_own(activity, activity.object_id, "the activity to be undone")
            if activity.inner is not None and "actor" in activity.inner:
                check_undone(activity, activity.inner)
        case "Add" | "Remove":
            _check_own(activity, activity.target, "the collection")
        case "Move":
            if activity.object_id != activity.actor:
                raise Forged("an account can only move itself")
        case "Accept" | "Reject" if activity.inner is not None and activity.inner_type == "Follow":
            if id_of(activity.inner.get("object")) != activity.actor:
                raise Forged("only the followed account can answer a follow")


def check_object(activity: Activity, document: Json, known_author: str | None = None) -> None:
    """Check the object of a Create or Update, embedded or fetched.

    It must live at the actor's origin and be the actor's alone. `known_author` is who we have on record: an Update
    never changes it. An actor updates only itself.
    """
    _check_type(document)
    _check_own(activity, id_of(document), "the object")
    if type_of(document, ACTOR_TYPES) in ACTOR_TYPES:
        if id_of(document) != activity.actor:
            raise Forged("an actor may only be updated by itself")
        return
    author = author_of(document)
    if author != activity.actor:
        raise Forged("the object is attributed to somebody else than the actor")
    if known_author is not None and known_author != author:
        raise Forged("an update cannot change who wrote the object")


def check_undone(activity: Activity, undone: Json) -> None:
    """Check that what an Undo takes back was done by the same actor."""
    _check_own(activity, id_of(undone), "the activity to be undone")
    if authors_of(undone) != (activity.actor,):
        raise Forged("only the actor of an activity can undo it")


def author_of(document: Json) -> str:
    """The one author of an object, at the object's own origin."""
    authors = authors_of(document)
    if len(authors) != 1:
        raise Forged("the object must be attributed to exactly one actor")
    uri = id_of(document)
    if uri is None or not same_origin(uri, authors[0]):
        raise Forged("the object is attributed to an actor of another origin")
    return authors[0]


def check_fetched(document: Json, url: str) -> str | None:
    """Check a document that was fetched from `url`.

    None when it is the one asked for. Otherwise its id, to be fetched once more, if that is at the same origin.
    """
    uri = id_of(document)
    if uri is None or not same_origin(uri, url):
        raise Forged("the fetched document has no id, or one of another origin")
    _check_type(document)
    return None if uri == url else uri


def _check_own(activity: Activity, uri: str | None, what: str) -> None:
    if uri is None or not same_origin(uri, activity.actor):
        raise Forged(f"{what} is not at the origin of the actor")


def _check_type(document: Json) -> None:
    known = [item for item in many(document.get("type")) if isinstance(item, str) and item in _KNOWN_TYPES]
    if len(known) > 1:
        raise Forged("the document claims to be several things at once")
