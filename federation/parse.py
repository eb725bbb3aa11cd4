"""An activity as it arrived, read once into plain facts.

Reading decides nothing: who may say what is `federation.origin`'s to judge, right after.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from federation.errors import Malformed
from federation.values import (
    MAX_ITEMS,
    Json,
    addresses_of,
    first,
    id_of,
    ids_of,
    many,
    time_of,
    type_of,
)

ACTIVITY_TYPES: Final = frozenset(
    {
        "Accept", "Add", "Announce", "Block", "Create", "Delete", "Dislike", "EmojiReact", "Flag", "Follow", "Ignore",
        "Invite", "Join", "Leave", "Like", "Move", "QuoteRequest", "Reject", "Remove", "TentativeAccept",
        "TentativeReject", "Undo", "Update", "View",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One activity (AS2 vocabulary §3). `raw` is the whole document, as signed, and must not be changed.

    `object` is as sent; `object_id` its id; `inner` the object when it was sent whole. `inners` are all objects sent
    whole: GoToSocial puts several votes into one Create. `object_ids` matters for Flag, which names many.
    """

    id: str
    type: str
    actor: str
    object: object
    object_id: str | None
    object_ids: tuple[str, ...]
    inner: Json | None
    inners: tuple[Json, ...]
    target: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: tuple[str, ...]
    published: datetime | None
    has_proof: bool
    raw: Json

    @property
    def inner_type(self) -> str:
        """The type of the object that was sent whole, or nothing."""
        return type_of(self.inner)


def parse_activity(document: Json) -> Activity:
    """Read an activity. Raises `Malformed` when it has no type, or no http(s) address as its id and its one actor."""
    activity_type = type_of(document, ACTIVITY_TYPES)
    activity_id = id_of(document)
    actors = ids_of(document.get("actor"))
    if not activity_type:
        raise Malformed("the activity has no type")
    if activity_id is None:
        raise Malformed("the activity has no id, or one that is not an http(s) address")
    if len(actors) != 1 or len(many(document.get("actor"))) != 1:
        raise Malformed("the activity must name exactly one actor by an http(s) address")
    value = document.get("object")
    inners = tuple(item for item in many(value)[:MAX_ITEMS] if isinstance(item, dict))
    return Activity(
        id=activity_id,
        type=activity_type,
        actor=actors[0],
        object=value,
        object_id=id_of(first(value)),
        object_ids=ids_of(value),
        inner=inners[0] if inners else None,
        inners=inners,
        target=id_of(first(document.get("target"))),
        to=addresses_of(document.get("to")),
        cc=addresses_of(document.get("cc")),
        audience=addresses_of(document.get("audience")),
        published=time_of(document.get("published")),
        has_proof=isinstance(document.get("proof"), dict),
        raw=document,
    )
