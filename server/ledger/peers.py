"""Servers that come for the first time, where new ones wait for an admin."""

from typing import Final

from server.rules.registered import registered
from server.storage import sql

MOST_HELD: Final = 1_000  # anybody can make up names: the list that an admin reads stays short
KEPT_MS: Final = 30 * 86_400_000


async def note_held(domain: str, now: int) -> None:
    """Put a domain, by the name that its owner registered, on the list of those that wait. Again changes nothing."""
    name = registered(domain)
    await sql.execute(
        "INSERT INTO domains (domain, policy, note, created_by, created_at) SELECT ?, 'held', '', 0, CAST(? AS BIGINT)"
        " WHERE (SELECT count(*) FROM domains WHERE policy = 'held') < ? ON CONFLICT (domain) DO NOTHING",
        [name, now, MOST_HELD],
    )


async def prune_held(now: int) -> int:
    """Forget those that have waited for a month. How many there were."""
    return await sql.execute("DELETE FROM domains WHERE policy = 'held' AND created_at < ?", [now - KEPT_MS])


async def note_software(host: str, software: str, now: int) -> None:
    """What a server says it runs."""
    statement = """
        INSERT INTO hosts (domain, first_seen, failures, software) VALUES (?, ?, 0, ?)
        ON CONFLICT (domain) DO UPDATE SET software = excluded.software"""
    await sql.execute(statement, [host, now, software[:128]])
