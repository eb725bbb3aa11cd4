"""Proposals: raise one, and edit it with versions."""

from typing import Any

from server.actions import voices, writing
from server.actions.coauthors import keep_co_authors
from server.actions.contributions import CHANGEABLE
from server.actions.counting import count
from server.actions.drafts import end_draft
from server.actions.holding import publish_or_hold, reason_to_hold
from server.actions.policies import cite, name_policy
from server.actions.posts import WORDS, keep_version
from server.actions.steps import enter_step, take_over
from server.rules import facts, limits
from server.rules.drafts import ProposalDraft
from server.rules.errors import Conflict, Invalid, NotFound, too_long
from server.rules.events.posts import PostEdited
from server.rules.events.proposals import ProposalMoved
from server.rules.ids import now_ms
from server.rules.permissions import Principal, check_change, check_write
from server.rules.proposals import SECTION_KEYS, Section, SectionKey, compose_html, compose_source
from server.rules.sanitise import clean_html, clean_name
from server.rules.text import find_hashtags
from server.storage.counts import move, touch
from server.storage.models.contributions import CoAuthor
from server.storage.models.posts import Post, PostTag
from server.storage.models.proposals import Proposal
from server.storage.models.topics import Topic
from server.storage.unit import unit

PROPOSAL_TAG = "Proposal"
FACTS = ("kind", "role", "place", "facts", "topic_id")
KEYS: dict[str, SectionKey] = {key: key for key in SECTION_KEYS}


async def publish_proposal(by: Principal, draft: ProposalDraft) -> int:
    """Raise a proposal and return its id; the same draft again returns the same id. A section may be missing: the page
    then says so. A form that asks for all four answers checks that itself (`rules.proposals.check_proposal_form`).

    Raises:
        Invalid: it has no title, a text is too long, or the topic is not one of ours.
    """
    check_write(by)
    if (before := await writing.already_here(by, draft)) is not None:
        return before
    check_draft(by, draft)
    topic = await Topic.get_or_none(account_id=draft.topic_id) if draft.topic_id else None
    if draft.topic_id and topic is None:
        raise Invalid("topic", "Choose one of the topics of this organisation.")
    sections = shown_sections(by, draft)
    speaker = await voices.speaker(by, draft, None)
    post = writing.new_row(
        speaker,
        draft,
        "proposal",
        None,
        topic_id=topic.account_id if topic else None,
        title=clean_name(draft.title, limits.TITLE),
        source=draft.source or typed(by, draft),
        content_html=compose_html([(KEYS[section["key"]], section["html"]) for section in sections]),
        held_reason=await reason_to_hold(by, draft),
    )
    at = post.published_at

    async def insert() -> None:
        async with unit() as u:
            await writing.insert_row(speaker, post)
            await voices.keep_author(by, post, draft)
            proposal = await Proposal.create(
                post_id=post.id,
                topic_id=post.topic_id,
                kind=draft.kind or "barrier",
                state="held" if post.held_reason else "raised",
                state_before="raised",
                state_at=at,
                role=clean_name(draft.role or "", limits.ROLE),
                place=clean_name(draft.place or "", limits.ROLE),
                facts=facts_of(by, draft),
                sections=sections,
                active_at=at,
            )
            if draft.elsewhere is not None and draft.told.steps:
                await take_over(by, post, proposal, draft.told, draft.elsewhere.updated or at)
            elif not post.held_reason:
                await enter_step(speaker, post, "raised", at, state="raised", version=1)
            await name_rules(speaker, post, draft)
            await writing.attach_mentions(speaker, post, draft.mentions, None)
            await writing.attach_tags(by, post, tags_of(by, draft, topic))
            await writing.attach_media(speaker, post, draft.media_ids, draft.remote_media)
            await writing.note_speaker(speaker, post)
            if not post.held_reason:
                await count(speaker, post, 1)
            await keep_co_authors(by, post, draft)
            if draft.draft_id is not None:
                await end_draft(by, draft.draft_id, post.id)
            await publish_or_hold(speaker, post, u, fetched=draft.fetched)

    return await writing.insert_once(by, draft, insert) or post.id


