"""Remembering when a member looked at a proposal, so that they see what is new since."""

from typing import Final

from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member
from server.storage.sql import execute, row

VISIT: Final = 30 * 60_000  # as long as somebody comes back within half an hour, it is one visit


async def note_visit(by: Principal, proposal_id: int, active_at: int) -> int | None:
    """Note that a member looks at a proposal now. Returns when their last visit was, None at the first.

    Written only when a visit begins, or when something happened since the last look.

    Args:
        active_at: when something last happened in it; like all times in milliseconds.
    """
    check_member(by)
    now = now_ms()
    known = await row(
        "SELECT at, before FROM visits WHERE member_id = ? AND proposal_id = ?", [by.member_id, proposal_id]
    )
    if known is None:
        await execute(
            "INSERT INTO visits (id, member_id, proposal_id, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (member_id, proposal_id) DO NOTHING",
            [new_id(), by.member_id, proposal_id, now],
        )
        return None
    fresh = now - known["at"] > VISIT
    before: int | None = known["at"] if fresh else known["before"]
    if fresh or active_at > known["at"]:
        await execute(
            "UPDATE visits SET at = ?, before = ? WHERE member_id = ? AND proposal_id = ?",
            [now, before, by.member_id, proposal_id],
        )
    return before
