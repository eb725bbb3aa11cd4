"""What an admin decides about other servers: block, limit, let in, forget; and who may come in at all."""

import contextlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from server.queries.accounts import loaded
from server.rules.domains import FEDERATIONS, NOTE, POLICIES, SHOWN, DomainRule, check_domain
from server.rules.errors import Conflict, Invalid, NotFound
from server.rules.events.moderation import (
    DomainBlocked,
    DomainDecided,
    DomainPurged,
    DomainUnblocked,
    FederationChanged,
)
from server.rules.events.people import AccountGone
from server.rules.ids import now_ms
from server.rules.permissions import Principal, check_administer
from server.storage.database import current
from server.storage.models.instance import Domain
from server.storage.sql import execute, row, rows
from server.storage.unit import Unit, unit

WITHIN: Final = "(domain = ? OR domain LIKE ? ESCAPE '\\')"
LANE: Final = "peers"
BATCH: Final = 25  # domains or accounts at a time, so that nobody waits long for the database

# A steward's own limit of an account outlives that of its domain.
_OWN_LIMIT: Final = (
    "COALESCE((SELECT d.act FROM decisions d WHERE d.account_id = accounts.id AND d.act IN ('limit', 'lift')"
    " ORDER BY d.id DESC LIMIT 1), 'lift') = 'limit'"
)
_COVERED: Final = (
    "EXISTS (SELECT 1 FROM domains d WHERE d.policy = ? AND (d.domain = accounts.domain"
    " OR accounts.domain LIKE '%.' || d.domain))"
)


async def block_domain(by: Principal, domain: str, note: str = "") -> None:
    """Refuse a domain and all below it. Follows both ways end; what waits for it is cancelled by what follows.

    Args:
        domain: as typed; see `rules.domains`.

    Raises:
        Invalid: it is no domain, or our own, or one above our own.
    """
    check_administer(by)
    await decide_domain(by, DomainRule(domain, "block", note=note))


async def decide_domain(by: Principal, rule: DomainRule) -> None:
    """Decide about a domain and all below it, in the place of what was decided before.

    A block ends follows both ways and hides all that came from there; the end of it brings that back into view, but no
    follow. A limit keeps its accounts, known and to come, out of lists for everybody. What came from there stays until
    it is purged.

    Raises:
        Invalid: it is no domain, or our own, or one above our own.
    """
    check_administer(by)
    domain = check_domain(rule.domain)
    own = current().base_url.partition("://")[2]
    if own == domain or own.endswith(f".{domain}"):
        raise Invalid("domain", "This is your own domain.")
    if rule.policy not in POLICIES:
        raise Invalid("policy", "Choose what to do about it.")
    texts = {name: getattr(rule, name).replace("\x00", "").strip()[:NOTE] for name in ("note", "public_comment")}
    values = {
        "policy": rule.policy,
        "reject_media": rule.reject_media,
        "reject_reports": rule.reject_reports,
        "obfuscate": rule.obfuscate,
        **texts,
    }
    async with unit() as u:
        before = await Domain.get_or_none(domain=domain)
        if before is None:
            await Domain.create(domain=domain, created_by=by.account_id, created_at=now_ms(), **values)
        else:
            await Domain.filter(domain=domain).update(**values)
        was = before.policy if before else ""
        if was == rule.policy:
            parts = (rule.reject_media, rule.reject_reports)
            if before is not None and (before.reject_media, before.reject_reports) != parts:
                u.emit(DomainDecided(domain, rule.policy, *parts, by.account_id))
            return
        await _end(by, domain, was)
        if rule.policy == "block":
            await _hide(by, domain)
            u.emit(DomainBlocked(domain, by.account_id))
            return
        if rule.policy == "limit":
            await execute(
                f"UPDATE accounts SET limited = ?, rev = rev + 1 WHERE NOT limited AND {WITHIN}",
                [True, domain, below(by, domain)],
            )
        u.emit(DomainDecided(domain, rule.policy, rule.reject_media, rule.reject_reports, by.account_id))


async def unblock_domain(by: Principal, domain: str) -> None:
    """Take back what was decided about a domain. Follows that were cut stay cut: people follow anew. What another
    decision covers stays as that says."""
    check_administer(by)
    domain = check_domain(domain)
    async with unit() as u:
        before = await Domain.get_or_none(domain=domain)
        if before is not None and await Domain.filter(domain=domain).delete():
            await _end(by, domain, before.policy)
            u.emit(DomainUnblocked(domain, by.account_id))


async def set_federation(by: Principal, federation: str, blocks_shown: str, *, keep_known: bool = True) -> None:
    """Who may come in: everybody (`open`), new servers only after an admin's yes (`quarantine`), or those on a list
    alone (`allow_list`); and who may read whom we block.

    Args:
        keep_known: let in all whom we exchange with now, where not everybody may come in.
    """
    check_administer(by)
    if federation not in FEDERATIONS:
        raise Invalid("federation", "Choose who may exchange with this site.")
    if blocks_shown not in SHOWN:
        raise Invalid("blocks_shown", "Choose who may read the list of blocked servers.")
    async with unit() as u:
        for name, value in (("federation", federation), ("blocks_shown", blocks_shown)):
            await execute(
                "INSERT INTO settings (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [name, f'"{value}"'],
            )
        if federation != "open" and keep_known:
            await execute(
                "INSERT INTO domains (domain, policy, note, created_by, created_at)"
                " SELECT DISTINCT domain, 'allow', '', CAST(? AS BIGINT), CAST(? AS BIGINT) FROM accounts"
                " WHERE domain <> '' AND state = 'active' ON CONFLICT (domain) DO NOTHING",
                [by.account_id, now_ms()],
            )
        u.emit(FederationChanged(federation, blocks_shown, by.account_id))


