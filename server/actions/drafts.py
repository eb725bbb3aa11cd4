"""Drafts of proposals: only who writes one sees it, and whoever was asked to write along."""

from typing import Any

from server.rules import limits
from server.rules.errors import Conflict, NotFound
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member, check_write
from server.rules.proposals import SECTION_KEYS
from server.storage.models.contributions import CoAuthor
from server.storage.models.proposals import ProposalDraft
from server.storage.unit import unit

FACTS = ("policies", "policy_name", "kind", "role", "place", "version")


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
) -> int:
    """Keep what was written so far; None leaves a value as it is. Returns the draft's id. Nothing is checked but that
    it fits: a draft may be wrong.

    Args:
        rev: the revision that the writer had before their eyes, where they had one.

    Raises:
        NotFound: there is no such draft for `by`.
        Conflict: somebody else saved meanwhile; nothing is kept, so that nothing of theirs is lost.
    """
    check_member(by)
    async with unit():
        if draft_id is None:
            row = ProposalDraft(id=new_id(), member_id=by.member_id, answers={}, created_at=now_ms(), post_id=post_id)
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
