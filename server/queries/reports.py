"""Reports to the stewards."""

from server.queries import accounts
from server.queries.accounts import loaded
from server.queries.moments import maybe_moment, moment
from server.storage.sql import rows
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
