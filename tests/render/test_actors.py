"""An actor reads back as the account it describes."""

import pytest

from federation.objects.actor import Actor
from server.render.actors import TYPES, as_object
from server.rules.accounts import Kind
from server.views.accounts import FieldView
from server.views.keys import PublicKeyView
from server.views.topics import TopicView
from tests.render.test_objects import AT, ORIGIN, PICTURE, account

PEM = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"


def keys_of(uri: str) -> tuple[PublicKeyView, ...]:
    return (
        PublicKeyView(f"{uri}#main-key", "request", PEM),
        PublicKeyView(f"{uri}#ed25519-key-2", "proof", "z6MkfakeFakeFake"),
        PublicKeyView(f"{uri}#ed25519-key", "proof", "z6MkoldOldOld"),
    )


@pytest.mark.parametrize("kind", TYPES)
def test_an_account_of_each_kind_reads_back_as_it_was(kind: Kind) -> None:
    one = account(
        kind=kind,
        summary_html="<p>About me</p>",
        locked=True,
        discoverable=False,
        fields=(FieldView("Site", "<p>here</p>"),),
        avatar=PICTURE,
        header=PICTURE,
        also_known_as=("https://elm.example/users/old",),
        moved_to="https://elm.example/users/new",
    )
    read = Actor.parse(
        as_object(
            one, ORIGIN, keys=keys_of(one.uri), handles="oak.example", organisations=(f"{ORIGIN}/organisations/oak",)
        )
    )
    assert (read.id, read.type, read.preferred_username, read.name) == (one.uri, TYPES[kind], "amina", "Amina")
    assert (read.summary, read.url, read.published) == ("<p>About me</p>", one.url, AT)
    assert (read.inbox, read.shared_inbox) == (f"{one.uri}/inbox", f"{ORIGIN}/inbox")
    assert (read.outbox, read.followers, read.following) == tuple(
        f"{one.uri}/{name}" for name in ("outbox", "followers", "following")
    )
    assert (read.manually_approves, read.discoverable) == (True, False)
    assert [(field.name, field.value) for field in read.fields] == [("Site", "<p>here</p>")]
    assert (read.icon, read.image) == (PICTURE.url, PICTURE.url)
    assert (read.also_known_as, read.moved_to) == (one.also_known_as, one.moved_to)
    assert [key.id for key in read.public_keys] == [f"{one.uri}#main-key"]
    assert [key.id for key in read.assertion_keys] == [f"{one.uri}#ed25519-key-2", f"{one.uri}#ed25519-key"]
    assert read.civic_member_of == (f"{ORIGIN}/organisations/oak",)


def test_a_chapter_says_which_topic_it_is_of() -> None:
    genesis = {"name": "Damp", "created": "2026-01-01T00:00:00Z", "founder": "https://elm.example/t", "hashtag": "Damp"}
    uri = f"{ORIGIN}/topics/damp-homes"
    chapter = account(kind="topic", uri=uri, name="damp-homes")
    ours, same = "urn:folkmoot:topic:zA", ("urn:folkmoot:topic:zB",)
    topic = TopicView(chapter, "damp-homes", "Damp homes", "", "Damp", ours, genesis, same, 0, AT)
    read = Actor.parse(as_object(chapter, ORIGIN, keys=keys_of(uri), handles="oak.example", topic=topic))
    assert read.type == "Group"
    assert (read.civic_topic_id, read.civic_genesis) == ("urn:folkmoot:topic:zA", genesis)
    assert (read.civic_chapters, read.civic_same_topic) == (f"{uri}/chapters", ("urn:folkmoot:topic:zB",))
