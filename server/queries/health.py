"""Signs of health for the operator: what waits, what was parked, how the database stands."""

from dataclasses import dataclass
from datetime import datetime

from server.queries.moments import maybe_moment
from server.storage.database import current
from server.storage.models.work import PARKED, WAITING
from server.storage.sql import rows


@dataclass(frozen=True, slots=True)
class Health:
    """`oldest_due` is when the longest overdue piece of work should have been done, `newest` when anything was last
    written. `journal` is SQLite's journal mode, empty on PostgreSQL."""

    due: int
    oldest_due: datetime | None
    parked: int
    newest: datetime | None
    journal: str
    searchable: bool


async def of_instance(now: int) -> Health:
    """How this instance is, at a time in milliseconds."""
    overdue = "state = ? AND lock = '' AND run_at <= ?"
    found = (
        await rows(
            f"SELECT (SELECT count(*) FROM jobs WHERE {overdue}) AS jobs,"
            f" (SELECT count(*) FROM deliveries WHERE {overdue}) AS sending,"
            f" (SELECT min(run_at) FROM jobs WHERE {overdue}) AS oldest_job,"
            f" (SELECT min(run_at) FROM deliveries WHERE {overdue}) AS oldest_sending,"
            " (SELECT count(*) FROM jobs WHERE state = ?) AS parked,"
            " (SELECT max(created_at) FROM posts WHERE local = ?) AS post,"
            " (SELECT max(created_at) FROM members) AS member",
            [*([WAITING, now] * 4), PARKED, True],
        )
    )[0]
    oldest = [when for when in (found["oldest_job"], found["oldest_sending"]) if when is not None]
    newest = [when for when in (found["post"], found["member"]) if when is not None]
    return Health(
        due=found["jobs"] + found["sending"],
        oldest_due=maybe_moment(min(oldest, default=None)),
        parked=found["parked"],
        newest=maybe_moment(max(newest, default=None)),
        journal=await _journal(),
        searchable=await _searchable(),
    )


async def _journal() -> str:
    if current().dialect != "sqlite":
        return ""
    return str((await rows("PRAGMA journal_mode", []))[0]["journal_mode"])


async def _searchable() -> bool:
    if current().dialect != "sqlite":
        return True
    return bool(await rows("SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND sql LIKE '%fts5%'", []))
