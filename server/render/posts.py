"""Posts for the outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

import orjson

from server.render.accounts import as_account, count, maybe_stamp, stamp
from server.render.media import as_media
from server.render.proposals import answer_heading, as_card, as_civic, state_word
from server.rules.proposals import SECTION_TITLES, compose_status_html
from server.views.accounts import AccountView
from server.views.posts import NO_MARKS, Marks, PollView, PostView, VersionView

# --- Mastodon's API: Status, Poll, StatusEdit, StatusSource ---


@dataclass(frozen=True, slots=True)
class Rendered:
    """A Status as JSON without what differs between viewers, and without its author, whose counts change with each
    post. `head` is an object without its closing brace, `poll` the same of its poll; `boosted` is the post it shares.
    """

    id: int
    author_id: int
    head: bytes
    poll: bytes
    boosted: "Rendered | None"


def rendered(post: PostView, origin: str) -> Rendered:
    """The part of a Status that is the same for everyone, to be kept as bytes."""
    inner = post.reblog
    return Rendered(
        id=post.id,
        author_id=post.account.id,
        head=orjson.dumps(_facts(post, origin))[:-1],
        poll=orjson.dumps(_poll_facts(post.poll))[:-1] if post.poll else b"",
        boosted=rendered(inner, origin) if inner else None,
    )


def joined(
    piece: Rendered,
    authors: Mapping[int, bytes],
    marks: Marks,
    boosted_marks: Marks = NO_MARKS,
    *,
    filtered: bytes = b"[]",
) -> bytes:
    """The whole Status for one viewer. For a boost the marks are those of the post it shares.

    Args:
        authors: the Account of each author as JSON, by id.
        filtered: the viewer's filters that match, as JSON (FilterResult).
    """
    author = b',"account":' + authors[piece.author_id]
    ending = _marks_json(boosted_marks if piece.boosted else marks) + b',"filtered":' + filtered + b"}"
    if piece.boosted is not None:
        inner = joined(piece.boosted, authors, boosted_marks, filtered=filtered)
        return b"".join((piece.head, author, b',"poll":null,"reblog":', inner, ending))
    poll = piece.poll + _votes_json(marks) + b"}" if piece.poll else b"null"
    return b"".join((piece.head, author, b',"poll":', poll, b',"reblog":null', ending))


def as_status(post: PostView, origin: str) -> dict[str, Any]:
    """A Status for the viewer that `post` was read for."""
    inner = post.reblog
    marks = inner.marks if inner else post.marks
    return {
        **_facts(post, origin),
        "account": as_account(post.account, origin),
        "poll": as_poll(post.poll, post.marks) if post.poll else None,
        "reblog": as_status(inner, origin) if inner else None,
        **as_marks(marks),
        "filtered": [],
    }


def status_json(post: PostView, origin: str) -> bytes:
    """The same as bytes."""
    authors = {one.id: account_json(one, origin) for one in authors_of(post)}
    return joined(rendered(post, origin), authors, post.marks, post.reblog.marks if post.reblog else NO_MARKS)


def authors_of(post: PostView) -> tuple[AccountView, ...]:
    """Who speaks in a post: its author, and of a boost also the author of what it shares."""
    return (post.account, post.reblog.account) if post.reblog else (post.account,)


def account_json(account: AccountView, origin: str) -> bytes:
    """An Account as bytes, to be joined into the statuses of its owner."""
    return orjson.dumps(as_account(account, origin))


def as_marks(marks: Marks) -> dict[str, Any]:
    return {
        "favourited": marks.liked,
        "reblogged": marks.boosted,
        "muted": marks.muted,
        "bookmarked": marks.bookmarked,
        "pinned": marks.pinned,
    }


def as_poll(poll: PollView, marks: Marks) -> dict[str, Any]:
    return {**_poll_facts(poll), "voted": marks.voted, "own_votes": list(marks.own_votes)}


def as_edit(version: VersionView, origin: str, *, state: str = "", page_url: str = "") -> dict[str, Any]:
    """One entry of a Status's history. A proposal's words are composed as they are in the Status."""
    content = version.content_html
    if version.title:
        content = _titled(version.title, version.content_html)
    if version.sections:
        content = compose_status_html(
            version.title,
            [(key, html) for key, _, html in version.sections if key in SECTION_TITLES],
            state_word=state,
            page_url=page_url or origin,
            tags=[("Proposal", tag_url(origin, "proposal"))],
        )
    return {
        "content": content,
        "spoiler_text": version.spoiler_text,
        "sensitive": version.sensitive,
        "created_at": stamp(version.at),
        "account": as_account(version.account, origin),
        "media_attachments": [as_media(media, origin) for media in version.media],
        "emojis": [],
        "poll": None,
    }


def as_source(post: PostView) -> dict[str, Any]:
    """Exactly what was typed."""
    return {"id": str(post.id), "text": post.source, "spoiler_text": post.spoiler_text}


def tag_url(origin: str, name: str) -> str:
    return f"{origin}/tags/{quote(name, safe='')}"


def _facts(post: PostView, origin: str) -> dict[str, Any]:
    """Everything that is the same for every viewer, but author, poll and boosted post."""
    if post.reblog is not None:
        return _boost_facts(post, post.reblog, origin)
    facts = {
        "id": str(post.id),
        "created_at": stamp(post.published_at),
        "in_reply_to_id": str(post.in_reply_to_id) if post.in_reply_to_id else None,
        "in_reply_to_account_id": str(post.in_reply_to_account_id) if post.in_reply_to_account_id else None,
        "sensitive": post.sensitive,
        "spoiler_text": post.spoiler_text,
        "visibility": post.visibility,
        "language": post.language or None,
        "uri": post.uri,
        "url": post.url or post.uri,
        "replies_count": count(post.replies_count),
        "reblogs_count": count(post.boosts_count),
        "favourites_count": count(post.likes_count),
        "quotes_count": 0,
        "edited_at": maybe_stamp(changed_at(post)),
        "content": _content(post, origin),
        "media_attachments": [as_media(media, origin) for media in post.media],
        "mentions": [
            {"id": str(one.account_id), "username": one.name, "url": one.url or one.uri, "acct": one.acct}
            for one in post.mentions
        ],
        "tags": [{"name": tag.name, "url": tag_url(origin, tag.name)} for tag in post.tags],
        "emojis": [],
        "card": as_card(post, post.proposal, origin) if post.proposal else None,
        "quote": _quote(post),
        "civic": as_civic(post),
    }
    if post.application:
        facts["application"] = {"name": post.application, "website": post.application_website or None}
    return facts


def _quote(post: PostView) -> dict[str, Any] | None:
    """A ShallowQuote: the quoted post by its id, only if its author agreed."""
    if post.quote_of_id is None or post.quote_state not in ("accepted", "revoked"):
        return None
    shown = str(post.quote_of_id) if post.quote_state == "accepted" else None
    return {"state": post.quote_state, "quoted_status_id": shown}


def _boost_facts(post: PostView, inner: PostView, origin: str) -> dict[str, Any]:
    """The shell around a shared post: who shared it and when; the words are those of the post."""
    return {
        **_facts(inner, origin),
        "id": str(post.id),
        "created_at": stamp(post.published_at),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "visibility": post.visibility,
        "uri": post.uri,
        "url": post.url or post.uri,
        "edited_at": None,
        "media_attachments": [],
        "card": None,
        "civic": None,
    }


def _content(post: PostView, origin: str) -> str:
    """What an app shows. A proposal is composed here, from its structure; live figures stay out, for they would look
    like edits."""
    proposal = post.proposal
    if proposal is None:
        heading = post.title or answer_heading(post)
        return _titled(heading, post.content_html) if heading else post.content_html
    tags = [("Proposal", tag_url(origin, "proposal"))]
    if post.topic is not None and post.topic.hashtag:
        tags.insert(0, (post.topic.hashtag, tag_url(origin, post.topic.hashtag.lower())))
    sections = {section.key: section.html for section in proposal.sections}
    return compose_status_html(
        post.title,
        [(key, sections[key]) for key in SECTION_TITLES if sections.get(key)],
        state_word=state_word(proposal),
        page_url=post.url or post.uri,
        tags=tags,
    )


def changed_at(post: PostView) -> datetime | None:
    """When a post last changed: its words, or of a proposal its state, which apps show as an edit too."""
    moved = post.proposal.state_at if post.proposal and post.proposal.state_at > post.published_at else None
    return max((moment for moment in (post.edited_at, moved) if moment), default=None)


def _titled(title: str, html: str) -> str:
    return f"<p><strong>{escape(title, quote=False)}</strong></p>{html}"


def _poll_facts(poll: PollView) -> dict[str, Any]:
    return {
        "id": str(poll.id),
        "expires_at": maybe_stamp(poll.expires_at),
        "expired": poll.expired,
        "multiple": poll.multiple,
        "votes_count": count(poll.votes_count),
        "voters_count": count(poll.voters_count),
        "options": [
            {"title": title, "votes_count": None if votes is None else count(votes)} for title, votes in poll.options
        ],
        "emojis": [],
    }


def _marks_json(marks: Marks) -> bytes:
    return _ALL_MARKS[(marks.liked, marks.boosted, marks.muted, marks.bookmarked, marks.pinned)]


def _votes_json(marks: Marks) -> bytes:
    return b',"voted":%s,"own_votes":%s' % (orjson.dumps(marks.voted), orjson.dumps(list(marks.own_votes)))


def _every_mark() -> dict[tuple[bool, bool, bool, bool, bool], bytes]:
    """What each of the 32 sets of marks looks like, made once."""
    both = (False, True)
    return {
        (liked, boosted, muted, bookmarked, pinned): b","
        + orjson.dumps(
            as_marks(Marks(liked=liked, boosted=boosted, bookmarked=bookmarked, muted=muted, pinned=pinned))
        )[1:-1]
        for liked in both
        for boosted in both
        for muted in both
        for bookmarked in both
        for pinned in both
    }


_ALL_MARKS = _every_mark()
