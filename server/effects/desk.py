"""The desk answers whoever writes to it, and tells whoever raised a proposal in an app how it was understood.

One answer to a message: it is written in the same transaction as what the message changes, under a key made of it.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import structlog

from server.actions import desk as actions
from server.actions.drafts import key_of, text_of
from server.effects.context import Context
from server.queries import accounts, desk, instance, members, posts, proposals, topics
from server.queries.desk import Written
from server.queries.said import Said
from server.rules.desk import Message, Wording, begun, continued, read, topic_of, wanting
from server.rules.drafts import KnownMention
from server.rules.errors import CivicError
from server.rules.events.posts import PostPublished
from server.rules.identifying import details_in
from server.rules.permissions import OPERATOR, Principal
from server.rules.proposals import DESK, REQUIRED_SECTIONS, SECTION_KEYS
from server.rules.text import find_mentions, plain_line
from server.storage.unit import unit
from server.templating import language_for, render
from server.views.accounts import MemberView
from server.views.posts import PostView
from server.views.proposals import DraftView
from server.views.topics import TopicView
from server.views.viewer import viewer_of

DAY: Final = 24 * 3600 * 1000
EXCERPT: Final = 300  # characters of each answer that is said back
CHOICES: Final = 12  # topics that are offered
PRIVATE: Final = ("direct", "private")

log = structlog.get_logger("desk")


async def post_published(context: Context, event: PostPublished) -> None:
    """Whoever needs an answer gets one; software never does, so that two of them cannot talk for ever."""
    said = await context.said(event.post_id)
    if event.fetched or said is None or said.is_boost or not (said.desk or said.kind == "proposal"):
        return
    written = await desk.written(said.id)
    desk_id = said.desk or await desk.desk_id()
    if written is None or desk_id is None or written.by_software:
        return
    try:
        if said.kind == "proposal":
            await _understood(context, said, written)
        elif not written.local:
            if not written.is_reply:
                example = [topic.account.acct for topic in await topics.all_topics()][:1]
                key = f"away:{written.account_id}:{context.clock() // DAY}"
                await _tell(context, written, "away", {"example": example}, key=key)
        elif said.visibility in PRIVATE and not await desk.has_said(desk_id, desk.letter_of(written.id)):
            await _converse(context, said, written, desk_id)
    except CivicError as refused:
        log.info("not_answered", post_id=said.id, reason=refused.detail or refused.text)


async def _understood(context: Context, said: Said, written: Written) -> None:
    """The author of a proposal that was written as a plain text hears how it was read: a member who used an app, or
    somebody elsewhere who wrote to a topic of ours and whose server knows no proposals."""
    if not (written.from_app if written.local else not written.civic and _names_us(said)):
        return
    post = await posts.by_id(said.id)
    if post is not None and post.proposal is not None:
        every = await topics.all_topics()
        values = _raised(context, post, every) | {
            "cut": begun(read(post.source)).cut,
            "how": "app" if written.local else "elsewhere",
        }
        await _tell(context, written, "raised", values, key=desk.letter_of(written.id), apart=True)


def _names_us(said: Said) -> bool:
    return said.desk is not None or said.topic_id in said.mentioned


async def _converse(context: Context, said: Said, written: Written, desk_id: int) -> None:
    member = await members.by_account_id(written.account_id)
    if member is None:
        return
    key = desk.letter_of(written.id)
    try:
        async with unit():
            template, values = await _heard(context, said, written, member, desk_id)
            await _tell(context, written, template, values, key=key)
    except CivicError as refused:
        await _tell(context, written, "refused", {"refused": refused.text}, key=key)


async def _heard(
    context: Context, said: Said, written: Written, member: MemberView, desk_id: int
) -> tuple[str, dict[str, Any]]:
    """Do what a message asks for. Returns what is to be said, and with which facts."""
    by, message = members.principal(member), read(written.source)
    thread = written.thread_id
    if message.command is not None and not message.text and not written.is_reply:
        # "publish" in a message of its own means what they wrote last
        thread = await desk.thread_before(desk_id, by.account_id, written.id) or thread
    conversation = await desk.conversation(desk_id, by.account_id, thread, written.id) or written.id
    draft = await proposals.draft(viewer_of(by), conversation)
    raised_id = await desk.raised(viewer_of(by), key_of(conversation), desk_id, thread)
    raised = await posts.to_author(raised_id) if raised_id else None
    if message.command == "help":
        return "help", {}
    every = await topics.all_topics()
    if raised is not None:
        return await _heard_of_raised(context, by, said, message, raised, every)
    asked = wanting(_so_far(draft), topics=bool(every)) if draft else None
    topic_id, message = topic_of(message, _names(every), asked)
    topic_id = next((each.account.id for each in every if each.account.id in said.mentioned), topic_id)
    if message.command == "discard":
        if draft is not None:
            await actions.drop_draft(by, draft)
        return "discarded", {"draft": draft}
    wording = None
    if message.text or message.title or (topic_id and draft):
        wording = continued(message, _so_far(draft), asked) if draft else begun(message)
        wording = replace(wording, topic_id=topic_id or wording.topic_id)
        await actions.keep_wording(by, conversation, wording, draft, written.language)
        draft = await proposals.draft(viewer_of(by), conversation)
    if draft is None:
        return ("nothing" if message.command else "help"), {}
    if message.command == "publish":
        post = await posts.to_author(await actions.publish_draft(by, draft, await _named_in(context, text_of(draft))))
        assert post is not None
        return "raised", _raised(context, post, every) | {"how": "now", "cut": bool(wording and wording.cut)}
    words = "\n\n".join([draft.title, *draft.answers.values()])
    return "heard", {
        **_wording(_so_far(draft), every),
        "cut": bool(wording and wording.cut),
        "pictured": written.pictured,
        "details": [words[each.start : each.end] for each in details_in(words)],
        "where": f"{context.origin}/proposals/drafts/{draft.id}",
    }


async def _heard_of_raised(
    context: Context, by: Principal, said: Said, message: Message, post: PostView, every: Sequence[TopicView]
) -> tuple[str, dict[str, Any]]:
    """What stands in public is changed by words with a label alone, never by a "thank you"."""
    assert post.proposal is not None
    before = Wording(
        post.title,
        {section.key: section.source for section in post.proposal.sections},
        post.topic.account_id if post.topic else None,
    )
    topic_id, message = topic_of(message, _names(every), None if before.topic_id else "topic")
    topic_id = next((each.account.id for each in every if each.account.id in said.mentioned), topic_id)
    after = continued(message, before, None)
    after = replace(after, topic_id=before.topic_id or topic_id)
    changed = message.command is None and replace(after, cut=False) != before
    if changed:
        words = "\n\n".join([after.title, *after.answers.values()])
        await actions.reword(by, post, after, await _named_in(context, words))
        post = await posts.to_author(post.id) or post
    return "raised", _raised(context, post, every) | {"how": "changed" if changed else "before", "cut": after.cut}


async def _named_in(context: Context, words: str) -> tuple[KnownMention, ...]:
    """Those whom the words of a proposal name and who are known here, but not the desk itself: nothing waits for the
    network while a message is taken in."""
    found = []
    for mention in find_mentions(words):
        name, _, domain = mention.partition("@")
        account = await accounts.by_acct(name, "" if domain == context.settings.domain else domain)
        if account is not None and not account.suspended and (account.domain or account.name != DESK):
            found.append(KnownMention(account.id, mention, account.uri, account.url))
    return tuple({each.account_id: each for each in found}.values())


def _raised(context: Context, post: PostView, every: Sequence[TopicView]) -> dict[str, Any]:
    assert post.proposal is not None
    wording = Wording(
        post.title,
        {section.key: section.source for section in post.proposal.sections},
        post.topic.account_id if post.topic else None,
    )
    return {
        **_wording(wording, every),
        "where": post.url if post.local else f"{context.origin}/proposals/{post.id}",
        "held": bool(post.held_reason),
    }


def _so_far(draft: DraftView | None) -> Wording:
    return Wording(draft.title, draft.answers, draft.topic_id) if draft else Wording("", {})


def _names(every: Sequence[TopicView]) -> Mapping[str, int]:
    """What a topic can be called."""
    return {
        name.casefold(): topic.account.id for topic in every for name in (topic.name, topic.slug, topic.hashtag) if name
    }


def _wording(wording: Wording, every: Sequence[TopicView]) -> dict[str, Any]:
    """What was understood, for the letter."""
    short = {key: _shortened(wording.answers.get(key, "")) for key in SECTION_KEYS}
    return {
        "title": wording.title,
        "answers": {key: text for key, text in short.items() if text or key in REQUIRED_SECTIONS},
        "missing": [key for key in REQUIRED_SECTIONS if not short[key]],
        "topic": next((topic.name for topic in every if topic.account.id == wording.topic_id), ""),
        "choices": [f"#{topic.hashtag}" for topic in every[:CHOICES]],
        "asked": wanting(wording, topics=bool(every)),
    }


def _shortened(source: str) -> str:
    text = " ".join(plain_line(source).split())
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rpartition(' ')[0] or text[:EXCERPT]} …"


async def _tell(
    context: Context,
    written: Written,
    said: str,
    values: Mapping[str, Any] | None = None,
    *,
    key: str,
    apart: bool = False,
) -> None:
    """The answer to a message, in its writer's language. `apart`: not in the thread of what was written, where others
    talk."""
    site = await instance.get()
    member = await members.by_account_id(written.account_id) if written.local else None
    language = language_for(member.locale if member else "", written.language, site.language)
    shown = {
        "said": said,
        "site": site,
        "origin": context.origin,
        "domain": context.settings.domain,
        "acct": "" if written.local else written.acct,
        **(values or {}),
    }
    text = html.unescape(render("messages/desk.md", language, shown)).strip()
    to = KnownMention(written.account_id, written.acct, written.uri, written.url)
    await actions.answer(OPERATOR, to, text, key=key, language=language, answers=None if apart else written.id)
