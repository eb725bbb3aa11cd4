"""Checks of proposals: what each decides, and how it stands."""

from collections.abc import Mapping, Sequence

from server.queries.calendar import calendar
from server.queries.moments import maybe_moment
from server.rules.checks import DAYS_FOR_A_REASON, METHODS, OBJECT, RESULTS, Tally, tally
from server.storage.sql import row as first_row
from server.storage.sql import rows
from server.views.checks import CheckView

# Objections that count: with their reason, and not taken back or removed.
_STANDING = (
    "FROM contributions c JOIN posts p ON p.id = c.post_id JOIN posts k ON k.id IN (?)"
    " WHERE c.proposal_id = k.proposal_id AND c.kind = 'objection' AND p.deleted_at IS NULL AND p.removed_by IS NULL"
    " AND (p.in_reply_to_id = k.id OR EXISTS (SELECT 1 FROM posts q WHERE q.id = p.in_reply_to_id"
    " AND q.in_reply_to_id = k.id AND q.account_id = k.account_id))"
)


async def of_posts(ids: Sequence[int]) -> dict[int, CheckView]:
    """What these polls decide, of those that are checks; by post id."""
    found = await rows("SELECT * FROM checks WHERE post_id IN (?)", [list(ids)]) if ids else []
    return {
        row["post_id"]: CheckView(
            post_id=row["post_id"],
            proposal_id=row["proposal_id"],
            method=next((method for method in METHODS if method == row["method"]), "sense"),
            state=next((result for result in RESULTS if result == row["state"]), "open"),
            version=row["version"],
            closed_at=maybe_moment(row["closed_at"]),
        )
        for row in found
    }


async def of_proposal(proposal_id: int) -> list[int]:
    """The posts that are its checks, the newest first."""
    found = await rows("SELECT post_id FROM checks WHERE proposal_id = ? ORDER BY post_id DESC", [proposal_id])
    return [row["post_id"] for row in found]


async def objections_to(check_id: int) -> list[int]:
    """The posts that object in this check, oldest first: answers to its poll, or to the message that asked why."""
    return (await objections_to_each([check_id])).get(check_id, [])


async def objections_to_each(check_ids: Sequence[int]) -> dict[int, list[int]]:
    """The same for several checks, in one statement."""
    made: dict[int, list[int]] = {}
    for row in await rows(f"SELECT k.id AS check_id, p.id {_STANDING} ORDER BY p.id", [list(check_ids)]):
        made.setdefault(row["check_id"], []).append(row["id"])
    return made


async def has_objected(check_id: int, account_id: int) -> bool:
    """Whether somebody gave the reason of their objection."""
    return await first_row(f"SELECT 1 AS one {_STANDING} AND p.account_id = ?", [[check_id], account_id]) is not None


async def counted(check_id: int, *, over: bool) -> Tally:
    """How a consent check stands. `over`: nobody has time left to give a reason."""
    return (await counted_each({check_id: over}))[check_id]


async def counted_each(checks: Mapping[int, bool]) -> dict[int, Tally]:
    """The same for several checks, each with its `over`, in a fixed number of statements."""
    ids = list(checks)
    votes = await rows("SELECT poll_id, account_id, choice, at FROM poll_votes WHERE poll_id IN (?)", [ids])
    reasons = await rows(f"SELECT k.id AS check_id, p.account_id, c.state {_STANDING}", [ids])
    days = await calendar()
    made = {}
    for check_id, over in checks.items():
        own = [row for row in votes if row["poll_id"] == check_id]
        awaited = [
            row["account_id"]
            for row in own
            if not over and row["choice"] == OBJECT and days.working_days_since(row["at"]) <= DAYS_FOR_A_REASON
        ]
        made[check_id] = tally(
            {row["account_id"]: row["choice"] for row in own},
            [(row["account_id"], row["state"]) for row in reasons if row["check_id"] == check_id],
            frozenset(awaited),
        )
    return made


async def supporters_of_older(proposal_id: int, version: int) -> int:
    """How many supported an earlier wording than `version`."""
    found = await first_row("SELECT count(*) AS n FROM likes WHERE post_id = ? AND version < ?", [proposal_id, version])
    return int(found["n"]) if found else 0
