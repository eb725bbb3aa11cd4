import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.errors import Malformed
from federation.parse import parse_activity
from federation.values import PUBLIC

LIKE = {
    "id": "https://a.example/1",
    "type": "Like",
    "actor": "https://a.example/u",
    "object": "https://b.example/2",
}


def test_an_activity_is_read_into_facts() -> None:
    activity = parse_activity(
        LIKE
        | {
            "to": "as:Public",
            "cc": ["https://b.example/u"],
            "audience": "https://b.example/g",
            "target": {"id": "https://b.example/t"},
        }
        | {"published": "2026-11-20T10:00:00Z", "proof": {}}
    )
    assert activity.object_id == "https://b.example/2"
    assert activity.inner is None
    assert activity.inner_type == ""
    assert (activity.to, activity.cc, activity.audience) == (
        (PUBLIC,),
        ("https://b.example/u",),
        ("https://b.example/g",),
    )
    assert activity.target == "https://b.example/t"
    assert activity.published is not None
    assert activity.has_proof


def test_a_whole_object_is_kept_with_its_id() -> None:
    activity = parse_activity(LIKE | {"object": {"id": "https://b.example/2", "type": "Note"}})
    assert (activity.object_id, activity.inner_type) == ("https://b.example/2", "Note")


def test_of_several_types_the_known_one_counts() -> None:
    assert parse_activity(LIKE | {"type": ["x:Support", "Like"]}).type == "Like"


def test_an_actor_may_be_given_whole() -> None:
    assert (
        parse_activity(LIKE | {"actor": {"id": "https://a.example/u", "type": "Person"}}).actor == "https://a.example/u"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": "urn:1"},
        {"type": None},
        {"type": []},
        {"actor": None},
        {"actor": "acct:a@b"},
        {"actor": ["https://a.example/u", "https://a.example/v"]},
        {"actor": ["https://a.example/u", "urn:x"]},
    ],
)
def test_an_activity_without_id_type_or_one_actor_is_malformed(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        parse_activity(LIKE | change)


@given(
    st.dictionaries(
        st.sampled_from([*LIKE, "to", "target", "published"]),
        st.none() | st.integers() | st.lists(st.none()) | st.just({}),
    )
)
def test_any_shape_is_read_or_malformed(change: dict[str, object]) -> None:
    try:
        parse_activity(LIKE | change)
    except Malformed:
        assert {"id", "type", "actor"} & change.keys()
