"""What was decided about other domains. One question, asked before anything goes there or comes from there."""

from server.queries.moments import moment
from server.storage.sql import rows
from server.views.instance import DomainView


def above(domain: str) -> list[str]:
    """A domain and all above it: a block of `example.org` covers `news.example.org`."""
    host = domain.lower()
    name = host.rpartition(":")[0] if ":" in host and host.rpartition(":")[2].isdigit() else host
    parts = name.split(".")
    return list(dict.fromkeys([host, *(".".join(parts[i:]) for i in range(len(parts)))]))


async def verdict(domain: str) -> str:
    """`block` or `open`."""
    found = await rows("SELECT policy FROM domains WHERE domain IN (?)", [above(domain)])
    return "block" if any(row["policy"] == "block" for row in found) else "open"


async def is_blocked(domain: str) -> bool:
    return await verdict(domain) == "block"


async def blocked() -> list[DomainView]:
    """Every decision, by domain."""
    found = await rows("SELECT domain, policy, note, created_at FROM domains ORDER BY domain")
    return [DomainView(row["domain"], row["policy"], row["note"], moment(row["created_at"])) for row in found]
