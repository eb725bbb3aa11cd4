"""The audit log: what stewards and admins did. Append-only; each entry's hash covers the entry and the hash before it,
so that a line that was changed or taken out later shows."""

import hashlib
from typing import Any

import orjson

from server.storage import sql
from server.storage.database import current
from server.storage.unit import unit

LOCK = 7_236_001  # any number nobody else uses: it names this lock within the database


def chained(before: str, *, at: int, by_id: int, act: str, subject: str, detail: dict[str, Any]) -> str:
    """The hash of an entry, as 64 hexadecimal digits."""
    line = orjson.dumps([before, at, by_id, act, subject, detail], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(line).hexdigest()


async def broken_at() -> int | None:
    """The id of the first entry whose hash does not fit what it says or what stands before it; None if all do. What was
    cut off at the end does not show: for that somebody must have kept a hash."""
    before = ""
    for entry in await sql.rows("SELECT id, at, by_id, act, subject, detail, before, hash FROM audit ORDER BY id"):
        detail = entry["detail"] if isinstance(entry["detail"], dict) else orjson.loads(entry["detail"])
        facts = {name: entry[name] for name in ("at", "by_id", "act", "subject")}
        if entry["before"] != before or entry["hash"] != chained(before, detail=detail, **facts):
            return int(entry["id"])
        before = entry["hash"]
    return None


async def enter(job_id: int, *, at: int, by_id: int, act: str, subject: str, detail: dict[str, Any]) -> None:
    """Add an entry; the same job adds it once."""
    async with unit():
        if current().dialect == "postgres":
            await sql.rows("SELECT pg_advisory_xact_lock(?)", [LOCK])
        if await sql.row("SELECT id FROM audit WHERE job_id = ?", [job_id]):
            return
        last = await sql.row("SELECT hash FROM audit ORDER BY id DESC LIMIT 1")
        before = last["hash"] if last else ""
        digest = chained(before, at=at, by_id=by_id, act=act, subject=subject, detail=detail)
        await sql.execute(
            "INSERT INTO audit (job_id, at, by_id, act, subject, detail, before, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [job_id, at, by_id, act, subject, orjson.dumps(detail).decode(), before, digest],
        )
