"""Posts, comments and proposals as ActivityPub objects (FEDERATION.md, contract "On the wire").

Without `@context`, which the activity or `contexts.standalone` adds. The name in them is the byline's.
"""

from dataclasses import replace
from datetime import datetime
from html import escape
from typing import Any, Final

from federation.audience import Addresses, addresses
from federation.objects.history import Ask, Step
from federation.objects.parts import Attachment, Hashtag, Interaction, Mention
from federation.objects.poll import Option, Poll
from federation.objects.post import Post, Section
from federation.objects.proposal import Form, Proposal
from federation.values import PUBLIC, Json
from server.render.media import absolute
from server.render.posts import tag_url
from server.rules.proposals import SECTION_KEYS, SectionKey, abstract
from server.views.posts import PostView
from server.views.proposals import AskView, HistoryView, ProposalView, StepView

NO_HISTORY: Final = HistoryView()
OPEN: Final = Interaction(can_quote=(PUBLIC,))  # what everybody may read, everybody may quote
KEYS: Final[dict[str, SectionKey]] = {key: key for key in SECTION_KEYS}


def as_object(post: PostView, origin: str, form: Form = "article", history: HistoryView = NO_HISTORY) -> Json:
    """A post of ours, as sent and as served at its address.

    Args:
        origin: the address of this instance, without a slash at the end.
        form: whether a proposal goes out as an Article or as a Note.
        history: what has become of it, for a proposal.
    """
    if post.proposal is not None:
        return as_proposal(post, post.proposal, history, origin, form)
    return wire_post(post, origin).to_json()


def addressed(post: PostView) -> Addresses:
    """Whom a post of ours is addressed to: through our own chapter where there is one, else through that of what it
    answers (contract, "Topics across instances")."""
    ours = post.topic.uri if post.topic else ""
    entry = ours or post.parent_entry_uri
    parent = post.parent_entry_uri if post.parent_entry_uri != entry else ""
    return addresses(
        post.visibility,
        f"{post.account.uri}/followers",
        mentions=[mention.uri for mention in post.mentions],
        topic=entry or None,
        parent_topic=parent or None,
    )


def wire_post(post: PostView, origin: str) -> Post:
    """The part that posts, comments and proposals share."""
    to = addressed(post)
    here = origin.partition("://")[2]
    return Post(
        id=post.uri,
        attributed_to=post.account.uri,
        type="Question" if post.poll else "Note",
        summary=post.spoiler_text,
        content=post.content_html,
        language=post.language,
        source=post.source,
        url=post.url,
        published=post.published_at,
        updated=post.edited_at,
        to=to.to,
        cc=to.cc,
        audience=to.audience,
        in_reply_to=post.in_reply_to_uri or None,
        context=post.context_uri or f"{origin}/contexts/{post.thread_id}",
        replies=f"{post.uri}/replies",
        likes=f"{post.uri}/likes",
        shares=f"{post.uri}/shares",
        sensitive=post.sensitive,
        mentions=tuple(Mention(mention.uri, f"@{mention.name}@{mention.domain or here}") for mention in post.mentions),
        hashtags=tuple(Hashtag(tag.shown, tag_url(origin, tag.name)) for tag in post.tags),
        attachments=tuple(
            Attachment(
                url=absolute(origin, picture.url),
                media_type=picture.media_type,
                name=picture.description,
                blurhash=picture.blurhash,
                width=picture.width or 0,
                height=picture.height or 0,
                focal_point=picture.focus,
            )
            for picture in post.media
        ),
        poll=wire_poll(post) if post.poll else None,
        interaction=OPEN if post.visibility in ("public", "unlisted") else None,
        civic_stance=post.stance,
        **contributed(post),
    )


def contributed(post: PostView) -> dict[str, Any]:
    """What a comment is to its proposal: its kind, and as a contribution its facts, each under its own name."""
    if post.kind != "comment":
        return {}
    if post.check is not None:
        hidden = post.poll is not None and post.poll.hide_totals
        told: Json = {"civic:method": post.check.method, "civic:result": post.check.state}
        if hidden:
            told["civic:hidden"] = True
        return {"civic_kind": "check", "civic_version": post.check.version, "civic_facts": told}
    if post.contribution is None:
        return {"civic_kind": "comment", "civic_version": post.version}
    facts = dict(post.contribution.facts)
    sections = facts.pop("sections", {})
    return {
        "civic_kind": post.contribution.kind,
        "civic_code": facts.pop("code", ""),
        "civic_version": facts.pop("version", post.version),
        "civic_sections": tuple(Section(key, source, "") for key, source in sections.items()),
        "civic_facts": {f"civic:{name}": value for name, value in facts.items()},
    }


def wire_poll(post: PostView) -> Poll | None:
    """The poll of a post, with its counts so far."""
    poll = post.poll
    if poll is None:
        return None
    return Poll(
        options=tuple(Option(title, votes or 0) for title, votes in poll.options),
        multiple=poll.multiple,
        end_time=poll.expires_at,
        closed=poll.expires_at if poll.expired else None,
        voters_count=poll.voters_count,
    )


def as_proposal(post: PostView, proposal: ProposalView, history: HistoryView, origin: str, form: Form) -> Json:
    """A proposal: its sections are the truth, `content` only their rendering. It is updated whenever its words change
    or something becomes of it."""
    summary = escape(abstract([(KEYS[part.key], part.html) for part in proposal.sections]), quote=False)
    changes = [moment for moment in (post.edited_at, proposal.told_at) if moment and moment > post.published_at]
    return Proposal(
        post=replace(
            wire_post(post, origin),
            type="Article",
            name=post.title,
            summary=f"<p>{summary}</p>" if summary else "",
            updated=max(changes, default=None),
            civic_kind="proposal",
            civic_version=post.version,
            civic_sections=tuple(Section(part.key, part.source, part.html) for part in proposal.sections),
            civic_facts={f"civic:{name}": value for name, value in proposal.facts.items()},
        ),
        state=proposal.state,
        outcome=proposal.outcome,
        answer_code=proposal.answer_code,
        role=proposal.role,
        place=proposal.place,
        policies=tuple(policy.uri for policy in history.policies),
        co_authors=tuple(each.account.uri for each in history.co_authors if each.account),
        same_barrier=history.same_barrier,
        history=f"{post.uri}/history",
        answers=tuple(step.post_uri for step in history.steps if step.kind == "answered" and step.post_uri),
        steps=tuple(wire_step(step) for step in history.steps),
        asks=tuple(wire_ask(ask, ask.sent_at) for ask in history.asks if ask.sent_at is not None),
        kind=proposal.kind,
        warning=post.spoiler_text,
    ).to_json(form)


def wire_step(step: StepView) -> Step:
    return Step(
        id=step.uri,
        kind=step.kind,
        published=step.at,
        state=step.state,
        actor=step.account_uri or None,
        name=step.name,
        post=step.post_uri or None,
        version=step.version or 0,
        content=step.note_html,
    )


def wire_ask(ask: AskView, sent: datetime) -> Ask:
    return Ask(
        name=ask.owner_name,
        actor=ask.owner_uri or None,
        verb=ask.verb,
        content=ask.content_html,
        by=ask.by_date,
        sent=sent,
        acknowledged=ask.acknowledged_at,
        answered=ask.answered_at,
        days=(ask.limits.acknowledge, ask.limits.answer, ask.limits.long),
    )
