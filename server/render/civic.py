"""Civic records as JSON for scripts (`/api/v1/civic`): a proposal with all that belongs to it, what somebody added to
it, what was asked, what happened."""

from collections.abc import Sequence
from typing import Any

from server.render.accounts import maybe_stamp, stamp
from server.render.posts import as_status
from server.render.proposals import as_civic
from server.views.answers import AnswerView
from server.views.hearing import HeardView
from server.views.posts import PostView
from server.views.proposals import AskView, HistoryView, OwnerView, StepView
from server.views.same_barrier import SameBarrierView
from server.views.topics import TopicView


def as_record(post: PostView, origin: str) -> dict[str, Any]:
    """A proposal or contribution in short."""
    return {
        "id": str(post.id),
        "uri": post.uri,
        "url": post.url or post.uri,
        "by": {
            "name": post.byline.name,
            "role": post.byline.role or None,
            "organisation": post.byline.organisation or None,
        },
        "published_at": stamp(post.published_at),
        "edited_at": maybe_stamp(post.edited_at),
        "version": post.version,
        "text": post.source,
        "content": post.content_html,
        "language": post.language or None,
        "held": bool(post.held_reason),
        **(as_civic(post) or {"type": "post"}),
    }


def as_whole_proposal(
    post: PostView, history: HistoryView, contributions: Sequence[PostView], acts: Sequence[str], origin: str
) -> dict[str, Any]:
    """A proposal with its timeline, asks and contributions. `acts` are those that the reader may do now."""
    return {
        **as_record(post, origin),
        "status": as_status(post, origin),
        "timeline": [as_step(step) for step in history.steps],
        "asks": [as_ask(ask) for ask in history.asks],
        "policies": [{"id": str(each.id), "uri": each.uri, "name": each.name} for each in history.policies],
        "contributions": [as_record(each, origin) for each in contributions],
        "co_authors": [each.account.acct for each in history.co_authors if each.account],
        "acts": list(acts),
    }


def as_step(step: StepView) -> dict[str, Any]:
    return {
        "id": str(step.id),
        "kind": step.kind,
        "state": step.state or None,
        "at": stamp(step.at),
        "by": step.name or None,
        "version": step.version,
        "content": step.note_html,
        "said_in": str(step.post_id) if step.post_id else None,
    }


def as_ask(ask: AskView) -> dict[str, Any]:
    """`clock`: working days left until `due`, or gone by since; null when nothing is awaited."""
    clock = ask.clock
    return {
        "id": str(ask.id),
        "owner": ask.owner_name,
        "verb": ask.verb,
        "content": ask.content_html,
        "by_date": ask.by_date.isoformat() if ask.by_date else None,
        "sent_at": maybe_stamp(ask.sent_at),
        "acknowledged_at": maybe_stamp(ask.acknowledged_at),
        "answered_at": maybe_stamp(ask.answered_at),
        "clock": {"state": clock.state, "due": clock.due.isoformat(), "days": clock.days} if clock else None,
    }


def as_same(same: SameBarrierView) -> dict[str, Any]:
    """Which side says so."""
    return {
        "uri": same.uri,
        "id": str(same.post.id) if same.post else None,
        "title": same.post.title if same.post else None,
        "state": same.post.proposal.state if same.post and same.post.proposal else None,
        "here": same.said_here,
        "there": same.said_there,
    }


def as_heard(heard: HeardView, origin: str) -> dict[str, Any]:
    """What somebody said, what was answered, what was done, and how it ended."""
    found = heard.outcome
    return {
        "you_wrote": [as_record(each, origin) for each in heard.wrote],
        "you_support_it": heard.supported,
        "answer": as_record(found.answer, origin) if found.answer else None,
        "done": [as_record(each, origin) for each in found.actions],
        "ended": as_step(found.ended) if found.ended else None,
    }


def as_answer(answer: AnswerView, origin: str) -> dict[str, Any]:
    """`days`: working days from the sending to the answer, null where that is not known."""
    return {
        "code": answer.code,
        "owner": answer.owner,
        "days": answer.days,
        "answer": as_record(answer.answer, origin),
        "proposal": {"id": str(answer.proposal.id), "title": answer.proposal.title, "url": answer.proposal.url},
    }


def as_owner(owner: OwnerView, *, with_email: bool) -> dict[str, Any]:
    return {
        "id": str(owner.id),
        "name": owner.name,
        "url": owner.url or None,
        "account_id": str(owner.account_id) if owner.account_id else None,
        "days": {"acknowledge": owner.limits.acknowledge, "answer": owner.limits.answer, "long": owner.limits.long},
        **({"email": owner.email or None} if with_email else {}),
    }


def as_topic(topic: TopicView) -> dict[str, Any]:
    return {
        "id": str(topic.account.id),
        "topic_id": topic.topic_id,
        "slug": topic.slug,
        "name": topic.name,
        "description": topic.description,
        "hashtag": topic.hashtag,
        "url": topic.account.url,
        "proposals_count": topic.proposals_count,
        "chapters": [
            {"url": each.account.uri, "state": each.state, "standing": each.standing, "compared": each.compared}
            for each in topic.chapters
        ],
    }
