"""One view of a post, rendered as a Status: as a value and as joined bytes it says the same."""

from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from server.render.accounts import as_account, stamp
from server.render.media import as_media
from server.render.posts import as_status, joined, rendered, status_json
from server.rules.accounts import byline
from server.views.accounts import AccountView
from server.views.media import MediaView
from server.views.posts import Marks, PollView, PostView, TagView, TopicRef
from server.views.proposals import ProposalView, SectionView

ORIGIN = "https://oak.example"
AT = datetime(2026, 11, 22, 9, 30, 0, 1000, tzinfo=UTC)
ROSA = AccountView(
    id=7,
    uri=f"{ORIGIN}/users/rosa",
    url=f"{ORIGIN}/@rosa",
    kind="person",
    name="rosa",
    domain="",
    display_name="",
    summary_html="",
    summary_source="",
    fields=(),
    avatar=None,
    header=None,
    locked=False,
    bot=False,
    discoverable=True,
    civic=True,
    state="active",
    followers_count=2**40,
    following_count=-1,
    posts_count=1,
    last_post_at=AT,
    created_at=AT,
    role="member",
)
POST = PostView(
    id=8,
    uri=f"{ORIGIN}/posts/8",
    url=f"{ORIGIN}/posts/8",
    kind="post",
    account=ROSA,
    byline=byline(account_id=7, name="Rosa", handle="rosa", mode="open"),
    local=True,
    visibility="public",
    title="",
    spoiler_text="",
    sensitive=False,
    language="",
    source="Hi",
    content_html="<p>Hi</p>",
    version=1,
    rev=1,
    replies_count=0,
    likes_count=0,
    boosts_count=0,
    published_at=AT,
    edited_at=None,
    thread_id=8,
    tags=(TagView("damp", "Damp"),),
)
POLL = PollView(8, (("one", 1), ("two", None)), False, AT, False, 1, 1)
PROPOSAL = replace(
    POST,
    id=9,
    kind="proposal",
    title="Mend <the> lift",
    topic=TopicRef(5, f"{ORIGIN}/topics/housing", "housing", "Housing", "Housing"),
    proposal=ProposalView(
        state="raised",
        state_at=AT,
        kind="barrier",
        sections=(SectionView("change", "Mend", "<p>Mend</p>"), SectionView("seen", "Broken", "<p>Broken</p>")),
        comments_count=2,
        support_here=3,
        support_civic=1,
        support_wider=4,
        active_at=AT,
        told_at=AT,
    ),
)
MARKS = Marks(liked=True, muted=True, own_votes=(1,), voted=True)


@pytest.mark.parametrize(
    "post",
    [
        POST,
        replace(POST, marks=MARKS),
        replace(POST, poll=POLL, marks=MARKS),
        PROPOSAL,
        replace(POST, id=10, kind="boost", content_html="", reblog=replace(PROPOSAL, marks=MARKS, poll=POLL)),
    ],
    ids=["plain", "marked", "poll", "proposal", "boost"],
)
def test_the_bytes_say_what_the_value_says(post: PostView) -> None:
    assert orjson.loads(status_json(post, ORIGIN)) == as_status(post, ORIGIN)


def test_one_rendering_serves_every_viewer() -> None:
    piece = rendered(POST, ORIGIN)
    liked, not_liked = (orjson.loads(joined(piece, {ROSA.id: b"{}"}, marks)) for marks in (Marks(liked=True), Marks()))
    assert (liked.pop("favourited"), not_liked.pop("favourited")) == (True, False)
    assert liked == not_liked


def test_a_proposal_is_composed_in_the_order_of_the_form_and_its_title_is_text() -> None:
    status = as_status(PROPOSAL, ORIGIN)
    assert status["content"].startswith(
        "<p><strong>Mend &lt;the&gt; lift</strong></p><p><strong>What we see</strong><br>Broken</p>"
    )
    assert f'href="{ORIGIN}/tags/housing"' in status["content"]


def test_the_three_kinds_of_support_are_never_added_up() -> None:
    status = as_status(PROPOSAL, ORIGIN)
    assert status["card"]["description"] == (
        "Raised · 3 support it here · 1 in other organisations · 4 in the wider fediverse · 2 comments"
    )
    assert status["civic"]["support"] == {"here": 3, "civic": 1, "wider": 4}


def test_counts_fit_into_32_bits_and_are_never_negative() -> None:
    account = as_account(ROSA, ORIGIN)
    assert (account["followers_count"], account["following_count"]) == (2**31 - 1, 0)


def test_a_name_and_pictures_are_never_empty() -> None:
    account = as_account(ROSA, ORIGIN)
    assert account["display_name"] == "rosa"
    assert account["avatar"] == f"{ORIGIN}/media/default/avatar.png"


def test_times_have_three_fraction_digits() -> None:
    assert stamp(AT) == "2026-11-22T09:30:00.001Z"
    assert stamp(AT.replace(microsecond=0)) == "2026-11-22T09:30:00.000Z"


def test_a_picture_without_a_focus_has_none_and_one_in_the_making_has_no_address() -> None:
    media = MediaView(1, "image", "image/png", "/media/a.png", "", "", 40, 20, None, None, "", None, "")
    shown = as_media(media, ORIGIN)
    assert shown["meta"] == {"original": {"width": 40, "height": 20, "size": "40x20", "aspect": 2.0}}
    assert (shown["url"], shown["preview_url"]) == (f"{ORIGIN}/media/a.png",) * 2
    assert as_media(replace(media, state="processing"), ORIGIN)["url"] is None
