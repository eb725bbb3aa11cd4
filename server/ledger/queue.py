"""Jobs in lanes. Four verbs make a queue: claim, settle, release_stale and counts; jobs get in through `unit()`.

A claimed job is leased: its `run_at` moves to the end of the lease and `lock` names the holder. If the holder dies,
the job is due again then, or at the next start. A handler may therefore run twice and must not mind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import orjson

from server.ledger.leases import is_gone
from server.storage import sql
from server.storage.database import current
from server.storage.models.work import PARKED, WAITING
from server.storage.unit import unit

LEASE_MS = 300_000
MAX_ATTEMPTS = 5
ERROR_LENGTH = 2_000


class RetryLater(Exception):
    """Raised by a handler that could not do its work just now. `when` is a time in milliseconds, or None for the usual
    back-off. `forever` keeps it from ever being parked."""

    def __init__(self, when: int | None = None, reason: str = "", *, forever: bool = False) -> None:
        super().__init__(reason or "to be tried again later")
        self.when = when
        self.forever = forever


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job to run now. `attempts` counts this one."""

    id: int
    queue: str
    kind: str
    key: str | None
    payload: dict[str, Any]
    attempts: int


class Verdict(Enum):
    DONE = "done"
    RETRY = "retry"
    PARK = "park"


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """How a job went. `run_at` (milliseconds) is needed for a retry."""

    job: ClaimedJob
    verdict: Verdict
    run_at: int = 0
    error: str | None = None


async def claim(queue: str, limit: int, *, lock: str, now: int, lease: int = LEASE_MS) -> list[ClaimedJob]:
    """Lease up to `limit` jobs that are due in a lane, oldest first. Two claims never get the same job."""
    found = await sql.rows(_claim_statement(), [lock, now + lease, queue, now, limit])
    jobs = [ClaimedJob(**{**each, "payload": orjson.loads(each["payload"])}) for each in found]
    return sorted(jobs, key=lambda job: job.id)


async def settle(outcomes: Sequence[JobOutcome], *, lock: str) -> None:
    """Book how jobs went: done ones go, others wait for their next time or are parked for an admin to see.

    Does nothing for a job whose lease was lost meanwhile.
    """
    done = [outcome.job.id for outcome in outcomes if outcome.verdict is Verdict.DONE]
    kept = [
        (PARKED if outcome.verdict is Verdict.PARK else WAITING, outcome.run_at, outcome.error, outcome.job.id, lock)
        for outcome in outcomes
        if outcome.verdict is not Verdict.DONE
    ]
    async with unit():
        if done:
            await sql.write("DELETE FROM jobs WHERE id IN (?) AND lock = ?", [done, lock])
        statement = "UPDATE jobs SET state = ?, run_at = ?, last_error = ?, lock = '' WHERE id = ? AND lock = ?"
        await sql.execute_many(statement, kept)


async def release_stale(now: int) -> int:
    """Free what processes of this machine held when they died: jobs and deliveries. How many there were."""
    freed = 0
    for table in ("jobs", "deliveries"):
        holders = await sql.rows(f"SELECT DISTINCT lock FROM {table} WHERE state = ? AND lock <> ''", [WAITING])
        gone = [holder["lock"] for holder in holders if is_gone(holder["lock"])]
        if gone:
            freed += await sql.execute(f"UPDATE {table} SET lock = '', run_at = ? WHERE lock IN (?)", [now, gone])
    return freed


async def release(lock: str, now: int) -> None:
    """Give back everything a worker holds, at a clean stop. The try does not count."""
    for table in ("jobs", "deliveries"):
        back = f"UPDATE {table} SET lock = '', run_at = ?, attempts = attempts - 1 WHERE lock = ? AND state = ?"
        await sql.execute(back, [now, lock, WAITING])


async def counts(now: int) -> dict[str, dict[str, int]]:
    """For the status page: by lane, how many jobs are `waiting`, `due`, `running` and `parked`."""
    found = await sql.rows(
        """SELECT queue,
            SUM(CASE WHEN state = 0 AND lock = '' AND run_at > ? THEN 1 ELSE 0 END) AS waiting,
            SUM(CASE WHEN state = 0 AND run_at <= ? THEN 1 ELSE 0 END) AS due,
            SUM(CASE WHEN state = 0 AND lock <> '' AND run_at > ? THEN 1 ELSE 0 END) AS running,
            SUM(CASE WHEN state = 2 THEN 1 ELSE 0 END) AS parked
        FROM jobs GROUP BY queue ORDER BY queue""",
        [now, now, now],
    )
    return {each.pop("queue"): {name: int(number) for name, number in each.items()} for each in found}


async def revive(job_id: int, now: int) -> bool:
    """Give a parked job a new life, as an admin may ask. Whether there was one."""
    statement = "UPDATE jobs SET state = ?, attempts = 0, run_at = ?, lock = '' WHERE id = ? AND state = ?"
    changed = await sql.execute(statement, [WAITING, now, job_id, PARKED])
    current().wake()
    return changed > 0


def backoff(attempts: int) -> int:
    """Milliseconds until the next try of a job: 2 s, then four times as much each time, a day at most."""
    return int(min(2_000 * 4 ** min(max(attempts - 1, 0), 12), 86_400_000))


def _claim_statement() -> str:
    due = "SELECT id FROM jobs WHERE queue = ? AND state = 0 AND run_at <= ? ORDER BY run_at, id LIMIT ?"
    if current().dialect == "postgres":  # an array is built once, where IN might run the locking query again
        due = f"ANY(ARRAY({due} FOR UPDATE SKIP LOCKED))"
        return f"UPDATE jobs SET lock = ?, attempts = attempts + 1, run_at = ? WHERE id = {due} RETURNING {COLUMNS}"
    return f"UPDATE jobs SET lock = ?, attempts = attempts + 1, run_at = ? WHERE id IN ({due}) RETURNING {COLUMNS}"


COLUMNS = "id, queue, kind, key, payload, attempts"
