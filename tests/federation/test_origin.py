"""Attack rows 14 to 20 and 56: correctly signed, but by somebody who may not say it."""

from typing import Any

import pytest

from federation.errors import Forged
from federation.origin import author_of, check_activity, check_fetched, check_object, check_undone
from federation.parse import Activity, parse_activity

ANN, BEN = "https://a.example/users/ann", "https://b.example/users/ben"
NOTE = {"id": "https://a.example/notes/1", "type": "Note", "attributedTo": ANN}


def act(kind: str, obj: Any, **more: Any) -> Activity:
    return parse_activity({"id": "https://a.example/act/1", "type": kind, "actor": ANN, "object": obj, **more})


@pytest.mark.parametrize(
    "activity",
    [
        act("Create", NOTE),
        act("Create", [NOTE, NOTE | {"id": "https://a.example/notes/2"}]),
        act("Create", NOTE["id"]),
        act("Update", NOTE),
        act("Update", {"id": ANN, "type": "Person"}),
        act("Delete", NOTE["id"]),
        act("Delete", {"id": NOTE["id"], "type": "Tombstone"}),
        act("Undo", "https://a.example/act/0"),
        act("Undo", {"id": "https://a.example/act/0", "type": "Like", "actor": ANN}),
        act("Add", "https://b.example/notes/1", target="https://a.example/featured"),
        act("Move", ANN, target=BEN),
        act("Accept", {"type": "Follow", "id": "https://b.example/f", "actor": BEN, "object": ANN}),
        act("Reject", "https://b.example/f"),
        act("Accept", {"type": "QuoteRequest", "object": "https://c.example/1"}),
        act("Like", "https://b.example/notes/1"),
        act("Follow", BEN),
    ],
)
def test_what_is_ones_own_may_be_said(activity: Activity) -> None:
    check_activity(activity, ANN)


def test_row_18_the_signer_must_be_the_actor() -> None:
    with pytest.raises(Forged, match="key"):
        check_activity(act("Like", NOTE["id"]), BEN)


@pytest.mark.parametrize("uri", ["https://b.example/act/1", "http://a.example/act/1", "https://a.example:8443/act/1"])
def test_row_14_an_activity_lives_at_its_actors_origin_port_included(uri: str) -> None:
    with pytest.raises(Forged, match="origin"):
        check_activity(act("Like", NOTE["id"], id=uri), ANN)


@pytest.mark.parametrize(
    "obj",
    [
        NOTE | {"id": "https://b.example/notes/1"},
        NOTE | {"id": None},
        NOTE | {"attributedTo": BEN},
        NOTE | {"attributedTo": None},
        NOTE | {"attributedTo": "https://a.example/users/other"},
        NOTE | {"attributedTo": [ANN, "https://a.example/users/other"]},
        NOTE | {"attributedTo": [ANN, BEN]},
        NOTE | {"actor": "https://a.example/users/other"},
        [NOTE, NOTE | {"attributedTo": BEN}],
        NOTE | {"type": ["Note", "Person"]},
        {"id": "https://a.example/users/other", "type": "Person"},
        {"id": "https://a.example/users/other", "type": ["Person"], "attributedTo": ANN},
        NOTE | {"type": [[]], "attributedTo": BEN},
    ],
)
@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_rows_15_and_16_only_ones_own_objects_can_be_created_or_updated(kind: str, obj: Any) -> None:
    with pytest.raises(Forged):
        check_activity(act(kind, obj), ANN)


def test_row_16_an_update_never_changes_the_author() -> None:
    check_object(act("Update", NOTE), NOTE, ANN)
    with pytest.raises(Forged, match="who wrote"):
        check_object(act("Update", NOTE), NOTE, "https://a.example/users/other")


@pytest.mark.parametrize(
    "activity",
    [
        act("Delete", "https://b.example/notes/1"),
        act("Delete", None),
        act("Delete", BEN),
        act("Undo", {"id": "https://b.example/act/9", "type": "Like", "actor": BEN}),
        act("Undo", {"id": "https://a.example/act/9", "type": "Like", "actor": "https://a.example/users/other"}),
        act("Add", NOTE["id"], target="https://b.example/featured"),
        act("Remove", NOTE["id"], target="https://b.example/featured"),
        act("Add", NOTE["id"]),
        act("Move", BEN, target=ANN),
        act("Accept", {"type": "Follow", "id": "https://c.example/f", "actor": "https://c.example/u", "object": BEN}),
        act("Like", NOTE["id"], type=["Like", "Delete"]),
    ],
)
def test_row_16_what_is_anothers_cannot_be_touched(activity: Activity) -> None:
    with pytest.raises(Forged):
        check_activity(activity, ANN)


def test_an_undo_given_by_id_is_checked_when_the_activity_is_known() -> None:
    activity = act("Undo", "https://a.example/act/0")
    check_undone(activity, {"id": "https://a.example/act/0", "actor": ANN})
    with pytest.raises(Forged):
        check_undone(activity, {"id": "https://a.example/act/0", "actor": "https://a.example/users/other"})
    with pytest.raises(Forged):
        check_undone(activity, {"id": "https://b.example/act/0", "actor": ANN})


def test_row_14_a_fetched_document_is_the_one_that_was_asked_for() -> None:
    assert check_fetched(NOTE, NOTE["id"]) is None
    assert check_fetched(NOTE, "https://a.example/@ann/1") == NOTE["id"]
    for document in (
        NOTE | {"id": "https://b.example/notes/1"},
        NOTE | {"id": "https://a.example:8443/1"},
        {"type": "Note"},
    ):
        with pytest.raises(Forged):
            check_fetched(document, NOTE["id"])
    with pytest.raises(Forged, match="several"):
        check_fetched(NOTE | {"type": ["Note", "Person"]}, NOTE["id"])


def test_row_56_an_answer_is_given_at_the_policy_owners_own_origin() -> None:
    answer = {"id": "https://council.example/posts/1", "type": "Note", "attributedTo": "https://council.example/org"}
    assert author_of(answer) == "https://council.example/org"
    with pytest.raises(Forged):
        author_of(answer | {"id": "https://elsewhere.example/posts/1"})
