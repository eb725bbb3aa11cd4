"""This instance as people and other servers see it."""

from typing import Any

from server.queries import accounts
from server.queries.accounts import loaded
from server.rules.ids import now_ms
from server.storage.database import current
from server.storage.sql import rows
from server.views.instance import InstanceView

MONTH = 30 * 24 * 3600 * 1000


async def settings() -> dict[str, Any]:
    """Every value an admin has set."""
    return {row["name"]: loaded(row["value"]) for row in await rows("SELECT name, value FROM settings")}


async def setting(name: str) -> Any:
    """One value, or None."""
    found = await rows("SELECT value FROM settings WHERE name = ?", [name])
    return loaded(found[0]["value"]) if found else None


async def get() -> InstanceView:
    """The instance, in a fixed number of queries; its title is the domain until somebody gives it one."""
    values = await settings()
    domain = current().base_url.partition("://")[2]
    counts = (
        await rows(
            "SELECT (SELECT count(*) FROM members) AS members,"
            " (SELECT count(*) FROM members WHERE role = 'admin') AS admins,"
            " (SELECT count(*) FROM posts WHERE local = ? AND deleted_at IS NULL AND reblog_of_id IS NULL) AS posts,"
            " (SELECT count(DISTINCT domain) FROM accounts WHERE domain <> '') AS domains,"
            " (SELECT count(*) FROM members WHERE seen_at > ?) AS active",
            [True, now_ms() - MONTH],
        )
    )[0]
    contact = await accounts.local_by_name(values["contact_account"]) if values.get("contact_account") else None
    if contact is None:
        contact = await accounts.one(
            "a.id = (SELECT m.account_id FROM members m WHERE m.role = 'admin' ORDER BY m.id LIMIT 1)", []
        )
    organisation = await accounts.by_id(int(values["organisation_id"])) if values.get("organisation_id") else None
    return InstanceView(
        domain=domain,
        title=values.get("title") or domain,
        description=values.get("description") or "",
        about_html=values.get("about_html") or "",
        about_source=values.get("about") or "",
        contact_email=values.get("contact_email") or "",
        contact=contact,
        organisation=organisation,
        accent=values.get("accent") or "pine",
        language=values.get("language") or "en",
        time_zone=values.get("time_zone") or "UTC",
        rules=tuple(values.get("rules") or ()),
        sign_up=values.get("sign_up") or "invite",
        set_up=bool(counts["admins"]),
        members_count=counts["members"],
        posts_count=counts["posts"],
        domains_count=counts["domains"],
        active_month=counts["active"],
    )
