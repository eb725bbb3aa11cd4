from hypothesis import given
from hypothesis import strategies as st

from federation.audience import Addresses, Visibility, addresses, visibility_of
from federation.values import PUBLIC

FOLLOWERS, BEN = "https://a.example/users/ann/followers", "https://b.example/users/ben"
TOPIC, OTHER = "https://a.example/topics/damp", "https://b.example/topics/damp"


def test_a_public_post_names_topic_and_parents_chapter() -> None:
    found = addresses("public", FOLLOWERS, mentions=[BEN, BEN, TOPIC], topic=TOPIC, parent_topic=OTHER)
    assert found == Addresses((PUBLIC, TOPIC), (FOLLOWERS, BEN, OTHER), TOPIC)


def test_an_unlisted_post_has_the_public_in_cc() -> None:
    assert addresses("unlisted", FOLLOWERS, topic=TOPIC) == Addresses((FOLLOWERS, TOPIC), (PUBLIC,), TOPIC)


def test_private_and_direct_posts_never_reach_a_topic() -> None:
    assert addresses("private", FOLLOWERS, mentions=[BEN], topic=TOPIC) == Addresses((FOLLOWERS,), (BEN,))
    assert addresses("direct", FOLLOWERS, mentions=[BEN], topic=TOPIC, parent_topic=OTHER) == Addresses((BEN,), ())


@given(st.sampled_from(["public", "unlisted", "private", "direct"]), st.lists(st.just(BEN)), st.none() | st.just(TOPIC))
def test_the_visibility_given_is_the_one_read(visibility: Visibility, mentions: list[str], topic: str | None) -> None:
    found = addresses(visibility, FOLLOWERS, mentions=mentions, topic=topic)
    assert visibility_of(found.to, found.cc, FOLLOWERS) == visibility


def test_without_a_known_followers_collection_nothing_is_taken_as_private() -> None:
    assert visibility_of([FOLLOWERS], [], None) == "direct"
    assert visibility_of([], ["as:Public"], None) == "unlisted"
