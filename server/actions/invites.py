"""Links that let people join, the instance or a group that is hosted here. They need no email."""

import secrets
from typing import Final

from server.queries.organisations import role_in, running
from server.rules import limits
from server.rules.accounts import ROLES, Role
from server.rules.errors import Conflict, Invalid, NotFound
from server.rules.events.groups import InviteChanged
from server.rules.ids import now_ms
from server.rules.organisations import role_there
from server.rules.permissions import Principal, check_administer, check_look_after, check_steward, check_write
from server.rules.sanitise import clean_name
from server.storage.models.members import Invite
from server.storage.models.proposals import Proposal
from server.storage.sql import execute
from server.storage.unit import unit

# Where what people see still counts.
ASKABLE: Final = ("raised", "agreed", "linked", "dormant", "sent", "answered", "in_action")


async def create_invite(
    by: Principal,
    *,
    role: Role = "member",
    note: str = "",
    uses: int | None = None,
    expires_at: int | None = None,
    organisation_id: int | None = None,
    proposal_id: int | None = None,
    part: str = "",
) -> str:
    """A link that lets people join; returns its code.

    Args:
        uses: None: as many as come.
        expires_at: in milliseconds.
        organisation_id: into this group, which `role` is then for; whoever has no log-in here gets a plain member's.
        proposal_id: asks people who know about it what they see; they become plain members.
        part: theirs in what they are asked about, such as "Carer".

    Raises:
        Refused: an admin may invite to the instance, a group's steward into the group, a steward to a proposal.
        NotFound: no proposal of ours.
        Conflict: one that people may not add to.
    """
    await _check_may(by, organisation_id, proposal_id)
    if proposal_id is not None:
        if organisation_id is not None:
            raise Invalid("proposal_id", "An invitation leads into a group or to a proposal, not to both.")
        role = "member"
        about = await Proposal.get_or_none(post_id=proposal_id, post__local=True, post__deleted_at=None).only("state")
        if about is None:
            raise NotFound
        if about.state not in ASKABLE:
            raise Conflict("People can be asked what they see while a proposal is open. This one is not.")
    if organisation_id is not None:
        role_there(role)
    elif role not in ROLES:
        raise Invalid("role", "Choose one of: %(choices)s.", choices=", ".join(ROLES))
    if uses is not None and not 1 <= uses <= 10_000:
        raise Invalid("uses", "Choose a number of uses from 1 to 10,000.")
    code = secrets.token_urlsafe(12)
    async with unit() as u:
        await Invite.create(
            code=code,
            role=role,
            note=note[:255],
            created_by=by.account_id,
            created_at=now_ms(),
            expires_at=expires_at,
            uses_left=uses,
            organisation_id=organisation_id,
            proposal_id=proposal_id,
            part=clean_name(part, limits.ROLE),
        )
        u.emit(InviteChanged("made", role, organisation_id or 0, proposal_id or 0, by.account_id))
    return code


async def revoke_invite(by: Principal, code: str) -> None:
    """The link works no longer.

    Raises:
        NotFound: there is none.
    """
    invite = await Invite.get_or_none(code=code)
    if invite is None:
        check_write(by)
        raise NotFound("There is no such invitation. It may have been taken back already.")
    await _check_may(by, invite.organisation_id, invite.proposal_id)
    async with unit() as u:
        await invite.delete()
        u.emit(InviteChanged("ended", invite.role, invite.organisation_id or 0, invite.proposal_id or 0, by.account_id))


async def use_invite(by: Principal, code: str) -> Invite:
    """Spend one use of an invitation, inside the transaction that lets somebody in; `by` is the operator, on its
    holder's behalf.

    Raises:
        Conflict: it is used up or too old.
    """
    check_administer(by)
    changed = await execute(
        "UPDATE invites SET used = used + 1, uses_left = uses_left - 1 WHERE code = ?"
        " AND (uses_left IS NULL OR uses_left > 0) AND (expires_at IS NULL OR expires_at > ?)",
        [code, now_ms()],
    )
    if not changed:
        raise Conflict("This invitation is used up or too old. Ask for a new one.")
    return await Invite.get(code=code)


async def _check_may(by: Principal, organisation_id: int | None, proposal_id: int | None) -> None:
    if proposal_id is not None:
        check_steward(by)
    elif organisation_id is None or organisation_id == await running():
        check_administer(by)
    else:
        check_look_after(by, await role_in(organisation_id, by.account_id))
