from datetime import UTC, datetime
from typing import Any

import pytest

from federation import activities as send
from federation.contexts import OBJECT_CONTEXT
from federation.origin import check_activity
from federation.parse import parse_activity
from federation.values import PUBLIC, dumps, loads

ANN, BEN, URI = "https://a.example/users/ann", "https://b.example/users/ben", "https://a.example/activities/1"
FOLLOWERS, GROUP = f"{ANN}/followers", "https://a.example/topics/damp"
AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
NOTE = {
    "@context": OBJECT_CONTEXT,
    "id": "https://a.example/posts/1",
    "type": "Note",
    "attributedTo": ANN,
    "audience": GROUP,
    "to": [PUBLIC],
    "cc": [FOLLOWERS],
    "published": "2026-11-20T09:00:00Z",
}
PERSON = {"id": ANN, "type": "Person", "followers": FOLLOWERS}
FOLLOW = {"id": "https://b.example/f", "type": "Follow", "actor": BEN, "object": ANN, "proof": {"x": 1}}
LIKE = send.like(URI, ANN, "https://b.example/1", to=[BEN], audience=GROUP, civic={"civic:kind": "endorsement"})
EVERY = [
    send.create(URI, NOTE),
    send.update(URI, NOTE, AT),
    send.update(URI, PERSON, AT),
    send.update(URI, {"id": ANN, "type": "Group"}, AT),
    send.delete(URI, ANN, NOTE["id"], AT, to=[PUBLIC]),
    send.delete(URI, ANN, ANN, AT, to=[PUBLIC]),
    send.follow(URI, ANN, BEN),
    send.accept(URI, ANN, FOLLOW, result="https://a.example/stamps/1"),
    send.reject(URI, ANN, FOLLOW),
    send.undo(URI, LIKE),
    LIKE,
    send.announce(URI, ANN, "https://b.example/1", AT, followers=FOLLOWERS, author=BEN),
    send.announce(URI, ANN, "https://b.example/1", AT, followers=FOLLOWERS),
    send.announce_activity(URI, ANN, FOLLOW, followers=FOLLOWERS),
    send.add(URI, ANN, "https://b.example/1", f"{ANN}/featured"),
    send.remove(URI, ANN, "https://b.example/1", f"{ANN}/featured"),
    send.block(URI, ANN, BEN),
    send.flag(URI, ANN, [BEN, "https://b.example/1"], "spam", to=[BEN]),
    send.move(URI, ANN, BEN, followers=FOLLOWERS),
]


@pytest.mark.parametrize("document", EVERY, ids=lambda document: document["type"])
def test_everything_sent_passes_our_own_rules_and_lemmys(document: dict[str, Any]) -> None:
    assert loads(dumps(document)) == document
    check_activity(parse_activity(document), ANN)
    assert isinstance(document["@context"], list)
    assert isinstance(document["to"], list)
    assert isinstance(document["cc"], list)
    assert isinstance(document["type"], str)


def test_a_create_is_addressed_as_its_object_and_carries_no_second_context() -> None:
    document = send.create(URI, NOTE)
    assert [document[key] for key in ("to", "cc", "audience", "published")] == [
        NOTE[key] for key in ("to", "cc", "audience", "published")
    ]
    assert "@context" not in document["object"]
    assert document["actor"] == ANN


def test_a_wrapped_activity_is_passed_on_unchanged_proof_included() -> None:
    assert send.announce_activity(URI, ANN, FOLLOW, followers=FOLLOWERS)["object"] is FOLLOW


def test_an_answer_names_the_activity_and_goes_to_who_asked() -> None:
    document = send.accept(URI, ANN, FOLLOW)
    assert document["to"] == [BEN]
    assert document["object"] == {key: value for key, value in FOLLOW.items() if key != "proof"}


def test_an_undo_goes_where_the_activity_went() -> None:
    document = send.undo(URI, LIKE)
    assert (document["to"], document["audience"]) == ([BEN], GROUP)


def test_a_deleted_actor_leaves_no_tombstone() -> None:
    assert send.delete(URI, ANN, ANN, AT, to=[PUBLIC])["object"] == ANN
    assert send.delete(URI, ANN, NOTE["id"], AT, to=[PUBLIC])["object"]["type"] == "Tombstone"
