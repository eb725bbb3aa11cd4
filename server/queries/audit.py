"""The audit log, to be read. `ledger.audit` writes it."""

from collections.abc import AsyncIterator

from server.queries.accounts import loaded
from server.queries.moments import moment
from server.storage.sql import rows
from server.views.moderation import AuditView

BATCH = 500


async def newest(limit: int) -> list[AuditView]:
    """The last entries, oldest first, as a log is read."""
    return (await _entries("e.id > ?", 0, "DESC", limit))[::-1]


async def all_entries() -> AsyncIterator[AuditView]:
    """Every entry from the first, read in parts however long the log is."""
    last = 0
    while part := await _entries("e.id > ?", last, "ASC", BATCH):
        for entry in part:
            yield entry
        last = part[-1].id


async def _entries(condition: str, value: int, order: str, limit: int) -> list[AuditView]:
    found = await rows(
        "SELECT e.id, e.at, e.by_id, e.act, e.subject, e.detail, e.before, e.hash, a.name FROM audit e"
        f" LEFT JOIN accounts a ON a.id = e.by_id WHERE {condition} ORDER BY e.id {order} LIMIT ?",
        [value, limit],
    )
    return [
        AuditView(
            id=row["id"],
            at=moment(row["at"]),
            by_id=row["by_id"],
            by=row["name"] or "",
            act=row["act"],
            subject=row["subject"],
            detail=dict(loaded(row["detail"]) or {}),
            before=row["before"],
            hash=row["hash"],
        )
        for row in found
    ]
