"""Who writes a proposal together."""

from typing import Any

from server.queries import accounts
from server.queries.moments import maybe_moment, moment
from server.storage.sql import row as first_row
from server.storage.sql import rows
from server.views.proposals import CoAuthorView, InvitationView


async def _select(condition: str, values: list[Any]) -> list[CoAuthorView]:
    found = await rows(
        f"SELECT w.id, w.accepted_at, w.created_at, {accounts.columns()} FROM coauthors w"
        f" LEFT JOIN accounts a ON a.id = w.account_id WHERE {condition} ORDER BY w.created_at, w.id",
        values,
    )
    there = [row for row in found if row["a_id"] is not None]
    people = {row["id"]: account for row, account in zip(there, await accounts.views(there), strict=True)}
    return [
        CoAuthorView(row["id"], people.get(row["id"]), moment(row["created_at"]), maybe_moment(row["accepted_at"]))
        for row in found
    ]


async def of_draft(draft_id: int) -> list[CoAuthorView]:
    """Who writes along at a draft, and who was asked."""
    return await _select("w.draft_id = ?", [draft_id])


async def of_proposal(proposal_id: int, *, asked_too: bool = False) -> list[CoAuthorView]:
    """Who wrote a proposal with its author, where the author speaks openly; `asked_too` also those who were only
    asked."""
    only = "" if asked_too else " AND w.accepted_at IS NOT NULL"
    return await _select(
        "w.proposal_id = ? AND EXISTS (SELECT 1 FROM posts p WHERE p.id = w.proposal_id AND p.mode = 'open')" + only,
        [proposal_id],
    )


async def invitation(token_hash: str) -> InvitationView | None:
    """What an invitation is for."""
    found = await first_row(
        f"SELECT COALESCE(p.title, d.title) AS title, {accounts.columns()} FROM coauthors w"
        " JOIN accounts a ON a.id = w.invited_by LEFT JOIN posts p ON p.id = w.proposal_id AND p.deleted_at IS NULL"
        " LEFT JOIN proposal_drafts d ON d.id = w.draft_id WHERE w.token_hash = ?",
        [token_hash],
    )
    if found is None or found["title"] is None:
        return None
    (account,) = await accounts.views([found])
    return InvitationView(found["title"], account)
