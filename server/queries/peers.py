"""Other servers, and whether what we send them arrives."""

from server.queries.domains import blocked
from server.queries.moments import maybe_moment, moment
from server.storage.models.work import PARKED, WAITING
from server.storage.sql import rows
from server.views.instance import PeerView


async def all_peers(*, limit: int = 500) -> list[PeerView]:
    """Every server we have met, those in trouble first, then by name; a fixed number of queries."""
    refused = [each.domain for each in await blocked()]
    found = await rows(
        "SELECT h.*,"
        " (SELECT count(*) FROM deliveries d WHERE d.host = h.domain AND d.state = ?) AS waiting,"
        " (SELECT min(d.created_at) FROM deliveries d WHERE d.host = h.domain AND d.state = ?) AS oldest,"
        " (SELECT count(*) FROM deliveries d WHERE d.host = h.domain AND d.state = ?) AS dead,"
        " (SELECT d.last_error FROM deliveries d WHERE d.host = h.domain AND d.last_error IS NOT NULL"
        " ORDER BY d.id DESC LIMIT 1) AS error"
        " FROM hosts h ORDER BY CASE WHEN h.failures = 0 THEN 1 ELSE 0 END, h.domain LIMIT ?",
        [WAITING, WAITING, PARKED, limit],
    )
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
            blocked=any(row["domain"] == domain or row["domain"].endswith(f".{domain}") for domain in refused),
            paused_until=maybe_moment(row["broken_until"]),
        )
        for row in found
    ]
