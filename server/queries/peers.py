"""Other servers, and whether what we send them arrives."""

from typing import Any, Final

from server.queries.domains import stances
from server.queries.moments import maybe_moment, moment
from server.storage.models.work import PARKED, WAITING
from server.storage.sql import rows
from server.views.instance import PeerView

_COUNTED: Final = (
    "SELECT h.*,"
    " (SELECT count(*) FROM deliveries d WHERE d.host = h.domain AND d.state = ?) AS waiting,"
    " (SELECT min(d.created_at) FROM deliveries d WHERE d.host = h.domain AND d.state = ?) AS oldest,"
    " (SELECT min(d.run_at) FROM deliveries d WHERE d.host = h.domain AND d.state = ?) AS next,"
    " (SELECT count(*) FROM deliveries d WHERE d.host = h.domain AND d.state = ?) AS dead,"
    " (SELECT d.last_error FROM deliveries d WHERE d.host = h.domain AND d.last_error IS NOT NULL"
    " ORDER BY d.id DESC LIMIT 1) AS error,"
    " (SELECT count(*) FROM accounts a WHERE a.domain = h.domain AND a.state <> 'gone') AS accounts"
    " FROM (SELECT domain, first_seen, last_success, last_failure, failures, broken_until, software FROM hosts"
    " UNION ALL SELECT d.domain, d.created_at, NULL, NULL, 0, NULL, NULL FROM domains d"
    " WHERE NOT EXISTS (SELECT 1 FROM hosts k WHERE k.domain = d.domain)) h"
)
_STATES: Final = {
    "": "1 = 1",
    "trouble": "h.failures > 0",
    "dead": "EXISTS (SELECT 1 FROM deliveries d WHERE d.host = h.domain AND d.state = 2)",
    "decided": "EXISTS (SELECT 1 FROM domains d WHERE d.domain = h.domain)",
    "held": "EXISTS (SELECT 1 FROM domains d WHERE d.domain = h.domain AND d.policy = 'held')",
}
STATES: Final = tuple(_STATES)


async def all_peers(*, containing: str = "", state: str = "", limit: int = 500, skip: int = 0) -> list[PeerView]:
    """Every server we have met or decided about, those in trouble first, then by name; a fixed number of queries.

    Args:
        containing: only those with this in their name.
        state: one of `STATES`: those that fail (`trouble`), have letters given up (`dead`), about which something was
            decided, or that wait for an admin (`held`).
        skip: leave out so many from the beginning.
    """
    part = "%" + containing.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    found = await rows(
        f"{_COUNTED} WHERE h.domain LIKE ? ESCAPE '\\' AND {_STATES.get(state, '1 = 1')}"
        " ORDER BY CASE WHEN h.failures = 0 THEN 1 ELSE 0 END, h.domain LIMIT ? OFFSET ?",
        [WAITING, WAITING, WAITING, PARKED, part, limit, skip],
    )
    return await _views(found)


async def one(domain: str) -> PeerView | None:
    """One server, if we have met it or decided about it."""
    found = await rows(f"{_COUNTED} WHERE h.domain = ?", [WAITING, WAITING, WAITING, PARKED, domain])
    return (await _views(found))[0] if found else None


async def _views(found: list[dict[str, Any]]) -> list[PeerView]:
    rules = await stances([row["domain"] for row in found])
    return [
        PeerView(
            domain=row["domain"],
            software=row["software"] or "",
            first_seen=moment(row["first_seen"]),
            last_success=maybe_moment(row["last_success"]),
            last_failure=maybe_moment(row["last_failure"]),
            failures=row["failures"],
            waiting=row["waiting"],
            oldest_waiting=maybe_moment(row["oldest"]),
            dead=row["dead"],
            last_error=row["error"] or "",
            blocked=rules[row["domain"]].policy == "block",
            paused_until=maybe_moment(row["broken_until"]),
            next_try=maybe_moment(row["next"]),
            policy=rules[row["domain"]].policy,
            accounts=row["accounts"],
        )
        for row in found
    ]
