"""Who is to be told of something."""

from collections.abc import Sequence

from server.queries.accounts import loaded
from server.rules.notifying import About, often
from server.rules.permissions import SPEAKERS, STEWARDS
from server.storage.sql import row, rows


async def watching(target_ids: Sequence[int | None]) -> list[int]:
    """The members who asked to hear of each post of these accounts or topics."""
    found = await rows(
        "SELECT DISTINCT f.account_id FROM follows f JOIN members m ON m.account_id = f.account_id"
        " WHERE f.target_id IN (?) AND f.notify AND f.state = 'accepted'",
        [[target for target in target_ids if target]],
    )
    return [found_row["account_id"] for found_row in found]


async def unwilling(subject: About, account_ids: Sequence[int]) -> list[int]:
    """Of these accounts, and of those who look after an organisation among them, those that do not want to hear of
    this."""
    found = await rows(
        "SELECT account_id, settings FROM members WHERE account_id IN (?) OR account_id IN (SELECT s.account_id FROM"
        " memberships s WHERE s.organisation_id IN (?) AND s.role IN (?))",
        [list(account_ids), list(account_ids), list(SPEAKERS)],
    )
    return [each["account_id"] for each in found if often(loaded(each["settings"]) or {}, subject) == "none"]


async def voters(post_id: int) -> list[int]:
    """Everyone who voted in a poll, wherever they live."""
    found = await rows("SELECT DISTINCT account_id FROM poll_votes WHERE poll_id = ?", [post_id])
    return [found_row["account_id"] for found_row in found]


async def with_role(roles: Sequence[str]) -> list[int]:
    """The accounts of members with one of these roles."""
    found = await rows("SELECT account_id FROM members WHERE role IN (?)", [list(roles)])
    return [found_row["account_id"] for found_row in found]


async def admins() -> list[int]:
    return await with_role(["admin"])


async def stewards() -> list[int]:
    return await with_role(STEWARDS)


async def supporters_of_earlier(post_id: int, version: int) -> list[int]:
    """The members here who support an earlier version of a proposal than this one."""
    found = await rows(
        "SELECT m.account_id FROM likes l JOIN members m ON m.account_id = l.account_id WHERE l.post_id = ?"
        " AND l.version < ? ORDER BY m.id",
        [post_id, version],
    )
    return [each["account_id"] for each in found]


async def report_author(report_id: int) -> int | None:
    """Who filed a report."""
    found = await row("SELECT account_id FROM reports WHERE id = ?", [report_id])
    return int(found["account_id"]) if found else None
