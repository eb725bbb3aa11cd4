"""Reports to the stewards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.queries import accounts, posts
from server.queries.accounts import loaded
from server.queries.moments import maybe_moment, moment
from server.storage.sql import row, rows
from server.views.accounts import AccountView
from server.views.moderation import ReportView
from server.views.viewer import Viewer


@dataclass(frozen=True, slots=True)
class OpenReport:
    """A report that waits, without what it is about."""

    id: int
    target: AccountView
    category: str
    created_at: datetime


async def open_reports(*, limit: int = 100) -> list[OpenReport]:
    """Reports that wait, the oldest first."""
    found = await rows(
        "SELECT id, target_id, category, created_at FROM reports WHERE closed_at IS NULL ORDER BY id LIMIT ?", [limit]
    )
    people = await accounts.by_ids({each["target_id"] for each in found})
    return [
        OpenReport(each["id"], people[each["target_id"]], each["category"], moment(each["created_at"]))
        for each in found
        if each["target_id"] in people
    ]


async def by_id(report_id: int) -> ReportView | None:
    """One report, also when it is closed."""
    return next(iter(await _views(await rows("SELECT * FROM reports WHERE id = ?", [report_id]))), None)


async def _views(found: Sequence[Mapping[str, Any]]) -> list[ReportView]:
    people = await accounts.by_ids({each[name] for each in found for name in ("account_id", "target_id")})
    made = []
    for each in found:
        if each["account_id"] not in people or each["target_id"] not in people:
            continue
        named = list(loaded(each["post_ids"]) or ())
        # Whoever reported could see them, and shows them to the stewards by reporting: also what is not for everybody.
        shown = await posts.views(named, Viewer(each["target_id"])) if named else []
        made.append(
            ReportView(
                id=each["id"],
                account=people[each["account_id"]],
                target=people[each["target_id"]],
                posts=tuple(shown),
                gone=len(named) - len(shown),
                category=each["category"],
                comment=each["comment"],
                created_at=moment(each["created_at"]),
                closed_at=maybe_moment(each["closed_at"]),
                action_taken=each["action_taken"],
            )
        )
    return made


@dataclass(frozen=True, slots=True)
class Forward:
    """What another server is told of a report."""

    target_id: int
    post_ids: tuple[int, ...]
    comment: str


async def to_forward(report_id: int) -> Forward | None:
    """A report that one of our members filed and wants passed on."""
    found = await row(
        "SELECT r.target_id, r.post_ids, r.comment FROM reports r JOIN accounts a ON a.id = r.account_id"
        " WHERE r.id = ? AND r.forward AND a.domain = ''",
        [report_id],
    )
    return Forward(found["target_id"], tuple(loaded(found["post_ids"]) or ()), found["comment"]) if found else None
