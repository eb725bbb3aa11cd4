"""Items of a topic, and digests that show which are not shared."""

import pytest

from federation.errors import Malformed
from federation.topic_sync import Digest, Item, digest_of, digests, entries, item_of

POST = {"id": "https://elm.example/posts/1", "type": "Note", "published": "2026-11-20T10:00:00Z"}
LIKE = {"id": "https://elm.example/a/1", "type": "Like", "actor": "https://elm.example/u", "object": POST["id"]}
AT = 1_795_168_800_000


def test_an_item_is_its_newest_version_or_gone() -> None:
    assert item_of({"type": "Create", "object": POST}) == Item(POST["id"], POST["id"], AT)
    edited = {**POST, "updated": "2026-11-20T10:00:01Z"}
    assert item_of({"type": "Update", "object": edited}) == Item(POST["id"], POST["id"], AT + 1000)
    deleted = {"type": "Delete", "published": "2026-11-20T10:00:00Z", "object": POST["id"]}
    assert item_of(deleted) == Item(POST["id"], POST["id"], AT, gone=True)


def test_each_support_is_an_item_and_its_end_is_the_end_of_that_one() -> None:
    assert item_of(LIKE) == Item(LIKE["id"], POST["id"], 0)
    assert item_of({"type": "Undo", "object": LIKE}) == Item(LIKE["id"], POST["id"], 0, gone=True)
    assert item_of({"type": "Undo", "object": LIKE["id"]}) == Item(LIKE["id"], "", 0, gone=True)
    assert item_of({**LIKE, "content": "👍"}) is None
    assert item_of({"type": "Undo", "object": {**LIKE, "type": "Follow"}}) is None


def test_the_digest_does_not_depend_on_order_nor_on_when_something_went() -> None:
    one, two, gone = (
        ("https://a.example/1", 1, False),
        ("https://a.example/2", 2, False),
        ("https://a.example/3", 3, True),
    )
    assert digest_of([one, two, gone]) == digest_of([("https://a.example/3", 9, True), two, one])
    assert digest_of([one, two]) != digest_of([one, ("https://a.example/2", 3, False)])
    assert digest_of([gone]) != digest_of([("https://a.example/3", 3, False)])


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        "x",
        {"a7": []},
        {"a7": [1, "short"]},
        {"zz": [1, "0" * 64]},
        {f"{n:x}": [1, "0" * 64] for n in range(300)},
    ],
)
def test_digests_that_cannot_be_read_are_refused(told: object) -> None:
    with pytest.raises(Malformed):
        digests({"civic:buckets": told})


def test_what_is_told_is_read_and_nonsense_in_it_left_out() -> None:
    assert digests({"civic:buckets": {"a7": [2, "0" * 64]}}) == {0xA7: Digest(2, "0" * 64)}
    told = [["https://a.example/1", 5, True], ["javascript:x", 1, False], ["https://a.example/2", -1, False], 7]
    assert entries({"civic:items": told}) == [("https://a.example/1", 5, True)]
    assert len(entries({"civic:items": [["https://a.example/1", 5, True]] * 9999})) == 500
    assert entries({"civic:items": "x"}) == []
