"""Our activities on their way to other servers.

What concerns one object reaches one host in the order it happened: only the oldest unfinished activity of a
(host, chain) is sent. A host that fails again and again is left alone for a while, at most a day, then tried with one
delivery at a time. Each function takes a fixed number of queries, however many deliveries it is about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.rules.ids import new_id
from server.storage import sql
from server.storage.database import current
from server.storage.models.work import CANCELLED, DONE, PARKED, WAITING
from server.storage.unit import unit

LANE = "deliver"
LEASE_MS = 120_000
BREAKS_AT = 5
MINUTE, DAY = 60_000, 86_400_000


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery to try now: `body` are the exact bytes, `scheme` the signature the host took last, if known."""

    id: int
    activity_id: int
    activity_uri: str
    body: bytes
    host: str
    inbox: str
    chain: str
    sender_account_id: int
    attempts: int
    first_tried_at: int
    scheme: str | None


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """How a delivery went. Make one with `succeeded`, `retry` or `give_up`."""

    delivery: ClaimedDelivery
    state: int
    status: int | None
    error: str | None = None
    run_at: int = 0

    @property
    def host_is_up(self) -> bool:
        """A server that answers, even to refuse, is there; one that is silent or broken is not."""
        return self.status is not None and self.status < 500


def succeeded(delivery: ClaimedDelivery, status: int = 202) -> DeliveryOutcome:
    return DeliveryOutcome(delivery, DONE, status)


def retry(delivery: ClaimedDelivery, at: int, *, status: int | None = None, error: str = "") -> DeliveryOutcome:
    """Try again at `at` (milliseconds). `status` is None when the host gave no answer."""
    return DeliveryOutcome(delivery, WAITING, status, error, at)


def give_up(delivery: ClaimedDelivery, *, status: int | None = None, error: str = "") -> DeliveryOutcome:
    """Never try again; the row is kept for the admin to see."""
    return DeliveryOutcome(delivery, PARKED, status, error)


async def add(
    activity_id: int, sender_account_id: int, chain: str, inboxes: Iterable[tuple[str, str]], now: int
) -> None:
    """Send an activity to (host, inbox) pairs. `chain` is the object's uri. Doing it again changes nothing."""
    values = [
        (new_id(), activity_id, host, inbox, chain, sender_account_id, now, now)
        for host, inbox in dict.fromkeys(inboxes)
    ]
    statement = """
        INSERT INTO deliveries (id, activity_id, host, inbox, chain, sender_account_id, run_at, created_at,
                                state, attempts, lock)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '') ON CONFLICT (activity_id, inbox) DO NOTHING"""
    async with unit() as work:
        await sql.execute_many(statement, values)
        work.wake(LANE)


async def claim(limit: int, per_host: int, *, lock: str, now: int, lease: int = LEASE_MS) -> list[ClaimedDelivery]:
    """Lease up to `limit` deliveries that are due, so that no host has more than `per_host` under way."""
    due = """
        SELECT d.id, d.run_at, h.failures, ROW_NUMBER() OVER (PARTITION BY d.host ORDER BY d.run_at, d.id) AS place,
            COALESCE(busy.number, 0) AS under_way
        FROM deliveries d
        LEFT JOIN hosts h ON h.domain = d.host
        LEFT JOIN (
            SELECT host, COUNT(*) AS number FROM deliveries WHERE state = 0 AND lock <> '' AND run_at > ? GROUP BY host
        ) busy ON busy.host = d.host
        WHERE d.state = 0 AND d.run_at <= ? AND (h.broken_until IS NULL OR h.broken_until <= ?)
          AND NOT EXISTS (
            SELECT 1 FROM deliveries older WHERE older.state = 0 AND older.host = d.host AND older.chain = d.chain
              AND older.activity_id < d.activity_id
          )"""
    chosen = f"""
        SELECT id FROM ({due}) ranked
        WHERE place + under_way <= CASE WHEN failures >= {BREAKS_AT} THEN 1 ELSE ? END
        ORDER BY run_at, id LIMIT ?"""
    if current().dialect == "postgres":
        still_due = f"SELECT id FROM deliveries WHERE state = 0 AND run_at <= ? AND id = ANY(ARRAY({chosen}))"
        which, extra = f"= ANY(ARRAY({still_due} FOR UPDATE SKIP LOCKED))", [now]
    else:
        which, extra = f"IN ({chosen})", []
    found = await sql.rows(
        f"""UPDATE deliveries SET lock = ?, attempts = attempts + 1, run_at = ?,
                first_tried_at = COALESCE(first_tried_at, ?)
            WHERE id {which}
            RETURNING id, activity_id, host, inbox, chain, sender_account_id, attempts, first_tried_at""",
        [lock, now + lease, now, *extra, now, now, now, per_host, limit],
    )
    if not found:
        return []
    wanted = {each["activity_id"] for each in found}
    activities = {
        each["id"]: each for each in await sql.rows("SELECT id, uri, body FROM activities WHERE id IN (?)", [wanted])
    }
    hosts = {each["host"] for each in found}
    known = await sql.rows("SELECT domain, scheme FROM hosts WHERE domain IN (?)", [hosts])
    schemes = {each["domain"]: each["scheme"] for each in known}
    return sorted(
        (
            ClaimedDelivery(
                activity_uri=activities[each["activity_id"]]["uri"],
                body=bytes(activities[each["activity_id"]]["body"]),
                scheme=schemes.get(each["host"]),
                **each,
            )
            for each in found
        ),
        key=lambda delivery: delivery.id,
    )


