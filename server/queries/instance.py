"""This instance as people and other servers see it."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from server.queries import accounts
from server.queries.accounts import loaded
from server.rules.colours import DEFAULT
from server.storage.database import Database, current
from server.storage.sql import rows
from server.views.instance import InstanceView

MONTH = 30 * 24 * 3600 * 1000
FRESH = 60 * 1000


@dataclass(frozen=True, slots=True)
class Counts:
    """How large the instance was at `at` (milliseconds)."""

    at: int
    members: int
    posts: int
    domains: int
    active: int


# They stand on every page and in every NodeInfo, and take a look at whole tables: each open database keeps its own.
_counts: WeakKeyDictionary[Database, Counts] = WeakKeyDictionary()


async def settings() -> dict[str, Any]:
    """Every value an admin has set."""
    return {row["name"]: loaded(row["value"]) for row in await rows("SELECT name, value FROM settings")}


async def setting(name: str) -> Any:
    """One value, or None."""
    found = await rows("SELECT value FROM settings WHERE name = ?", [name])
    return loaded(found[0]["value"]) if found else None


async def counted() -> Counts:
    """The counts of this instance, at most a minute old by the database's clock."""
    database = current()
    now = database.clock()
    known = _counts.get(database)
    if known is None or not 0 <= now - known.at < FRESH:
        found = await rows(
            "SELECT (SELECT count(*) FROM members) AS members,"
            " (SELECT count(*) FROM posts WHERE local = ? AND deleted_at IS NULL AND held_reason = ''"
            " AND reblog_of_id IS NULL) AS posts,"
            " (SELECT count(DISTINCT domain) FROM accounts WHERE domain <> '') AS domains,"
            " (SELECT count(*) FROM members WHERE seen_at > ?) AS active",
            [True, now - MONTH],
        )
        known = _counts[database] = Counts(now, **found[0])
    return known


async def get() -> InstanceView:
    """The instance, in a fixed number of queries; its title is the domain until somebody gives it one."""
    values = await settings()
    domain = current().base_url.partition("://")[2]
    counts = await counted()
    admin = await accounts.one(
        "a.id = (SELECT m.account_id FROM members m WHERE m.role = 'admin' ORDER BY m.id LIMIT 1)", []
    )
    contact = await accounts.local_by_name(values["contact_account"]) if values.get("contact_account") else None
    organisation = await accounts.by_id(int(values["organisation_id"])) if values.get("organisation_id") else None
    return InstanceView(
        domain=domain,
        title=values.get("title") or domain,
        description=values.get("description") or "",
        about_html=values.get("about_html") or "",
        about_source=values.get("about") or "",
        privacy_html=values.get("privacy_html") or "",
        privacy_source=values.get("privacy") or "",
        accessibility_html=values.get("accessibility_html") or "",
        accessibility_source=values.get("accessibility") or "",
        contact_email=values.get("contact_email") or "",
        contact=contact or admin,
        organisation=organisation,
        accent=values.get("accent") or DEFAULT,
        language=values.get("language") or "en",
        time_zone=values.get("time_zone") or "UTC",
        rules=tuple(values.get("rules") or ()),
        hold_first=values.get("hold_first") == "yes",
        sign_up=values.get("sign_up") or "invite",
        set_up=admin is not None,
        members_count=counts.members,
        posts_count=counts.posts,
        domains_count=counts.domains,
        active_month=counts.active,
    )
