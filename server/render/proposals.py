"""Proposals for the outside: what a Status has beyond a post when it is one."""

from typing import Any

from server.render.accounts import count, stamp
from server.rules.answers import CODE_WORDS
from server.rules.proposals import STATE_WORDS
from server.views.posts import PostView
from server.views.proposals import ProposalView

# --- Mastodon's API: PreviewCard; and `civic`, which is ours ---


def as_card(post: PostView, proposal: ProposalView, origin: str) -> dict[str, Any]:
    """Title, state and live figures. The three numbers of support are never added up."""
    figures = [state_word(proposal), f"{proposal.support_here} support it here"]
    if proposal.support_civic:
        figures.append(f"{proposal.support_civic} in other organisations")
    if proposal.support_wider:
        figures.append(f"{proposal.support_wider} in the wider fediverse")
    figures.append("1 comment" if proposal.comments_count == 1 else f"{proposal.comments_count} comments")
    return {
        "url": post.url or post.uri,
        "title": post.title,
        "description": " · ".join(figures),
        "language": post.language or None,
        "type": "link",
        "authors": [],
        "author_name": post.byline.name,
        "author_url": post.account.url or post.account.uri,
        "provider_name": post.topic.name if post.topic else "",
        "provider_url": post.topic.uri if post.topic else origin,
        "html": "",
        "width": 0,
        "height": 0,
        "image": None,
        "image_description": "",
        "embed_url": "",
        "blurhash": None,
        "published_at": stamp(post.published_at),
    }


def as_civic(post: PostView) -> dict[str, Any] | None:
    """The structure, for apps that know of it; the others skip what they do not know."""
    proposal = post.proposal
    if proposal is None:
        if post.proposal_id is None:
            return None
        comment = {
            "type": "comment",
            "byline": _byline(post),
            "proposal_id": str(post.proposal_id),
            "stance": post.stance or None,
        }
        if post.check is not None:
            check = post.check
            return {**comment, "type": "check", "method": check.method, "state": check.state, "version": check.version}
        if post.contribution is None:
            return comment
        return {
            **comment,
            "type": post.contribution.kind,
            "state": post.contribution.state,
            "facts": post.contribution.facts,
            "reason": post.contribution.reason_html,
        }
    return {
        "type": "proposal",
        "byline": _byline(post),
        "kind": proposal.kind,
        "title": post.title,
        "state": proposal.state,
        "state_at": stamp(proposal.state_at),
        "sections": [{"key": each.key, "source": each.source, "content": each.html} for each in proposal.sections],
        "topic": {
            "id": str(post.topic.account_id),
            "uri": post.topic.uri,
            "slug": post.topic.slug,
            "name": post.topic.name,
            "hashtag": post.topic.hashtag,
        }
        if post.topic
        else None,
        "support": {
            "here": proposal.support_here,
            "civic": proposal.support_civic,
            "wider": proposal.support_wider,
        },
        "outcome": proposal.outcome or None,
        "answer_code": proposal.answer_code or None,
        "role": proposal.role or None,
        "place": proposal.place or None,
        "facts": proposal.facts,
        "we_see_this_too": {"count": count(proposal.corroborations_count), "places": count(proposal.places_count)},
        "endorsements_count": count(proposal.endorsements_count),
        "answer_due": proposal.clock.due.isoformat() if proposal.clock else None,
        "comments_count": count(proposal.comments_count),
    }


def answer_heading(post: PostView) -> str:
    """Of an answer its code in words, so that apps show what it says at a glance; of anything else nothing."""
    if post.contribution is None or post.contribution.kind != "answer":
        return ""
    code = post.contribution.facts.get("code")
    word = next((word for known, word in CODE_WORDS.items() if known == code), "")
    return f"Answer: {word}" if word else "Answer"


def _byline(post: PostView) -> dict[str, Any]:
    """Who speaks, as a page says it."""
    return {
        "name": post.byline.name,
        "role": post.byline.role or None,
        "organisation": post.byline.organisation or None,
        "mode": post.byline.mode,
    }


def state_word(proposal: ProposalView) -> str:
    return next((word for state, word in STATE_WORDS.items() if state == proposal.state), "Raised")
