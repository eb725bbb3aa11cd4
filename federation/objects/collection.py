"""Collections and their pages (AP §5, AS2 vocabulary §2): written with a first page inside, read with caps."""

from dataclasses import dataclass
from typing import Any, Final, Self

from federation.errors import Malformed
from federation.names import same_origin
from federation.values import MAX_ITEMS, Json, id_of, integer, many, type_of, without_none

_COLLECTIONS: Final = frozenset({"OrderedCollection", "Collection"})
_PAGES: Final = frozenset({"OrderedCollectionPage", "CollectionPage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: items as sent, ids or objects, at most 1,000. Its neighbours are always at its own origin."""

    id: str
    part_of: str | None = None
    items: tuple[Any, ...] = ()
    next: str | None = None
    prev: str | None = None

    @classmethod
    def parse(cls, document: Json) -> Self:
        """Read a page. Raises `Malformed` when it is none or has no id."""
        uri = id_of(document)
        if uri is None or type_of(document, _PAGES) not in _PAGES:
            raise Malformed("this is not a page of a collection")
        return cls(
            id=uri,
            part_of=_near(uri, document.get("partOf")),
            items=_items(document),
            next=_near(uri, document.get("next")),
            prev=_near(uri, document.get("prev")),
        )

    def to_json(self) -> Json:
        """The page without its context."""
        return without_none(
            {
                "id": self.id,
                "type": "OrderedCollectionPage",
                "partOf": self.part_of,
                "next": self.next,
                "prev": self.prev,
                "orderedItems": list(self.items),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection: its pages begin at `first`, an address or the page itself; a short one has `items` instead.

    `total` None hides how many there are. `attributed_to` is whose it is (FEP-11dd).
    """

    id: str
    total: int | None = None
    first: str | Page | None = None
    last: str | None = None
    items: tuple[Any, ...] = ()
    attributed_to: str | None = None

    @classmethod
    def parse(cls, document: Json) -> Self:
        """Read a collection. Raises `Malformed` when it is none or has no id. Pages of another origin are not read."""
        uri = id_of(document)
        if uri is None or type_of(document, _COLLECTIONS) not in _COLLECTIONS:
            raise Malformed("this is not a collection")
        total = integer(document.get("totalItems"), -1)
        return cls(
            id=uri,
            total=None if total < 0 else total,
            first=_first(uri, document.get("first")),
            last=_near(uri, document.get("last")),
            items=_items(document),
            attributed_to=id_of(document.get("attributedTo")),
        )

    def to_json(self) -> Json:
        """The collection without its context."""
        paged = self.first is not None
        return without_none(
            {
                "id": self.id,
                "type": "OrderedCollection",
                "attributedTo": self.attributed_to,
                "totalItems": self.total,
                "first": self.first.to_json() if isinstance(self.first, Page) else self.first,
                "last": self.last,
                "orderedItems": None if paged and not self.items else list(self.items),
            }
        )


def _first(uri: str, value: object) -> str | Page | None:
    """An inline page often has no id of its own; it then goes by the collection's."""
    if isinstance(value, dict) and type_of(value, _PAGES) in _PAGES:
        page_id = id_of(value)
        if page_id is None or same_origin(page_id, uri):
            return Page.parse({**value, "id": page_id or uri})
    return _near(uri, value)


def _items(document: Json) -> tuple[Any, ...]:
    return tuple(many(document.get("orderedItems", document.get("items")))[:MAX_ITEMS])


def _near(uri: str, value: object) -> str | None:
    near = id_of(value)
    return near if near is not None and same_origin(near, uri) else None
