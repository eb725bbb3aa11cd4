"""What was decided about other domains. One question, asked before anything goes there or comes from there."""

from collections.abc import Iterable, Sequence
from typing import Any

from server.queries.accounts import loaded
from server.queries.instance import settings
from server.queries.moments import moment
from server.rules.domains import DomainRule, Federation, Policy, Shown
from server.storage.sql import rows
from server.views.instance import DomainView, PeersWork

FIELDS = "domain, policy, reject_media, reject_reports, note, public_comment, obfuscate, created_at"
REFUSED = ("block", "held")


def above(domain: str) -> list[str]:
    """A domain and all above it: a block of `example.org` covers `news.example.org`."""
    host = domain.lower()
    name = host.rpartition(":")[0] if ":" in host and host.rpartition(":")[2].isdigit() else host
    parts = name.split(".")
    return list(dict.fromkeys([host, *(".".join(parts[i:]) for i in range(len(parts)))]))


async def stance(domain: str) -> DomainRule:
    """What holds for a domain: of all that was decided about it and what is above it the strictest.

    Its policy is `block` also where only those on a list may come in and it is none of them, and `held` where new ones
    wait for an admin.
    """
    return (await stances([domain]))[domain]


async def stances(domains: Iterable[str]) -> dict[str, DomainRule]:
    """The same for several, in one query."""
    covering = {domain: above(domain) for domain in domains}
    found = await rows(
        f"SELECT {FIELDS} FROM domains WHERE domain IN (?)"
        " UNION ALL SELECT '', CAST(value AS TEXT), ?, ?, '', '', ?, 0 FROM settings WHERE name = 'federation'",
        [sorted({each for names in covering.values() for each in names}), False, False, False],
    )
    mode = next((row["policy"].strip('"') for row in found if not row["domain"]), "open")
    decided = {row["domain"]: row for row in found}
    return {
        domain: _strictest(domain, [decided[name] for name in names if name in decided], mode)
        for domain, names in covering.items()
    }


def _strictest(domain: str, found: Sequence[dict[str, Any]], mode: str) -> DomainRule:
    policies = {row["policy"] for row in found}
    policy: Policy
    if "block" in policies:
        policy = "block"
    elif mode != "open" and not policies & {"allow", "limit", "none"}:
        policy = "held" if mode == "quarantine" else "block"
    elif "limit" in policies:
        policy = "limit"
    else:
        policy = "allow" if "allow" in policies else "none"
    return DomainRule(
        domain,
        policy,
        reject_media=policy == "block" or any(row["reject_media"] for row in found),
        reject_reports=policy == "block" or any(row["reject_reports"] for row in found),
    )


async def verdict(domain: str) -> str:
    """`block`, `held`, `limit` or `open`."""
    policy = (await stance(domain)).policy
    return policy if policy in ("block", "held", "limit") else "open"


async def is_blocked(domain: str) -> bool:
    """Whether an admin has blocked a domain, or one above it."""
    return bool(await rows("SELECT 1 FROM domains WHERE policy = 'block' AND domain IN (?)", [above(domain)]))


async def is_refused(domain: str) -> bool:
    """Whether nothing may come from a domain or go there, for now or for good."""
    return await verdict(domain) in REFUSED


async def rejects_media_of(media_id: int) -> bool:
    """Whether pictures of the account that a picture belongs to are not wanted here."""
    found = await rows(
        "SELECT a.domain FROM media m LEFT JOIN posts p ON p.id = m.post_id"
        " JOIN accounts a ON a.id = COALESCE(p.account_id, m.account_id) WHERE m.id = ? AND a.domain <> ''",
        [media_id],
    )
    return bool(found) and (await stance(found[0]["domain"])).reject_media


async def decided(*policies: Policy) -> list[DomainView]:
    """Every decision of these kinds, by domain."""
    found = await rows(f"SELECT {FIELDS} FROM domains WHERE policy IN (?) ORDER BY domain", [list(policies)])
    return [_view(row) for row in found]


async def blocked() -> list[DomainView]:
    """Every domain that is blocked, limited, or refused a part."""
    return await decided("block", "limit", "none")


async def one(domain: str) -> DomainView | None:
    """What was decided about exactly this domain."""
    found = await rows(f"SELECT {FIELDS} FROM domains WHERE domain = ?", [domain])
    return _view(found[0]) if found else None


async def federation() -> tuple[Federation, Shown]:
    """Who may come in, and who may read whom we block."""
    values = await settings()
    return values.get("federation") or "open", values.get("blocks_shown") or "nobody"


async def exchanged_with() -> list[str]:
    """The domains of everyone here knows who is not hidden."""
    found = await rows(
        "SELECT DISTINCT domain FROM accounts WHERE domain <> '' AND state = 'active' AND kind <> 'instance'"
        " ORDER BY domain"
    )
    return [row["domain"] for row in found]


async def under_way() -> list[PeersWork]:
    """Long work that is not done yet: lists that are taken in, and what is being forgotten."""
    found = await rows("SELECT kind, payload FROM jobs WHERE queue = 'peers' AND state = 0 ORDER BY id")
    return [_work(row["kind"], loaded(row["payload"])) for row in found]


def _work(kind: str, payload: dict[str, Any]) -> PeersWork:
    return PeersWork(kind, str(payload.get("domain", "")), int(payload["done"]), int(payload["total"]))


def _view(row: dict[str, Any]) -> DomainView:
    rule = DomainRule(
        row["domain"],
        row["policy"],
        reject_media=bool(row["reject_media"]),
        reject_reports=bool(row["reject_reports"]),
        note=row["note"],
        public_comment=row["public_comment"],
        obfuscate=bool(row["obfuscate"]),
    )
    return DomainView(rule, moment(row["created_at"]))
