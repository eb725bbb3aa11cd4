"""Entries of Atom feeds (RFC 4287): posts, steps of a timeline, answers, policies; each with its full text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from server.rules.sanitise import plain_text
from server.templating import path_of
from server.views.policies import PolicyView
from server.views.posts import PostView
from server.views.proposals import StepView
from server.views.topics import TopicView

TITLE = 80


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """`id` is an address that never changes, `path` a page of ours, `html` sanitised."""

    id: str
    title: str
    path: str
    published: datetime
    updated: datetime
    author: str
    html: str


def entries(posts: Iterable[PostView]) -> list[FeedEntry]:
    """Posts, in their order."""
    return [entry(post) for post in posts]


def entry(post: PostView, title: str = "") -> FeedEntry:
    """One post, under its own title, its first words, or `title`."""
    shown = post.reblog or post
    words = plain_text(shown.content_html)
    short = words if len(words) <= TITLE else f"{words[:TITLE].rstrip()}…"
    return FeedEntry(
        post.uri,
        title or shown.title or short,
        path_of(post),
        post.published_at,
        shown.edited_at or post.published_at,
        shown.byline.name,
        shown.content_html,
    )


def of_steps(proposal: PostView, steps: Sequence[StepView], said: dict[int, PostView]) -> list[FeedEntry]:
    """A timeline, newest first. The title is the kind of the step, for the page to say; what was said with it follows
    its note."""
    return [
        FeedEntry(
            step.uri,
            step.kind,
            f"/proposals/{proposal.id}#step-{step.id}",
            step.at,
            step.at,
            step.name or proposal.byline.name,
            step.note_html + (said[step.post_id].content_html if step.post_id in said else ""),
        )
        for step in reversed(steps)
    ]


def of_topics(topics: Iterable[TopicView], author: str) -> list[FeedEntry]:
    """Topics, the newest first, with what they are about."""
    return [
        FeedEntry(
            topic.account.uri,
            topic.name,
            f"/topics/{topic.slug}",
            topic.created_at,
            topic.created_at,
            author,
            f"<p>{escape(topic.description)}</p>",
        )
        for topic in sorted(topics, key=lambda each: each.created_at, reverse=True)
    ]


def of_policies(policies: Iterable[PolicyView]) -> list[FeedEntry]:
    """Named rules, in their order, each with what explains it."""
    return [
        FeedEntry(
            policy.uri,
            policy.name,
            f"/policies/{policy.id}",
            policy.created_at,
            policy.updated_at,
            policy.account.shown_name,
            policy.explained.html,
        )
        for policy in policies
    ]
