"""Telling members. Each cause tells once, and nobody hears of whom they muted, blocked, or hid with a whole server."""

from collections.abc import Iterable
from typing import Final

from server.rules.permissions import SPEAKERS
from server.storage import sql

# A limited account of another server tells those who follow it, and nobody else.
QUIET: Final = (
    " AND NOT EXISTS (SELECT 1 FROM accounts q WHERE q.id = ? AND q.limited AND q.domain <> '' AND NOT EXISTS"
    " (SELECT 1 FROM follows w WHERE w.account_id = a.id AND w.target_id = q.id AND w.state = 'accepted'))"
)


async def tell(
    account_ids: Iterable[int],
    kind: str,
    *,
    from_account_id: int,
    post_id: int | None,
    now: int,
    cause: object = "",
    step_id: int | None = None,
    but: Iterable[int] = (),
) -> list[tuple[int, int]]:
    """Tell accounts of ours that `from_account_id` did something; returns (notification id, account id) of those that
    were told just now. In the place of an organisation of ours those are told who look after it. Those from
    elsewhere, the cause itself and whoever muted or blocked it are passed over; of the end of a poll (`poll`), and of
    what became of a proposal (`step_id`), its author is told, too.

    Args:
        post_id: the post it is about, whose thread may be muted.
        cause: what tells this cause from others of the same kind, person and post: the version of an edit, a report.
        now: milliseconds since 1970.
        step_id: the step of a proposal's timeline it tells of.
        but: accounts that do not want to hear of it.
    """
    others = "" if kind == "poll" or step_id is not None else " AND a.id <> ?"
    key = f"{kind}:{from_account_id}:{post_id or 0}" + (f":{cause}" if cause else "")
    told = list(account_ids)
    found = await sql.rows(
        "INSERT INTO notifications (account_id, kind, from_account_id, post_id, step_id, key, created_at, dismissed)"
        " SELECT a.id, ?, ?, ?, ?, ?, ?, ? FROM accounts a JOIN members m ON m.account_id = a.id"
        " WHERE (a.id IN (?) OR a.id IN (SELECT s.account_id FROM memberships s JOIN accounts o ON o.id ="
        " s.organisation_id WHERE o.id IN (?) AND o.domain = '' AND s.role IN (?) AND s.claimed AND s.confirmed))"
        f"{others} AND a.id NOT IN (?) AND a.state = 'active'"
        " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = ?)"
        f"{'' if kind == 'follow_request' else QUIET}"
        " AND NOT EXISTS (SELECT 1 FROM mutes u WHERE u.account_id = a.id AND u.target_id = ? AND u.notifications"
        " AND (u.expires_at IS NULL OR u.expires_at > ?))"
        " AND NOT EXISTS (SELECT 1 FROM domain_blocks d JOIN accounts f ON f.domain = d.domain"
        " WHERE d.account_id = a.id AND f.id = ?)"
        " AND NOT EXISTS (SELECT 1 FROM thread_mutes t JOIN posts p ON p.thread_id = t.thread_id"
        " WHERE t.account_id = a.id AND p.id = ?)"
        " ON CONFLICT (account_id, key) DO NOTHING RETURNING id, account_id",
        [
            kind, from_account_id, post_id, step_id, key, now, False, told, told, list(SPEAKERS),
            *([from_account_id] if others else []), list(but), from_account_id,
            *([] if kind == "follow_request" else [from_account_id]), from_account_id, now, from_account_id,
            post_id or 0,
        ],
    )  # fmt: skip
    return [(row["id"], row["account_id"]) for row in found]
