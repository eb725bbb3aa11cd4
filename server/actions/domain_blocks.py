"""A member wants nothing from a whole server, for themselves."""

from server.actions.follows import remove_follower, unfollow
from server.rules.domains import check_domain
from server.rules.errors import Invalid
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member
from server.storage.database import current
from server.storage.models.marks import DomainBlock
from server.storage.sql import execute, rows
from server.storage.unit import unit


async def block_for_oneself(by: Principal, domain: str) -> None:
    """Nothing from a domain stands in one's timelines or news any more; follows both ways end. Nobody is told, and
    others see it as before. Doing it again changes nothing.

    Raises:
        Invalid: it is no domain, or our own.
    """
    check_member(by)
    domain = check_domain(domain)
    if domain == current().base_url.partition("://")[2]:
        raise Invalid("domain", "This is your own domain.")
    async with unit():
        await DomainBlock.bulk_create(
            [DomainBlock(id=new_id(), account_id=by.account_id, domain=domain, created_at=now_ms())],
            ignore_conflicts=True,
        )
        there = "SELECT a.id FROM accounts a WHERE a.domain = ?"
        for row in await rows(
            f"SELECT target_id AS id FROM follows WHERE account_id = ? AND target_id IN ({there})",
            [by.account_id, domain],
        ):
            await unfollow(by, row["id"])
        for row in await rows(
            f"SELECT account_id AS id FROM follows WHERE target_id = ? AND account_id IN ({there})",
            [by.account_id, domain],
        ):
            await remove_follower(by, row["id"])
        await execute(
            f"UPDATE notifications SET dismissed = ? WHERE account_id = ? AND from_account_id IN ({there})",
            [True, by.account_id, domain],
        )


async def unblock_for_oneself(by: Principal, domain: str) -> None:
    """Take it back; without one changes nothing. Follows do not come back."""
    check_member(by)
    await DomainBlock.filter(account_id=by.account_id, domain=check_domain(domain)).delete()
