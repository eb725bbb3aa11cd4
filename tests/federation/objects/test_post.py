from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.errors import Forged, Malformed
from federation.objects.parts import Attachment, Emoji, Hashtag, Interaction, Mention
from federation.objects.poll import Option, Poll
from federation.objects.post import POST_TYPES, Post, Section
from federation.values import (
    MAX_ATTACHMENTS,
    MAX_CONTENT,
    MAX_HASHTAGS,
    MAX_MENTIONS,
    MAX_NAME,
    MAX_POLL_OPTIONS,
    MAX_SECTIONS,
    PUBLIC,
    dumps,
    loads,
)

ID, ANN = "https://oak.example/posts/1", "https://oak.example/users/ann"
BARE: dict[str, Any] = {"id": ID, "type": "Note", "attributedTo": ANN}

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
filled = words.filter(bool)
tokens = st.text("abcdefghij", min_size=1, max_size=8)
urls = st.integers(1, 99).map(lambda number: f"https://ash.example/x/{number}")
maybe = st.none() | urls
url_tuples = st.lists(urls | st.just(PUBLIC), unique=True, max_size=3).map(tuple)
moments = st.none() | st.datetimes(timezones=st.just(UTC))
fractions = st.floats(-1, 1)
attachments = st.builds(
    Attachment,
    url=urls,
    media_type=st.sampled_from(["", "image/png", "video/*"]),
    name=words,
    width=st.integers(0, 9000),
    blurhash=st.sampled_from(["", "UKO2?U%2Tw=w]~RBVZRi"]),
    height=st.integers(0, 9000),
    focal_point=st.none() | st.tuples(fractions, fractions),
)
polls = st.builds(
    Poll,
    options=st.lists(
        st.builds(Option, filled, st.integers(0, 99)), min_size=1, max_size=4, unique_by=lambda o: o.name
    ).map(tuple),
    multiple=st.booleans(),
    end_time=moments,
    closed=moments,
    voters_count=st.none() | st.integers(0, 99),
)
allowed = st.none() | url_tuples
interactions = st.builds(
    Interaction, can_like=allowed, can_reply=allowed, can_announce=allowed, can_quote=allowed
).filter(lambda policy: policy != Interaction())
sections = st.lists(st.builds(Section, tokens, words, words), unique_by=lambda s: s.key, max_size=3).map(tuple)
fields = {
    "id": st.just(ID),
    "attributed_to": st.just(ANN),
    "summary": words,
    "content": filled,
    "language": st.sampled_from(["", "en", "en-GB"]),
    "source": words,
    "url": maybe,
    "published": moments,
    "updated": moments,
    "to": url_tuples,
    "cc": url_tuples,
    "audience": maybe,
    "in_reply_to": maybe,
    "context": maybe,
    "replies": maybe,
    "likes": maybe,
    "shares": maybe,
    "sensitive": st.booleans(),
    "quote": maybe,
    "quote_stamp": maybe,
    "mentions": st.lists(st.builds(Mention, urls, words), unique_by=lambda m: m.href, max_size=3).map(tuple),
    "hashtags": st.lists(st.builds(Hashtag, tokens, maybe), unique_by=lambda h: h.name, max_size=3).map(tuple),
    "emojis": st.lists(st.builds(Emoji, tokens, urls, maybe), unique_by=lambda e: e.name, max_size=3).map(tuple),
    "attachments": st.lists(attachments, max_size=3).map(tuple),
    "links": st.lists(urls, unique=True, max_size=2).map(tuple),
    "interaction": st.none() | interactions,
    "civic_kind": words,
    "civic_stance": words,
    "civic_code": words,
    "civic_version": st.integers(0, 99),
    "civic_topic_id": words,
    "civic_sections": sections,
    "civic_facts": st.dictionaries(tokens.map("civic:x".__add__), words, max_size=2),
}
posts = st.one_of(
    st.builds(Post, type=st.just("Note"), **fields),
    st.builds(Post, type=st.just("Question"), poll=st.none() | polls, **fields),
    st.builds(Post, type=st.sampled_from(sorted(POST_TYPES - {"Note", "Question"})), name=words, **fields),
)


