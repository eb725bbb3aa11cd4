"""Who belongs to a group: the person says so, the group confirms it. The organisation that runs the instance has
everybody with a log-in for a member, so none of this is about it."""

from collections.abc import Sequence

from server.actions.invites import use_invite
from server.queries.organisations import role_in, running, stewards_of
from server.rules.errors import Conflict, NotFound, Refused
from server.rules.events.groups import MembershipChanged
from server.rules.events.people import AccountUpdated
from server.rules.ids import new_id, now_ms
from server.rules.organisations import RoleThere, role_there
from server.rules.permissions import OPERATOR, Principal, check_look_after, check_member, check_write, may_look_after
from server.storage.counts import touch
from server.storage.models.accounts import Account
from server.storage.models.members import Invite, Membership
from server.storage.unit import Unit, unit


async def claim_membership(by: Principal, organisation_id: int) -> None:
    """Say that one belongs to a group. It shows once the group confirms it."""
    check_member(by)
    async with unit() as u:
        await _group(by, organisation_id)
        row = await Membership.get_or_none(organisation_id=organisation_id, account_id=by.account_id)
        if row is not None and row.claimed:
            return
        await _put(by, u, row, organisation_id, by.account_id, claimed=True)


async def confirm_membership(by: Principal, organisation_id: int, account_id: int, role: str = "member") -> None:
    """The group says that somebody belongs to it, and as what. Whoever has not said so is asked to.

    Raises:
        Refused: only its stewards and the admins here; or it would lose its last steward.
        NotFound: there is no such group or person.
    """
    check_look_after(by, await role_in(organisation_id, by.account_id))
    async with unit() as u:
        await _group(by, organisation_id)
        if not await Account.exists(id=account_id, kind="person", domain="", state="active"):
            raise NotFound
        row = await Membership.get_or_none(organisation_id=organisation_id, account_id=account_id)
        await _check_last(by, organisation_id, account_id, role_there(role))
        await _put(by, u, row, organisation_id, account_id, confirmed=True, role=role_there(role))


async def end_membership(by: Principal, organisation_id: int, account_id: int) -> None:
    """Leave a group, or take somebody out of it. Without a membership changes nothing.

    Raises:
        Refused: it is somebody else's, and `by` does not look after the group; or it is the last steward's.
    """
    check_write(by)
    if account_id != by.account_id:
        check_look_after(by, await role_in(organisation_id, by.account_id))
    async with unit() as u:
        await _group(by, organisation_id)
        await _check_last(by, organisation_id, account_id, "member")
        if await Membership.filter(organisation_id=organisation_id, account_id=account_id).delete():
            await _tell(by, u, organisation_id, account_id, "ended")


async def take_up_invite(by: Principal, code: str) -> int:
    """Join a group with an invitation, for somebody who has a log-in here. Returns the group's account id.

    Raises:
        NotFound: the invitation is to no group.
        Conflict: it is used up or too old, or they belong to the group already.
    """
    check_member(by)
    invite = await Invite.get_or_none(code=code)
    if invite is None or invite.organisation_id is None:
        raise NotFound
    async with unit() as u:
        await _group(by, invite.organisation_id)
        if await role_in(invite.organisation_id, by.account_id):
            raise Conflict("You belong to this group already.")
        role: str = (await use_invite(OPERATOR, code)).role
        row = await Membership.get_or_none(organisation_id=invite.organisation_id, account_id=by.account_id)
        await _put(by, u, row, invite.organisation_id, by.account_id, claimed=True, confirmed=True, role=role)
        return int(invite.organisation_id)


async def record_memberships(by: Principal, organisation_ids: Sequence[int]) -> None:
    """Keep the organisations that `by`, an account of another server, belongs to: exactly these, which were confirmed,
    the first one first."""
    check_write(by)
    async with unit():
        known = await Membership.filter(account_id=by.account_id).order_by("since", "id")
        if [row.organisation_id for row in known] == list(organisation_ids):
            return
        await Membership.filter(account_id=by.account_id).delete()
        await Membership.bulk_create(
            [
                Membership(id=new_id(), organisation_id=each, account_id=by.account_id, role="member", since=now_ms())
                for each in dict.fromkeys(organisation_ids)
            ]
        )
        await touch("accounts", by.account_id)


async def _group(by: Principal, organisation_id: int) -> Account:
    """The group, locked: whoever changes who belongs to it waits for their turn."""
    group = (
        await Account.filter(id=organisation_id, kind="organisation", domain="")
        .select_for_update(no_key=True)
        .get_or_none()
    )
    if group is None or group.state != "active":
        raise NotFound
    if group.id == await running():
        raise Conflict("Everybody with a log-in here belongs to this organisation. An admin changes roles.")
    return group


async def _check_last(by: Principal, organisation_id: int, account_id: int, role: RoleThere) -> None:
    """A group keeps a steward; an admin here may leave it without one."""
    if role == "member" and await stewards_of(organisation_id) == [account_id] and not may_look_after(by, ""):
        raise Refused("This is the only steward of the group. Make somebody else a steward first.")


async def _put(
    by: Principal,
    u: Unit,
    row: Membership | None,
    organisation_id: int,
    account_id: int,
    *,
    claimed: bool = False,
    confirmed: bool = False,
    role: str = "",
) -> None:
    if row is None:
        row = Membership(
            id=new_id(), organisation_id=organisation_id, account_id=account_id, claimed=False, confirmed=False,
            role="member", since=now_ms(),
        )  # fmt: skip
        await row.save(force_create=True)
    row.claimed, row.confirmed = row.claimed or claimed, row.confirmed or confirmed
    row.role = role or row.role
    await row.save(update_fields=("claimed", "confirmed", "role"))
    await _tell(by, u, organisation_id, account_id, row.role if row.claimed and row.confirmed else "waiting")


async def _tell(by: Principal, u: Unit, organisation_id: int, account_id: int, state: str) -> None:
    await touch("accounts", account_id)
    u.emit(AccountUpdated(account_id))
    u.emit(MembershipChanged(organisation_id, account_id, state, by.account_id))
