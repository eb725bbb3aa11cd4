"""Reports to the stewards."""

from dataclasses import dataclass

from server.queries import accounts
from server.queries.accounts import loaded
from server.queries.moments import maybe_moment, moment
from server.storage.sql import row, rows
from server.views.instance import ReportView


async def all_reports(*, open_only: bool = True, limit: int = 100) -> list[ReportView]:
    """Reports, the newest first."""
    found = await rows(
        f"SELECT * FROM reports {'WHERE closed_at IS NULL' if open_only else ''} ORDER BY id DESC LIMIT ?", [limit]
    )
    people = await accounts.by_ids({row[name] for row in found for name in ("account_id", "target_id")})
    return [
        ReportView(
            id=row["id"],
            account=people[row["account_id"]],
            target=people[row["target_id"]],
            post_ids=tuple(loaded(row["post_ids"]) or ()),
            category=row["category"],
            comment=row["comment"],
            created_at=moment(row["created_at"]),
            closed_at=maybe_moment(row["closed_at"]),
        )
        for row in found
        if row["account_id"] in people and row["target_id"] in people
    ]


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
