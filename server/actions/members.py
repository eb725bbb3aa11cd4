"""Members: people with a log-in here. Passwords arrive as hashes and keys as values: both are made at the edges."""

import hashlib
import secrets

from tortoise.exceptions import IntegrityError

from server.actions.accounts import create_account
from server.actions.invites import use_invite
from server.queries.organisations import running
from server.rules.accounts import ROLES, Role
from server.rules.drafts import KeyPairs
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.events.people import MemberJoined, RoleGiven
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer, check_member, may_administer
from server.rules.topics import check_name
from server.storage.counts import touch
from server.storage.models.accounts import Account
from server.storage.models.apps import Token
from server.storage.models.instance import Setting
from server.storage.models.members import Invite, LoginLink, Member, Membership, Session
from server.storage.sql import execute
from server.storage.unit import unit

LINK_LIFE = 24 * 3600 * 1000


def hash_token(by: Principal, token: str) -> str:
    """Only this is stored of a token that a person holds."""
    may_administer(by)
    return hashlib.sha256(token.encode()).hexdigest()


async def create_member(
    by: Principal,
    name: str,
    *,
    keys: KeyPairs,
    email: str = "",
    password_hash: str = "",
    role: Role = "member",
    display_name: str = "",
    invite_code: str = "",
) -> int:
    """A new member, made by an admin or by the holder of an invitation (`by` is then the operator on its behalf, and
    the invitation decides the role). Returns the member's id.

    Raises:
        Invalid: the name or email is not usable.
        Conflict: the name or email is taken, or the invitation is used up.
    """
    check_administer(by)
    check_name(name)
    address = email.strip().lower()
    if address and ("@" not in address[1:-1] or len(address) > 320 or any(c.isspace() for c in address)):
        raise Invalid("email", "This does not look like an email address. It should be like name@example.org.")
    if role not in ROLES:
        raise Invalid("role", "Choose one of: %(choices)s.", choices=", ".join(ROLES))
    member_id = new_id()
    try:
        async with unit() as u:
            invite = await use_invite(by, invite_code) if invite_code else None
            if invite is not None:
                role = invited_role(by, invite)
            account_id = await create_account(
                by, kind="person", name=name, display_name=display_name or name, keys=keys
            )
            await Member.create(
                id=member_id,
                account_id=account_id,
                email=address or None,
                password_hash=password_hash,
                role=role,
                settings={},
                frontline_role=invite.part if invite else "",
                created_at=now_ms(),
            )
            await join_organisation(by, account_id, role)
            if invite is not None and invite.organisation_id is not None:
                await Membership.create(
                    id=new_id(),
                    organisation_id=invite.organisation_id,
                    account_id=account_id,
                    role=invite.role,
                    since=now_ms(),
                )
            u.emit(MemberJoined(member_id, account_id))
    except IntegrityError as error:
        raise Conflict("This name or email address is in use. Sign in, or choose another.") from error
    return member_id


def invited_role(by: Principal, invite: Invite) -> Role:
    """The role here of whoever joins with an invitation; one into a group gives a role there alone."""
    check_administer(by)
    if invite.organisation_id is not None:
        return "member"
    return next((role for role in ROLES if role == invite.role), "member")


async def join_organisation(by: Principal, account_id: int, role: str) -> None:
    """Whoever has a log-in belongs to the organisation that runs the instance."""
    check_administer(by)
    setting = await Setting.get_or_none(name="organisation_id")
    if setting is not None and setting.value:
        await Membership.create(
            id=new_id(), organisation_id=int(str(setting.value)), account_id=account_id, role=role, since=now_ms()
        )


async def set_password(by: Principal, member_id: int, password_hash: str, *, keep_session: str = "") -> None:
    """A new password ends every other session and takes the tokens of apps. `keep_session` is the hash of the token of
    the browser it was changed in."""
    if by.member_id != member_id:
        check_administer(by)
    async with unit():
        await Member.filter(id=member_id).update(password_hash=password_hash)
        await Session.filter(member_id=member_id).exclude(token_hash=keep_session).delete()
        await Token.filter(member_id=member_id).delete()


async def set_email(by: Principal, member_id: int, email: str) -> None:
    """The address a member signs in with; empty: by name only."""
    if by.member_id != member_id:
        check_administer(by)
    address = email.strip().lower()
    if address and "@" not in address[1:-1]:
        raise Invalid("email", "This does not look like an email address. It should be like name@example.org.")
    try:
        await Member.filter(id=member_id).update(email=address or None)
    except IntegrityError as error:
        raise Conflict("This email address is in use by another member.") from error


async def set_role(by: Principal, member_id: int, role: Role) -> None:
    """Make somebody a member, steward, guardian or admin. The last admin stays one."""
    check_administer(by)
    if role not in ROLES:
        raise Invalid("role", "Choose one of: %(choices)s.", choices=", ".join(ROLES))
    async with unit() as u:
        member = await Member.get_or_none(id=member_id)
        if member is None:
            raise NotFound
        if member.role == "admin" and role != "admin" and not await other_admins(by, member_id):
            raise Refused("This is the only admin. Make somebody else an admin first.")
        await Member.filter(id=member_id).update(role=role)
        await Membership.filter(account_id=member.account_id, organisation_id=await running()).update(role=role)
        await touch("accounts", member.account_id)
        u.emit(RoleGiven(member.account_id, role, by.account_id))


async def other_admins(by: Principal, member_id: int) -> bool:
    """Whether somebody else is an admin who can act; inside the transaction that takes one away. The rows are locked,
    so that two admins cannot each rely on the other and both step down."""
    check_administer(by)
    admins = await Member.filter(role="admin").order_by("id").select_for_update()
    others = [admin.account_id for admin in admins if admin.id != member_id]
    return bool(others) and await Account.filter(id__in=others, state="active").exists()


async def create_login_link(by: Principal, name: str) -> str:
    """A one-time token that signs a member in within a day: for the forgotten password, without mail.

    Raises:
        NotFound: there is no such member.
    """
    check_administer(by)
    account = await Account.get_or_none(name_key=name.lower().removeprefix("@"), domain="")
    member = await Member.get_or_none(account_id=account.id) if account else None
    if member is None:
        raise NotFound("There is no member called “%(name)s”. See “folkmoot member list”.", name=name)
    token = secrets.token_urlsafe(24)
    await LoginLink.create(token_hash=hash_token(by, token), member_id=member.id, expires_at=now_ms() + LINK_LIFE)
    return token


async def use_login_link(by: Principal, token: str) -> int:
    """The id of the member that this link signs in. It works once. `by` is the operator, on the holder's behalf.

    Raises:
        Conflict: it was used before, or is too old.
    """
    check_administer(by)
    hashed = hash_token(by, token)
    if not await execute(
        "UPDATE login_links SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?",
        [now_ms(), hashed, now_ms()],
    ):
        raise Conflict("This link was used before or is too old. Ask an admin for a new one.")
    return (await LoginLink.get(token_hash=hashed)).member_id


async def seen(by: Principal) -> None:
    """The member was here today."""
    check_member(by)
    await Member.filter(id=by.member_id).update(seen_at=now_ms())
