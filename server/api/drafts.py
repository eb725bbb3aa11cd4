"""From the parameters of an app to a draft: a post, a comment, or a proposal when the words make it one."""

from dataclasses import replace

from starlette.requests import Request

from server.api.params import id_of, language_of, visibility_of
from server.http.bearer import Caller
from server.http.body import Params
from server.queries import accounts, members, topics
from server.rules.drafts import KnownMention, PollDraft, PostDraft, ProposalDraft
from server.rules.errors import Invalid
from server.rules.ids import now_ms
from server.rules.proposals import is_proposal_text, parse_from_app
from server.rules.text import find_hashtags
from server.views.accounts import AccountView
from server.views.posts import PostView

Draft = PostDraft | ProposalDraft


async def draft_of(request: Request, me: Caller, params: Params) -> Draft:
    """What a new status would be.

    Raises:
        Invalid: a parameter that cannot be taken.
    """
    parent = id_of(params.text("in_reply_to_id")) if params.text("in_reply_to_id") else None
    default = PostDraft()
    chosen = params.text("visibility")
    if not chosen and parent is None:
        member = await members.by_id(me.by.member_id)
        chosen = member.settings.get("visibility", "") if member else ""
    draft = await _worded(
        request,
        me,
        source=params.text("status"),
        draft=PostDraft(
            source=params.text("status"),
            visibility=visibility_of(chosen, default.visibility),
            in_reply_to_id=parent,
            spoiler_text=params.text("spoiler_text"),
            sensitive=params.flag("sensitive") or bool(params.text("spoiler_text")),
            language=language_of(params.text("language")),
            media_ids=params.ids("media_ids"),
            poll=poll_of(params.part("poll")),
            idempotency_key=request.headers.get("idempotency-key", "")[:255],
            application_id=me.token.app.id,
        ),
    )
    if isinstance(draft, ProposalDraft) and poll_of(params.part("poll")) is not None:
        raise Invalid("poll", "A proposal cannot carry a poll. Add the poll as a comment below it.")
    return draft


async def edited_draft(request: Request, me: Caller, post: PostView, params: Params) -> Draft:
    """What a status becomes by an edit. A proposal stays a proposal, whatever its new words; one without a topic is
    given the one they name."""
    source = params.text("status", post.source)
    spoiler = params.text("spoiler_text", post.spoiler_text)
    media = params.ids("media_ids") if "media_ids" in params else tuple(one.id for one in post.media)
    draft = PostDraft(
        source=source,
        visibility=post.visibility,
        in_reply_to_id=post.in_reply_to_id,
        spoiler_text=spoiler,
        sensitive=params.flag("sensitive", post.sensitive) or bool(spoiler),
        language=language_of(params.text("language", post.language)),
        media_ids=media,
        stance=post.stance,
        application_id=me.token.app.id,
    )
    mentions: tuple[KnownMention, ...] = await request.app.state.remote.resolve_mentions(source)
    if post.proposal is None:
        return replace(draft, mentions=mentions)
    topic_id = post.topic.account_id if post.topic else await _topic(source, await _chapters(mentions))
    return _proposal(draft, mentions, topic_id)


def poll_of(params: Params) -> PollDraft | None:
    """The poll of a new status, if it has one."""
    options = params.texts("options")
    if not options:
        return None
    seconds = params.number("expires_in")
    return PollDraft(
        options=options,
        multiple=params.flag("multiple"),
        expires_at=now_ms() + seconds * 1000 if seconds is not None else None,
        hide_totals=params.flag("hide_totals"),
    )


async def _worded(request: Request, me: Caller, *, source: str, draft: PostDraft) -> Draft:
    mentions: tuple[KnownMention, ...] = await request.app.state.remote.resolve_mentions(source)
    root = draft.in_reply_to_id is None and draft.visibility in ("public", "unlisted")
    if not root:
        return replace(draft, mentions=mentions)
    chapters = await _chapters(mentions)
    named = [one.acct for one in mentions if any(each.id == one.account_id for each in chapters)]
    if not is_proposal_text(source, named, domain=request.app.state.settings.handle_domain):
        return replace(draft, mentions=mentions)
    return _proposal(draft, mentions, await _topic(source, chapters))


async def _chapters(mentions: tuple[KnownMention, ...]) -> list[AccountView]:
    """The topics that are mentioned, here and elsewhere, in order."""
    people = await accounts.by_ids([mention.account_id for mention in mentions]) if mentions else {}
    return [people[one.account_id] for one in mentions if _is_topic(people.get(one.account_id))]


async def _topic(source: str, chapters: list[AccountView]) -> int | None:
    """The topic of ours that a text is for: the first it mentions, else the first whose hashtag it has."""
    here = next((chapter.id for chapter in chapters if chapter.local), None)
    if here is not None:
        return here
    for hashtag in find_hashtags(source):
        topic = await topics.by_hashtag(hashtag)
        if topic is not None:
            return topic.account.id
    return None


def _is_topic(account: AccountView | None) -> bool:
    return account is not None and account.kind == "topic"


def _proposal(draft: PostDraft, mentions: tuple[KnownMention, ...], topic_id: int | None) -> ProposalDraft:
    """The same words as a proposal; `source` stays exactly what was typed."""
    parsed = parse_from_app(draft.source)
    return ProposalDraft(
        title=parsed.title,
        sections=tuple((section.key, section.source) for section in parsed.sections),
        topic_id=topic_id,
        source=draft.source,
        language=draft.language,
        visibility=draft.visibility,
        mentions=mentions,
        hashtags=parsed.hashtags,
        media_ids=draft.media_ids,
        spoiler_text=draft.spoiler_text,
        sensitive=draft.sensitive,
        idempotency_key=draft.idempotency_key,
        application_id=draft.application_id,
    )
