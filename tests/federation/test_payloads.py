"""What other servers send, by their documentation, read as it is meant."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from federation.audience import visibility_of
from federation.errors import ProtocolError
from federation.objects.actor import Actor
from federation.objects.collection import Collection
from federation.objects.post import Post
from federation.origin import check_activity, check_object
from federation.parse import parse_activity
from federation.values import PUBLIC
from tests.payloads.recorded import EVERY, payload

ACTORS = {"Person", "Group"}
POSTS = {"Note", "Question", "Article"}


@pytest.mark.parametrize("name", EVERY)
def test_every_recorded_payload_is_accepted(name: str) -> None:
    document = payload(name)
    if document["type"] in ACTORS:
        assert Actor.parse(document).id == document["id"]
    elif document["type"] in POSTS:
        assert Post.parse(document).id == document["id"]
    else:
        activity = parse_activity(document)
        check_activity(activity, document["actor"])
        if activity.type == "Create":
            assert all(Post.parse(inner).attributed_to == activity.actor for inner in activity.inners)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield from places_in(item, (*path, key))


def read_fully(document: dict[str, Any]) -> None:
    for read in (parse_activity, Actor.parse, Post.parse, Collection.parse):
        with suppress(ProtocolError):
            read(document)
    with suppress(ProtocolError):
        activity = parse_activity(document)
        for inner in activity.inners:
            read_fully(inner)
        check_activity(activity, activity.actor)


@pytest.mark.parametrize("name", EVERY)
def test_row_39_a_strange_value_anywhere_is_refused_or_ignored(name: str) -> None:
    for path in list(places_in(payload(name)))[1:]:
        for strange in (
            None,
            True,
            -1,
            1e300,
            "",
            "https://[::1",
            [],
            [[]],
            {},
            {"id": 4, "type": []},
            [None, {"type": {}}],
        ):
            document = payload(name)
            holder: Any = document
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = strange
            read_fully(document)


def test_a_mastodon_profile() -> None:
    actor = Actor.parse(payload("mastodon/person.json"))
    assert actor.shared_inbox == "https://mastodon.example/inbox"
    assert actor.discoverable
    assert not actor.indexable
    assert actor.fields[0].name == "Works at"
    assert actor.public_keys[0].owner == actor.id
    assert actor.icon == "https://files.mastodon.example/a.png"
    assert actor.also_known_as == ("https://old.example/users/amina",)


def test_a_mastodon_reply() -> None:
    activity = parse_activity(payload("mastodon/create_note.json"))
    assert activity.inner is not None
    post = Post.parse(activity.inner)
    assert post.in_reply_to == "https://oak.example/proposals/9"
    assert (post.language, post.summary, post.sensitive) == ("en", "housing", True)
    assert (post.context, post.quote) == ("https://mastodon.example/contexts/1-11", "https://oak.example/proposals/8")
    assert post.replies == "https://mastodon.example/users/amina/statuses/11/replies"
    assert post.mentions[0].href == "https://oak.example/users/ben"
    assert (post.hashtags[0].name, post.emojis[0].name) == ("DampHomes", "wall")
    assert (post.attachments[0].name, post.attachments[0].focal_point) == ("A damp wall", (0.0, -0.5))
    assert post.interaction is not None
    assert post.interaction.can_quote == (PUBLIC,)
    assert visibility_of(post.to, post.cc, None) == "public"


def test_a_mastodon_poll() -> None:
    post = Post.parse(payload("mastodon/question.json"))
    assert post.poll is not None
    assert [(option.name, option.votes) for option in post.poll.options] == [("Damp", 3), ("Heat", 2)]
    assert post.poll.voters_count == 5
    assert post.to == (PUBLIC,)


def test_several_gotosocial_votes_in_one_create() -> None:
    activity = parse_activity(payload("gotosocial/create_votes.json"))
    votes = [Post.parse(inner) for inner in activity.inners]
    assert [(vote.is_vote, vote.name) for vote in votes] == [(True, "Damp"), (True, "Heat")]


def test_a_gotosocial_followers_only_note() -> None:
    post = Post.parse(payload("gotosocial/note.json"))
    assert post.attachments[0].name == "A letter"
    assert post.interaction is not None
    assert post.interaction.can_like == (PUBLIC,)
    assert visibility_of(post.to, post.cc, "https://gts.example/users/cy/followers") == "private"


def test_a_lemmy_community_and_what_it_passes_on() -> None:
    assert Actor.parse(payload("lemmy/group.json")).type == "Group"
    activity = parse_activity(payload("lemmy/announce_page.json"))
    assert activity.inner is not None
    inner = parse_activity(activity.inner)
    assert inner.inner is not None
    check_object(inner, inner.inner)
    page = Post.parse(inner.inner)
    assert (page.name, page.source, page.audience) == ("Damp again", "Look", "https://lemmy.example/c/housing")
    assert page.links == ("https://news.example/damp",)
    assert page.attachments[0].url == "https://lemmy.example/pictrs/1.jpg"


def test_a_mobilizon_event_is_by_its_actor_not_its_group() -> None:
    activity = parse_activity(payload("mobilizon/create_event.json"))
    assert activity.inner is not None
    assert Post.parse(activity.inner).attributed_to == "https://events.example/@eve"


def test_a_misskey_quote_and_reaction() -> None:
    assert Post.parse(payload("misskey/note_quote.json")).quote == "https://oak.example/proposals/9"
    assert parse_activity(payload("misskey/like_reaction.json")).raw["content"]


def test_a_pleroma_note_with_nested_media_links() -> None:
    post = Post.parse(payload("pleroma/note.json"))
    assert post.attachments[0].url == "https://pleroma.example/media/x.png"
    assert post.source == ""


def test_a_peertube_video_shows_its_page() -> None:
    activity = parse_activity(payload("peertube/create_video.json"))
    assert activity.inner is not None
    video = Post.parse(activity.inner)
    assert (video.url, video.media_type) == ("https://tube.example/w/v1", "text/markdown")
    assert video.hashtags[0].name == "damp"


def test_a_wordpress_article_and_a_pixelfed_picture() -> None:
    article = Post.parse(payload("wordpress/article.json"))
    assert (article.type, article.name, article.attachments[0].media_type) == (
        "Article",
        "Why homes are damp",
        "image/jpeg",
    )
    picture = parse_activity(payload("pixelfed/create_note.json"))
    assert picture.inner is not None
    assert Post.parse(picture.inner).attachments[0].width == 1080
