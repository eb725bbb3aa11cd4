from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.errors import Malformed
from federation.objects.collection import Collection, Page
from federation.values import MAX_ITEMS, dumps, loads

ID = "https://oak.example/topics/damp/outbox"

urls = st.integers(1, 99).map(lambda number: f"https://oak.example/x/{number}")
maybe = st.none() | urls
items = st.lists(urls | st.builds(dict, id=urls), max_size=4).map(tuple)
pages = st.builds(Page, id=urls, part_of=maybe, items=items, next=maybe, prev=maybe)
collections = st.builds(
    Collection,
    id=st.just(ID),
    total=st.none() | st.integers(0, 99),
    first=maybe | pages,
    last=maybe,
    items=items,
    attributed_to=maybe,
)


@given(collections)
def test_a_collection_survives_the_wire(collection: Collection) -> None:
    assert Collection.parse(loads(dumps(collection.to_json()))) == collection


@given(pages)
def test_a_page_survives_the_wire(page: Page) -> None:
    assert Page.parse(loads(dumps(page.to_json()))) == page


def test_an_unordered_collection_with_an_unnamed_first_page_is_read() -> None:
    document = {
        "id": ID,
        "type": "Collection",
        "first": {"type": "CollectionPage", "next": f"{ID}?page=2", "items": ["https://a.example/1"]},
    }
    assert Collection.parse(document).first == Page(id=ID, items=("https://a.example/1",), next=f"{ID}?page=2")


def test_row_32_pages_of_another_host_and_endless_items_are_not_read() -> None:
    far = "https://evil.example/page"
    collection = Collection.parse(
        {"id": ID, "type": "OrderedCollection", "first": {"type": "OrderedCollectionPage", "id": far}, "last": far}
        | {"orderedItems": ["https://a.example/1"] * 5000, "totalItems": -4}
    )
    assert (collection.first, collection.last, collection.total) == (None, None, None)
    assert len(collection.items) == MAX_ITEMS
    assert Page.parse({"id": ID, "type": "OrderedCollectionPage", "next": far}).next is None


@pytest.mark.parametrize("document", [{}, {"id": ID}, {"type": "OrderedCollection"}, {"id": ID, "type": "Note"}])
def test_what_is_no_collection_or_page_is_malformed(document: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Collection.parse(document)
    with pytest.raises(Malformed):
        Page.parse(document)