async def settle(outcomes: Sequence[DeliveryOutcome], *, lock: str, now: int) -> None:
    """Book how deliveries went, and with them which hosts are up.

    Does nothing for a delivery whose lease was lost, or that was cancelled meanwhile.
    """
    if not outcomes:
        return
    values = [
        (each.state, each.run_at or now, each.status, each.error, each.delivery.id, lock, WAITING) for each in outcomes
    ]
    up = {each.delivery.host for each in outcomes if each.host_is_up}
    down = {each.delivery.host for each in outcomes} - up
    async with unit() as work:
        statement = """
            UPDATE deliveries SET state = ?, run_at = ?, last_status = ?, last_error = ?, lock = ''
            WHERE id = ? AND lock = ? AND state = ?"""
        await sql.execute_many(statement, values)
        await _note_hosts(up, down, now)
        work.wake(LANE)


async def host_answered(host: str, now: int) -> None:
    """The host is there after all (it wrote to us, say): forget its failures, and send what waited for it."""
    async with unit() as work:
        await _note_hosts({host}, set(), now)
        put_off = "UPDATE deliveries SET run_at = ? WHERE state = 0 AND host = ? AND lock = '' AND run_at > ?"
        if await sql.execute(put_off, [now, host, now]):
            work.wake(LANE)


async def cancel_for_host(domain: str) -> int:
    """Stop all deliveries to a domain and what is below it, also those under way. How many there were."""
    below = "%." + domain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return await sql.execute(
        "UPDATE deliveries SET state = ?, lock = '' WHERE state = ? AND (host = ? OR host LIKE ? ESCAPE '\\')",
        [CANCELLED, WAITING, domain, below],
    )


async def remember_scheme(host: str, scheme: str, now: int) -> None:
    """The host took a signature of this kind: `cavage` or `rfc9421`."""
    statement = """
        INSERT INTO hosts (domain, first_seen, failures, scheme, scheme_at) VALUES (?, ?, 0, ?, ?)
        ON CONFLICT (domain) DO UPDATE SET scheme = excluded.scheme, scheme_at = excluded.scheme_at"""
    await sql.execute(statement, [host, now, scheme, now])


async def counts(now: int) -> dict[str, int]:
    """For the status page: deliveries `waiting`, `due`, `running` and `dead`, and `broken` hosts."""
    found = await sql.rows(
        """SELECT
            COALESCE(SUM(CASE WHEN state = 0 AND lock = '' AND run_at > ? THEN 1 ELSE 0 END), 0) AS waiting,
            COALESCE(SUM(CASE WHEN state = 0 AND run_at <= ? THEN 1 ELSE 0 END), 0) AS due,
            COALESCE(SUM(CASE WHEN state = 0 AND lock <> '' AND run_at > ? THEN 1 ELSE 0 END), 0) AS running,
            COALESCE(SUM(CASE WHEN state = 2 THEN 1 ELSE 0 END), 0) AS dead,
            (SELECT COUNT(*) FROM hosts WHERE broken_until > ?) AS broken
        FROM deliveries WHERE state IN (0, 2)""",
        [now, now, now, now],
    )
    return {name: int(number) for name, number in found[0].items()}


async def prune(before: int, *, dead_before: int) -> int:
    """Forget deliveries that arrived or were taken back and were made before a time, and those given up that were made
    before another. How many there were."""
    return await sql.execute(
        "DELETE FROM deliveries WHERE (state IN (1, 3) AND created_at < ?) OR (state = 2 AND created_at < ?)",
        [before, dead_before],
    )


async def prune_hosts(before: int) -> int:
    """Forget servers of which nobody is known and for which nothing waits or was given up, that were last heard of
    before a time: names that somebody made up do not fill the books. How many there were."""
    return await sql.execute(
        """DELETE FROM hosts WHERE COALESCE(last_success, first_seen) < ? AND COALESCE(last_failure, first_seen) < ?
          AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.domain = hosts.domain AND a.state <> 'gone')
          AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.host = hosts.domain AND d.state IN (0, 2))""",
        [before, before],
    )


async def _note_hosts(up: set[str], down: set[str], now: int) -> None:
    """Close the breaker of hosts that are up; count a failure of the others and open it at the fifth in a row.

    What waits for a broken host is put off until the breaker closes, so that claiming does not wade through it.
    """
    if up:
        statement = """
            INSERT INTO hosts (domain, first_seen, last_success, failures) VALUES (?, ?, ?, 0)
            ON CONFLICT (domain) DO UPDATE
            SET last_success = excluded.last_success, failures = 0, broken_until = NULL"""
        await sql.execute_many(statement, [(host, now, now) for host in sorted(up)])
    if not down:
        return
    statement = """
        INSERT INTO hosts (domain, first_seen, last_failure, failures) VALUES (?, ?, ?, 1)
        ON CONFLICT (domain) DO UPDATE SET last_failure = excluded.last_failure, failures = hosts.failures + 1"""
    await sql.execute_many(statement, [(host, now, now) for host in sorted(down)])
    failing = await sql.rows(
        f"SELECT domain, failures FROM hosts WHERE domain IN (?) AND failures >= {BREAKS_AT}", [down]
    )
    until = [(now + broken_for(each["failures"]), each["domain"]) for each in failing]
    await sql.execute_many("UPDATE hosts SET broken_until = ? WHERE domain = ?", until)
    put_off = "UPDATE deliveries SET run_at = ? WHERE state = 0 AND host = ? AND lock = '' AND run_at < ?"
    await sql.execute_many(put_off, [(at, host, at) for at, host in until])


def broken_for(failures: int) -> int:
    """Milliseconds for which a host that failed so often in a row is left alone: a minute, doubling, at most a day."""
    return int(min(MINUTE * 2 ** min(max(failures - BREAKS_AT, 0), 20), DAY))