def check_draft(by: Principal, draft: ProposalDraft) -> None:
    """What every proposal needs, wherever it comes from.

    Raises:
        Invalid: names the answer at fault.
    """
    check_write(by)
    if not draft.title.strip():
        raise Invalid("title", "Say in one line what gets in the way.")
    for key, source in draft.sections:
        if key not in KEYS:
            raise Invalid(key, "This is not a part of a proposal.")
        if draft.elsewhere is None and len(source) > limits.SECTION:
            raise too_long(key, len(source), limits.SECTION)


def typed(by: Principal, draft: ProposalDraft) -> str:
    """The proposal in one piece, as an app would have sent it."""
    check_write(by)
    return compose_source(draft.title, [Section(KEYS[key], source) for key, source in draft.sections])


def shown_sections(by: Principal, draft: ProposalDraft) -> list[dict[str, str]]:
    """Each section as typed and as sanitised HTML. HTML from elsewhere is taken as it came, cleaned; Markdown that came
    without is rendered here."""
    check_write(by)
    given = dict(draft.section_html)
    return [
        {
            "key": key,
            "source": source,
            "html": clean_html(given[key]) if key in given else writing.markdown(source, draft.mentions),
        }
        for key, source in draft.sections
        if source.strip() or given.get(key, "").strip()
    ]


def tags_of(by: Principal, draft: ProposalDraft, topic: Topic | None) -> list[str]:
    """The topic's hashtag, the author's own, and #Proposal, which every proposal carries."""
    check_write(by)
    own = draft.hashtags or [tag for _, source in draft.sections for tag in find_hashtags(source)]
    return [*([topic.hashtag] if topic else []), *own, PROPOSAL_TAG]


async def edit_proposal(by: Principal, post_id: int, draft: ProposalDraft) -> int:
    """Replace a proposal's words; what it said before stays as a version, and the timeline says who changed it.
    Returns the proposal's version. An edit from elsewhere that is not newer changes nothing."""
    check_write(by)
    check_draft(by, draft)
    at = draft.elsewhere.updated or now_ms() if draft.elsewhere else now_ms()
    sections = shown_sections(by, draft)
    title = clean_name(draft.title, limits.TITLE)
    async with unit() as u:
        post = (
            await Post.filter(id=post_id, deleted_at=None, kind="proposal").select_for_update(no_key=True).get_or_none()
        )
        if post is None:
            raise NotFound
        by = await voices.author(by, post)
        await check_rewording(by, post)
        proposal = await Proposal.get(post_id=post_id)
        if draft.elsewhere is not None:
            for step_id in await take_over(by, post, proposal, draft.told, at):
                u.emit(ProposalMoved(post.id, step_id, "", 0))
            if at <= (post.edited_at or post.published_at):
                return post.version
        if draft.base_version is not None and draft.base_version != post.version:
            raise Conflict("The wording was changed meanwhile. Read both before you publish yours.")
        if draft.draft_id is not None:
            await end_draft(by, draft.draft_id, post.id)
        await keep_co_authors(by, post, draft)
        spoiler = clean_name(draft.spoiler_text, limits.SPOILER)
        words = (sections, title, spoiler, draft.sensitive or bool(spoiler))
        same_words = words == (proposal.sections, post.title, post.spoiler_text, post.sensitive)
        facts_before = _facts(proposal)
        state_facts(by, proposal, draft)
        await choose_topic(by, post, proposal, draft)
        same_facts = facts_before == _facts(proposal)
        named = await name_rules(by, post, draft)
        if same_words and _no_new_version(draft, post.version):
            if named or not same_facts:
                await proposal.save(update_fields=FACTS)
                await touch("posts", post.id)
            return post.version
        if not named and same_words and same_facts:
            return post.version
        await keep_version(by, post, await writing.media_ids_of(by, post.id), proposal.sections)
        post.version += 1
        post.rev += 1
        post.title = title
        post.source = draft.source or typed(by, draft)
        post.content_html = compose_html([(KEYS[section["key"]], section["html"]) for section in sections])
        post.spoiler_text = spoiler
        post.sensitive = draft.sensitive or bool(spoiler)
        post.language = draft.language or post.language
        post.edited_at = at
        await post.save(update_fields=(*WORDS, "topic_id"))
        proposal.sections = sections
        proposal.active_at = max(proposal.active_at, at)
        await proposal.save(update_fields=("sections", "active_at", *FACTS))
        if draft.elsewhere is None or not draft.told.steps:
            await enter_step(by, post, "edited", at, version=post.version)
        topic = await Topic.get_or_none(account_id=post.topic_id) if post.topic_id else None
        await PostTag.filter(post_id=post.id).delete()
        await writing.attach_tags(by, post, tags_of(by, draft, topic))
        await writing.attach_mentions(by, post, draft.mentions, None)
        u.emit(PostEdited(post.id, post.version))
    return post.version