@given(posts)
def test_a_post_survives_the_wire(post: Post) -> None:
    assert Post.parse(loads(dumps(post.to_json()))) == post


@given(posts)
def test_everything_sent_passes_lemmys_strict_reader(post: Post) -> None:
    document = post.to_json()
    assert isinstance(document["type"], str)
    assert isinstance(document["attributedTo"], str)
    assert isinstance(document["to"], list)
    assert isinstance(document["cc"], list)
    assert "language" not in document
    assert isinstance(document.get("context", ""), str)
    assert {item["type"] for item in document["attachment"]} <= {"Document", "Link"}
    if post.type == "Note":
        assert "name" not in document


def test_a_vote_is_a_note_with_only_a_name() -> None:
    vote = Post.parse(BARE | {"name": "Damp", "inReplyTo": "https://ash.example/posts/2"})
    assert vote.is_vote
    assert Post.parse(vote.to_json()) == vote
    assert not Post.parse(BARE | {"name": "Damp"}).is_vote
    assert not Post.parse(BARE | {"name": "Damp", "inReplyTo": ID, "content": "x"}).is_vote
    assert not Post.parse(BARE | {"type": "Article", "name": "Damp", "inReplyTo": ID}).is_vote


@pytest.mark.parametrize("change", [{"id": None}, {"id": "urn:x"}, {"type": "Person"}, {"type": None}])
def test_a_post_needs_an_id_and_the_type_of_a_post(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Post.parse(BARE | change)


@pytest.mark.parametrize("author", [None, [], "https://ash.example/users/x", [ANN, "https://oak.example/users/ben"]])
def test_row_15_a_post_has_one_author_at_its_own_origin(author: Any) -> None:
    with pytest.raises(Forged):
        Post.parse(BARE | {"attributedTo": author})


def test_row_34_a_post_of_a_megabyte_becomes_a_bounded_one() -> None:
    mention = [{"type": "Mention", "href": f"https://a.example/{n}"} for n in range(150)]
    hashtag = [{"type": "Hashtag", "name": f"#t{n}"} for n in range(150)]
    emoji = {"type": "Emoji", "name": ":x:", "icon": {"url": "https://a.example/x"}}
    crowded = Post.parse(BARE | {"tag": mention + hashtag, "to": [f"https://a.example/{n}" for n in range(9000)]})
    assert len(crowded.mentions) == MAX_MENTIONS
    assert len(crowded.to) == 500
    post = Post.parse(
        BARE
        | {"name": "n" * 1_000_000, "content": "c" * 1_000_000, "tag": [*hashtag, emoji, emoji]}
        | {"attachment": [{"type": "Image", "url": "https://a.example/i"}] * 500, "civic:facts": "x" * 20_000}
        | {"civic:sections": [{"key": f"k{n}"} for n in range(500)]}
    )
    assert (len(post.name), len(post.content)) == (MAX_NAME, MAX_CONTENT)
    assert len(post.hashtags) == MAX_HASHTAGS
    assert len(post.attachments) == MAX_ATTACHMENTS
    assert len(post.civic_sections) == MAX_SECTIONS
    assert post.civic_facts == {}


def test_row_34_ten_thousand_poll_options_become_five_hundred() -> None:
    options = [{"type": "Note", "name": f"o{n}"} for n in range(10_000)]
    poll = Post.parse(BARE | {"type": "Question", "oneOf": options}).poll
    assert poll is not None
    assert len(poll.options) == MAX_POLL_OPTIONS


def test_a_poll_that_says_only_that_it_is_over_ended_at_its_end() -> None:
    question = BARE | {"type": "Question", "anyOf": [{"name": "a", "replies": "x"}, {"name": "a"}, {"name": 4}, "text"]}
    poll = Post.parse(question | {"closed": True, "endTime": "2026-11-20T10:00:00Z"}).poll
    assert poll == Poll(
        options=(Option("a"),),
        multiple=True,
        end_time=datetime(2026, 11, 20, 10, tzinfo=UTC),
        closed=datetime(2026, 11, 20, 10, tzinfo=UTC),
    )
    undated = Post.parse(question | {"closed": True}).poll
    assert undated is not None
    assert undated.closed == datetime(1970, 1, 1, tzinfo=UTC)
    assert Post.parse(BARE | {"type": "Question", "oneOf": []}).poll is None


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"content": "a", "contentMap": {"de": "b", "en": "a"}}, ("a", "en")),
        ({"content": "a", "contentMap": {"de": "b"}}, ("a", "de")),
        ({"contentMap": {"de": "b", "en": 4}}, ("b", "de")),
        ({"content": "a", "contentMap": {"<b>": "a"}}, ("a", "")),
        ({"content": "a", "contentMap": "x"}, ("a", "")),
        ({"contentMap": {}}, ("", "")),
    ],
)
def test_the_language_is_that_of_the_text(document: dict[str, Any], expected: tuple[str, str]) -> None:
    post = Post.parse(BARE | document)
    assert (post.content, post.language) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"type": "Image", "url": "https://a.example/i"}, Attachment(url="https://a.example/i", media_type="image/*")),
        ({"type": "Document", "url": "https://a.example/i"}, Attachment(url="https://a.example/i")),
        (
            {"type": "Video", "href": "https://a.example/v", "width": 10**9, "height": -1},
            Attachment(url="https://a.example/v", media_type="video/*"),
        ),
        (
            {"type": "Document", "url": "https://a.example/i", "blurhash": "<b>", "focalPoint": [0, 2]},
            Attachment(url="https://a.example/i"),
        ),
        (
            {"type": "Document", "url": "https://a.example/i", "focalPoint": [True, 0]},
            Attachment(url="https://a.example/i"),
        ),
        ({"type": "Document", "url": "https://a.example/i", "focalPoint": [0]}, Attachment(url="https://a.example/i")),
    ],
)
def test_a_file_is_read_with_what_can_be_trusted(item: dict[str, Any], expected: Attachment) -> None:
    assert Post.parse(BARE | {"attachment": item}).attachments == (expected,)


