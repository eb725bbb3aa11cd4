"""Block another domain: nothing comes from it, nothing goes to it, nothing of it is shown."""

from server.rules.domains import check_domain
from server.rules.errors import Invalid
from server.rules.events.moderation import DomainBlocked, DomainUnblocked
from server.rules.ids import now_ms
from server.rules.permissions import Principal, check_administer
from server.storage.database import current
from server.storage.models.instance import Domain
from server.storage.sql import execute
from server.storage.unit import unit

WITHIN = "(domain = ? OR domain LIKE ? ESCAPE '\\')"


async def block_domain(by: Principal, domain: str, note: str = "") -> None:
    """Refuse a domain and all below it. Follows both ways end; what waits for it is cancelled by what follows.

    Args:
        domain: as typed; see `rules.domains`.

    Raises:
        Invalid: it is no domain, or our own, or one above our own.
    """
    check_administer(by)
    domain = check_domain(domain)
    own = current().base_url.partition("://")[2]
    if own == domain or own.endswith(f".{domain}"):
        raise Invalid("domain", "This is your own domain.")
    async with unit() as u:
        if await Domain.exists(domain=domain):
            await Domain.filter(domain=domain).update(note=note)
            return
        await Domain.create(domain=domain, policy="block", note=note, created_by=by.account_id, created_at=now_ms())
        theirs = f"SELECT id FROM accounts WHERE {WITHIN}"
        within = [domain, below(by, domain)]
        for column, other, count in (
            ("target_id", "account_id", "followers_count"),
            ("account_id", "target_id", "following_count"),
        ):
            await execute(
                f"UPDATE accounts SET {count} = {count} - (SELECT count(*) FROM follows f"
                f" WHERE f.{column} = accounts.id AND f.state = 'accepted' AND f.{other} IN ({theirs})),"
                f" rev = rev + 1 WHERE id IN (SELECT {column} FROM follows WHERE {other} IN ({theirs}))",
                [*within, *within],
            )
        await execute(
            f"DELETE FROM follows WHERE account_id IN ({theirs}) OR target_id IN ({theirs})", [*within, *within]
        )
        await execute(
            f"UPDATE chapters SET state = 'refused', asked_by_us = ?, asked_by_them = ? WHERE account_id IN ({theirs})",
            [False, False, *within],
        )
        await execute(f"UPDATE accounts SET followers_count = 0, following_count = 0 WHERE {WITHIN}", within)
        await execute(
            f"UPDATE accounts SET state = 'blocked', rev = rev + 1 WHERE state = 'active' AND {WITHIN}", within
        )
        u.emit(DomainBlocked(domain, by.account_id))


def below(by: Principal, domain: str) -> str:
    """The LIKE pattern of everything below a domain."""
    check_administer(by)
    return "%." + domain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def unblock_domain(by: Principal, domain: str) -> None:
    """Take a block back. Follows that were cut stay cut: people follow anew. What another block covers stays hidden."""
    check_administer(by)
    domain = check_domain(domain)
    async with unit() as u:
        if await Domain.filter(domain=domain).delete():
            await execute(
                f"UPDATE accounts SET state = 'active', rev = rev + 1 WHERE state = 'blocked' AND {WITHIN}"
                " AND NOT EXISTS (SELECT 1 FROM domains d WHERE d.domain = accounts.domain"
                " OR accounts.domain LIKE '%.' || d.domain)",
                [domain, below(by, domain)],
            )
            u.emit(DomainUnblocked(domain, by.account_id))