def _no_new_version(draft: ProposalDraft, version: int) -> bool:
    """Whether its home says that the wording is still this version: then only what stands beside it has changed."""
    told = [step.version for step in draft.told.steps if step.version]
    return draft.elsewhere is not None and bool(told) and max(told) <= version


async def name_rules(by: Principal, post: Post, draft: ProposalDraft) -> bool:
    """The rules that a proposal names, inside the transaction that writes it. Returns whether they changed."""
    check_write(by)
    if draft.policy_ids is None and not draft.policy_name.strip():
        return False
    ids = draft.policy_ids or ()
    if draft.policy_name.strip():
        ids = (*ids, await name_policy(by, draft.policy_name, draft.language))
    return await cite(by, post.id, ids)


def _facts(proposal: Proposal) -> tuple[Any, ...]:
    return tuple(getattr(proposal, name) or None for name in FACTS)


def facts_of(by: Principal, draft: ProposalDraft) -> dict[str, Any]:
    """The facts of a draft, checked; of one from elsewhere those that we know."""
    check_write(by)
    return facts.checked(facts.PROPOSAL, draft.facts or {}, strict=draft.elsewhere is None)


def state_facts(by: Principal, proposal: Proposal, draft: ProposalDraft) -> None:
    """What an edit says of kind, role, place and the like; what it leaves out stays."""
    check_write(by)
    proposal.kind = draft.kind or proposal.kind
    if draft.role is not None:
        proposal.role = clean_name(draft.role, limits.ROLE)
    if draft.place is not None:
        proposal.place = clean_name(draft.place, limits.ROLE)
    if draft.facts is not None:
        proposal.facts = facts_of(by, draft)


async def choose_topic(by: Principal, post: Post, proposal: Proposal, draft: ProposalDraft) -> None:
    """A proposal that was raised without a topic can be given one; which it has never changes."""
    check_write(by)
    if post.topic_id is not None or draft.topic_id is None or not post.local:
        return
    if not await Topic.exists(account_id=draft.topic_id):
        raise Invalid("topic", "Choose one of the topics of this organisation.")
    post.topic_id = proposal.topic_id = draft.topic_id
    if not post.held_reason and post.visibility in ("public", "unlisted"):
        await move("topics", draft.topic_id, proposals_count=1)


async def check_rewording(by: Principal, post: Post) -> None:
    """Its author may change the wording, and here whoever writes it with them, until it is sent.

    Raises:
        Refused: this is not their proposal.
        Conflict: it was sent, and what was sent stays as it was.
    """
    check_write(by)
    if not post.local:
        check_change(by, post.account_id)
        return
    if not await CoAuthor.exists(proposal_id=post.id, member_id=by.member_id, accepted_at__isnull=False):
        check_change(by, post.account_id)
    proposal = await Proposal.get(post_id=post.id).only("state")
    if proposal.state not in CHANGEABLE:
        raise Conflict("The wording is fixed once a proposal was sent. You can add something to it instead.")