def test_row_39_strange_attachments_and_tags_are_left_out() -> None:
    strange = [
        None,
        4,
        "text",
        [],
        {},
        {"type": "Document"},
        {"type": "Document", "url": "javascript:x"},
        {"type": "Link"},
    ]
    post = Post.parse(
        BARE | {"attachment": strange, "tag": [*strange, {"type": "Mention"}, {"type": "Hashtag"}, {"type": "Emoji"}]}
    )
    assert post == Post.parse(BARE)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                *Post(id=ID, attributed_to=ANN).to_json(),
                "oneOf",
                "anyOf",
                "quote",
                "image",
                "source",
                "interactionPolicy",
                "civic:sections",
                "replies",
            ]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers(-9, 9) | words,
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["id", "type", "url", "name", "key", "canQuote"]), inner, max_size=3)
            ),
        ),
    )
)
def test_row_39_any_shape_is_read_or_refused(document: dict[str, Any]) -> None:
    for kind in POST_TYPES:
        Post.parse(document | BARE | {"type": kind})


def test_a_quote_is_found_under_every_name() -> None:
    for key in ("quote", "quoteUrl", "quoteUri", "_misskey_quote"):
        assert Post.parse(BARE | {key: "https://ash.example/1"}).quote == "https://ash.example/1"
    link = {"type": "Link", "rel": "https://w3id.org/fep/044f#quote", "href": "https://ash.example/1"}
    assert Post.parse(BARE | {"tag": link}).quote == "https://ash.example/1"
    assert Post.parse(BARE | {"tag": link | {"rel": "x"}}).quote is None
