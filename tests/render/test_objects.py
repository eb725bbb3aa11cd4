"""What we send reads back as what we have: for each field of a post, where it appears outside, or why not."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from federation.objects.poll import Poll
from federation.objects.post import Post
from federation.objects.proposal import Form, Proposal
from federation.values import PUBLIC
from server.render.objects import as_object
from server.rules.accounts import byline
from server.views.accounts import AccountView
from server.views.media import MediaView
from server.views.posts import MentionView, PollView, PostView, TagView, TopicRef
from server.views.proposals import ProposalView, SectionView

ORIGIN = "https://oak.example"
AT, LATER = datetime(2026, 11, 20, 10, tzinfo=UTC), datetime(2026, 11, 21, 11, 30, tzinfo=UTC)

# Field of PostView → where it stands in the parsed wire value, or the reason why it does not travel.
OUTSIDE: dict[str, str] = {
    "uri": "id",
    "url": "url",
    "account": "attributed_to",
    "visibility": "to",
    "title": "name",
    "spoiler_text": "summary",
    "sensitive": "sensitive",
    "language": "language",
    "source": "source",
    "content_html": "content",
    "version": "civic_version",
    "published_at": "published",
    "edited_at": "updated",
    "thread_id": "context",
    "context_uri": "context",
    "in_reply_to_uri": "in_reply_to",
    "topic": "audience",
    "parent_entry_uri": "cc",
    "stance": "civic_stance",
    "kind": "civic_kind",
    "media": "attachments",
    "mentions": "mentions",
    "tags": "hashtags",
    "poll": "poll",
    "proposal": "civic_sections",
    "contribution": "civic_facts",
    "check": "civic_kind",
}
NOT_OUTSIDE: dict[str, str] = {
    "reply_policy": "only other servers say who may answer",
    "quote_uri": "posts of ours quote nothing",
    "quote_of_id": "as quote_uri",
    "quote_state": "as quote_uri",
    "id": "ours alone; it is a part of the uri",
    "local": "what we send is ours",
    "rev": "counts changes a reader here could see",
    "byline": "in open mode it is the account's name, which the actor says",
    "replies_count": "each server counts what it knows; the address of the collection travels",
    "likes_count": "as replies_count",
    "boosts_count": "as replies_count",
    "in_reply_to_id": "ours alone; the uri travels",
    "in_reply_to_account_id": "follows from the parent; its author is among the mentions",
    "proposal_id": "follows from the parent",
    "entry_uri": "of posts from elsewhere, which are sent by their own server",
    "reblog": "a boost is an Announce and no object",
    "application": "which app somebody uses is nobody else's business",
    "application_website": "as application",
    "gone": "a tombstone is served in its place",
    "held_reason": "what is held does not go out",
    "removed_reason": "as gone",
    "removed_note": "as gone",
    "marks": "what the viewer did",
}


# Field of ProposalView → where it stands in the parsed proposal, or why it does not travel.
PROPOSAL_OUTSIDE: dict[str, str] = {
    "state": "state",
    "kind": "kind",
    "sections": "post",
    "outcome": "outcome",
    "answer_code": "answer_code",
    "role": "role",
    "place": "place",
    "facts": "post",
}
PROPOSAL_NOT_OUTSIDE: dict[str, str] = {
    "state_at": "the steps say it",
    "told_at": "as state_at",
    "clock": "follows from the asks",
    "corroborations_count": "as comments_count",
    "places_count": "as comments_count",
    "endorsements_count": "as comments_count",
    "comments_count": "each server counts what it knows",
    "support_here": "as comments_count",
    "support_civic": "as comments_count",
    "support_wider": "as comments_count",
    "active_at": "as comments_count",
}


def account(**more: Any) -> AccountView:
    values: dict[str, Any] = {
        "id": 1, "uri": f"{ORIGIN}/users/amina", "url": f"{ORIGIN}/@amina", "kind": "person", "name": "amina",
        "domain": "", "display_name": "Amina", "summary_html": "", "summary_source": "", "fields": (), "avatar": None,
        "header": None, "locked": False, "bot": False, "discoverable": True, "civic": True, "state": "active",
        "followers_count": 0, "following_count": 0, "posts_count": 0, "last_post_at": None, "created_at": AT,
    }  # fmt: skip
    return AccountView(**(values | more))


TOPIC = TopicRef(5, f"{ORIGIN}/topics/damp-homes", "damp-homes", "Damp homes", "DampHomes")
PICTURE = MediaView(
    9, "image", "image/png", f"{ORIGIN}/media/9.png", f"{ORIGIN}/media/9s.png", "", 640, 480, 320, 240, "A wall",
    (0.5, -0.25), "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
)  # fmt: skip


def view(kind: str = "post", **more: Any) -> PostView:
    """A post with something in every field that travels."""
    author = account()
    folder = "proposals" if kind == "proposal" else "posts"
    values: dict[str, Any] = {
        "id": 77, "uri": f"{ORIGIN}/{folder}/77", "url": f"{ORIGIN}/{folder}/77", "kind": kind, "account": author,
        "byline": byline(account_id=1, name="Amina", handle="amina", mode="open"), "local": True,
        "visibility": "public", "title": "", "spoiler_text": "Careful", "sensitive": True, "language": "en",
        "source": "Some **words**", "content_html": "<p>Some <strong>words</strong></p>", "version": 3, "rev": 12,
        "replies_count": 1, "likes_count": 2, "boosts_count": 3, "published_at": AT, "edited_at": LATER,
        "thread_id": 70, "in_reply_to_uri": "https://elm.example/posts/1", "in_reply_to_id": 4,
        "in_reply_to_account_id": 3, "topic": TOPIC, "parent_entry_uri": "https://elm.example/topics/damp-homes",
        "stance": "for" if kind == "comment" else "", "media": (PICTURE,),
        "mentions": (MentionView(3, "bo", "elm.example", "https://elm.example/users/bo", "https://elm.example/@bo"),),
        "tags": (TagView("damphomes", "DampHomes"),),
    }  # fmt: skip
    return PostView(**(values | more))


def proposal(**more: Any) -> PostView:
    sections = (
        SectionView("seen", "Wait **28 days**", "<p>Wait <strong>28 days</strong></p>"),
        SectionView("rule", "Line 12", "<p>Line 12</p>"),
        SectionView("change", "One is enough", "<p>One is enough</p>"),
    )
    facts = ProposalView("raised", AT, "practice", sections, 1, 1, 1, 1, AT, AT)
    return view(
        "proposal",
        **{
            "title": "Damp <must> be proven & twice",
            "proposal": facts,
            "in_reply_to_uri": "",
            "spoiler_text": "Mould & <damp>",
        }
        | more,
    )


def test_every_field_of_a_post_has_its_place_outside_or_a_reason() -> None:
    fields = {field.name for field in dataclasses.fields(PostView)}
    assert fields == set(OUTSIDE) | set(NOT_OUTSIDE)
    assert not set(OUTSIDE) & set(NOT_OUTSIDE)
    assert set(OUTSIDE.values()) <= {field.name for field in dataclasses.fields(Post)}


def test_every_field_of_a_proposal_has_its_place_outside_or_a_reason() -> None:
    fields = {field.name for field in dataclasses.fields(ProposalView)}
    assert fields == set(PROPOSAL_OUTSIDE) | set(PROPOSAL_NOT_OUTSIDE)
    assert not set(PROPOSAL_OUTSIDE) & set(PROPOSAL_NOT_OUTSIDE)
    assert set(PROPOSAL_OUTSIDE.values()) <= {field.name for field in dataclasses.fields(Proposal)}


@pytest.mark.parametrize("kind", ["post", "comment"])
def test_a_post_reads_back_as_it_was(kind: str) -> None:
    post = view(kind)
    read = Post.parse(as_object(post, ORIGIN))
    assert (read.id, read.url, read.attributed_to) == (post.uri, post.url, post.account.uri)
    assert (read.summary, read.content, read.source) == (post.spoiler_text, post.content_html, post.source)
    assert (read.sensitive, read.language) == (True, "en")
    assert (read.published, read.updated) == (AT, LATER)
    assert read.in_reply_to == post.in_reply_to_uri
    assert read.context == f"{ORIGIN}/contexts/70"
    assert [(mention.href, mention.name) for mention in read.mentions] == [(post.mentions[0].uri, "@bo@elm.example")]
    assert [tag.name for tag in read.hashtags] == ["DampHomes"]
    picture = read.attachments[0]
    assert (picture.url, picture.media_type, picture.name) == (PICTURE.url, "image/png", "A wall")
    assert (picture.width, picture.height, picture.blurhash) == (640, 480, PICTURE.blurhash)
    assert picture.focal_point == (0.5, -0.25)
    assert (read.civic_kind, read.civic_stance) == (("comment", "for") if kind == "comment" else ("", ""))
    assert read.civic_version == (3 if kind == "comment" else 0)


@pytest.mark.parametrize("form", ["article", "note"])
def test_a_proposal_reads_back_as_it_was_in_either_form(form: Form) -> None:
    post = proposal()
    assert post.proposal is not None
    read = Proposal.parse(as_object(post, ORIGIN, form))
    assert (read.title, read.state, read.kind) == (post.title, "raised", "practice")
    assert read.warning == post.spoiler_text
    assert [(each.key, each.source, each.content) for each in read.post.civic_sections] == [
        (each.key, each.source, each.html) for each in post.proposal.sections
    ]
    assert read.post.content == post.content_html
    assert read.post.source == post.source
    assert (read.post.id, read.post.attributed_to, read.post.civic_version) == (post.uri, post.account.uri, 3)
    assert (read.post.audience, read.post.sensitive) == (TOPIC.uri, True)
    assert (read.post.published, read.post.updated) == (AT, LATER)
    assert len(read.post.attachments) == len(read.post.mentions) == len(read.post.hashtags) == 1


def test_a_proposal_says_on_the_wire_what_it_is_and_never_its_title_or_state_in_its_content() -> None:
    document = as_object(proposal(), ORIGIN)
    assert (document["type"], document["civic:kind"]) == ("Article", "proposal")
    assert "proven" not in document["content"]
    assert "28 days" in document["summary"]
    note = as_object(proposal(), ORIGIN, "note")
    assert note["type"] == "Note"
    assert note["content"].startswith("<p><strong>Damp &lt;must&gt; be proven &amp; twice</strong></p>")


@pytest.mark.parametrize(
    ("visibility", "to", "cc"),
    [
        ("public", [PUBLIC, TOPIC.uri], ["{followers}", "https://elm.example/users/bo", "https://elm.example/topics/damp-homes"]),
        ("unlisted", ["{followers}", TOPIC.uri], [PUBLIC, "https://elm.example/users/bo", "https://elm.example/topics/damp-homes"]),
        ("private", ["{followers}"], ["https://elm.example/users/bo"]),
        ("direct", ["https://elm.example/users/bo"], []),
    ],
)  # fmt: skip
def test_the_addressing_says_whom_it_is_for(visibility: str, to: list[str], cc: list[str]) -> None:
    followers = f"{ORIGIN}/users/amina/followers"
    read = Post.parse(as_object(view("comment", visibility=visibility), ORIGIN))
    assert list(read.to) == [followers if uri == "{followers}" else uri for uri in to]
    assert list(read.cc) == [followers if uri == "{followers}" else uri for uri in cc]
    assert read.audience == (TOPIC.uri if visibility in ("public", "unlisted") else None)


def test_a_comment_without_a_chapter_of_ours_enters_through_its_proposals() -> None:
    read = Post.parse(as_object(view("comment", topic=None), ORIGIN))
    assert read.audience == "https://elm.example/topics/damp-homes"
    assert read.audience in read.to
    assert read.audience not in read.cc


@pytest.mark.parametrize(("multiple", "expired"), [(False, False), (True, True)])
def test_a_poll_reads_back_as_it_was(multiple: bool, expired: bool) -> None:
    poll = PollView(77, (("Yes", 3), ("No", 0)), multiple, LATER, expired, 3, 3)
    document = as_object(view(poll=poll), ORIGIN)
    assert document["type"] == "Question"
    read = Post.parse(document).poll
    assert isinstance(read, Poll)
    assert [(option.name, option.votes) for option in read.options] == [("Yes", 3), ("No", 0)]
    assert (read.multiple, read.end_time, read.voters_count) == (multiple, LATER, 3)
    assert (read.closed is not None) is expired


def test_hidden_totals_stay_hidden_on_the_wire() -> None:
    poll = PollView(77, (("Yes", None), ("No", None)), False, LATER, False, 5, 5, hide_totals=True)
    read = Post.parse(as_object(view(poll=poll), ORIGIN)).poll
    assert read is not None
    assert [option.votes for option in read.options] == [0, 0]
