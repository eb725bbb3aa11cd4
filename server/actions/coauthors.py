"""Writing a proposal together: an invitation by link, taken up by whoever opens it, as long as it is wanted."""

import hashlib
import secrets

from server.rules.drafts import ProposalDraft
from server.rules.errors import Conflict, NotFound, Refused
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member, check_write
from server.storage.counts import touch
from server.storage.models.contributions import CoAuthor
from server.storage.models.posts import Post
from server.storage.models.proposals import ProposalDraft as DraftRow
from server.storage.sql import execute
from server.storage.unit import unit

MOST = 8  # who write one proposal together


async def invite_co_author(by: Principal, *, draft_id: int | None = None, proposal_id: int | None = None) -> str:
    """Ask somebody to write along, at a draft or at a raised proposal of `by`. Returns the token of the link, which is
    shown once and works once.

    Raises:
        NotFound: it is not theirs.
        Conflict: enough people were asked.
    """
    check_member(by)
    if draft_id is not None:
        owned = await DraftRow.exists(id=draft_id, member_id=by.member_id)
    else:
        owned = await Post.exists(
            id=proposal_id, account_id=by.account_id, kind="proposal", local=True, deleted_at=None
        )
    if not owned:
        raise NotFound
    async with unit():
        if await CoAuthor.filter(draft_id=draft_id, proposal_id=proposal_id).count() >= MOST:
            raise Conflict("Up to %(limit)s people can write along. End another invitation first.", limit=MOST)
        token = secrets.token_urlsafe(24)
        await CoAuthor.create(
            id=new_id(),
            draft_id=draft_id,
            proposal_id=proposal_id,
            token_hash=hash_of(token),
            invited_by=by.account_id,
            created_at=now_ms(),
        )
    return token


async def accept_co_author(by: Principal, token: str) -> CoAuthor:
    """Take an invitation up; it is then used up. Returns what it is for.

    Raises:
        NotFound: the link was used, ended, or never there.
        Refused: it is one's own.
    """
    check_member(by)
    async with unit():
        row = await CoAuthor.filter(token_hash=hash_of(token)).select_for_update().get_or_none()
        if row is None:
            raise NotFound("This invitation was used or ended. Ask for a new one.")
        if row.invited_by == by.account_id:
            raise Refused("This invitation is for somebody else: you write this proposal already.")
        again = await CoAuthor.get_or_none(draft_id=row.draft_id, proposal_id=row.proposal_id, member_id=by.member_id)
        if again is not None:
            return again
        row.member_id, row.account_id, row.accepted_at, row.token_hash = by.member_id, by.account_id, now_ms(), None
        await row.save(update_fields=("member_id", "account_id", "accepted_at", "token_hash"))
        if row.proposal_id is not None:
            await touch("posts", row.proposal_id)
    return row


async def end_co_author(by: Principal, co_author_id: int) -> None:
    """End an invitation, or somebody's part in it: whoever asked them may, and they themselves."""
    check_member(by)
    row = await CoAuthor.get_or_none(id=co_author_id)
    if row is None or by.account_id not in (row.invited_by, row.account_id):
        raise NotFound
    async with unit():
        await row.delete()
        if row.proposal_id is not None:
            await touch("posts", row.proposal_id)


async def keep_co_authors(by: Principal, post: Post, draft: ProposalDraft) -> None:
    """Who wrote a proposal of another instance together, as its home says, inside the transaction that takes it in."""
    check_write(by)
    if draft.elsewhere is None or draft.co_author_ids is None:
        return
    wanted = set(draft.co_author_ids) - {by.account_id}
    known = {row.account_id for row in await CoAuthor.filter(proposal_id=post.id)}
    if wanted == known:
        return
    await execute("DELETE FROM coauthors WHERE proposal_id = ?", [post.id])
    await CoAuthor.bulk_create(
        [
            CoAuthor(
                id=new_id(), proposal_id=post.id, account_id=account_id, invited_by=by.account_id,
                created_at=now_ms(), accepted_at=now_ms(),
            )
            for account_id in sorted(wanted)
        ]
    )  # fmt: skip
    await touch("posts", post.id)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
