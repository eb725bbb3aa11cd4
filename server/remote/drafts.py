"""A post as another server wrote it, as the draft that a form or an app would have made of it. Pure: no I/O."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape, unescape
from typing import Any, Final

from federation.names import same_origin
from federation.objects.poll import Poll
from federation.objects.post import Post
from federation.objects.proposal import Proposal
from federation.values import is_public
from server.rules import limits
from server.rules.answers import CODES, VERB_WORDS
from server.rules.comments import STANCES, stance_of
from server.rules.contributions import kind_of, meant_by
from server.rules.drafts import Elsewhere, KnownMention, PollDraft, PostDraft, ProposalDraft, RemoteMedia
from server.rules.interaction import ReplyPolicy
from server.rules.lifecycle import OUTCOMES
from server.rules.proposals import HASHTAG, SECTION_KEYS, STATES, parse_from_app
from server.rules.sanitise import clean_html, plain_text
from server.rules.told import Told, ToldAsk, ToldStep
from server.rules.visibility import Visibility

UNTOLD: Final = ("draft", "held")  # states that no other instance has a use for
_LINE_END: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BLOCK_END: Final = re.compile(r"</(?:p|li|ul|ol|h[1-6]|blockquote|pre|div)>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]*>")
_ARTICLES: Final = frozenset({"Article", "Page", "Event", "Video", "Audio", "Image"})


@dataclass(frozen=True, slots=True)
class Setting:
    """What only the database could tell about a post that arrived. `now` in milliseconds."""

    visibility: Visibility
    now: int
    parent_id: int | None = None
    topic_id: int | None = None
    policy_ids: tuple[int, ...] | None = None
    mentions: tuple[KnownMention, ...] = ()
    fetched: bool = False


def post_draft(post: Post, setting: Setting) -> PostDraft:
    """A post or a comment. HTML is handed on as it came: the action cleans it."""
    as_html = post.media_type != "text/markdown"
    titled = post.type in _ARTICLES or (post.type == "Question" and bool(post.name) and not post.civic_kind)
    content = _readable(post, as_html=as_html) if titled else post.content
    summary = plain_text(post.summary)
    return PostDraft(
        source=post.source if as_html and post.source_type == "text/markdown" else ("" if as_html else content),
        content_html=content if as_html else None,
        title=plain_text(post.name) if titled else "",
        visibility=setting.visibility,
        in_reply_to_id=setting.parent_id,
        in_reply_to_uri=post.in_reply_to or "" if setting.parent_id is None else "",
        spoiler_text="" if titled else summary,
        sensitive=post.sensitive,
        language=post.language[:35],
        mentions=setting.mentions,
        hashtags=_hashtags(post),
        stance=stance_in(post),
        poll=_poll(post.poll, hidden=post.civic_facts.get("civic:hidden") is True),
        elsewhere=elsewhere_of(post, setting.now),
        remote_media=_media(post),
        topic_id=setting.topic_id,
        fetched=setting.fetched,
        **contribution_in(post),
    )


def _readable(post: Post, *, as_html: bool) -> str:
    """What a page, video, event or the like says, with what else a reader needs: when and where it is, what it is
    about, and the page where all of it stands."""
    said = post.content or (post.summary if as_html else "")
    when = f"{post.starts:%Y-%m-%d %H:%M} UTC" if post.starts else ""
    facts = ", ".join(part for part in (when, post.place) if part)
    links = [link for link in dict.fromkeys((*post.links, post.url or post.id)) if link not in said]
    if not as_html:
        return "\n\n".join(part for part in (facts, said, *links) if part)
    shown = [f'<p><a href="{escape(link)}">{escape(link)}</a></p>' for link in links]
    return (f"<p>{escape(facts)}</p>" if facts else "") + said + "".join(shown)


def contribution_in(post: Post) -> dict[str, Any]:
    """What kind of contribution a comment says it is, and the facts it states, by their own names; from an app without
    civic words, what its text means to be."""
    if post.civic_kind == "check":
        said = {name: post.civic_facts.get(f"civic:{name}") for name in ("method", "result")}
        return {"record": "check", "facts": {**said, "version": post.civic_version}}
    if kind_of(post.civic_kind) is None:
        if not post.in_reply_to:
            return {}
        typed = post.source if post.source and post.source_type == "text/markdown" else source_of(post.content)
        kind, meant = meant_by(typed, [tag.name for tag in post.hashtags])
        return {"record": kind, "facts": meant} if kind else {}
    facts = {key.removeprefix("civic:"): value for key, value in post.civic_facts.items()}
    facts |= {"code": post.civic_code, "version": post.civic_version}
    facts["sections"] = {section.key: section.source for section in post.civic_sections}
    return {"record": post.civic_kind, "facts": facts}


def proposal_draft(proposal: Proposal, setting: Setting) -> ProposalDraft:
    """A proposal of another civic instance: its sections are the truth, `content` only their rendering."""
    post = proposal.post
    sections = [section for section in post.civic_sections if section.key in SECTION_KEYS]
    if not sections and post.content:
        parsed = parse_from_app(source_of(post.content))
        kept = tuple((section.key, section.source) for section in parsed.sections)
        return _proposal(proposal, kept, (), setting)
    return _proposal(
        proposal,
        tuple((section.key, section.source or source_of(section.content)) for section in sections),
        tuple((section.key, section.content) for section in sections if section.content),
        setting,
    )


def proposal_from_text(post: Post, setting: Setting) -> ProposalDraft:
    """A proposal that somebody wrote in any app of the fediverse, read as our own apps' texts are."""
    parsed = parse_from_app(
        post.source if post.source_type == "text/markdown" and post.source else source_of(post.content)
    )
    title = plain_text(post.name) if post.type in _ARTICLES and post.name else parsed.title
    sections = tuple((section.key, section.source) for section in parsed.sections)
    return _proposal(Proposal(post=replace(post, name=title), state="raised"), sections, (), setting)