async def start_import(by: Principal, rules: Sequence[DomainRule]) -> None:
    """Take in a list in the background.

    Raises:
        Conflict: another one is still being taken in.
    """
    check_administer(by)
    async with unit() as work:
        if await row("SELECT id FROM jobs WHERE queue = ? AND kind = 'import' AND state = 0", [LANE]):
            raise Conflict("The last list is still being taken in. Wait until it is done.")
        _ask(work, by, "import", {"left": [asdict(rule) for rule in rules], "done": 0, "total": len(rules)})


async def continue_import(by: Principal, left: Sequence[dict[str, Any]], done: int, total: int) -> None:
    """Take in the next lines of a list, and ask for those after them."""
    check_administer(by)
    async with unit() as work:
        await decide_domains(by, [DomainRule(**kept) for kept in left[:BATCH]])
        if rest := left[BATCH:]:
            _ask(work, by, "import", {"left": rest, "done": done + BATCH, "total": total})


async def decide_domains(by: Principal, rules: Sequence[DomainRule]) -> None:
    """Decide about each. What a list says about ourselves is passed over."""
    check_administer(by)
    for rule in rules:
        with contextlib.suppress(Invalid):
            await decide_domain(by, rule)


async def begin_purge(by: Principal, domain: str) -> int:
    """Say that everybody from a domain and below it shall be forgotten, with all that came from them, for good.
    `purge_some` does it. How many accounts there are.

    Raises:
        NotFound: nobody from there is known.
    """
    check_administer(by)
    domain = check_domain(domain)
    async with unit() as work:
        accounts = len(await left_to_purge(by, domain, 1_000_000))
        if not accounts:
            raise NotFound("Nobody from this server is known here.", detail=domain)
        work.emit(DomainPurged(domain, accounts, by.account_id))
    return accounts


async def start_purge(by: Principal, domain: str) -> None:
    """The same in the background.

    Raises:
        Conflict: it is being forgotten already.
    """
    check_administer(by)
    async with unit() as work:
        total = await begin_purge(by, domain)
        for job in await rows("SELECT payload FROM jobs WHERE queue = ? AND kind = 'purge' AND state = 0", [LANE]):
            if loaded(job["payload"])["domain"] == check_domain(domain):
                raise Conflict("This server is being forgotten already.")
        _ask(work, by, "purge", {"domain": check_domain(domain), "done": 0, "total": total})


async def continue_purge(by: Principal, domain: str, done: int, total: int) -> None:
    """Forget the next accounts, and ask for those after them."""
    check_administer(by)
    async with unit() as work:
        if number := await purge_some(by, domain):
            _ask(work, by, "purge", {"domain": domain, "done": done + number, "total": total})


async def purge_some(by: Principal, domain: str) -> int:
    """Forget the next accounts of a domain; how many they were, 0 when none is left."""
    check_administer(by)
    domain = check_domain(domain)
    async with unit() as work:
        batch = await left_to_purge(by, domain, BATCH)
        await execute("UPDATE accounts SET state = 'gone', rev = rev + 1 WHERE id IN (?)", [batch])
        for account_id in batch:
            work.emit(AccountGone(account_id))
    return len(batch)


async def left_to_purge(by: Principal, domain: str, limit: int) -> list[int]:
    """Accounts of a domain that are not forgotten yet."""
    check_administer(by)
    found = await rows(
        f"SELECT id FROM accounts WHERE state <> 'gone' AND {WITHIN} ORDER BY id LIMIT ?",
        [domain, below(by, domain), limit],
    )
    return [each["id"] for each in found]


def below(by: Principal, domain: str) -> str:
    """The LIKE pattern of everything below a domain."""
    check_administer(by)
    return "%." + domain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _ask(work: Unit, by: Principal, kind: str, payload: dict[str, Any]) -> None:
    work.enqueue(LANE, None, {**payload, "by": by.account_id}, kind=kind)


async def _hide(by: Principal, domain: str) -> None:
    """A block begins: follows end both ways, with their counts, and nothing from there is shown."""
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
    await execute(f"DELETE FROM follows WHERE account_id IN ({theirs}) OR target_id IN ({theirs})", [*within, *within])
    await execute(
        f"UPDATE chapters SET state = 'refused', asked_by_us = ?, asked_by_them = ? WHERE account_id IN ({theirs})",
        [False, False, *within],
    )
    await execute(f"UPDATE accounts SET followers_count = 0, following_count = 0 WHERE {WITHIN}", within)
    await execute(f"UPDATE accounts SET state = 'blocked', rev = rev + 1 WHERE state = 'active' AND {WITHIN}", within)


async def _end(by: Principal, domain: str, policy: str) -> None:
    """What a block hid is shown again, what a limit kept out of lists is back in them, but for what another decision
    covers."""
    within = [domain, below(by, domain)]
    if policy == "block":
        await execute(
            f"UPDATE accounts SET state = 'active', rev = rev + 1 WHERE state = 'blocked' AND {WITHIN}"
            f" AND NOT {_COVERED}",
            [*within, "block"],
        )
    elif policy == "limit":
        await execute(
            f"UPDATE accounts SET limited = ?, rev = rev + 1 WHERE limited AND {WITHIN}"
            f" AND NOT {_COVERED} AND NOT {_OWN_LIMIT}",
            [False, *within, "limit"],
        )
