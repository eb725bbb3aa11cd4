"""The activities we send, as JSON (AP §6).

Every one has `to` and `cc`, because Lemmy refuses those without. Each comes with its `@context` and without a proof:
`federation.signatures.proof` adds one last. An activity's id is an address of ours that answers for as long as we live.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from federation.contexts import ACTOR_TYPES, standalone
from federation.values import PUBLIC, Json, stamp, type_of, without_none


def create(uri: str, obj: Json) -> Json:
    """Create an object: addressed as the object is, at the time it was published, by who it is attributed to."""
    return _about("Create", uri, obj, obj.get("published"))


def update(uri: str, obj: Json, at: datetime) -> Json:
    """Update an object or an actor. An actor's update goes to everybody who may know it."""
    if type_of(obj) in ACTOR_TYPES:
        followers = obj.get("followers")
        cc = [followers] if followers else []
        return activity("Update", uri, obj["id"], obj, to=[PUBLIC], cc=cc, published=at)
    return _about("Update", uri, obj, stamp(at))


def delete(uri: str, actor: str, object_id: str, at: datetime, *, to: Iterable[str], cc: Iterable[str] = ()) -> Json:
    """Delete an object and leave its Tombstone (AP §6.4). An actor's own id ends the actor, without a Tombstone."""
    tombstone = tombstone_of(object_id, at) if object_id != actor else object_id
    return activity("Delete", uri, actor, tombstone, to=to, cc=cc, published=at)


def tombstone_of(object_id: str, at: datetime) -> Json:
    """What is served, with 410, where a deleted object was."""
    return {"id": object_id, "type": "Tombstone", "deleted": stamp(at)}


def follow(uri: str, actor: str, object_id: str) -> Json:
    """Ask to follow an actor, or a chapter another chapter."""
    return activity("Follow", uri, actor, object_id, to=[object_id])


def accept(uri: str, actor: str, answered: Json, *, result: str | None = None) -> Json:
    """Agree to an activity that was sent to us. `result` is the stamp of an accepted quote (FEP-044f)."""
    return _response("Accept", uri, actor, answered, result)


def reject(uri: str, actor: str, answered: Json) -> Json:
    """Refuse, or later end, what an activity asked for."""
    return _response("Reject", uri, actor, answered, None)


def undo(uri: str, undone: Json) -> Json:
    """Take back an activity of ours, to whom it was sent."""
    body = _bare(undone)
    return activity(
        "Undo", uri, body["actor"], body, to=body.get("to", []), cc=body.get("cc", []), audience=body.get("audience")
    )


def like(
    uri: str, actor: str, object_id: str, *, to: Iterable[str], cc: Iterable[str] = (), audience: str | None = None,
    civic: Json | None = None,
) -> Json:  # fmt: skip
    """Support an object. `civic` holds the `civic:` keys of an organisation's endorsement."""
    return activity("Like", uri, actor, object_id, to=to, cc=cc, audience=audience, **(civic or {}))


def announce(uri: str, actor: str, object_id: str, at: datetime, *, followers: str, author: str | None = None) -> Json:
    """Boost an object by its id, publicly; its author hears of it."""
    cc = [followers, author] if author else [followers]
    return activity("Announce", uri, actor, object_id, to=[PUBLIC], cc=cc, published=at)


def announce_activity(uri: str, actor: str, wrapped: Json, *, followers: str) -> Json:
    """Pass an activity on from a group, whole and unchanged, proof and unknown keys included (FEP-1b12)."""
    return activity("Announce", uri, actor, wrapped, to=[PUBLIC], cc=[followers])


def add(uri: str, actor: str, object_id: str, target: str, *, to: Iterable[str] = (PUBLIC,)) -> Json:
    """Put an object into a collection of the actor's."""
    return activity("Add", uri, actor, object_id, to=to, target=target)


def remove(uri: str, actor: str, object_id: str, target: str, *, to: Iterable[str] = (PUBLIC,)) -> Json:
    """Take an object out of a collection of the actor's."""
    return activity("Remove", uri, actor, object_id, to=to, target=target)


def block(uri: str, actor: str, object_id: str) -> Json:
    """Tell an actor's server that it is blocked."""
    return activity("Block", uri, actor, object_id, to=[object_id])


def flag(uri: str, actor: str, object_ids: list[str], content: str, *, to: Iterable[str]) -> Json:
    """Report: the reported actor first, then its posts. `actor` is the instance's, so the reporter stays unnamed."""
    return activity("Flag", uri, actor, object_ids, to=to, content=content)


def move(uri: str, actor: str, target: str, *, followers: str) -> Json:
    """Tell followers that an account now lives at `target`, which must list this one in `alsoKnownAs`."""
    return activity("Move", uri, actor, actor, to=[followers], target=target)


def activity(
    kind: str,
    uri: str,
    actor: str,
    obj: Any,
    *,
    to: Iterable[str],
    cc: Iterable[str] = (),
    audience: str | None = None,
    published: datetime | str | None = None,
    **more: Any,
) -> Json:
    """Any activity; the functions above are its usual forms."""
    at = stamp(published) if isinstance(published, datetime) else published
    body = {
        "id": uri,
        "type": kind,
        "actor": actor,
        "published": at,
        "to": list(to),
        "cc": list(cc),
        "audience": audience,
        "object": obj,
        **more,
    }
    return standalone(without_none(body))


def _about(kind: str, uri: str, obj: Json, published: str | None) -> Json:
    body = _bare(obj)
    return activity(
        kind, uri, body["attributedTo"], body,
        to=body["to"], cc=body["cc"], audience=body.get("audience"), published=published,
    )  # fmt: skip


def _response(kind: str, uri: str, actor: str, answered: Json, result: str | None) -> Json:
    body = _bare(answered)
    return activity(kind, uri, actor, body, to=[body["actor"]], result=result)


def _bare(document: Json) -> Json:
    """Without what only belongs on top: a context inside a context would be a second, nested one."""
    return {key: value for key, value in document.items() if key not in {"@context", "proof", "signature"}}