def told_by(proposal: Proposal, now: int) -> Told:
    """What the home of a proposal says has become of it; nothing of it in the future."""
    steps = tuple(
        ToldStep(
            uri=step.id,
            kind=step.kind,
            at=_past(step.published, now),
            state=step.state if step.state in STATES else "",
            by_uri=step.actor or "",
            by_name=step.name,
            post_uri=step.post or "",
            version=step.version or None,
            content_html=step.content,
        )
        for step in proposal.steps
        if same_origin(step.id, proposal.post.id)
    )
    asks = tuple(
        ToldAsk(
            owner_name=ask.name,
            verb=ask.verb if ask.verb in VERB_WORDS else "",
            sent_at=_past(ask.sent, now),
            owner_uri=ask.actor or "",
            content_html=ask.content,
            by_date=ask.by.isoformat() if ask.by else "",
            acknowledged_at=_past(ask.acknowledged, now) if ask.acknowledged else None,
            answered_at=_past(ask.answered, now) if ask.answered else None,
            acknowledge_days=ask.days[0],
            answer_days=ask.days[1],
            long_days=ask.days[2],
        )
        for ask in proposal.asks
    )
    return Told(
        state=next((state for state in STATES if state == proposal.state and state not in UNTOLD), "raised"),
        outcome=proposal.outcome if proposal.outcome in OUTCOMES else "",
        answer_code=proposal.answer_code if proposal.answer_code in CODES else "",
        steps=steps,
        asks=asks,
        same_barrier=proposal.same_barrier,
    )


def replies_from(post: Post) -> ReplyPolicy:
    """Who may answer a post, at once or after its author looked: everybody, if it does not say."""
    stated = post.interaction
    if stated is None or stated.can_reply is None:
        return ""
    who = (*stated.can_reply, *stated.reply_asking)
    if any(is_public(uri) for uri in who):
        return ""
    own = [uri for uri in who if same_origin(uri, post.attributed_to)]
    followers, following = (any(uri.endswith(f"/{name}") for uri in own) for name in ("followers", "following"))
    return (
        "either" if followers and following else "followers" if followers else "following" if following else "mentioned"
    )


