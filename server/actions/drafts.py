"""Drafts of proposals: only who writes one sees it, and whoever was asked to write along."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from server.rules import limits
from server.rules.drafts import KnownMention
from server.rules.drafts import ProposalDraft as NewProposal
from server.rules.errors import Conflict, NotFound
from server.rules.facts import PROPOSAL
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member, check_write
from server.rules.proposals import SECTION_KEYS, Section, check_proposal_form
from server.storage.models.contributions import CoAuthor
from server.storage.models.proposals import ProposalDraft
from server.storage.unit import unit
from server.views.posts import PostView
from server.views.proposals import DraftView

OWN = tuple(fact.name for fact in PROPOSAL)
FACTS = ("policies", "policy_name", "kind", "role", "place", "warning", "version", *OWN)


async def save_draft(
    by: Principal,
    draft_id: int | None,
    *,
    title: str | None = None,
    answers: dict[str, str] | None = None,
    topic_id: int | None = None,
    language: str | None = None,
    post_id: int | None = None,
    facts: dict[str, Any] | None = None,
    rev: int | None = None,
    take_id: int | None = None,
) -> int:
    """Keep what was written so far; None leaves a value as it is. Returns the draft's id. Nothing is checked but that
    it fits: a draft may be wrong.

    Args:
        rev: the revision that the writer had before their eyes, where they had one.
        take_id: the id of a new draft, where one is known already.

    Raises:
        NotFound: there is no such draft for `by`.
        Conflict: somebody else saved meanwhile; nothing is kept, so that nothing of theirs is lost.
    """
    check_member(by)
    async with unit():
        if draft_id is None:
            row = ProposalDraft(
                id=take_id or new_id(), member_id=by.member_id, answers={}, created_at=now_ms(), post_id=post_id
            )
            row.updated_at = 0
        else:
            row = await _mine(by, draft_id)
            if rev is not None and rev != row.updated_at:
                raise Conflict("Somebody else saved this draft meanwhile. Read both before you save yours.")
        if title is not None:
            row.title = title.replace("\x00", "")[: limits.TITLE * 4]
        if answers is not None:
            kept = {
                key: text.replace("\x00", "")[: limits.SECTION * 2]
                for key, text in answers.items()
                if key in SECTION_KEYS
            }
            row.answers = row.answers | kept
        if topic_id is not None:
            row.topic_id = topic_id or None
        if language is not None:
            row.language = language[:35]
        if facts is not None:
            row.facts = (row.facts or {}) | {name: value for name, value in facts.items() if name in FACTS}
        row.updated_at = max(now_ms(), row.updated_at + 1)
        await row.save(force_create=draft_id is None)
    return row.id


async def begin_version(by: Principal, post: PostView, policy_ids: Sequence[int]) -> int:
    """Begin a new version of a proposal: a draft that starts with what it says now. Returns the draft's id. Whether
    they may publish it is asked then."""
    check_member(by)
    if post.proposal is None:
        raise NotFound
    return await save_draft(
        by,
        None,
        title=post.title,
        answers={section.key: section.source for section in post.proposal.sections},
        topic_id=post.topic.account_id if post.topic else None,
        language=post.language,
        post_id=post.id,
        facts={
            "policies": list(policy_ids),
            "role": post.proposal.role,
            "place": post.proposal.place,
            "kind": post.proposal.kind,
            "warning": post.spoiler_text,
            **post.proposal.facts,
            "version": post.version,
        },
    )


def key_of(draft_id: int) -> str:
    """The Idempotency-Key of what a draft becomes: wherever it is raised, it is raised once."""
    return f"draft-{draft_id}"


def proposal_of(draft: DraftView, mentions: tuple[KnownMention, ...]) -> NewProposal:
    """What a draft becomes when it is raised, or published as a new version, from a form.

    Raises:
        Invalid: names what is still to be said.
    """
    ready = as_it_is(draft, mentions)
    check_proposal_form(draft.title, [Section(key, draft.answers[key]) for key in SECTION_KEYS if key in draft.answers])
    return ready


def as_it_is(draft: DraftView, mentions: tuple[KnownMention, ...] = ()) -> NewProposal:
    """What a draft becomes with what it lacks, as from an app."""
    facts = draft.facts
    sections = tuple((key, draft.answers[key]) for key in SECTION_KEYS if draft.answers.get(key, "").strip())
    ready = NewProposal(
        title=draft.title,
        sections=sections,
        topic_id=draft.topic_id,
        language=draft.language,
        mentions=mentions,
        idempotency_key=key_of(draft.id),
        draft_id=draft.id,
        policy_ids=tuple(facts.get("policies") or ()),
        policy_name=facts.get("policy_name", ""),
        base_version=facts.get("version"),
        spoiler_text=facts.get("warning", ""),
    )
    if "kind" in facts:
        kind: Literal["barrier", "practice"] = "practice" if facts["kind"] == "practice" else "barrier"
        ready = replace(ready, kind=kind, role=facts.get("role", ""), place=facts.get("place", ""))
    if not facts.keys().isdisjoint(OWN):
        ready = replace(ready, facts={name: facts.get(name) for name in OWN})
    return ready


def text_of(draft: DraftView) -> str:
    """All that a draft says: for mentions, and for the check of identifying details."""
    return "\n\n".join([draft.title, *(draft.answers.get(key, "") for key in SECTION_KEYS)])


async def discard_draft(by: Principal, draft_id: int) -> None:
    """Throw a draft away; whoever was asked to write along may not."""
    check_member(by)
    async with unit():
        if await ProposalDraft.filter(id=draft_id, member_id=by.member_id).delete():
            await CoAuthor.filter(draft_id=draft_id).delete()


async def end_draft(by: Principal, draft_id: int, proposal_id: int) -> None:
    """The draft became a proposal, or its next version, inside that transaction: those who wrote along still do."""
    check_write(by)
    if await ProposalDraft.filter(id=draft_id, member_id=by.member_id).delete():
        await CoAuthor.filter(draft_id=draft_id).update(proposal_id=proposal_id, draft_id=None)


async def _mine(by: Principal, draft_id: int) -> ProposalDraft:
    row = await ProposalDraft.filter(id=draft_id).select_for_update().get_or_none()
    if row is None or (
        row.member_id != by.member_id
        and not await CoAuthor.exists(draft_id=draft_id, member_id=by.member_id, accepted_at__isnull=False)
    ):
        raise NotFound("This draft is no longer here. It may have been raised already.")
    return row
