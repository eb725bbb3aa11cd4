"""What an admin does about deliveries: try again now, or give up."""

from collections.abc import Sequence
from typing import Final

from server.rules.errors import NotFound
from server.rules.events.moderation import DeliveriesDropped, DeliveriesRetried
from server.rules.ids import now_ms
from server.rules.permissions import Principal, check_administer
from server.storage.models.work import CANCELLED, PARKED, WAITING
from server.storage.sql import execute
from server.storage.unit import unit

LANE: Final = "deliver"


async def retry_deliveries(by: Principal, ids: Sequence[int]) -> int:
    """Try these at once, also such as were given up, which get a new life of fourteen days. How many there were."""
    check_administer(by)
    return await _retry(by, "", "id IN (?)", [list(ids)])


async def retry_host(by: Principal, host: str) -> int:
    """Try everything that waits for a server, or was given up, at once, whether it seems to be there or not. A server
    that failed often gets one delivery first, and the others when that arrived. How many there were."""
    check_administer(by)
    return await _retry(by, host, "host = ?", [host])


async def retry_dead(by: Principal) -> int:
    """Try everything that was given up once more."""
    check_administer(by)
    return await _retry(by, "", "state = ?", [PARKED])


async def drop_deliveries(by: Principal, ids: Sequence[int]) -> int:
    """Never try these again; one that is under way may still arrive."""
    check_administer(by)
    return await _drop(by, "", "id IN (?)", [list(ids)])


async def drop_host(by: Principal, host: str) -> int:
    """Never again try what waits for a server or was given up."""
    check_administer(by)
    return await _drop(by, host, "host = ?", [host])


async def _retry(by: Principal, host: str, which: str, values: list[object]) -> int:
    now = now_ms()
    async with unit() as work:
        await execute(
            f"UPDATE hosts SET broken_until = NULL WHERE domain IN (SELECT host FROM deliveries WHERE {which}"
            " AND state IN (?))",
            [*values, [WAITING, PARKED]],
        )
        number = await execute(
            f"UPDATE deliveries SET state = ?, run_at = ?, attempts = CASE WHEN state = ? THEN 0 ELSE attempts END,"
            f" first_tried_at = CASE WHEN state = ? THEN NULL ELSE first_tried_at END"
            f" WHERE {which} AND state IN (?) AND lock = ''",
            [WAITING, now, PARKED, PARKED, *values, [WAITING, PARKED]],
        )
        if not number:
            raise NotFound("Nothing of this waits, and nothing was given up.")
        work.emit(DeliveriesRetried(host, number, by.account_id))
        work.wake(LANE)
    return number


async def _drop(by: Principal, host: str, which: str, values: list[object]) -> int:
    async with unit() as work:
        number = await execute(
            f"UPDATE deliveries SET state = ?, lock = '' WHERE {which} AND state IN (?)",
            [CANCELLED, *values, [WAITING, PARKED]],
        )
        if not number:
            raise NotFound("Nothing of this waits, and nothing was given up.")
        work.emit(DeliveriesDropped(host, number, by.account_id))
        work.wake(LANE)
    return number