def raises_proposal(post: Post, topic_id: int | None) -> bool:
    """Whether a post without civic structure is a proposal all the same: a public root post for a topic, with the
    hashtag #proposal in any case."""
    tagged = HASHTAG in {tag.name.casefold() for tag in post.hashtags}
    return topic_id is not None and tagged and post.in_reply_to is None and not post.civic_kind and not post.poll


def elsewhere_of(post: Post, now: int) -> Elsewhere:
    """Where and when a post was published at its home; never in the future, which would pin it to the top."""
    url = post.url if post.url and same_origin(post.url, post.id) else post.id
    published = min(_ms(post.published) or now, now)
    return Elsewhere(
        post.id,
        url,
        max(published, 0),
        _ms(post.updated),
        context=post.context or "",
        replies_from=replies_from(post),
        quotes=post.quote or "",
        stamp=post.quote_stamp or "",
    )


def stance_in(post: Post) -> str:
    """The stance a comment states, by its civic key or its first hashtag; empty when it says nothing."""
    if post.civic_stance in STANCES:
        return post.civic_stance
    tagged = stance_of(" ".join(f"#{tag.name}" for tag in post.hashtags))
    return "" if tagged == "neutral" else tagged


def source_of(markup: str) -> str:
    """The text somebody typed, as far as its HTML tells: paragraphs and line breaks are kept, links are their text."""
    broken = _BLOCK_END.sub("\n\n", _LINE_END.sub("\n", clean_html(markup)))
    lines = [line.strip() for line in unescape(_TAG.sub("", broken)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _proposal(
    proposal: Proposal,
    sections: tuple[tuple[str, str], ...],
    section_html: tuple[tuple[str, str], ...],
    setting: Setting,
) -> ProposalDraft:
    post = proposal.post
    return ProposalDraft(
        title=proposal.title[: limits.TITLE],
        sections=sections,
        topic_id=setting.topic_id,
        source=post.source if post.source_type == "text/markdown" else "",
        language=post.language[:35],
        visibility=setting.visibility,
        mentions=setting.mentions,
        hashtags=_hashtags(post),
        spoiler_text=plain_text(proposal.warning),
        sensitive=post.sensitive,
        kind="practice" if proposal.kind == "practice" else "barrier",
        role=proposal.role,
        place=proposal.place,
        facts={key.removeprefix("civic:"): value for key, value in post.civic_facts.items()},
        policy_ids=setting.policy_ids,
        told=told_by(proposal, setting.now),
        elsewhere=elsewhere_of(post, setting.now),
        section_html=section_html,
        remote_media=_media(post),
        fetched=setting.fetched,
    )


def _hashtags(post: Post) -> tuple[str, ...]:
    return tuple(tag.name for tag in post.hashtags if len(tag.name) <= limits.HASHTAG)[: limits.HASHTAGS]


def _media(post: Post) -> tuple[RemoteMedia, ...]:
    return tuple(
        RemoteMedia(
            url=item.url,
            media_type=item.media_type[:64],
            description=item.name,
            width=item.width or None,
            height=item.height or None,
            blurhash=item.blurhash if len(item.blurhash) <= 64 else "",
            focus=item.focal_point,
        )
        for item in post.attachments
    )


def _poll(poll: Poll | None, *, hidden: bool) -> PollDraft | None:
    if poll is None:
        return None
    return PollDraft(
        options=tuple(option.name for option in poll.options),
        multiple=poll.multiple,
        expires_at=_ms(poll.end_time),
        hide_totals=hidden,
        votes=tuple(option.votes for option in poll.options),
        voters=poll.voters_count or 0,
        closed=poll.closed is not None,
    )


def _past(moment: datetime, now: int) -> int:
    return max(min(int(moment.timestamp() * 1000), now), 0)


def _ms(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment is not None else None
