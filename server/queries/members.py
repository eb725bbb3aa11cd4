"""Members and invitations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.queries import accounts
from server.queries.accounts import loaded
from server.queries.moments import maybe_moment, moment
from server.rules.ids import now_ms
from server.rules.permissions import Principal
from server.storage.sql import rows
from server.views.accounts import AccountView, MemberView
from server.views.instance import InviteView

COLUMNS = (
    "m.id AS m_id, m.email AS m_email, m.role AS m_role, m.frontline_role AS m_frontline_role, m.place AS m_place,"
    " m.locale AS m_locale, m.settings AS m_settings, m.created_at AS m_created_at, m.seen_at AS m_seen_at,"
    " m.password_hash AS m_password_hash"
)


@dataclass(frozen=True, slots=True)
class Login:
    """A member with what signing in needs; never shown."""

    member: MemberView
    password_hash: str


def view(row: Mapping[str, Any], account: AccountView) -> MemberView:
    return MemberView(
        id=row["m_id"],
        account=account,
        email=row["m_email"] or "",
        role=row["m_role"],
        frontline_role=row["m_frontline_role"],
        place=row["m_place"],
        locale=row["m_locale"],
        settings=dict(loaded(row["m_settings"]) or {}),
        created_at=moment(row["m_created_at"]),
        seen_at=maybe_moment(row["m_seen_at"]),
    )


def principal(member: MemberView) -> Principal:
    """The member as the one who acts."""
    return Principal(
        "member",
        member.account.id,
        role=member.role,  # type: ignore[arg-type]  # only roles are ever stored
        member_id=member.id,
        suspended=member.account.suspended,
    )


async def logins(condition: str, values: Sequence[Any], more: str = "") -> list[Login]:
    """Members `m` that fit a condition."""
    found = await rows(
        f"SELECT {COLUMNS}, {accounts.columns()} FROM members m JOIN accounts a ON a.id = m.account_id"
        f" WHERE {condition} {more}",
        values,
    )
    return [
        Login(view(row, account), row["m_password_hash"])
        for row, account in zip(found, await accounts.views(found), strict=True)
    ]


async def by_id(member_id: int) -> MemberView | None:
    return next((login.member for login in await logins("m.id = ?", [member_id])), None)


async def by_account_id(account_id: int) -> MemberView | None:
    return next((login.member for login in await logins("m.account_id = ?", [account_id])), None)


async def login(text: str) -> Login | None:
    """By email address or by name, as typed into the sign-in form."""
    given = text.strip().lower().removeprefix("@")
    return next(iter(await logins("m.email = ? OR (a.name_key = ? AND a.domain = '')", [given, given])), None)


async def by_name(name: str) -> MemberView | None:
    found = await logins("a.name_key = ? AND a.domain = ''", [name.lower().removeprefix("@")])
    return found[0].member if found else None


async def all_members(*, limit: int = 200, offset: int = 0) -> list[MemberView]:
    """Everybody with a log-in, by name."""
    found = await logins("1 = 1", [limit, offset], "ORDER BY a.name_key LIMIT ? OFFSET ?")
    return [login.member for login in found]


async def any_admin() -> bool:
    """Whether the set-up page is closed."""
    return bool(await rows("SELECT 1 AS one FROM members WHERE role = 'admin' LIMIT 1"))


def invite_view(row: Mapping[str, Any]) -> InviteView:
    return InviteView(
        code=row["code"],
        role=row["role"],
        note=row["note"],
        created_at=moment(row["created_at"]),
        expires_at=maybe_moment(row["expires_at"]),
        uses_left=row["uses_left"],
        used=row["used"],
        organisation_id=row["organisation_id"],
        proposal_id=row["proposal_id"],
        part=row["part"],
    )


async def invites() -> list[InviteView]:
    """Every invitation to the instance, the newest first."""
    return [
        invite_view(row)
        for row in await rows("SELECT * FROM invites WHERE organisation_id IS NULL ORDER BY created_at DESC, code")
    ]


async def every_invite() -> list[InviteView]:
    """All there are, into groups and about proposals too, the newest first."""
    return [invite_view(row) for row in await rows("SELECT * FROM invites ORDER BY created_at DESC, code")]


async def invites_about(proposal_id: int) -> list[InviteView]:
    """Those that ask people what they see of a proposal, the newest first."""
    found = await rows("SELECT * FROM invites WHERE proposal_id = ? ORDER BY created_at DESC, code", [proposal_id])
    return [invite_view(row) for row in found]


async def invite(code: str) -> InviteView | None:
    """An invitation that still works."""
    found = await rows(
        "SELECT * FROM invites WHERE code = ? AND (uses_left IS NULL OR uses_left > 0)"
        " AND (expires_at IS NULL OR expires_at > ?)",
        [code, now_ms()],
    )
    return invite_view(found[0]) if found else None


async def told_between(since: int, until: int) -> list[int]:
    """The ids of members with an email address who were told something after `since`, up to `until`."""
    found = await rows(
        "SELECT DISTINCT m.id FROM members m JOIN notifications n ON n.account_id = m.account_id"
        " WHERE m.email IS NOT NULL AND NOT n.dismissed AND n.created_at > ? AND n.created_at <= ? ORDER BY m.id",
        [since, until],
    )
    return [row["id"] for row in found]
