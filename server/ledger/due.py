"""Which lanes have something to do."""

from collections.abc import Iterable

from server.storage import sql
from server.storage.models.work import WAITING

DELIVER = "deliver"


async def lanes_due(lanes: Iterable[str], now: int) -> list[str]:
    """Those of these lanes in which work is due at `now` (milliseconds), in one question that changes nothing."""
    asked, values = [], []
    for lane in lanes:
        table = "deliveries WHERE" if lane == DELIVER else "jobs WHERE queue = ? AND"
        due = f"EXISTS (SELECT 1 FROM {table} state = {WAITING} AND run_at <= ?)"
        asked.append(f"SELECT CAST(? AS TEXT) AS lane WHERE {due}")
        values += [lane, now] if lane == DELIVER else [lane, lane, now]
    return [each["lane"] for each in await sql.rows(" UNION ALL ".join(asked), values)]
