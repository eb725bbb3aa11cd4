"""Organisations of ours and the groups hosted here: what they are, who belongs to them, who may speak for them."""

from collections.abc import Sequence
from typing import Any

from server.queries import accounts
from server.queries.accounts import loaded
from server.queries.members import invite_view
from server.queries.moments import moment
from server.rules.permissions import SPEAKERS
from server.storage.sql import row as first_row
from server.storage.sql import rows
from server.views.accounts import AccountView
from server.views.instance import InviteView
from server.views.organisations import MembershipView, OrganisationView, SpokenView

LISTED = 500
_BOTH = "s.claimed AND s.confirmed"


async def running() -> int:
    """The account id of the organisation that runs this instance; 0 until it is set up."""
    found = await first_row("SELECT value FROM settings WHERE name = 'organisation_id'")
    return int(loaded(found["value"]) or 0) if found else 0


async def role_in(organisation_id: int, account_id: int) -> str:
    """Somebody's role in an organisation, confirmed by both sides; empty without one."""
    found = await first_row(
        f"SELECT s.role FROM memberships s WHERE s.organisation_id = ? AND s.account_id = ? AND {_BOTH}",
        [organisation_id, account_id],
    )
    return str(found["role"]) if found else ""


async def voices_of(account_id: int) -> list[AccountView]:
    """The organisations of ours that somebody may speak for, in the order they joined them."""
    found = await rows(
        f"SELECT {accounts.columns()} FROM memberships s JOIN accounts a ON a.id = s.organisation_id"
        f" WHERE s.account_id = ? AND {_BOTH} AND s.role IN (?) AND a.domain = '' AND a.state = 'active'"
        " ORDER BY s.since, s.id",
        [account_id, list(SPEAKERS)],
    )
    return await accounts.views(found)


async def stewards_of(organisation_id: int) -> list[int]:
    """The accounts of those who look after an organisation."""
    found = await rows(
        f"SELECT s.account_id FROM memberships s WHERE s.organisation_id = ? AND s.role IN (?) AND {_BOTH}",
        [organisation_id, list(SPEAKERS)],
    )
    return [row["account_id"] for row in found]


async def facts_of(account: AccountView) -> OrganisationView:
    """What an organisation of ours has beyond its account."""
    found = await first_row("SELECT kind, mandate FROM organisations WHERE account_id = ?", [account.id])
    known = found or {"kind": "organisation", "mandate": ""}
    return OrganisationView(account, known["kind"], known["mandate"], account.id == await running())


async def all_here() -> list[AccountView]:
    """The organisation that runs this instance and the groups it hosts, by name."""
    found = await rows(
        f"SELECT {accounts.columns()} FROM accounts a WHERE a.kind = 'organisation' AND a.domain = ''"
        " AND a.state = 'active' ORDER BY a.name_key LIMIT ?",
        [LISTED],
    )
    return await accounts.views(found)


async def members_of(organisation_id: int) -> list[MembershipView]:
    """Everybody who belongs to an organisation, or says so, or was asked to; its stewards first."""
    return await _memberships("s.account_id", "s.organisation_id = ?", [organisation_id])


async def memberships_of(account_id: int) -> list[MembershipView]:
    """The organisations somebody belongs to, or that one of the two sides names."""
    return await _memberships("s.organisation_id", "s.account_id = ?", [account_id])


async def uris_of(account_id: int) -> tuple[str, ...]:
    """The federated ids of the organisations that an account of ours says it belongs to; of a topic, the one that runs
    this instance."""
    found = await rows(
        "SELECT o.uri FROM memberships s JOIN accounts o ON o.id = s.organisation_id WHERE s.account_id = ?"
        " AND s.claimed ORDER BY s.since, s.id LIMIT ?",
        [account_id, LISTED],
    )
    if not found:
        found = await rows(
            "SELECT o.uri FROM accounts a JOIN accounts o ON o.id = ? WHERE a.id = ?"
            " AND a.kind IN ('topic', 'service')",
            [await running(), account_id],
        )
    return tuple(str(each["uri"]) for each in found)


async def spoken_for(organisation_id: int, limit: int = 50) -> list[SpokenView]:
    """Who wrote what in an organisation's name, the newest first."""
    found = await rows(
        "SELECT x.post_id AS x_post_id, p.title, p.published_at AS x_at, p.source,"
        f" {accounts.columns()} FROM spoken x JOIN posts p ON p.id = x.post_id JOIN accounts a ON a.id = x.account_id"
        " WHERE p.account_id = ? AND p.deleted_at IS NULL ORDER BY x.post_id DESC LIMIT ?",
        [organisation_id, limit],
    )
    return [
        SpokenView(row["x_post_id"], account, moment(row["x_at"]), row["title"] or row["source"][:120])
        for row, account in zip(found, await accounts.views(found), strict=True)
    ]


async def invites_of(organisation_id: int) -> list[InviteView]:
    """The invitations into an organisation, the newest first."""
    found = await rows(
        "SELECT * FROM invites WHERE organisation_id = ? ORDER BY created_at DESC, code", [organisation_id]
    )
    return [invite_view(row) for row in found]


async def _memberships(other: str, condition: str, values: Sequence[Any]) -> list[MembershipView]:
    found = await rows(
        f"SELECT s.role AS s_role, s.claimed AS s_claimed, s.confirmed AS s_confirmed, s.since AS s_since,"
        f" {accounts.columns()} FROM memberships s JOIN accounts a ON a.id = {other} WHERE {condition}"
        " AND a.state = 'active' ORDER BY (s.role = 'member'), s.since, s.id LIMIT ?",
        [*values, LISTED],
    )
    return [
        MembershipView(account, row["s_role"], bool(row["s_claimed"]), bool(row["s_confirmed"]), moment(row["s_since"]))
        for row, account in zip(found, await accounts.views(found), strict=True)
    ]
