from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.contexts import ACTOR_TYPES
from federation.errors import Malformed
from federation.objects.actor import Actor, Capability, Field, Multikey, PublicKey
from federation.values import MAX_ALIASES, MAX_FIELDS, MAX_KEYS, dumps, loads

ID = "https://oak.example/users/amina"
BARE = {"id": ID, "type": "Person", "inbox": f"{ID}/inbox"}

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
filled = words.filter(bool)
urls = st.integers(1, 99).map(lambda number: f"https://oak.example/x/{number}")
maybe = st.none() | urls
url_tuples = st.lists(urls, unique=True, max_size=3).map(tuple)
urns = st.lists(st.integers(1, 9).map(lambda n: f"urn:folkmoot:topic:z{n}"), unique=True, max_size=2).map(tuple)
actors = st.builds(
    Actor,
    id=st.just(ID),
    type=st.sampled_from(sorted(ACTOR_TYPES)),
    preferred_username=words,
    inbox=urls,
    name=words,
    summary=words,
    url=maybe,
    outbox=maybe,
    followers=maybe,
    following=maybe,
    shared_inbox=maybe,
    featured=maybe,
    icon=maybe,
    image=maybe,
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
    manually_approves=st.booleans(),
    discoverable=st.booleans(),
    indexable=st.booleans(),
    fields=st.lists(st.builds(Field, words, words), max_size=3).map(tuple),
    public_keys=st.lists(st.builds(PublicKey, urls, st.just(ID), filled), max_size=3).map(tuple),
    assertion_keys=st.lists(st.builds(Multikey, urls, st.just(ID), filled), max_size=3).map(tuple),
    also_known_as=url_tuples,
    moved_to=maybe,
    webfinger=st.sampled_from(["", "amina@oak.example"]),
    implements=st.lists(st.builds(Capability, words, urls), max_size=3).map(tuple),
    civic_topic_id=words,
    civic_genesis=st.dictionaries(words, words, max_size=3),
    civic_chapters=maybe,
    civic_same_topic=urns,
    civic_member_of=url_tuples,
    civic_members=maybe,
    civic_org_kind=words,
)


@given(actors)
def test_an_actor_survives_the_wire(actor: Actor) -> None:
    assert Actor.parse(loads(dumps(actor.to_json()))) == actor


def test_one_key_is_an_object_and_two_are_a_list() -> None:
    one = Actor(
        id=ID, type="Person", preferred_username="amina", inbox=ID, public_keys=(PublicKey(f"{ID}#a", ID, "P"),)
    )
    assert one.to_json()["publicKey"]["owner"] == ID
    assert one.to_json()["assertionMethod"] == []


def test_a_picture_is_written_as_lemmy_wants_it() -> None:
    actor = Actor(id=ID, type="Person", preferred_username="amina", inbox=ID, icon="https://oak.example/i.png")
    assert actor.to_json()["icon"] == {"type": "Image", "url": "https://oak.example/i.png"}


@pytest.mark.parametrize(
    "change", [{"id": None}, {"id": "urn:x"}, {"type": "Note"}, {"type": None}, {"inbox": None}, {"inbox": "ftp://x"}]
)
def test_an_actor_needs_id_type_and_inbox(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Actor.parse(BARE | change)


def test_row_19_keys_of_others_are_not_read_and_never_more_than_ten() -> None:
    key = {"id": f"{ID}#k", "owner": ID, "publicKeyPem": "P"}
    multikey = {"id": f"{ID}#m", "type": "Multikey", "controller": ID, "publicKeyMultibase": "z6"}
    other = "https://ash.example/users/x"
    actor = Actor.parse(
        BARE
        | {"publicKey": [key | {"owner": other}, key | {"id": f"{other}#k"}, key | {"publicKeyPem": ""}, "text", key]}
        | {
            "assertionMethod": [
                multikey | {"controller": other},
                multikey | {"id": other},
                "#m",
                {"type": "X"},
                multikey,
            ]
        }
    )
    assert [item.id for item in actor.public_keys] == [f"{ID}#k"]
    assert [item.id for item in actor.assertion_keys] == [f"{ID}#m"]
    many = Actor.parse(BARE | {"publicKey": [key] * 500, "assertionMethod": [multikey] * 500})
    assert len(many.public_keys) == len(many.assertion_keys) == MAX_KEYS


def test_row_34_fields_aliases_names_and_genesis_are_bounded() -> None:
    actor = Actor.parse(
        BARE
        | {"name": "n" * 1_000_000, "alsoKnownAs": [f"https://a.example/{n}" for n in range(5000)]}
        | {"attachment": [{"type": "PropertyValue", "name": "a", "value": "b"}] * 5000}
        | {"civic:genesis": {"name": "x" * 5000}, "civic:sameTopic": ["https://no.urn/", 4]}
    )
    assert len(actor.name) == 2048
    assert len(actor.fields) == MAX_FIELDS
    assert len(actor.also_known_as) == MAX_ALIASES
    assert actor.civic_genesis == {}
    assert actor.civic_same_topic == ()


def test_row_39_strange_shapes_are_read_as_nothing() -> None:
    strange = {key: [None, 4, {}] for key in Actor(id=ID, type="Person", preferred_username="", inbox=ID).to_json()}
    actor = Actor.parse(strange | BARE | {"endpoints": "x", "implements": ["https://w3id.org/fep/844e", 4]})
    assert actor.name == ""
    assert actor.shared_inbox is None
    assert actor.implements == (Capability("", "https://w3id.org/fep/844e"),)
